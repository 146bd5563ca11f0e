using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Vantage.Simulator.Load;

/// <summary>Makes the host know the load's units, through its own API.</summary>
internal static class LoadRegistration
{
    private const int Parallel = 8;

    /// <exception cref="LoadException">The host cannot be reached, or refuses.</exception>
    public static async Task RunAsync(LoadOptions options, IReadOnlyList<LoadUnit> units, CancellationToken cancellationToken)
    {
        using var http = HttpLoad.Client(options, Parallel);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        try
        {
            await System.Threading.Tasks.Parallel.ForEachAsync(
                units, parallel, async (unit, stop) => await RegisterAsync(http, options.Protocol, unit, stop));
        }
        catch (HttpRequestException exception)
        {
            throw new LoadException($"Units cannot be registered at {options.Url}: {exception.Message}", exception);
        }
    }

    private static async Task RegisterAsync(HttpClient http, LoadProtocol protocol, LoadUnit unit, CancellationToken cancellationToken)
    {
        using var content = new StringContent(Body(protocol, unit), Encoding.UTF8, "application/json");
        using var response = await http.PutAsync($"api/units/vehicle/{unit.Key}", content, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new LoadException($"The host answers {(int)response.StatusCode} to the registration of units: give a --token that may.");
        }

        if (!response.IsSuccessStatusCode)
        {
            var problem = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new LoadException($"The host refused to register vehicle/{unit.Key}: {(int)response.StatusCode} {problem}");
        }
    }

    private static string Body(LoadProtocol protocol, LoadUnit unit)
    {
        JsonObject? device = protocol switch
        {
            LoadProtocol.Jt808 => new() { ["protocol"] = "jt808", ["key"] = unit.Phone },
            LoadProtocol.OsmAnd => new() { ["protocol"] = "osmand", ["key"] = unit.PhoneDeviceKey },
            _ => null,
        };
        var body = new JsonObject { ["name"] = $"Load {unit.Number}" };
        if (device is not null)
        {
            body["devices"] = new JsonArray(device);
        }

        return body.ToJsonString();
    }
}

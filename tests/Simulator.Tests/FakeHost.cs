using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Vantage.Simulator.Tests;

/// <summary>The HTTP doors of a host on loopback.</summary>
internal sealed class FakeHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeHost(WebApplication app) => _app = app;

    /// <summary>Bodies of <c>PUT /api/units</c> by the unit's id.</summary>
    public ConcurrentDictionary<string, JsonElement> Units { get; } = new();

    /// <summary>Queries of <c>/osmand</c>, in order of arrival.</summary>
    public ConcurrentQueue<Dictionary<string, string>> Phones { get; } = new();

    /// <summary>Positions of <c>POST /api/positions</c>: unit and time.</summary>
    public ConcurrentQueue<(string Unit, string Time)> Positions { get; } = new();

    public ConcurrentBag<string?> Tokens { get; } = [];

    /// <summary>What /osmand answers.</summary>
    public Func<int> PhoneStatus { get; set; } = () => 200;

    public int RegistrationStatus { get; set; } = 200;

    public Uri Address => new(_app.Urls.First() + "/");

    public static async Task<FakeHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var host = new FakeHost(builder.Build());
        host.Map();
        await host._app.StartAsync();
        return host;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map()
    {
        _app.Run(async context =>
        {
            var path = context.Request.Path.Value!;
            Tokens.Add(context.Request.Headers.Authorization);
            if (path.StartsWith("/api/units/", StringComparison.Ordinal) && context.Request.Method == "PUT")
            {
                using var json = await JsonDocument.ParseAsync(context.Request.Body);
                Units[path["/api/units/".Length..]] = json.RootElement.Clone();
                context.Response.StatusCode = RegistrationStatus;
            }
            else if (path == "/osmand")
            {
                Phones.Enqueue(context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
                context.Response.StatusCode = PhoneStatus();
            }
            else if (path == "/api/positions")
            {
                using var json = await JsonDocument.ParseAsync(context.Request.Body);
                foreach (var position in json.RootElement.EnumerateArray())
                {
                    Positions.Enqueue((position.GetProperty("unit").GetString()!, position.GetProperty("time").GetString()!));
                }

                await context.Response.WriteAsJsonAsync(new { accepted = json.RootElement.GetArrayLength(), rejected = Array.Empty<int>() });
            }
        });
    }
}

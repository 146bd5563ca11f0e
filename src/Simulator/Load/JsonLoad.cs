using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Vantage.Simulator.Load;

/// <summary>Many positions a POST, as other systems do.</summary>
internal sealed class JsonLoad(LoadOptions options, IReadOnlyList<LoadUnit> units, LoadMeter meter, TimeProvider clock)
    : HttpLoad(options, units, meter, clock)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    protected override int BatchSize => Options.Batch;

    protected override HttpRequestMessage Request(LoadUnit[] share, ref int next)
    {
        var buffer = new ArrayBufferWriter<byte>(Options.Batch * 160);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            for (var i = 0; i < Options.Batch; i++)
            {
                Write(json, share[next]);
                next = (next + 1) % share.Length;
            }

            json.WriteEndArray();
        }

        var content = new ReadOnlyMemoryContent(buffer.WrittenMemory);
        content.Headers.ContentType = Json;
        return new(HttpMethod.Post, "api/positions") { Content = content };
    }

    protected override async ValueTask<int> AcceptedAsync(HttpResponseMessage response)
    {
        await using var body = await response.Content.ReadAsStreamAsync();
        using var json = await JsonDocument.ParseAsync(body);
        return json.RootElement.GetProperty("accepted").GetInt32();
    }

    private static void Write(Utf8JsonWriter json, LoadUnit unit)
    {
        var fix = unit.Next();
        json.WriteStartObject();
        json.WriteString("unit", $"vehicle/{unit.Key}");
        json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(fix.TimeMs).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
        json.WriteNumber("lon", Math.Round(fix.Longitude, 7));
        json.WriteNumber("lat", Math.Round(fix.Latitude, 7));
        json.WriteNumber("speed", LoadUnit.SpeedMetresPerSecond);
        json.WriteNumber("heading", Math.Round(fix.HeadingDegrees, 1));
        json.WriteEndObject();
    }
}

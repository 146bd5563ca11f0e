using System.Text.Json;
using Vantage.Actors.Positions;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Tracks;

/// <summary>Tracks as columns of JSON: a third of the size of rows, and what a map wants.</summary>
internal static class TrackColumns
{
    private const int FlushEvery = 32 * 1024;

    private static readonly JsonWriterOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(Track track, Stream body)
    {
        await using var json = new Utf8JsonWriter(body, Json);
        await WriteTrackAsync(json, track);
        await json.FlushAsync();
    }

    /// <param name="tracks">Each is read when the one before has been written.</param>
    public static async Task WriteManyAsync(IAsyncEnumerable<Track> tracks, long fromMs, long toMs, bool isDemo, Stream body)
    {
        await using var json = new Utf8JsonWriter(body, Json);
        json.WriteStartObject();
        json.WriteString("from", WireTime.Write(fromMs));
        json.WriteString("to", WireTime.Write(toMs));
        json.WriteBoolean("demo", isDemo);
        json.WriteStartArray("tracks");
        await json.FlushAsync(); // Who asked sees that it is under way.
        await foreach (var track in tracks)
        {
            await WriteTrackAsync(json, track);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync();
    }

    private static async Task WriteTrackAsync(Utf8JsonWriter json, Track track)
    {
        json.WriteStartObject();
        json.WriteString("unit", track.Unit.IdText);
        json.WriteString("name", track.Unit.Name);
        json.WriteString("from", WireTime.Write(track.FromMs));
        json.WriteString("to", WireTime.Write(track.ToMs));
        json.WriteString("crs", CoordinateSystems.NameOf(track.Crs));
        json.WriteBoolean("demo", track.IsDemo);
        json.WriteString("keptFrom", track.KeptFromMs is { } keptFromMs ? WireTime.Write(keptFromMs) : null);
        WriteDetail(json, track);
        json.WriteNumber("count", track.Fixes.Count);
        await ColumnAsync(json, "time", track, static (json, _, fix) => json.WriteNumberValue(fix.TimeMs));
        await ColumnAsync(json, "lon", track, static (json, track, fix) => json.WriteNumberValue(WireDegrees.Round(track.Place(fix).Longitude)));
        await ColumnAsync(json, "lat", track, static (json, track, fix) => json.WriteNumberValue(WireDegrees.Round(track.Place(fix).Latitude)));
        await ColumnAsync(json, "speed", track, static (json, _, fix) => WriteOptional(json, fix.Speed));
        await ColumnAsync(json, "heading", track, static (json, _, fix) => WriteOptional(json, fix.Heading));
        await ColumnAsync(json, "altitude", track, static (json, _, fix) => WriteOptional(json, fix.Altitude));
        await ColumnAsync(json, "accuracy", track, static (json, _, fix) => WriteOptional(json, fix.Accuracy));
        await ColumnAsync(json, "flags", track, static (json, _, fix) => json.WriteNumberValue((int)fix.Flags));
        json.WriteEndObject();
    }

    private static void WriteDetail(Utf8JsonWriter json, Track track)
    {
        if (track.Detail is { } detail)
        {
            json.WriteStartObject("detail");
            json.WriteNumber("metres", detail.Metres);
            json.WriteNumber("seconds", detail.LongestMs / 1000);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("detail");
        }

        json.WriteStartArray("damaged");
        foreach (var damaged in track.Reading.Damaged)
        {
            json.WriteStartObject();
            json.WriteString("from", WireTime.Write(damaged.FromMs));
            json.WriteString("to", WireTime.Write(damaged.ToMs));
            json.WriteNumber("count", damaged.Fixes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static async Task ColumnAsync(Utf8JsonWriter json, string name, Track track, Action<Utf8JsonWriter, Track, Fix> write)
    {
        json.WriteStartArray(name);
        foreach (var fix in track.Fixes)
        {
            write(json, track, fix);
            if (json.BytesPending > FlushEvery)
            {
                await json.FlushAsync();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}

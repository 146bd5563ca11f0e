using System.Text.Json;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Tracks;

/// <summary>A track as one GeoJSON feature: a MultiLineString, a line for each run without gaps, with <c>times</c> of the same shape.</summary>
internal static class TrackGeoJson
{
    private const int FlushEvery = 32 * 1024;

    private static readonly JsonWriterOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(Track track, Stream body)
    {
        await using var json = new Utf8JsonWriter(body, Json);
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteStartObject("geometry");
        json.WriteString("type", "MultiLineString");
        json.WriteStartArray("coordinates");
        foreach (var segment in track.Segments())
        {
            json.WriteStartArray();
            foreach (var fix in segment)
            {
                WritePosition(json, track.Place(fix));
                await FlushSometimesAsync(json);
            }

            if (segment.Count == 1)
            {
                WritePosition(json, track.Place(segment[0])); // A line has two positions or more: one fix stands for both.
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("unit", track.Unit.IdText);
        json.WriteString("name", track.Unit.Name);
        json.WriteString("crs", CoordinateSystems.NameOf(track.Crs));
        json.WriteBoolean("demo", track.IsDemo);
        if (track.IsDemo)
        {
            json.WriteString("note", Track.DemoMark);
        }

        json.WriteStartArray("times");
        foreach (var segment in track.Segments())
        {
            json.WriteStartArray();
            foreach (var fix in segment)
            {
                json.WriteStringValue(WireTime.Write(fix.TimeMs));
                await FlushSometimesAsync(json);
            }

            if (segment.Count == 1)
            {
                json.WriteStringValue(WireTime.Write(segment[0].TimeMs));
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync();
    }

    private static void WritePosition(Utf8JsonWriter json, Geo.LatLng place)
    {
        json.WriteStartArray();
        json.WriteNumberValue(WireDegrees.Round(place.Longitude));
        json.WriteNumberValue(WireDegrees.Round(place.Latitude));
        json.WriteEndArray();
    }

    private static Task FlushSometimesAsync(Utf8JsonWriter json) => json.BytesPending > FlushEvery ? json.FlushAsync() : Task.CompletedTask;
}

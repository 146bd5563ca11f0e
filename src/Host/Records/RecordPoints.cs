using System.Text.Encodings.Web;
using System.Text.Json;
using Vantage.Actors.Records;
using Vantage.Geo.Crs;
using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary>Records as GeoJSON points; what goes with a figure stands beside the features, as RFC 7946 allows.</summary>
internal static class RecordPoints
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(Stream body, IReadOnlyList<ExternalRecord> records, FigureBasis basis, CoordinateSystem crs)
    {
        await using var json = new Utf8JsonWriter(body, Json);
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        basis.Write(json);
        json.WriteStartArray("features");
        foreach (var (i, record) in records.Index())
        {
            Write(json, record, crs);
            if (i % 500 == 0)
            {
                await json.FlushAsync();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync();
    }

    private static void Write(Utf8JsonWriter json, ExternalRecord record, CoordinateSystem crs)
    {
        var place = CoordinateSystems.FromWgs84(record.Place!.Value, crs);
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", record.Number);
        json.WriteStartObject("geometry");
        json.WriteString("type", "Point");
        json.WriteStartArray("coordinates");
        json.WriteNumberValue(WireDegrees.Round(place.Longitude));
        json.WriteNumberValue(WireDegrees.Round(place.Latitude));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("number", record.Number);
        json.WriteString("kind", record.Kind);
        json.WriteString("category", record.Category);
        json.WriteString("time", WireTime.Write(record.TimeMs));
        json.WriteString("state", record.State);
        json.WriteString("street", record.Street);
        json.WriteString("squad", record.Squad);
        json.WriteString("address", record.Address);
        json.WriteString("link", record.Link);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using Vantage.Geo.Crs;
using Vantage.Geo.GeoJson;
using Vantage.Geo.H3;
using Vantage.Host.Figures;
using Vantage.Host.Settings;
using Vantage.Host.Tracks;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>A name in JSON, and as people read it in tables.</summary>
internal readonly record struct CellColumn(string Name, string NameZh);

/// <summary>Something that an answer says as a whole: a number, a text, or nothing.</summary>
internal readonly record struct CellMember(string Name, string NameZh, object? Value);

/// <summary>Figures by cell, on their way out as JSON, GeoJSON or CSV: written as they are made.</summary>
/// <param name="Subject">What files of it are called after.</param>
/// <param name="Count">Of rows.</param>
/// <param name="Rows">Cells with a value for each column.</param>
internal sealed record CellAnswer(
    string Subject,
    string Layer,
    int Resolution,
    FigureBasis Basis,
    IReadOnlyList<CellMember> Members,
    IReadOnlyList<CellColumn> Columns,
    int Count,
    IEnumerable<(H3Cell Cell, object?[] Values)> Rows)
{
    /// <summary>Cells in one answer.</summary>
    public const int MaxCells = 200_000;

    private const int FlushEvery = 32 * 1024;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Members that are no single value, in JSON and GeoJSON.</summary>
    public Action<Utf8JsonWriter>? WriteMore { get; init; }

    public static IResult TooMany(long cells)
        => Problems.TooMuch($"{cells} cells hold something, and at most {MaxCells} are given at once: ask for a coarser resolution or a smaller area.");

    /// <summary><c>format</c> and <c>crs</c>, which is of GeoJSON and of the places in CSV.</summary>
    public static CellFormat ReadFormat(Fields fields) => new(fields.Choice("format", "json", "geojson", "csv") ?? "json", fields.Crs());

    public IResult In(CellFormat format, HostSettings settings) => new LongAnswer(StreamOf(format, settings), Count);

    private IResult StreamOf(CellFormat format, HostSettings settings) => format.Name switch
    {
        "geojson" => TypedResults.Stream(body => WriteGeoJsonAsync(body, format.Crs, settings.Demo), "application/geo+json", FileName(null, "geojson", settings)),
        "csv" => TypedResults.Stream(body => WriteCsvAsync(body, format.Crs, settings), CsvTable.ContentType, FileName(null, "csv", settings)),
        _ => TypedResults.Stream(WriteJsonAsync, "application/json"),
    };

    /// <param name="table">Which of its tables; null: the cells.</param>
    public string FileName(string? table, string extension, HostSettings settings)
        => TrackFiles.NameOf($"{Layer}-{Subject}{(table is null ? "" : "-" + table)}", Basis.FromMs, Basis.ToMs, extension, settings.Demo);

    /// <summary>Another table of it, as CSV.</summary>
    public IResult TableIn(string name, string[] head, IEnumerable<object?[]> rows, HostSettings settings) => TypedResults.Stream(
        async body =>
        {
            await using var csv = new CsvTable(body);
            await csv.WriteRowAsync(head);
            foreach (var row in rows)
            {
                await csv.WriteRowAsync(row);
            }

            await WriteFootAsync(csv, settings);
        },
        CsvTable.ContentType,
        FileName(name, "csv", settings));

    private async Task WriteJsonAsync(Stream body)
    {
        await using var json = new Utf8JsonWriter(body, Json);
        json.WriteStartObject();
        WriteHead(json);
        json.WriteStartArray("cells");
        foreach (var (cell, values) in Rows)
        {
            json.WriteStartArray();
            json.WriteStringValue(cell.ToString());
            Array.ForEach(values, value => WriteValue(json, value));
            json.WriteEndArray();
            await FlushSometimesAsync(json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync();
    }

    private async Task WriteGeoJsonAsync(Stream body, CoordinateSystem crs, bool isDemo)
    {
        await using var json = new Utf8JsonWriter(body, Json);
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        WriteHead(json);
        json.WriteString("crs", CoordinateSystems.NameOf(crs));
        json.WriteBoolean("demo", isDemo);
        if (isDemo)
        {
            json.WriteString("note", Track.DemoMark);
        }

        json.WriteStartArray("features");
        foreach (var (cell, values) in Rows)
        {
            json.WriteStartObject();
            json.WriteString("type", "Feature");
            WriteGeometry(json, CellRings.Of(cell), crs);
            json.WriteStartObject("properties");
            json.WriteString("cell", cell.ToString());
            foreach (var (column, value) in Columns.Zip(values))
            {
                json.WritePropertyName(column.Name);
                WriteValue(json, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            await FlushSometimesAsync(json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync();
    }

    private async Task WriteCsvAsync(Stream body, CoordinateSystem crs, HostSettings settings)
    {
        await using var csv = new CsvTable(body);
        await csv.WriteRowAsync(["网格", "中心经度", "中心纬度", "坐标系", .. Columns.Select(column => column.NameZh)]);
        foreach (var (cell, values) in Rows)
        {
            var centre = CoordinateSystems.FromWgs84(cell.Center(), crs);
            await csv.WriteRowAsync([cell.ToString(), WireDegrees.Round(centre.Longitude), WireDegrees.Round(centre.Latitude), CoordinateSystems.NameOf(crs), .. values]);
        }

        await WriteFootAsync(csv, settings);
    }

    /// <summary>What the figures mean, below a table of them.</summary>
    public async Task WriteFootAsync(CsvTable csv, HostSettings settings)
    {
        await csv.WriteRowAsync();
        foreach (var member in Members)
        {
            await csv.WriteRowAsync(member.NameZh, member.Value);
        }

        await csv.WriteRowAsync("网格级别", Resolution);
        await Basis.WriteAsync(csv, TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone), settings.Demo ? Track.DemoMark : null);
    }

    private void WriteHead(Utf8JsonWriter json)
    {
        json.WriteString("layer", Layer);
        json.WriteNumber("resolution", Resolution);
        Basis.Write(json);
        foreach (var member in Members)
        {
            json.WritePropertyName(member.Name);
            WriteValue(json, member.Value);
        }

        WriteMore?.Invoke(json);
        json.WriteStartArray("columns");
        json.WriteStringValue("cell");
        foreach (var column in Columns)
        {
            json.WriteStringValue(column.Name);
        }

        json.WriteEndArray();
    }

    private static void WriteGeometry(Utf8JsonWriter json, IReadOnlyList<Geo.LatLng[]> rings, CoordinateSystem crs)
    {
        json.WriteStartObject("geometry");
        json.WriteString("type", rings.Count == 1 ? "Polygon" : "MultiPolygon");
        json.WriteStartArray("coordinates");
        foreach (var ring in rings)
        {
            if (rings.Count > 1)
            {
                json.WriteStartArray();
            }

            json.WriteStartArray();
            foreach (var vertex in ring)
            {
                var place = CoordinateSystems.FromWgs84(vertex, crs);
                json.WriteStartArray();
                json.WriteNumberValue(WireDegrees.Round(place.Longitude));
                json.WriteNumberValue(WireDegrees.Round(place.Latitude));
                json.WriteEndArray();
            }

            json.WriteEndArray();
            if (rings.Count > 1)
            {
                json.WriteEndArray();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteNumberValue(Convert.ToDecimal(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }

    private static Task FlushSometimesAsync(Utf8JsonWriter json) => json.BytesPending > FlushEvery ? json.FlushAsync() : Task.CompletedTask;
}

/// <param name="Name"><c>json</c>, <c>geojson</c> or <c>csv</c>.</param>
internal sealed record CellFormat(string Name, CoordinateSystem Crs);

using Vantage.Actors;
using Vantage.Actors.Cameras;
using Vantage.Geo.Crs;
using Vantage.Host.Cameras;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Imports;

/// <summary>Cameras from a table, or from points of GeoJSON.</summary>
internal sealed class CameraImport(Situation situation, ImportCrs crs, CityGrid? city)
{
    private static readonly Dictionary<string, string> States = new(StringComparer.OrdinalIgnoreCase)
    {
        ["online"] = "online",
        ["在线"] = "online",
        ["正常"] = "online",
        ["offline"] = "offline",
        ["离线"] = "offline",
        ["故障"] = "offline",
        ["unknown"] = "unknown",
        ["未知"] = "unknown",
    };

    public ImportPlan Plan(IReadOnlyList<ImportRow> rows)
    {
        var report = new ImportReport();
        var (changes, states) = (new List<(ActorId, object)>(), new List<(ActorId, object)>());
        var lineOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var key = row.IsGood ? row.Key("key", required: true) : null;
            if (key is not null && !lineOf.TryAdd(key, row.Line))
            {
                row.Wrong("key", "twice", $"Is in line {lineOf[key]} too.", lineOf[key].ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            var before = key is null ? null : situation.Cameras.Find(key);
            var (register, state) = Read(row, before?.Registered);
            if (register is null)
            {
                report.Fail(row);
                continue;
            }

            var camera = new ActorId(ActorKinds.Camera, key!);
            var (isSame, isReported) = (before is not null && IsSame(before.Registered, register), state is { } reported && reported != (before?.State ?? CameraState.Unknown));
            report.Count(before is null ? ImportEffect.New : isSame && !isReported ? ImportEffect.Unchanged : ImportEffect.Changed);
            if (!isSame)
            {
                changes.Add((camera, register));
            }

            if (isReported)
            {
                states.Add((camera, new ReportCameraState(state!.Value)));
            }
        }

        return new ImportPlan(report, changes, states);
    }

    /// <summary>Points of GeoJSON as rows of a table, whose columns are their properties.</summary>
    public static ImportRow RowOf(ImportFeature feature)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in ImportColumns.Cameras.Names)
        {
            if (ImportFeature.TextOf(feature.Property(name)) is { } text)
            {
                texts[name] = text;
            }
        }

        if (feature.Key is { } key)
        {
            texts["key"] = key;
        }

        var isPoint = feature.Json.ValueKind == System.Text.Json.JsonValueKind.Object && feature.Json.TryGetProperty("geometry", out var geometry)
            && geometry.ValueKind == System.Text.Json.JsonValueKind.Object && geometry.TryGetProperty("type", out var type) && type.ValueEquals("Point")
            && geometry.TryGetProperty("coordinates", out var place) && place.ValueKind == System.Text.Json.JsonValueKind.Array && place.GetArrayLength() >= 2;
        if (isPoint)
        {
            var coordinates = feature.Json.GetProperty("geometry").GetProperty("coordinates");
            (texts["lon"], texts["lat"]) = (ImportFeature.TextOf(coordinates[0]) ?? "", ImportFeature.TextOf(coordinates[1]) ?? "");
        }

        var row = new ImportRow(feature.Number, texts);
        if (!isPoint)
        {
            row.Wrong("geometry", "geometry", "A camera is a Feature with a Point.");
        }

        return row;
    }

    private (RegisterCamera? Register, CameraState? State) Read(ImportRow row, CameraRegistered? before)
    {
        if (!row.IsGood)
        {
            return (null, null);
        }

        var (name, place) = (row.Text("name", 100, required: true), row.Place(crs, city));
        var (source, heading) = (row.Text("source", 100), row.Number("heading", 0, 360));
        var (classes, streams) = (row.Texts("classes", CameraEndpoints.MaxClasses, 100), row.Texts("streams", CameraEndpoints.MaxStreams, 1000));
        var state = row.Word("state", States);
        if (streams.Find(stream => !CameraEndpoints.IsStreamUrl(stream)) is { } wrong)
        {
            row.Wrong("streams", "stream", "Each must be an address (http, https, ws, wss, rtsp) or a path on this host.", wrong);
        }

        return !row.IsGood ? (null, null) : (
            new RegisterCamera(
                name!, WireDegrees.Round(place!.Value.Longitude), WireDegrees.Round(place.Value.Latitude),
                row.Has("source") ? source : before?.Source,
                row.Has("classes") ? [.. classes] : before?.Classes ?? [],
                row.Has("heading") ? heading : before?.Heading,
                row.Has("streams") ? [.. streams] : before?.Streams ?? []),
            state is null ? null : (CameraState)Array.IndexOf(CameraJson.States, state));
    }

    private static bool IsSame(CameraRegistered known, RegisterCamera register)
        => (known.Name, known.Longitude, known.Latitude, known.Source, known.Heading)
            == (register.Name, register.Longitude, register.Latitude, register.Source, register.Heading)
        && known.Classes.SequenceEqual(register.Classes) && known.Streams.SequenceEqual(register.Streams);
}

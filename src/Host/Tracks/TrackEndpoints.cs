using Vantage.Actors;
using Vantage.Actors.Units;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Tracks;

/// <summary>Where units have been. Every reading is put on record before the first byte is sent.</summary>
internal static class TrackEndpoints
{
    /// <summary>Fixes in one answer: 500,000 are 20 MB in memory, and a week of one unit at a fix a second.</summary>
    private const int MaxFixes = 500_000;
    private const int MaxUnits = 1000;

    public static void MapTracks(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/units/{kind}/{key}/track", TrackAsync).Needs(Rights.TracksRead).WaitsForWatermark().WithTags("Tracks")
            .Produces(200, contentType: "application/json").WithSummary("The track of a unit: from, to, format (json, geojson, gpx, csv), crs.");
        app.MapGet("/api/tracks", TracksAsync).Needs(Rights.TracksRead).WaitsForWatermark().WithTags("Tracks")
            .Produces(200, contentType: "application/json").WithSummary("Tracks of several units: units (ids with commas), from, to, crs.");
    }

    private static async Task<IResult> TrackAsync(
        string kind, string key, HttpContext context, Situation situation, AccessRecord record, HostSettings settings)
    {
        var fields = new Fields(context.Request.Query);
        var range = fields.Range();
        var format = fields.Choice("format", "json", "geojson", "gpx", "csv") ?? "json";
        var crs = fields.Crs();
        if (format == "gpx" && crs != CoordinateSystem.Wgs84)
        {
            fields.Wrong("crs", "GPX is WGS-84 by definition.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        var right = format == "json" ? Rights.TracksRead : Rights.TracksExport;
        var (unit, problem) = UnitAccess.Find(situation, caller, Rights.TracksRead, kind, key);
        if (unit is not null && !caller.May(right, unit))
        {
            problem = Problems.RightMissing(right);
        }

        if (problem is not null || unit is null)
        {
            await record.DeniedAsync(caller, right, $"{kind}/{key}", context.RequestAborted);
            return problem!;
        }

        var (fromMs, toMs) = range!.Value;
        var fixes = await situation.ReadTrackAsync(unit, fromMs, toMs, MaxFixes, context.RequestAborted);
        if (fixes.Count > MaxFixes)
        {
            return TooMuch();
        }

        await record.AllowedAsync(caller, right, unit.IdText, Detail(fromMs, toMs, format, fixes.Count), context.RequestAborted);
        var track = new Track(unit, fromMs, toMs, fixes, crs, settings.Demo);
        return format switch
        {
            "geojson" => Export(track, "geojson", "application/geo+json", TrackGeoJson.WriteAsync),
            "gpx" => Export(track, "gpx", "application/gpx+xml", TrackGpx.WriteAsync),
            "csv" => Export(track, "csv", "text/csv; charset=utf-8", TrackCsv.WriteAsync),
            _ => TypedResults.Stream(body => TrackColumns.WriteAsync(track, body), "application/json"),
        };
    }

    private static async Task<IResult> TracksAsync(HttpContext context, Situation situation, AccessRecord record, HostSettings settings)
    {
        var fields = new Fields(context.Request.Query);
        var range = fields.Range();
        var crs = fields.Crs();
        var ids = fields.List("units", MaxUnits).Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count == 0)
        {
            fields.Wrong("units", "Is missing: unit ids, separated by commas.");
        }

        var caller = context.Caller();
        var units = new List<UnitInfo>();
        foreach (var id in ids)
        {
            if (ActorId.TryParse(id, out var actor) && situation.Units.TryGet(actor, out var unit))
            {
                units.Add(unit);
            }
            else
            {
                fields.Wrong("units", ActorId.FaultOfUnit(id) ?? $"There is no unit '{id}'.");
            }
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (units.Find(unit => !caller.May(Rights.TracksRead, unit)) is { } denied)
        {
            await record.DeniedAsync(caller, Rights.TracksRead, denied.IdText, context.RequestAborted);
            return Problems.RightMissing(Rights.TracksRead);
        }

        var (fromMs, toMs) = range!.Value;
        var tracks = new List<Track>();
        var total = 0;
        foreach (var unit in units)
        {
            var fixes = await situation.ReadTrackAsync(unit, fromMs, toMs, MaxFixes - total, context.RequestAborted);
            total += fixes.Count;
            if (total > MaxFixes)
            {
                return TooMuch();
            }

            await record.AllowedAsync(caller, Rights.TracksRead, unit.IdText, Detail(fromMs, toMs, "json", fixes.Count), context.RequestAborted);
            tracks.Add(new Track(unit, fromMs, toMs, fixes, crs, settings.Demo));
        }

        return TypedResults.Stream(body => TrackColumns.WriteManyAsync(tracks, fromMs, toMs, settings.Demo, body), "application/json");
    }

    private static IResult TooMuch()
        => Problems.TooMuch($"More than {MaxFixes} fixes lie in this range, and no more are given at once: ask for a shorter one.");

    private static string Detail(long fromMs, long toMs, string format, int count)
        => $"from={WireTime.Write(fromMs)} to={WireTime.Write(toMs)} format={format} fixes={count}";

    private static IResult Export(Track track, string extension, string contentType, Func<Track, Stream, Task> write)
        => TypedResults.Stream(body => write(track, body), contentType, track.FileName(extension)); // Names beyond ASCII go by RFC 5987.
}

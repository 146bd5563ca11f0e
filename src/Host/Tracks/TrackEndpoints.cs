using System.Globalization;
using Vantage.Actors.Positions;
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
    private const double MaxDetail = 100_000;

    /// <summary>How many stretches of the track could not be read: whoever does not look into the body is told, too.</summary>
    private const string DamagedHeader = "Vantage-Damaged";

    public static void MapTracks(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/units/{kind}/{key}/track", TrackAsync).Needs(Rights.TracksRead).WaitsForWatermark().WithTags("Tracks")
            .Produces(200, contentType: "application/json").WithSummary("The track of a unit: from, to, format (json, geojson, gpx, csv), crs, detail (metres).");
        app.MapGet("/api/tracks", TracksAsync).Needs(Rights.TracksRead).WaitsForWatermark().WithTags("Tracks")
            .Produces(200, contentType: "application/json").WithSummary("Tracks of several units: units (ids with commas), from, to, crs, detail (metres).");
    }

    private static async Task<IResult> TrackAsync(
        string kind, string key, HttpContext context, Situation situation, TrackReads reads, AccessRecord record, HostSettings settings,
        TimeProvider time)
    {
        var fields = new Fields(context.Request.Query);
        var range = fields.TrackRange(time.GetUtcNow());
        var format = fields.Choice("format", "json", "geojson", "gpx", "csv") ?? "json";
        var crs = fields.Crs();
        var detail = Detail(fields);
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
        if (reads.IsTooMuch(unit, fromMs, toMs, detail))
        {
            return TooMuch();
        }

        var held = await reads.ReadAsync(unit, fromMs, toMs, detail, context.RequestAborted);
        if (held is null)
        {
            return Problems.Busy(TrackReads.Patience);
        }

        context.Response.RegisterForDispose(held);
        if (held.Reading.Fixes.Count > TrackReads.MaxFixes)
        {
            return TooMuch();
        }

        await record.AllowedAsync(caller, right, unit.IdText, $"{Look(fromMs, toMs, format)} fixes={held.Reading.Fixes.Count}", context.RequestAborted);
        var track = new Track(unit, fromMs, toMs, held.Reading, detail, crs, settings.Demo)
        {
            KeptFromMs = settings.KeptFromMs(fromMs, time.GetUtcNow()),
        };
        if (track.Reading.Damaged.Count > 0)
        {
            context.Response.Headers[DamagedHeader] = track.Reading.Damaged.Count.ToString(CultureInfo.InvariantCulture);
        }

        return format switch
        {
            "geojson" => Export(track, "geojson", "application/geo+json", TrackGeoJson.WriteAsync),
            "gpx" => Export(track, "gpx", "application/gpx+xml", TrackGpx.WriteAsync),
            "csv" => Export(track, "csv", "text/csv; charset=utf-8", TrackCsv.WriteAsync),
            _ => TypedResults.Stream(body => TrackColumns.WriteAsync(track, body), "application/json"),
        };
    }

    private static async Task<IResult> TracksAsync(HttpContext context, Situation situation, TrackReads reads, AccessRecord record, HostSettings settings,
        TimeProvider time)
    {
        var fields = new Fields(context.Request.Query);
        var range = fields.TrackRange(time.GetUtcNow());
        var crs = fields.Crs();
        var detail = Detail(fields);
        var units = UnitSelection.Named(fields, situation, required: true);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        if (units.Find(unit => !caller.May(Rights.TracksRead, unit)) is { } denied)
        {
            await record.DeniedAsync(caller, Rights.TracksRead, denied.IdText, context.RequestAborted);
            return Problems.RightMissing(Rights.TracksRead);
        }

        var (fromMs, toMs) = range!.Value;
        await record.AllowedAsync(caller, Rights.TracksRead, units.Select(unit => unit.IdText), Look(fromMs, toMs, "json"), context.RequestAborted);
        return await StreamAsync(context, reads, units, fromMs, toMs, crs, detail, settings, time.GetUtcNow());
    }

    /// <summary>The tracks of several units, each read when the one before has been written. That they may be read, and who reads them, is settled.</summary>
    public static async Task<IResult> StreamAsync(
        HttpContext context, TrackReads reads, IReadOnlyList<UnitInfo> units, long fromMs, long toMs, CoordinateSystem crs, TrackDetail? detail,
        HostSettings settings, DateTimeOffset now)
    {
        if (units.Any(unit => reads.IsTooMuch(unit, fromMs, toMs, detail)))
        {
            return TooMuch();
        }

        // Held from before the answer begins: who finds no room is told so, and who has begun goes on to the end.
        if (await reads.HoldLongestAsync(units, fromMs, toMs, detail, TrackReads.MaxFixes, context.RequestAborted) is not { } room)
        {
            return Problems.Busy(TrackReads.Patience);
        }

        context.Response.RegisterForDispose(room);
        return TypedResults.Stream(body => TrackColumns.WriteManyAsync(TracksOneByOneAsync(), fromMs, toMs, settings.Demo, body), "application/json");

        async IAsyncEnumerable<Track> TracksOneByOneAsync()
        {
            foreach (var unit in units)
            {
                var reading = await reads.ReadHeldAsync(unit, fromMs, toMs, detail, context.RequestAborted);
                if (reading.Fixes.Count > TrackReads.MaxFixes)
                {
                    throw new InvalidOperationException($"The track of {unit.IdText} grew while it was read."); // All that is left is to break it off.
                }

                yield return new Track(unit, fromMs, toMs, reading, detail, crs, settings.Demo)
                {
                    KeptFromMs = settings.KeptFromMs(fromMs, now),
                };
                reading.LetGo();
            }
        }
    }

    /// <summary>Reads the parameter <c>detail</c>.</summary>
    public static TrackDetail? Detail(Fields fields)
        => fields.Number("detail", 0, MaxDetail) is { } metres ? TrackDetail.Within(metres) : null;

    private static IResult TooMuch() => Problems.TooMuch(
        $"More than {TrackReads.MaxFixes} fixes of one unit lie in this range, and no more are given at once: ask for a shorter one, or for less 'detail'.");

    private static string Look(long fromMs, long toMs, string format)
        => $"from={WireTime.Write(fromMs)} to={WireTime.Write(toMs)} format={format}";

    private static IResult Export(Track track, string extension, string contentType, Func<Track, Stream, Task> write)
        => TypedResults.Stream(body => write(track, body), contentType, track.FileName(extension)); // Names beyond ASCII go by RFC 5987.
}

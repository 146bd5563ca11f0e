using Vantage.Actors.Units;
using Vantage.Geo.Crs;
using Vantage.Geo.Motion;
using Vantage.Host.Access;
using Vantage.Host.Figures;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Motion;

/// <summary>Trips, stops, distance and time, a unit and a day (MOT-6 to MOT-12). They are taken from tracks, and are looked at like tracks.</summary>
internal static class MotionEndpoints
{
    private const int MaxDaysOfUnit = 366;
    private const int MaxDaysOfMany = 92;

    /// <summary>Trips, stops and gaps in one answer: a hundred a day for a year would fit.</summary>
    private const int MaxEntries = 50_000;

    public static void MapMotion(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/units/{kind}/{key}/motion", UnitAsync).Needs(Rights.TracksRead).WaitsForWatermark().TakesTurns().WithTags("Motion")
            .Produces<MotionView>()
            .WithSummary("What a unit did: sums by local day, trips, stops and gaps. from, to, crs, format (json, csv), table of csv (days, trips, stops, gaps).");
        app.MapGet("/api/motion", ManyAsync).Needs(Rights.TracksRead).WaitsForWatermark().WithTags("Motion")
            .Produces<MotionListView>()
            .WithSummary("Sums of several units by local day: from, to, kind, squad, units (ids with commas), format (json, csv); of json, limit and cursor, in units.");
    }

    private static async Task<IResult> UnitAsync(
        string kind, string key, HttpContext context, Situation situation, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var fields = new Fields(context.Request.Query);
        var range = fields.PastRange(MaxDaysOfUnit, time.GetUtcNow());
        var format = fields.Choice("format", "json", "csv") ?? "json";
        var table = fields.Choice("table", "days", "trips", "stops", "gaps") ?? "days";
        var crs = fields.Crs();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        var right = RightFor(format);
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
        await record.AllowedAsync(caller, right, unit.IdText, Detail(fromMs, toMs, format), context.RequestAborted);
        if (await MotionOfAsync(situation, unit, DaysOf(fromMs, toMs, settings), crs, settings, time.GetUtcNow(), context.RequestAborted) is not { } motion)
        {
            return Problems.TooMuch($"More than {MaxEntries} trips, stops and gaps lie in this range, and no more are given at once: ask for a shorter one.");
        }

        return new LongAnswer(
            format == "csv"
                ? Csv(body => MotionCsv.WriteAsync(motion, table, body), $"{unit.Id.Kind}-{unit.Id.Key}-{table}", fromMs, toMs, settings)
                : TypedResults.Ok(motion),
            motion.Days.Count + motion.Trips.Count + motion.Stops.Count + motion.Gaps.Count);
    }

    /// <summary>What a unit did; null when it is too much.</summary>
    private static async Task<MotionView?> MotionOfAsync(
        Situation situation, UnitInfo unit, LocalDays days, CoordinateSystem crs, HostSettings settings, DateTimeOffset now, CancellationToken cancelled)
    {
        var (fromMs, toMs) = days.Range;
        var ledger = new MotionLedger(days.EdgesMs.Span);
        var lists = new MotionLists(ledger, fromMs, toMs, MaxEntries);
        var (fixes, damaged) = await UnitMotionReader.ReadAsync(situation, unit, fromMs, toMs, lists, cancelled);
        var total = MotionSumsView.Of(ledger.Sums);
        return lists.IsFull ? null : new MotionView(
            unit.IdText, unit.Name, Definitions.Motion.English, Definitions.Motion.Chinese, new(fromMs), new(toMs), fixes, ShareOf(total.NoData, toMs - fromMs),
            settings.TimeZone, CoordinateSystems.NameOf(crs), settings.Demo,
            WireMoment.From(settings.KeptFromMs(fromMs, now)),
            MotionParametersView.Current,
            total,
            [.. days.Dates.Zip(ledger.Sums, (date, sums) => MotionDayView.Of(date, sums))],
            [.. lists.Trips.Select(trip => TripView.Of(trip, crs))],
            [.. lists.Stops.Select(stop => StopView.Of(stop, crs))],
            [.. lists.Gaps.Select(GapView.Of)],
            [.. damaged.Select(DamagedView.Of)]);
    }

    private static async Task<IResult> ManyAsync(
        HttpContext context, Situation situation, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var fields = new Fields(context.Request.Query);
        var range = fields.PastRange(MaxDaysOfMany, time.GetUtcNow());
        var format = fields.Choice("format", "json", "csv") ?? "json";
        var (limit, cursor) = fields.Page();
        var caller = context.Caller();
        var right = RightFor(format);
        var selection = UnitSelection.Read(fields, situation, caller, Rights.TracksRead, right);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (selection.Denied is not null || !AccessPolicy.Authorize(caller, right, Subject.Some))
        {
            await record.DeniedAsync(caller, right, selection.Denied?.IdText ?? context.Request.Path + context.Request.QueryString, context.RequestAborted);
            return Problems.RightMissing(right);
        }

        var (fromMs, toMs) = range!.Value;
        var (page, next) = format == "csv" ? (selection.Units, null) : Paging.Take(selection.Units, unit => unit.IdText, limit, cursor);
        await record.AllowedAsync(caller, right, page.Select(unit => unit.IdText), Detail(fromMs, toMs, format), context.RequestAborted);
        var table = new MotionTable(situation, DaysOf(fromMs, toMs, settings), settings.Demo);
        if (format == "csv")
        {
            return Csv(body => table.WriteCsvAsync(page, body, context.RequestAborted), "motion", fromMs, toMs, settings);
        }

        var rows = await table.RowsAsync(page, context.RequestAborted).ToListAsync(context.RequestAborted);
        return TypedResults.Ok(new MotionListView(
            Definitions.Motion.English, Definitions.Motion.Chinese, new(fromMs), new(toMs), table.Fixes,
            ShareOf(rows.Sum(row => row.NoData), (toMs - fromMs) * page.Count), settings.TimeZone, settings.Demo,
            WireMoment.From(settings.KeptFromMs(fromMs, time.GetUtcNow())), MotionParametersView.Current, rows, next));
    }

    /// <summary>The share of seconds in milliseconds.</summary>
    private static double ShareOf(decimal seconds, long wholeMs) => FigureBasis.Share((long)(seconds * 1000), wholeMs);

    /// <summary>A table to take away is what a track to take away is.</summary>
    private static string RightFor(string format) => format == "json" ? Rights.TracksRead : Rights.TracksExport;

    private static LocalDays DaysOf(long fromMs, long toMs, HostSettings settings)
        => LocalDays.Of(fromMs, toMs, TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone));

    private static string Detail(long fromMs, long toMs, string format)
        => $"motion from={WireTime.Write(fromMs)} to={WireTime.Write(toMs)} format={format}";

    private static IResult Csv(Func<Stream, Task> write, string subject, long fromMs, long toMs, HostSettings settings)
        => TypedResults.Stream(write, CsvTable.ContentType, TrackFiles.NameOf(subject, fromMs, toMs, "csv", settings.Demo));
}

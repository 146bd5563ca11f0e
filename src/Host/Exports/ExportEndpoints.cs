using Vantage.Actors.Units;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Replays;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Exports;

/// <summary><c>/api/exports</c>: files to take away, with proof of what is in them. Every track is put on record before the first byte is sent.</summary>
internal static class ExportEndpoints
{
    private const int MaxDays = 92;

    public static void MapExports(this IEndpointRouteBuilder app)
    {
        var exports = app.MapGroup("/api/exports").WithTags("Exports");
        exports.MapGet("/tracks", TracksAsync).Needs(Rights.TracksExport).WaitsForWatermark().Produces(200, contentType: "application/zip")
            .WithSummary("Tracks as a ZIP with a manifest and SHA-256 sums: from, to, units (ids with commas), kind, squad, format (gpx, geojson, csv), crs.");
        exports.MapGet("/replays/{key}", ReplayAsync).Needs(Rights.TracksExport).Produces(200, contentType: "application/zip")
            .WithSummary("The tracks of a replay in the same form: format, crs.");
    }

    private static async Task<IResult> TracksAsync(
        HttpContext context, Situation situation, TrackReads reads, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var fields = new Fields(context.Request.Query);
        var range = fields.PastRange(MaxDays, time.GetUtcNow());
        var (format, crs) = Form(fields);
        var selection = UnitSelection.Read(fields, situation, context.Caller(), Rights.TracksRead, Rights.TracksExport);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var (fromMs, toMs) = range!.Value;
        var order = new TrackExport.Order(selection.Units, fromMs, toMs, format, crs, settings.Demo, settings.KeptFromMs(fromMs, time.GetUtcNow()));
        return await GiveAsync(order, selection.Denied, context, situation, reads, record, time);
    }

    private static async Task<IResult> ReplayAsync(
        string key, HttpContext context, Situation situation, TrackReads reads, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var (replay, problem) = await ReplayEndpoints.FindAsync(key, context, situation, record);
        if (replay is null)
        {
            return problem!;
        }

        var fields = new Fields(context.Request.Query);
        var (format, crs) = Form(fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var (units, fromMs) = (situation.UnitsOf(replay), replay.Opened.FromMs);
        var order = new TrackExport.Order(units, fromMs, replay.Opened.ToMs, format, crs, settings.Demo, settings.KeptFromMs(fromMs, time.GetUtcNow()));
        return await GiveAsync(order, units.Find(unit => !context.Caller().May(Rights.TracksExport, unit)), context, situation, reads, record, time);
    }

    private static (string Format, CoordinateSystem Crs) Form(Fields fields)
    {
        var format = fields.Choice("format", "gpx", "geojson", "csv") ?? "gpx";
        var crs = fields.Crs();
        if (format == "gpx" && crs != CoordinateSystem.Wgs84)
        {
            fields.Wrong("crs", "GPX is WGS-84 by definition.");
        }

        return (format, crs);
    }

    /// <param name="denied">A unit that the caller may not take the track of; null: there is none.</param>
    private static async Task<IResult> GiveAsync(
        TrackExport.Order order, UnitInfo? denied, HttpContext context, Situation situation, TrackReads reads, AccessRecord record, TimeProvider time)
    {
        var caller = context.Caller();
        if (denied is not null)
        {
            await record.DeniedAsync(caller, Rights.TracksExport, denied.IdText, context.RequestAborted);
            return Problems.RightMissing(Rights.TracksExport);
        }

        var most = order.MaxFixesOfFile + TrackWindows.MaxFixes;
        if (await reads.HoldLongestAsync(order.Units, order.FromMs, order.ToMs, detail: null, most, context.RequestAborted) is not { } room)
        {
            return Problems.Busy(TrackReads.Patience);
        }

        context.Response.RegisterForDispose(room);
        await record.AllowedAsync(
            caller, Rights.TracksExport, order.Units.Select(unit => unit.IdText),
            $"export from={WireTime.Write(order.FromMs)} to={WireTime.Write(order.ToMs)} format={order.Format}", context.RequestAborted);
        var export = new TrackExport(order, situation, time);
        return TypedResults.Stream(body => export.WriteAsync(body, context.RequestAborted), "application/zip", export.FileName);
    }
}

using Vantage.Geo.Crs;
using Vantage.Host.Access;
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
        => app.MapGet("/api/exports/tracks", TracksAsync).Needs(Rights.TracksExport).WaitsForWatermark().WithTags("Exports")
            .Produces(200, contentType: "application/zip")
            .WithSummary("Tracks as a ZIP with a manifest and SHA-256 sums: from, to, units (ids with commas), kind, squad, format (gpx, geojson, csv), crs.");

    private static async Task<IResult> TracksAsync(
        HttpContext context, Situation situation, TrackReads reads, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var fields = new Fields(context.Request.Query);
        var range = fields.PastRange(MaxDays, time.GetUtcNow());
        var format = fields.Choice("format", "gpx", "geojson", "csv") ?? "gpx";
        var crs = fields.Crs();
        if (format == "gpx" && crs != CoordinateSystem.Wgs84)
        {
            fields.Wrong("crs", "GPX is WGS-84 by definition.");
        }

        var caller = context.Caller();
        var selection = UnitSelection.Read(fields, situation, caller, Rights.TracksRead, Rights.TracksExport);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (selection.Denied is { } denied)
        {
            await record.DeniedAsync(caller, Rights.TracksExport, denied.IdText, context.RequestAborted);
            return Problems.RightMissing(Rights.TracksExport);
        }

        var (fromMs, toMs) = range!.Value;
        var order = new TrackExport.Order(selection.Units, fromMs, toMs, format, crs, settings.Demo, settings.KeptFromMs(fromMs, time.GetUtcNow()));
        if (await reads.HoldLongestAsync(order.Units, fromMs, toMs, detail: null, order.MaxFixesOfFile + TrackWindows.MaxFixes, context.RequestAborted) is not { } room)
        {
            return Problems.Busy(TrackReads.Patience);
        }

        context.Response.RegisterForDispose(room);
        await record.AllowedAsync(
            caller, Rights.TracksExport, order.Units.Select(unit => unit.IdText),
            $"export from={WireTime.Write(fromMs)} to={WireTime.Write(toMs)} format={format}", context.RequestAborted);
        var export = new TrackExport(order, situation, time);
        return TypedResults.Stream(body => export.WriteAsync(body, context.RequestAborted), "application/zip", export.FileName);
    }
}

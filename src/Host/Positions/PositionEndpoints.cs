using Vantage.Actors.Positions;
using Vantage.Devices;
using Vantage.Devices.Json;
using Vantage.Devices.OsmAnd;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Positions;

/// <summary>The doors for positions over HTTP. Whoever is answered 200 knows that what was accepted is on the disk.</summary>
internal static class PositionEndpoints
{
    private const int MaxPhoneBytes = 1024 * 1024;

    public static void MapPositions(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/positions", PostAsync).Needs(Rights.PositionsWrite).WithTags("Positions")
            .Produces<PositionsView>().WithSummary("Report positions: a JSON array, or one JSON object a line.");
        app.MapMethods("/osmand", ["GET", "POST"], PhoneAsync).IsOpen("Phones are known by the key they are registered with.")
            .WithTags("Positions").WithSummary("Report a position as OsmAnd or Traccar Client does.");
    }

    private static async Task<IResult> PostAsync(
        HttpContext context, JsonPositions positions, JsonPositionsOptions options, IPositionIngest ingest, Situation situation)
    {
        context.CountsBodyItself();
        if (context.Request.ContentLength > options.MaxBytes)
        {
            return Problems.TooLarge(options.MaxBytes);
        }

        // Whoever may report for one unit alone is that unit's officer, on the page.
        var caller = context.Caller();
        var ownUnit = AccessPolicy.ReachOf(caller, Rights.PositionsWrite) == Reach.Everything ? null : caller.Unit ?? "";
        if (ownUnit is "")
        {
            return Problems.RightMissing(Rights.PositionsWrite);
        }

        var result = await positions.ReadAsync(
            context.Request.BodyReader, ownUnit is null ? null : ReportSource.OfficerPage, ownUnit, context.RequestAborted);
        if (result.Error is { } error)
        {
            return error.Fault == JsonPositionsFault.Malformed ? Problems.NotReadable(error.Detail) : Problems.TooLargeBody(error.Detail);
        }

        if (result.Batch.Count > 0)
        {
            // Not cut short when the sender hangs up: what was read is kept.
            await ingest.CommitAsync(result.Batch, CancellationToken.None);
        }

        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(new PositionsView(result.Batch.Count, result.Rejected));
    }

    private static async Task<IResult> PhoneAsync(
        HttpContext context, OsmAndParser parser, OsmAndIntake intake, IPositionIngest ingest, IDeviceAlarms alarms, TimeProvider time)
    {
        using var body = await context.ReadBodyAsync(MaxPhoneBytes);
        if (body is null)
        {
            return Problems.TooLarge(MaxPhoneBytes);
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var request = parser.Parse(context.Request.QueryString.Value, context.Request.ContentType, body.GetBuffer().AsMemory(0, (int)body.Length), nowMs);
        var outcome = intake.Take(request, nowMs);
        if (outcome.Status != StatusCodes.Status200OK)
        {
            return outcome.Status == StatusCodes.Status404NotFound
                ? Problems.Problem("unknown", "No such device", 404, "No device of this name is registered.")
                : Problems.Invalid(outcome.Errors.GroupBy(error => error.Field, StringComparer.Ordinal)
                    .ToDictionary(field => field.Key, field => field.Select(error => error.Reason).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal));
        }

        if (outcome.Batch.Count > 0)
        {
            await ingest.CommitAsync(outcome.Batch, CancellationToken.None);
        }

        foreach (var sos in outcome.Alarms)
        {
            await alarms.RaiseSosAsync(sos, CancellationToken.None);
        }

        return TypedResults.Ok();
    }
}

internal sealed record PositionsView(int Accepted, IReadOnlyList<PositionRejection> Rejected);

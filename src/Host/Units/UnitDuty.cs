using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Units;

/// <summary><c>PUT /api/units/{kind}/{key}/duty</c>: whoever keeps the roster says who is on duty.</summary>
internal static class UnitDuty
{
    public static async Task<IResult> PutAsync(string kind, string key, HttpContext context, Situation situation)
    {
        var caller = context.Caller();
        var (unit, missing) = UnitAccess.Find(situation, caller, Rights.UnitsWrite, kind, key);
        if (unit is null)
        {
            return missing!;
        }

        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        var (onDuty, until) = (fields.Truth("onDuty", required: true), fields.Time("until"));
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var report = new ReportDuty(onDuty!.Value, until is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null);
        await situation.ReportDutyAsync(unit.Id, report, caller.Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(new DutyView(report.OnDuty, WireMoment.From(until)));
    }
}

/// <param name="Until">When it no longer counts; left out: until the next report.</param>
internal sealed record DutyBody(bool OnDuty, string? Until);

internal sealed record DutyView(bool OnDuty, WireMoment? Until);

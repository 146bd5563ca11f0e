using Vantage.Actors.Zones;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Breaches;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary><c>POST /api/zones/{key}/trial</c>: what would this zone have said?</summary>
internal static class ZoneTrialEndpoint
{
    private const int MaxDays = 92;

    /// <summary>Breaches and visits that are given one by one; all are counted.</summary>
    private const int MaxListed = 1_000;

    public static async Task<IResult> RunAsync(
        string key, HttpContext context, Situation situation, ZoneTrials trials, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync(ZoneEndpoints.MaxFeatureBytes);
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(context.Request.Query);
        var (range, crs) = (fields.PastRange(MaxDays, time.GetUtcNow()), fields.ImportCrs(settings.CityGrid));
        var define = ZoneFeatures.Read(key, body.RootElement, crs, "", fields, time.GetUtcNow(), settings.TimeZone);
        if (range is { FromMs: var asked } && settings.KeptFromMs(asked, time.GetUtcNow()) is { } keptFromMs)
        {
            fields.Wrong("from", $"A trial reads tracks, which are kept from {WireTime.Write(keptFromMs)} on.");
        }

        if (!fields.IsValid || define is null)
        {
            return fields.Problem;
        }

        var (fromMs, toMs) = range!.Value;
        var version = ZoneReader.Read(key, define.Feature, time.GetUtcNow(), define.TimeZone).Version!;
        await record.AllowedAsync(
            context.Caller(), Rights.HistoryRead, $"zone/{key}", $"trial from={WireTime.Write(fromMs)} to={WireTime.Write(toMs)}", context.RequestAborted);
        try
        {
            return await trials.RunAsync(version, fromMs, toMs, context.RequestAborted) is { } result
                ? TypedResults.Ok(View(key, version, fromMs, toMs, result, context.Caller(), situation, crs.OfAnswer, settings))
                : Problems.Busy(ZoneTrials.Patience);
        }
        catch (TrialTooLargeException tooLarge)
        {
            return Problems.TooMuch(tooLarge.Message);
        }
    }

    private static ZoneTrialView View(
        string key, ZoneVersion version, long fromMs, long toMs, ZoneTrialResult result, Caller caller, Situation situation, CoordinateSystem crs, HostSettings settings)
    {
        var breaches = result.Breaches.Where(breach => BreachEndpoints.MaySee(caller, Rights.HistoryRead, breach, situation)).ToList();
        var visits = result.Visits.Where(visit => caller.May(Rights.HistoryRead, situation.Units.Get(visit.Unit))).ToList();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(version.TimeZone);
        return new ZoneTrialView(
            key, new(fromMs), new(toMs), version.TimeZone, settings.Demo, result.Units, visits.Count, breaches.Count,
            [.. version.Rules.Select(rule => new TrialRuleView(
                rule.Key, rule.TypeName, breaches.Count(breach => breach.Rule == rule.Key), breaches.Count(breach => breach.Rule == rule.Key && breach.IsMuted)))],
            [.. breaches.GroupBy(breach => DateOf(breach.StartedAtMs, zone)).OrderBy(day => day.Key).Select(day => new TrialDayView(day.Key, day.Count()))],
            [.. breaches.Take(MaxListed).Select(breach => BreachView.Of(breach, situation, crs) with { ZoneName = version.Name, Handling = null })],
            [.. visits.Take(MaxListed).Select(visit => VisitView.Of(visit, situation))],
            [.. result.Damaged.Select(lost => (Unit: situation.Units.Get(lost.Unit), Lost: lost)).Where(part => caller.May(Rights.HistoryRead, part.Unit))
                .Select(part => DamagedUnitView.Of(part.Unit, part.Lost))]);
    }

    private static DateOnly DateOf(long ms, TimeZoneInfo zone)
        => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone).DateTime);
}

/// <param name="UnitCount">Units that were near enough to be judged.</param>
/// <param name="ByDay">By the zone's local day of their start; days without any are not there.</param>
/// <param name="Breaches">The first thousand.</param>
/// <param name="Visits">The first thousand.</param>
/// <param name="Damaged">What storage cannot read of the tracks of those units (TRK-8): nothing was judged there.</param>
internal sealed record ZoneTrialView(
    string Zone, WireMoment From, WireMoment To, string TimeZone, bool Demo, int UnitCount, int VisitCount, int BreachCount,
    IReadOnlyList<TrialRuleView> ByRule, IReadOnlyList<TrialDayView> ByDay, IReadOnlyList<BreachView> Breaches, IReadOnlyList<VisitView> Visits,
    IReadOnlyList<DamagedUnitView> Damaged);

/// <param name="Muted">Of those, within the cooldown of another: on record, and not announced.</param>
internal sealed record TrialRuleView(string Rule, string Type, int Count, int Muted);

internal sealed record TrialDayView(DateOnly Day, int Count);

using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Breaches;

/// <summary>The rules that concern several units at once, RULE-5 and RULE-6: a function of the visits of a zone.</summary>
/// <remarks>Nothing before a change can alter: so only episodes that reach to it or past it are worked out anew, and compared with those stored.</remarks>
public sealed class GroupRules(IHistory history, UnitDirectory directory, LiveUnits live)
{
    private const int MostSilentNamed = 20;

    /// <summary>What must be written so that the stored breaches of a zone are right from a moment on.</summary>
    /// <param name="fromMs">The earliest moment at which a visit changed.</param>
    /// <param name="nowMs">Until when absence can be told.</param>
    /// <param name="unconfirmed">Takes those that reach to <paramref name="fromMs"/> or past it and await confirmation, changed or not.</param>
    public List<Breach> Evaluate(IReadOnlyList<ZoneVersion> versions, long fromMs, long nowMs, List<Breach>? unconfirmed = null)
    {
        var changed = new List<Breach>();
        foreach (var rule in versions.SelectMany(version => version.Rules).Where(rule => rule.IsGroup).Select(rule => rule.Key).Distinct())
        {
            Evaluate(versions, rule, fromMs, nowMs, changed, unconfirmed);
        }

        return changed;
    }

    /// <summary>What a rule says of the visits of its zone.</summary>
    /// <param name="fromMs">Since when, and <paramref name="nowMs"/> until when, absence can be told.</param>
    /// <param name="silent">The zone's units from which nothing comes, asked for at an absence.</param>
    internal static IEnumerable<Breach> Find(
        ZoneVersion version, ZoneRule rule, List<VisitRow> visits, UnitDirectory directory, long fromMs, long nowMs, Func<int[]?> silent)
    {
        var mine = visits.FindAll(visit => rule.Units.Matches(directory.Get(visit.Unit), visit.FromMs));
        return rule.Type == RuleType.Gathering ? Gatherings(version, rule, mine) : Absences(version, rule, mine, fromMs, nowMs, silent);
    }

    private void Evaluate(
        IReadOnlyList<ZoneVersion> versions, string ruleKey, long fromMs, long nowMs, List<Breach> changed, List<Breach>? unconfirmed)
    {
        var zone = versions[0].Key;
        var stored = new List<Breach>();
        history.ReadBreachesOfZones(zone, ruleKey, fromMs, long.MaxValue, stored);
        var known = stored.DistinctBy(breach => breach.StartedAtMs).ToDictionary(breach => breach.StartedAtMs);
        var startMs = known.Count > 0 ? Math.Min(fromMs, known.Keys.Min()) : fromMs;
        var longestMs = versions.SelectMany(version => version.Rules).Where(rule => rule.Key == ruleKey).Max(rule => rule.AfterMs);
        var visits = new List<VisitRow>();
        history.ReadVisitsOfZone(zone, startMs - longestMs - VisitMachine.GapMs, long.MaxValue, visits);

        var found = new List<Breach>();
        foreach (var version in versions.Where(version => !version.IsEnd && version.FromMs < version.ToMs && version.ToMs > startMs - longestMs))
        {
            foreach (var rule in version.Rules.Where(rule => rule.Key == ruleKey && rule.IsGroup))
            {
                found.AddRange(Find(version, rule, visits, directory, startMs - longestMs, nowMs, () => SilentUnits(version, rule, nowMs)));
            }
        }

        // No change can make one start before it: what started earlier is known, or ended before and stands as it is.
        found.RemoveAll(breach => breach.StartedAtMs < fromMs && !known.ContainsKey(breach.StartedAtMs));
        Compare(known, found, nowMs, changed, unconfirmed);
        Mute(zone, versions, known, changed);
    }

    /// <param name="known">By start: what is stored keeps its id, by whichever version of this program it was made.</param>
    private static void Compare(Dictionary<long, Breach> known, List<Breach> found, long nowMs, List<Breach> changed, List<Breach>? unconfirmed)
    {
        foreach (var breach in found)
        {
            var same = known.GetValueOrDefault(breach.StartedAtMs);
            var raisedAtMs = same?.RaisedAtMs ?? nowMs;
            var state = nowMs - raisedAtMs >= BreachDerivation.ConfirmAfterMs ? BreachState.Confirmed : BreachState.Provisional;
            var next = breach with { Id = same?.Id ?? breach.Id, RaisedAtMs = raisedAtMs, State = state, IsMuted = same?.IsMuted ?? false };
            if (same is null || !IsSame(same, next))
            {
                changed.Add(next);
            }

            if (state == BreachState.Provisional)
            {
                unconfirmed?.Add(next);
            }
        }

        var standing = found.Select(breach => breach.StartedAtMs).ToHashSet();
        foreach (var vanished in known.Values.Where(old => !standing.Contains(old.StartedAtMs)))
        {
            var successor = found.Where(breach => !known.ContainsKey(breach.StartedAtMs))
                .MinBy(breach => Math.Abs(breach.StartedAtMs - vanished.StartedAtMs));
            changed.Add(vanished with { State = BreachState.Retracted, SupersededBy = successor?.Id, RetractedAtMs = nowMs });
        }
    }

    private static bool IsSame(Breach a, Breach b)
        => WithoutLists(a) == WithoutLists(b)
        && (a.Units ?? []).SequenceEqual(b.Units ?? [])
        && (a.Why.Silent ?? []).SequenceEqual(b.Why.Silent ?? []);

    // Records compare lists by reference.
    private static Breach WithoutLists(Breach breach) => breach with { Units = null, Why = breach.Why with { Silent = null } };

    // RULE-9, for breaches that are new now: within the cooldown of the last one that was announced.
    private void Mute(string zone, IReadOnlyList<ZoneVersion> versions, Dictionary<long, Breach> known, List<Breach> changed)
    {
        var before = new List<Breach>();
        for (var i = 0; i < changed.Count; i++)
        {
            var breach = changed[i];
            var cooldownMs = versions.FirstOrDefault(version => version.Version == breach.Why.ZoneVersion)
                ?.Rules.FirstOrDefault(rule => rule.Key == breach.Rule)?.CooldownMs ?? 0;
            if (cooldownMs == 0 || breach.Zone != zone || breach.State == BreachState.Retracted || known.ContainsKey(breach.StartedAtMs))
            {
                continue;
            }

            before.Clear();
            history.ReadBreachesOfZones(zone, breach.Rule, breach.StartedAtMs - cooldownMs, breach.StartedAtMs, before);
            var others = before.Where(old => !changed.Exists(now => now.Id == old.Id)).Concat(changed.Take(i));
            var isMuted = others.Any(other => other.Rule == breach.Rule && other is { IsMuted: false, State: not BreachState.Retracted }
                && other.StartedAtMs <= breach.StartedAtMs && breach.StartedAtMs - other.StartedAtMs < cooldownMs);
            changed[i] = breach with { IsMuted = isMuted };
        }
    }

    private static IEnumerable<Breach> Gatherings(ZoneVersion version, ZoneRule rule, List<VisitRow> visits)
    {
        var stays = visits
            .Select(visit => (FromMs: Math.Max(visit.FromMs + rule.AfterMs, version.FromMs), ToMs: Math.Min(visit.ToMs, version.ToMs - 1), Visit: visit))
            .Where(stay => stay.FromMs <= stay.ToMs).OrderBy(stay => stay.FromMs).ToList();
        var inside = new List<(long FromMs, long ToMs, VisitRow Visit)>();
        (long StartMs, int[] Units)? open = null;
        for (var next = 0; next < stays.Count || inside.Count > 0;)
        {
            // Starts before ends at one moment: both ends of a visit belong to it.
            var atMs = Math.Min(next < stays.Count ? stays[next].FromMs : long.MaxValue, inside.Count > 0 ? inside.Min(stay => stay.ToMs) : long.MaxValue);
            for (; next < stays.Count && stays[next].FromMs == atMs; next++)
            {
                inside.Add(stays[next]);
            }

            if (open is null && inside.Count >= rule.Count)
            {
                open = (atMs, [.. inside.Select(stay => stay.Visit.Unit).Distinct().Order()]);
            }

            // The newest word on whoever is still inside is no end. Who comes later has no part in it.
            var lasts = inside.Exists(stay => stay.ToMs == atMs && stay.Visit.IsOpen) && version.IsInForce(atMs + 1);
            inside.RemoveAll(stay => stay.ToMs == atMs);
            if (open is { } gathering && inside.Count < rule.Count)
            {
                open = null;
                if (rule.Schedule.Contains(gathering.StartMs))
                {
                    yield return Make(version, rule, gathering.StartMs, gathering.Units, null) with { EndedAtMs = lasts ? null : atMs };
                }
            }
        }
    }

    private static IEnumerable<Breach> Absences(
        ZoneVersion version, ZoneRule rule, List<VisitRow> visits, long fromMs, long nowMs, Func<int[]?> silent)
    {
        var (lowMs, highMs) = (Math.Max(fromMs, version.FromMs), Math.Min(nowMs, version.ToMs));
        foreach (var window in rule.Schedule.Windows(lowMs, highMs))
        {
            var (beginMs, endMs) = (Math.Max(window.FromMs, lowMs), Math.Min(window.ToMs, highMs));
            foreach (var (emptyFromMs, emptyToMs) in TooFew(visits, rule.Count, beginMs, endMs))
            {
                var startMs = emptyFromMs + rule.AfterMs;
                if (startMs <= emptyToMs && startMs < Math.Min(window.ToMs, version.ToMs))
                {
                    var isOver = emptyToMs < nowMs || emptyToMs == version.ToMs;
                    var breach = Make(version, rule, startMs, null, silent());
                    yield return breach with { EndedAtMs = isOver ? emptyToMs : null };
                }
            }
        }
    }

    /// <summary>The parts of [begin, end] during which fewer than so many units are inside.</summary>
    private static IEnumerable<(long FromMs, long ToMs)> TooFew(List<VisitRow> visits, int count, long beginMs, long endMs)
    {
        var moments = visits
            .Select(visit => (FromMs: Math.Max(visit.FromMs, beginMs), ToMs: Math.Min(visit.IsOpen ? visit.ToMs + VisitMachine.GapMs : visit.ToMs, endMs)))
            .Where(stay => stay.FromMs <= stay.ToMs)
            .SelectMany(stay => new[] { (AtMs: stay.FromMs, Step: 1), (AtMs: stay.ToMs, Step: -1) })
            .OrderBy(moment => moment.AtMs).ThenByDescending(moment => moment.Step);

        var inside = 0;
        var emptyFromMs = count > 0 ? beginMs : endMs;
        foreach (var (atMs, step) in moments)
        {
            var before = inside;
            inside += step;
            if (before < count && inside >= count && atMs > emptyFromMs)
            {
                yield return (emptyFromMs, atMs);
            }

            emptyFromMs = before >= count && inside < count ? atMs : emptyFromMs;
        }

        if (inside < count && endMs > emptyFromMs)
        {
            yield return (emptyFromMs, endMs);
        }
    }

    // Units that were last seen here, and from which nothing comes any more: the post may well be manned.
    private int[]? SilentUnits(ZoneVersion version, ZoneRule rule, long nowMs)
    {
        var silent = directory.All
            .Where(unit => live.TryGet(unit.Number, out var last) && last.Zones.Contains(version.Zone)
                && nowMs - last.Newest.TimeMs > VisitMachine.GapMs && rule.Units.Matches(unit, nowMs))
            .Select(unit => unit.Number).Order().Take(MostSilentNamed).ToArray();
        return silent.Length == 0 ? null : silent;
    }

    private static Breach Make(ZoneVersion version, ZoneRule rule, long startMs, int[]? units, int[]? silent)
    {
        var place = version.Shape.LabelPoint;
        return new Breach
        {
            Id = BreachDerivation.IdOf(version.Key, rule.Key, "", startMs),
            Zone = version.Key,
            Rule = rule.Key,
            Type = rule.TypeName,
            Units = units,
            Level = version.Level,
            StartedAtMs = startMs,
            Longitude = Math.Round(place.Longitude, 7),
            Latitude = Math.Round(place.Latitude, 7),
            Why = new BreachReason(null, null, null, null, null, null, null, version.Version, silent, rule.AfterMs, rule.Count),
        };
    }
}

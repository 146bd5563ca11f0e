using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Breaches;

/// <summary>The breaches that follow from one visit: RULE-1 to RULE-4, RULE-7, RULE-8, RULE-10. A pure function of the track.</summary>
internal static class BreachDerivation
{
    /// <summary>A breach is confirmed once the unit's newest fix is this much past its start (BRE-2).</summary>
    public const long ConfirmAfterMs = 300_000;

    /// <summary>BRE-1: 128 bits over zone, rule, unit and start, as 32 hex digits.</summary>
    public static string IdOf(string zone, string rule, string unit, long startedAtMs)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{zone}\n{rule}\n{unit}\n{startedAtMs}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToHexStringLower(hash[..16]);
    }

    /// <summary>All breaches of a visit, given everything known of it; sets <see cref="Visit.NextCheckMs"/>.</summary>
    public static List<Breach> Derive(Visit visit, UnitTrack track, ZoneSet zones, long newestMs)
    {
        var breaches = new List<Breach>();
        var nextCheckMs = long.MaxValue;
        if (VersionAt(zones, visit.Zone, visit.FromMs, visit.ZoneVersion) is { } version)
        {
            foreach (var rule in version.Rules)
            {
                AddStay(breaches, rule, visit, track, version, ref nextCheckMs);
            }
        }

        AddExit(breaches, visit, track, zones);
        AddSpeed(breaches, visit, track);
        for (var i = 0; i < breaches.Count; i++)
        {
            var confirmMs = breaches[i].StartedAtMs + ConfirmAfterMs;
            breaches[i] = breaches[i] with { State = newestMs >= confirmMs ? BreachState.Confirmed : BreachState.Provisional };
            nextCheckMs = newestMs >= confirmMs ? nextCheckMs : Math.Min(nextCheckMs, confirmMs);
        }

        visit.NextCheckMs = nextCheckMs;
        return breaches;
    }

    private static void AddStay(
        List<Breach> breaches, ZoneRule rule, Visit visit, UnitTrack track, ZoneVersion version, ref long nextCheckMs)
    {
        long? endMs = visit.IsOpen ? null : visit.ToMs;
        if (rule.Type == RuleType.Enter && Holds(rule, track, visit.FromMs))
        {
            breaches.Add(Make(version, rule, track, visit.FromMs, endMs, FixAt(visit, track, visit.FromMs), visit.EnteredAtMs));
        }
        else if (rule.Type == RuleType.Dwell)
        {
            // While the visit is open its dwell may lie ahead: look again when the track gets there.
            var limitMs = visit.IsOpen ? Math.Max(visit.ToMs, visit.FromMs) + rule.AfterMs + (8 * 86_400_000L) : visit.ToMs;
            var startMs = rule.Schedule.After(visit.FromMs, rule.AfterMs, limitMs);
            if (startMs > visit.ToMs)
            {
                nextCheckMs = Math.Min(nextCheckMs, startMs.Value);
            }
            else if (startMs is { } start && rule.Units.Matches(track.Info, start))
            {
                breaches.Add(Make(version, rule, track, start, endMs, FixAtOrAfter(track, start), visit.EnteredAtMs));
            }
        }
    }

    private static void AddExit(List<Breach> breaches, Visit visit, UnitTrack track, ZoneSet zones)
    {
        if (visit.ExitMs == Visit.None || zones.InForce(visit.Zone, visit.ExitMs) is not { } version)
        {
            return;
        }

        foreach (var rule in version.Rules)
        {
            if (rule.Type == RuleType.Exit && Holds(rule, track, visit.ExitMs))
            {
                breaches.Add(Make(version, rule, track, visit.ExitMs, visit.ExitMs, FixAtOrAfter(track, visit.ExitMs), visit.LeftAtMs));
            }
        }
    }

    private static void AddSpeed(List<Breach> breaches, Visit visit, UnitTrack track)
    {
        foreach (var run in visit.Runs)
        {
            if (!Holds(run.Rule, track, run.StartMs))
            {
                continue;
            }

            var breach = Make(
                run.Version, run.Rule, track, run.StartMs, run.IsOpen ? null : run.EndMs, FixAtOrAfter(track, run.StartMs), null);
            breaches.Add(breach with
            {
                Why = breach.Why with { SpeedMetresPerSecond = run.MaxHundredths / 100.0, LimitMetresPerSecond = run.Rule.Above },
            });
        }
    }

    private static bool Holds(ZoneRule rule, UnitTrack track, long startMs)
        => rule.Units.Matches(track.Info, startMs) && rule.Schedule.Contains(startMs);

    private static ZoneVersion? VersionAt(ZoneSet zones, int zone, long timeMs, int number)
    {
        // A passage may start before the version that saw it was in force; it belongs to that version all the same.
        return zones.InForce(zone, timeMs) ?? zones.VersionsOf(zone).FirstOrDefault(version => version.Version == number);
    }

    // The fix that shows an entry: the first inside; for a passage, the one after it.
    private static int FixAt(Visit visit, UnitTrack track, long timeMs) => visit.IsPassage ? FixAtOrAfter(track, visit.ToMs) : FixAtOrAfter(track, timeMs);

    private static int FixAtOrAfter(UnitTrack track, long timeMs)
    {
        var index = track.IndexAtOrAfter(timeMs);
        return index < track.Count ? index : -1;
    }

    private static Breach Make(
        ZoneVersion version, ZoneRule rule, UnitTrack track, long startMs, long? endMs, int fixIndex, long? crossedAtMs)
    {
        var hasFix = fixIndex >= 0;
        var fix = hasFix ? track.At(fixIndex) : default;
        var previous = hasFix ? track.Previous(fixIndex) : -1;
        return new Breach
        {
            Id = IdOf(version.Key, rule.Key, track.Info.IdText, startMs),
            Zone = version.Key,
            Rule = rule.Key,
            Type = rule.TypeName,
            Unit = track.Number,
            Level = version.Level,
            StartedAtMs = startMs,
            EndedAtMs = endMs,
            Longitude = hasFix ? fix.Longitude : null,
            Latitude = hasFix ? fix.Latitude : null,
            Why = new BreachReason(
                FixMs: hasFix ? fix.TimeMs : null,
                PreviousFixMs: previous >= 0 ? track.At(previous).TimeMs : null,
                CrossedAtMs: crossedAtMs,
                DistanceMetres: hasFix ? Math.Round(version.Shape.DistanceMetres(fix.Position), 1) : null,
                AccuracyMetres: hasFix ? fix.Accuracy : null,
                SpeedMetresPerSecond: null,
                LimitMetresPerSecond: null,
                ZoneVersion: version.Version),
        };
    }
}

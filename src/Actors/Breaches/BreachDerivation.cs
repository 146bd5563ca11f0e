using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Unicode;
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

    private const int MaxKeyLength = 64;
    private const long LongestScheduleMs = 8 * 86_400_000L;

    /// <summary>
    /// BRE-1: the start, in 12 hex digits, and then 80 bits over zone, rule, unit and start, in 20. So ids are as good as in order of time: where storage
    /// keeps them in order, new ones come together, beside what was written last.
    /// </summary>
    public static string IdOf(string zone, string rule, string unit, long startedAtMs)
    {
        Span<byte> text = stackalloc byte[3 * (MaxKeyLength + MaxKeyLength + ActorId.MaxKeyLength + 40)];
        Utf8.TryWrite(text, System.Globalization.CultureInfo.InvariantCulture, $"{zone}\n{rule}\n{unit}\n{startedAtMs}", out var length);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        BinaryPrimitives.WriteInt64BigEndian(hash[..8], startedAtMs << 16 | BinaryPrimitives.ReadUInt16BigEndian(hash));
        return Convert.ToHexStringLower(hash[..16]);
    }

    /// <summary>All breaches of a visit, given everything known of it; sets <see cref="Visit.NextCheckMs"/>.</summary>
    /// <param name="known">Breaches as they were last emitted: one that is still the same is given back as it is, at no cost.</param>
    /// <param name="into">Takes them, in place of what it held.</param>
    public static void Derive(Visit visit, UnitTrack track, ZoneSet zones, long newestMs, ReadOnlySpan<Breach> known, List<Breach> into)
    {
        into.Clear();
        var derivation = new Derivation(visit, track, newestMs, known, into);
        if (VersionAt(zones, visit.Zone, visit.FromMs, visit.ZoneVersion) is { } version)
        {
            AddEnter(ref derivation, version);
            var versions = zones.VersionsOf(visit.Zone); // By index, here and below: an enumerator would be allocated.
            for (var i = 0; i < versions.Count; i++)
            {
                var other = versions[i];

                // A dwell may begin under another version than the visit: RULE-10.
                if (other.DwellRules.Length > 0 && other.ToMs > visit.FromMs && !other.IsEnd && (visit.IsOpen || other.FromMs <= visit.ToMs))
                {
                    AddDwell(ref derivation, other);
                }
            }
        }

        AddExit(ref derivation, zones);
        AddSpeed(ref derivation);
        visit.NextCheckMs = derivation.NextCheckMs;
    }

    private static void AddEnter(ref Derivation derivation, ZoneVersion version)
    {
        var (visit, track) = (derivation.Visit, derivation.Track);
        foreach (var rule in version.EnterRules)
        {
            if (Holds(rule, track, visit.FromMs))
            {
                derivation.Add(version, rule, visit.FromMs, EndOf(visit), FixOf(visit, track), visit.EnteredAtMs);
            }
        }
    }

    private static void AddDwell(ref Derivation derivation, ZoneVersion version)
    {
        var (visit, track) = (derivation.Visit, derivation.Track);
        foreach (var rule in version.DwellRules)
        {
            // While the visit is open its dwell may lie ahead: look again when the track gets there.
            var limitMs = visit.IsOpen ? Math.Max(visit.ToMs, visit.FromMs) + rule.AfterMs + LongestScheduleMs : visit.ToMs;
            var startMs = rule.Schedule.After(visit.FromMs, rule.AfterMs, limitMs);
            if (startMs is null || startMs > visit.ToMs)
            {
                derivation.NextCheckMs = visit.IsOpen ? Math.Min(derivation.NextCheckMs, startMs ?? limitMs) : derivation.NextCheckMs;
            }
            else if (startMs is { } start && version.IsInForce(start) && rule.Units.Matches(track.Info, start))
            {
                derivation.Add(version, rule, start, EndOf(visit), FixAtOrAfter(track, start), visit.EnteredAtMs);
            }
        }
    }

    private static long? EndOf(Visit visit) => visit.IsOpen ? null : visit.ToMs;

    private static void AddExit(ref Derivation derivation, ZoneSet zones)
    {
        var visit = derivation.Visit;
        if (visit.ExitMs == Visit.None || zones.InForce(visit.Zone, visit.ExitMs) is not { } version)
        {
            return;
        }

        foreach (var rule in version.ExitRules)
        {
            if (Holds(rule, derivation.Track, visit.ExitMs))
            {
                derivation.Add(version, rule, visit.ExitMs, visit.ExitMs, FixAtOrAfter(derivation.Track, visit.ExitMs), visit.LeftAtMs);
            }
        }
    }

    private static void AddSpeed(ref Derivation derivation)
    {
        foreach (var run in derivation.Visit.Runs)
        {
            if (Holds(run.Rule, derivation.Track, run.StartMs))
            {
                derivation.Add(
                    run.Version, run.Rule, run.StartMs, run.IsOpen ? null : run.EndMs, FixAtOrAfter(derivation.Track, run.StartMs), null,
                    run.MaxHundredths / 100.0);
            }
        }
    }

    private static bool Holds(ZoneRule rule, UnitTrack track, long startMs)
        => rule.Units.Matches(track.Info, startMs) && rule.Schedule.Contains(startMs);

    private static ZoneVersion? VersionAt(ZoneSet zones, int zone, long timeMs, int number)
    {
        if (zones.InForce(zone, timeMs) is { } inForce)
        {
            return inForce;
        }

        // A passage may start before the version that saw it was in force; it belongs to that version all the same.
        var versions = zones.VersionsOf(zone);
        for (var i = 0; i < versions.Count; i++)
        {
            if (versions[i].Version == number)
            {
                return versions[i];
            }
        }

        return null;
    }

    // The fix that shows an entry: the first inside; for a passage, the one after it.
    private static int FixOf(Visit visit, UnitTrack track) => FixAtOrAfter(track, visit.IsPassage ? visit.ToMs : visit.FromMs);

    private static int FixAtOrAfter(UnitTrack track, long timeMs)
    {
        var index = track.IndexAtOrAfter(timeMs);
        return index < track.Count ? index : -1;
    }

    /// <summary>One derivation under way.</summary>
    private ref struct Derivation(Visit visit, UnitTrack track, long newestMs, ReadOnlySpan<Breach> known, List<Breach> into)
    {
        private readonly ReadOnlySpan<Breach> _known = known;

        public readonly Visit Visit => visit;

        public readonly UnitTrack Track => track;

        public long NextCheckMs { get; set; } = long.MaxValue;

        public void Add(
            ZoneVersion version, ZoneRule rule, long startMs, long? endMs, int fixIndex, long? crossedAtMs, double? speed = null)
        {
            var isConfirmed = newestMs >= startMs + ConfirmAfterMs;
            NextCheckMs = isConfirmed ? NextCheckMs : Math.Min(NextCheckMs, startMs + ConfirmAfterMs);
            var state = isConfirmed ? BreachState.Confirmed : BreachState.Provisional;
            var same = Find(rule.Key, startMs);
            double? longitude = fixIndex >= 0 ? track.At(fixIndex).Longitude : null;
            double? latitude = fixIndex >= 0 ? track.At(fixIndex).Latitude : null;
            var isBeyondWindow = same is not null && track.LoadedFromMs >= startMs; // The fix before it, if not the fix itself, is gone.
            var why = isBeyondWindow ? SpeedOf(same!.Why, speed) : Why(IsAt(same, longitude, latitude) ? same!.Why : null, version, rule, fixIndex, crossedAtMs, speed);
            if (same is not null && same.State == state && same.EndedAtMs == endMs && same.Why == why && same.Level == version.Level
                && (isBeyondWindow || IsAt(same, longitude, latitude)))
            {
                into.Add(same);
                return;
            }

            into.Add(new Breach
            {
                Id = same?.Id ?? IdOf(version.Key, rule.Key, track.Info.IdText, startMs),
                Zone = version.Key,
                Rule = rule.Key,
                Type = rule.TypeName,
                Unit = track.Number,
                Level = version.Level,
                State = state,
                StartedAtMs = startMs,
                EndedAtMs = endMs,
                Longitude = isBeyondWindow ? same!.Longitude : longitude,
                Latitude = isBeyondWindow ? same!.Latitude : latitude,
                Why = why,
                RaisedAtMs = same?.RaisedAtMs ?? Breach.NotRaised,
                IsMuted = same?.IsMuted ?? false,
            });
        }

        private static bool IsAt(Breach? breach, double? longitude, double? latitude)
            => breach is not null && breach.Longitude == longitude && breach.Latitude == latitude;

        private readonly Breach? Find(string rule, long startMs)
        {
            foreach (var breach in _known)
            {
                if (breach.StartedAtMs == startMs && breach.Rule == rule)
                {
                    return breach;
                }
            }

            return null;
        }

        private static BreachReason SpeedOf(BreachReason why, double? speed)
            => speed is null || speed == why.SpeedMetresPerSecond ? why : why with { SpeedMetresPerSecond = speed };

        // The distance to the edge is the dear part: it is not worked out again for the same fix and fence.
        private readonly BreachReason Why(
            BreachReason? same, ZoneVersion version, ZoneRule rule, int fixIndex, long? crossedAtMs, double? speed)
        {
            var previous = fixIndex >= 0 ? track.Previous(fixIndex) : -1;
            long? previousMs = previous >= 0 ? track.At(previous).TimeMs : null;
            long? fixMs = fixIndex >= 0 ? track.At(fixIndex).TimeMs : null;
            if (same is not null && same.FixMs == fixMs && same.PreviousFixMs == previousMs && same.CrossedAtMs == crossedAtMs
                && same.ZoneVersion == version.Version && same.SpeedMetresPerSecond == speed && same.AfterMs == AllowedBy(rule)
                && same.AccuracyMetres == (fixIndex >= 0 ? track.At(fixIndex).Accuracy : null))
            {
                return same;
            }

            return new BreachReason(
                FixMs: fixMs,
                PreviousFixMs: previousMs,
                CrossedAtMs: crossedAtMs,
                DistanceMetres: fixIndex >= 0 ? Math.Round(version.Shape.DistanceMetres(track.At(fixIndex).Position), 1) : null,
                AccuracyMetres: fixIndex >= 0 ? track.At(fixIndex).Accuracy : null,
                SpeedMetresPerSecond: speed,
                LimitMetresPerSecond: speed is null ? null : rule.Above,
                ZoneVersion: version.Version,
                AfterMs: AllowedBy(rule));
        }

        private static long? AllowedBy(ZoneRule rule) => rule.Type == RuleType.Dwell ? rule.AfterMs : null;
    }
}

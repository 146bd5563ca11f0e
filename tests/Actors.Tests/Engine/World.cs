using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Tests.Engine;

/// <summary>One position shard on memory storage: reports in, history out. It can be committed and crashed at will.</summary>
internal sealed class World : ILiveFeed
{
    public const long Start = 1_780_000_000_000; // 2026-05-28, in UTC; nothing depends on it.

    private static readonly Meter Meter = new("tests");

    public World(int keep = 768, int sealFixes = 60_000, TimeSpan? keepTracks = null, int rowsInATransaction = int.MaxValue)
    {
        History = new MemoryHistory { RowsInATransaction = rowsInATransaction };
        Directory = new UnitDirectory(Log, registrationIsOpen: true);
        Parts = new ShardParts(Log, History, Directory, Zones, Live, this, new PositionMetrics(Meter))
        {
            KeepFixes = keep,
            MaxFixes = keep + (keep / 2),
            SealFixes = sealFixes,
            SealAfter = TimeSpan.FromDays(1),
            WindowMs = 600_000,
            KeepTracks = keepTracks,
            OnFailure = (unit, failure) => throw new IOException($"{unit} failed.", failure),
        };
        Units = [.. Enumerable.Range(0, 5_000).Select(i => new ActorId("vehicle", $"V{i}")).Where(id => Shards.Of(id) == 0).Take(4).Select(Log.NumberOf)];
        Shard = new PositionShard(0, Parts);
    }

    public MemoryLog Log { get; } = new();

    public MemoryHistory History { get; }

    public ZoneCatalog Zones { get; } = new();

    public LiveUnits Live { get; } = new();

    public UnitDirectory Directory { get; }

    public ShardParts Parts { get; }

    /// <summary>Four units of the shard.</summary>
    public IReadOnlyList<int> Units { get; }

    public PositionShard Shard { get; private set; }

    public List<Breach> Published { get; } = [];

    public static DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(Start).AddDays(1);

    public void Publish(ActorId from, object delta)
    {
        if (delta is Breach breach)
        {
            Published.Add(breach);
        }
    }

    /// <summary>A fix at so many seconds after <see cref="Start"/>, at so many metres east and north of 31.2 N 121.4 E.</summary>
    public static Fix FixAt(
        double seconds, double east, double north, double? speed = null, double? accuracy = null, long receivedAfter = 0)
    {
        var report = PositionReport.At(
            Start + (long)(seconds * 1000), 121.4 + (east / 95_000), 31.2 + (north / 111_195), ReportSource.Api);
        report.Speed = speed ?? double.NaN;
        report.Accuracy = accuracy ?? double.NaN;
        Assert.Equal(Refusal.None, Gate.TryAccept(in report, report.TimeMs + receivedAfter, new GateOptions(), out var fix));
        return fix;
    }

    /// <summary>A square with sides of so many metres around a point, with rules.</summary>
    public int Square(string key, double east, double north, double half, string rules = "[]", string extra = "", long? fromSeconds = null)
    {
        string Corner(double e, double n) => string.Create(
            CultureInfo.InvariantCulture, $"[{121.4 + ((east + e) / 95_000)},{31.2 + ((north + n) / 111_195)}]");
        var ring = $"[{Corner(-half, -half)},{Corner(half, -half)},{Corner(half, half)},{Corner(-half, half)},{Corner(-half, -half)}]";
        return Define(key, $$"""{"type":"Polygon","coordinates":[{{ring}}]}""", rules, extra, fromSeconds);
    }

    public int Define(string key, string geometry, string rules = "[]", string extra = "", long? fromSeconds = null)
    {
        var feature = $$"""{"type":"Feature","geometry":{{geometry}},"properties":{"name":"{{key}}","rules":{{rules}}{{extra}} } }""";
        var reading = ZoneReader.Read(key, feature, Now, "Asia/Shanghai");
        Assert.True(reading.Version is not null, string.Join("; ", reading.Errors));
        var version = Zones.TryNumberOf(key, out var zone) ? Zones.Current.VersionsOf(zone)[^1].Version + 1 : 1;
        var from = DateTimeOffset.FromUnixTimeMilliseconds(Start).AddSeconds(fromSeconds ?? -86_400);
        Change(new ZoneDefined(key, version, from, Now, feature));
        return Zones.TryNumberOf(key, out zone) ? zone : throw new InvalidOperationException();
    }

    /// <summary>A change of a zone, in force on return.</summary>
    public void Change(object @event) => Zones.ApplyAsync(@event).Wait();

    public void Register(int unit, string? squad) => Directory.Apply(new UnitRegistered(
        Log.UnitOf(unit).ToString(), DateTimeOffset.FromUnixTimeMilliseconds(Start).AddDays(-1), "x", squad, null, ImmutableArray<DeviceKey>.Empty));

    /// <summary>One durable write with these reports, processed at once.</summary>
    public void Report(params (int Unit, Fix Fix)[] reports)
        => Shard.Process(Log.Append(0, [.. reports.Select(report => new UnitFix { Unit = report.Unit, Fix = report.Fix })]));

    public void Report(int unit, params Fix[] fixes) => Report([.. fixes.Select(fix => (unit, fix))]);

    /// <summary>As the host does it between frames: time-driven work, then one durable commit, then the log is trimmed.</summary>
    /// <param name="crashesBeforeTrim">The commit is durable, and that is all.</param>
    public ShardCommit Commit(DateTimeOffset? at = null, bool crashesBeforeTrim = false)
    {
        while (Shard.IsBehind(Zones.Current.Epoch))
        {
            Shard.Tick(Now);
        }

        var commit = Shard.TakeCommit(at ?? Now);
        History.Commit([commit]);
        if (crashesBeforeTrim)
        {
            Crash();
        }
        else if (commit.Tracks.Count > 0)
        {
            Log.Trim(0, commit.SealedSequence);
        }

        return commit;
    }

    /// <summary>Everything in memory is lost; the shard comes back from log and history.</summary>
    public void Crash() => Shard = new PositionShard(0, Parts);

    public IEnumerable<string> VisitTexts() => History.Visits.Values
        .OrderBy(row => row.Unit).ThenBy(row => row.Zone, StringComparer.Ordinal).ThenBy(row => row.FromMs)
        .Select(row => string.Create(CultureInfo.InvariantCulture,
            $"{row.Unit} {row.Zone} {Seconds(row.FromMs)}-{(row.IsOpen ? "" : Seconds(row.ToMs))} in@{Seconds(row.EnteredAtMs)} out@{(row.IsOpen ? "" : Seconds(row.LeftAtMs))}{(row.IsPassage ? " passage" : "")} v{row.ZoneVersion}"));

    public IEnumerable<string> BreachTexts() => History.Breaches.Values.Where(breach => breach.State != BreachState.Retracted)
        .OrderBy(breach => breach.Unit).ThenBy(breach => breach.Zone, StringComparer.Ordinal).ThenBy(breach => breach.Rule, StringComparer.Ordinal)
        .ThenBy(breach => breach.StartedAtMs)
        .Select(breach => string.Create(CultureInfo.InvariantCulture,
            $"{breach.Unit} {breach.Zone}/{breach.Rule} {Seconds(breach.StartedAtMs)}-{(breach.EndedAtMs is { } end ? Seconds(end) : "")} {breach.Longitude} {breach.Latitude} {breach.Why with { Silent = null }}"));

    public IEnumerable<string> HeatTexts() => History.Heat.Where(cell => cell.Value != default)
        .OrderBy(cell => cell.Key).Select(cell => $"{cell.Key.Hour} {cell.Key.Cell:x} {cell.Value.Fixes} {cell.Value.PresenceMs}");

    /// <summary>The whole track of a unit as a reader sees it: sealed fixes and those in memory.</summary>
    public List<Fix> Track(int unit)
    {
        var fixes = new List<Fix>();
        Shard.CopyTrack(unit, 0, long.MaxValue, fixes);
        History.ReadTrack(unit, 0, long.MaxValue, fixes);
        return [.. fixes.DistinctBy(fix => (fix.TimeMs, fix.LatitudeE7, fix.LongitudeE7, fix.SpeedHundredths, fix.AccuracyTenths, fix.HeadingTenths))
            .OrderBy(fix => fix, Comparer<Fix>.Create((a, b) => Fix.Compare(in a, in b)))];
    }

    private static string Seconds(long timeMs) => ((timeMs - Start) / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
}

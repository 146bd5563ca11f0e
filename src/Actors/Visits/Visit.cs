using Vantage.Actors.History;

namespace Vantage.Actors.Visits;

/// <summary>A stay of one unit in one zone, while it is in memory. Owned by the shard's thread.</summary>
internal sealed class Visit
{
    public const long None = long.MinValue;

    public required int Zone { get; init; }

    public required string ZoneKey { get; init; }

    public int ZoneVersion { get; init; }

    public long FromMs { get; init; }

    public long EnteredAtMs { get; init; }

    public bool IsPassage { get; init; }

    public long ToMs { get; set; }

    public long LeftAtMs { get; set; }

    public bool IsOpen { get; set; }

    /// <summary>The first fix outside after it, or <see cref="None"/>.</summary>
    public long ExitMs { get; set; } = None;

    /// <summary>The next moment of the track at which its breaches change: a dwell begins, or one is confirmed.</summary>
    public long NextCheckMs { get; set; } = long.MaxValue;

    /// <summary>Replaced by a re-evaluation: no longer so.</summary>
    public bool IsGone { get; set; }

    /// <summary>Queued for the next commit.</summary>
    public bool IsQueued { get; set; }

    public List<SpeedRun> Runs { get; } = [];

    /// <summary>The breaches derived from it, as they were last emitted.</summary>
    public Breach[] Breaches { get; set; } = [];

    public VisitRow ToRow(int unit, bool removed = false) => new(
        ZoneKey, unit, FromMs, ToMs, IsOpen, EnteredAtMs, LeftAtMs, IsPassage, ZoneVersion, removed);

    /// <summary>What it was until a time, as if the data had ended there.</summary>
    public Visit EndedAt(long timeMs)
    {
        var ended = new Visit
        {
            Zone = Zone,
            ZoneKey = ZoneKey,
            ZoneVersion = ZoneVersion,
            FromMs = FromMs,
            EnteredAtMs = EnteredAtMs,
            IsPassage = IsPassage,
            ToMs = timeMs,
            LeftAtMs = timeMs,
        };
        ended.Runs.AddRange(Runs.Where(run => run.EndMs <= timeMs));
        return ended;
    }

    public bool Covers(long timeMs) => FromMs <= timeMs && (IsOpen || ToMs >= timeMs);
}

/// <summary>A run of fixes above a speed limit, in one visit, for one rule.</summary>
internal sealed class SpeedRun
{
    public required Zones.ZoneRule Rule { get; init; }

    public required Zones.ZoneVersion Version { get; init; }

    public long StartMs { get; init; }

    public long EndMs { get; set; }

    public int MaxHundredths { get; set; }

    public bool IsOpen { get; set; }
}

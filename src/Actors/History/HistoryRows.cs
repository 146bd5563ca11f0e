using Vantage.Actors.Positions;

namespace Vantage.Actors.History;

/// <summary>One stay of a unit in a zone, as stored. Its key is (unit, zone, from).</summary>
/// <param name="Zone">The zone's key.</param>
/// <param name="Unit">The unit's number in the track log.</param>
/// <param name="FromMs">The first fix inside, or the interpolated entry when no fix fell inside.</param>
/// <param name="ToMs">The last fix inside so far, or the interpolated exit when no fix fell inside.</param>
/// <param name="IsOpen">The unit's newest fix is inside.</param>
/// <param name="EnteredAtMs">The interpolated moment at which the edge was crossed; <paramref name="FromMs"/> for a first fix inside.</param>
/// <param name="LeftAtMs">The interpolated moment of leaving; <paramref name="ToMs"/> when a gap or the end of the data ended it.</param>
/// <param name="IsPassage">No fix fell inside: the segment between two fixes crossed the zone.</param>
/// <param name="ZoneVersion">The version in force at <paramref name="FromMs"/>.</param>
/// <param name="Removed">The visit is no longer so: late data or a new fence changed it.</param>
public readonly record struct VisitRow(
    string Zone,
    int Unit,
    long FromMs,
    long ToMs,
    bool IsOpen,
    long EnteredAtMs,
    long LeftAtMs,
    bool IsPassage,
    int ZoneVersion,
    bool Removed = false);

public enum BreachState
{
    Provisional = 0,
    Confirmed = 1,
    Retracted = 2,
}

/// <summary>One breach of a zone's rule. Replacing a breach of the same id replaces all of it but its handling, and what the id is made from.</summary>
public sealed record Breach
{
    /// <summary>Stands in <see cref="RaisedAtMs"/> until the breach has been raised.</summary>
    internal const long NotRaised = long.MinValue;

    /// <summary>Made from zone, rule, unit and start: the same breach found again has the same id.</summary>
    public required string Id { get; init; }

    public required string Zone { get; init; }

    /// <summary>The rule's key within the zone.</summary>
    public required string Rule { get; init; }

    /// <summary><c>enter</c>, <c>exit</c>, <c>dwell</c>, <c>speed</c>, <c>gathering</c>, <c>absence</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The unit's number, or null for gathering and absence.</summary>
    public int? Unit { get; init; }

    /// <summary>The numbers of the units that gathered, or null.</summary>
    public IReadOnlyList<int>? Units { get; init; }

    public required string Level { get; init; }

    public BreachState State { get; init; }

    public required long StartedAtMs { get; init; }

    /// <summary>Null while it lasts.</summary>
    public long? EndedAtMs { get; init; }

    /// <summary>The breach that stands where this one was retracted, or null.</summary>
    public string? SupersededBy { get; init; }

    /// <summary>When the report arrived that made it so: for "corrected: late track of 14:32". Not part of equality of histories.</summary>
    public long? RetractedAtMs { get; init; }

    public double? Longitude { get; init; }

    public double? Latitude { get; init; }

    public required BreachReason Why { get; init; }

    /// <summary>Within the cooldown of an earlier one: recorded, but not announced.</summary>
    public bool IsMuted { get; set; }

    /// <summary>When this system first knew of it. Not part of equality of histories.</summary>
    public long RaisedAtMs { get; set; }
}

/// <summary>What a breach rests on.</summary>
/// <param name="FixMs">The time of the fix that shows it.</param>
/// <param name="PreviousFixMs">The fix before.</param>
/// <param name="CrossedAtMs">The interpolated moment at which the edge was crossed.</param>
/// <param name="DistanceMetres">From the fix to the zone's edge.</param>
/// <param name="AccuracyMetres">As reported with the fix.</param>
/// <param name="SpeedMetresPerSecond">The highest speed of a speeding run.</param>
/// <param name="LimitMetresPerSecond">The rule's limit.</param>
/// <param name="ZoneVersion">The version that was in force.</param>
/// <param name="AfterMs">How long the rule waits: the dwell allowed, or for how long too many or too few must be inside.</param>
/// <param name="Count">How many units the rule asks for: at least for a gathering, to be missed for an absence.</param>
/// <param name="Silent">The zone's own units that sent nothing meanwhile: an absence that may be a lost signal.</param>
public sealed record BreachReason(
    long? FixMs,
    long? PreviousFixMs,
    long? CrossedAtMs,
    double? DistanceMetres,
    double? AccuracyMetres,
    double? SpeedMetresPerSecond,
    double? LimitMetresPerSecond,
    int ZoneVersion,
    IReadOnlyList<int>? Silent = null,
    long? AfterMs = null,
    int? Count = null);

/// <summary>A change of one heat cell. Both counts may be negative: late data moves presence.</summary>
/// <param name="Hour">Whole hours since 1970-01-01 UTC.</param>
/// <param name="Cell">The cell at <see cref="Heat.HeatCube.BaseResolution"/>.</param>
public readonly record struct HeatDelta(int Hour, ulong Cell, int Fixes, long PresenceMs);

/// <summary>Heat of one cell, or a part of it, over a range of hours.</summary>
/// <param name="Cell">At the resolution that was asked for.</param>
public readonly record struct HeatSum(ulong Cell, long Fixes, long PresenceMs);

/// <summary>All fixes of a unit with times in [from, to] are from now on exactly these.</summary>
public readonly record struct TrackRewrite(int Unit, long FromMs, long ToMs, ReadOnlyMemory<Fix> Fixes);

/// <summary>
/// What is sealed of a unit's track in chunks that end before a time may go, some thousand at a time, but for its newest chunk, which says where the
/// unit was last. What was derived from it stays.
/// </summary>
public readonly record struct TrackForget(int Unit, long BeforeMs);

/// <summary>A zone whose rules for several units must be worked out anew: kept until a commit says that it is done.</summary>
/// <param name="FromMs">From when on.</param>
/// <param name="DueMs">Not before then; zero: at once.</param>
/// <param name="Version">Given by storage: grows whenever more is to be done, so that nothing is taken as done that came meanwhile.</param>
public readonly record struct GroupWork(string Zone, long FromMs, long DueMs, long Version = 0);

/// <summary>What one shard derived from the log up to a frame; committed as one, so that a restart goes on from exactly there.</summary>
public sealed class ShardCommit
{
    public required int Shard { get; init; }

    /// <summary>Holds what the rules for several units gave for zones that belong to the shard; says nothing about how far the shard has come.</summary>
    public bool IsGroupOnly { get; init; }

    /// <summary>Where the shard's commit before this one ended: what this one adds, it adds to that.</summary>
    public long BasedOnSequence { get; set; }

    /// <summary>The shard's first since it was read back: what it is based on is what history said then.</summary>
    public bool IsFirst { get; set; }

    /// <summary>Every frame up to and including this one has been processed.</summary>
    public long ProcessedSequence { get; set; }

    /// <summary>Every fix of frames up to and including this one is in <see cref="Tracks"/> or was rewritten earlier: the log may go.</summary>
    public long SealedSequence { get; set; }

    /// <summary>How many of the shard's fixes only the log will hold after this commit.</summary>
    public int UnsealedFixes { get; set; }

    public List<VisitRow> Visits { get; } = [];

    public List<Breach> Breaches { get; } = [];

    public List<HeatDelta> Heat { get; } = [];

    public List<TrackRewrite> Tracks { get; } = [];

    /// <summary>What <see cref="Tracks"/> point into; given back once the commit is written.</summary>
    internal TrackCopies TrackCopies { get; } = new();

    /// <summary>Tracks of which what is older than a time need not be kept any longer. Counts after <see cref="Tracks"/> of the same commit.</summary>
    public List<TrackForget> Forgets { get; } = [];

    /// <summary>Zone versions that this shard has judged all its stored tracks by.</summary>
    public List<(string Zone, int Version)> AppliedZones { get; } = [];

    /// <summary>Added to what is kept of the same zones: the earliest times count. The version is storage's to give.</summary>
    public List<GroupWork> GroupWork { get; } = [];

    /// <summary>Work that is done, unless it has another version by now. Counts before <see cref="GroupWork"/> of the same commit.</summary>
    public List<(string Zone, long Version)> GroupDone { get; } = [];

    /// <summary>All tracks of the shard are judged by the zones as they were at this epoch.</summary>
    public long JudgedEpoch { get; set; }

    /// <summary>The sequence, or the epoch that all tracks are judged by, has moved since the commit before.</summary>
    public bool HasProgress { get; set; }

    internal void ReleaseTracks()
    {
        Tracks.Clear();
        TrackCopies.Release();
    }

    /// <summary>About how many rows it takes to write. Fixes are packed many to a row, and cost a sixteenth of one each.</summary>
    public int Rows => Visits.Count + Breaches.Count + Heat.Count + Tracks.Count + (Tracks.Sum(rewrite => rewrite.Fixes.Length) / 16);

    /// <summary>Nothing to write.</summary>
    public bool IsEmpty => !HasProgress && Visits.Count + Breaches.Count + Heat.Count + Tracks.Count + Forgets.Count + AppliedZones.Count + GroupDone.Count == 0;
}

using Vantage.Actors.Positions;
using Vantage.Geo;

namespace Vantage.Actors.History;

/// <summary>What was derived from tracks, and the tracks themselves once they have left the log.</summary>
/// <remarks>
/// Writing is done by one thread; reading may be done by any number, each seeing whole commits only.
/// Unit numbers are the track log's. Times are milliseconds since 1970-01-01 UTC; ranges are [from, to).
/// </remarks>
public interface IHistory
{
    /// <summary>
    /// Takes a shard for this process. Once it has returned, commits for the shard by whoever had it before are refused, and what that one
    /// has committed can be read. Blocking; nothing to do where one process has all shards.
    /// </summary>
    /// <exception cref="IOException">Storage refused: whose the shard is remains open until a claim succeeds.</exception>
    void Claim(int shard);

    /// <summary>This process commits no more for a shard, unless it claims it again. Others are told nothing.</summary>
    void Release(int shard);

    /// <summary>From about so many rows on the commits of several shards are better written in several transactions.</summary>
    int RowsInATransaction { get; }

    /// <summary>Makes the commits durable in one transaction. Blocking; the caller's thread does the work.</summary>
    /// <exception cref="IOException">Storage refused; nothing was written, and the same commits may be tried again.</exception>
    /// <exception cref="ShardsLostException">Shards among them are not this process's (any more); nothing was written.</exception>
    void Commit(IReadOnlyList<ShardCommit> commits);

    /// <summary>How far a shard had come when its last commit was written; zeros for a new one.</summary>
    (long ProcessedSequence, long SealedSequence) ReadProgress(int shard);

    /// <summary>Zone versions by which a shard has judged all its tracks.</summary>
    IReadOnlyList<(string Zone, int Version)> ReadAppliedZones(int shard);

    /// <summary>All zones whose rules for several units are to be worked out anew, now or later.</summary>
    IReadOnlyList<GroupWork> ReadGroupWork();

    /// <summary>
    /// How far queries see what all shards have derived, whichever process has them, and what follows for rules over several units.
    /// Null where one process has all shards: who writes knows.
    /// </summary>
    Watermark? ReadCovered();

    /// <summary>Appends the sealed fixes of a unit in [from, to], in the order of <see cref="Fix.Compare"/>: the oldest ones, so many at most.</summary>
    /// <param name="detail">Which outline of the track to give instead of all its fixes.</param>
    /// <returns>What cannot be read of what was asked for, by time: nothing as a rule.</returns>
    IReadOnlyList<DamagedTrack> ReadTrack(
        int unit, long fromMs, long toMs, List<Fix> into, int atMost = int.MaxValue, TrackDetail? detail = null);

    /// <summary>How many fixes <see cref="ReadTrack"/> would give at most: more by a chunk at either end, and no track is read for it.</summary>
    long CountTrack(int unit, long fromMs, long toMs, TrackDetail? detail = null);

    /// <summary>Units that may have a sealed fix in a box within [from, to]. One that has is never missing; one that was near may be among them.</summary>
    IReadOnlySet<int> UnitsNear(GeoBox box, long fromMs, long toMs);

    /// <summary>The time range over which a unit has sealed fixes, or null.</summary>
    (long FirstMs, long LastMs)? TrackRange(int unit);

    /// <summary><see cref="TrackRange"/> of each of some units, in their order: one question where storage is a server.</summary>
    (long FirstMs, long LastMs)?[] TrackRanges(IReadOnlyList<int> units) => [.. units.Select(TrackRange)];

    /// <summary>
    /// The time of the newest sealed fix at or before a time, or null: where to begin reading backwards. In a damaged stretch the time of its first fix.
    /// </summary>
    long? LastFixAtOrBefore(int unit, long timeMs);

    /// <summary>The time of the oldest sealed fix at or after a time, or null. In a damaged stretch the time of its last fix.</summary>
    long? FirstFixAtOrAfter(int unit, long timeMs);

    /// <summary>Visits of a unit that overlap [from, to] (in one zone, or in all), by start.</summary>
    void ReadVisitsOfUnit(int unit, string? zone, long fromMs, long toMs, List<VisitRow> into);

    /// <summary>Visits of some units that overlap [from, to], those of each by start: one question where storage is a server.</summary>
    void ReadVisitsOfUnits(IReadOnlyList<int> units, long fromMs, long toMs, List<VisitRow> into)
    {
        foreach (var unit in units)
        {
            ReadVisitsOfUnit(unit, zone: null, fromMs, toMs, into);
        }
    }

    /// <summary>Non-retracted single-unit breaches of a unit that overlap [from, to] (in one zone, or in all), by start.</summary>
    void ReadBreachesOfUnit(int unit, string? zone, long fromMs, long toMs, List<Breach> into);

    /// <summary>Non-retracted single-unit breaches of some units that overlap [from, to], those of each by start: one question where storage is a server.</summary>
    void ReadBreachesOfUnits(IReadOnlyList<int> units, long fromMs, long toMs, List<Breach> into)
    {
        foreach (var unit in units)
        {
            ReadBreachesOfUnit(unit, zone: null, fromMs, toMs, into);
        }
    }

    /// <summary>Visits of a zone that overlap [from, to], by start.</summary>
    void ReadVisitsOfZone(string zone, long fromMs, long toMs, List<VisitRow> into);

    /// <summary>Non-retracted gathering and absence breaches (of one zone, of one rule, or of all) that overlap [from, to], by start.</summary>
    void ReadBreachesOfZones(string? zone, string? rule, long fromMs, long toMs, List<Breach> into);

    /// <summary>A page of visits, newest first.</summary>
    Page<VisitRow> QueryVisits(VisitQuery query);

    /// <summary>A page of breaches, newest first.</summary>
    Page<Breach> QueryBreaches(BreachQuery query);

    Breach? FindBreach(string id);

    /// <summary>
    /// Adds up heat for whole hours [fromHour, toHour), by base cell, calling <paramref name="add"/> once or more for each cell.
    /// </summary>
    /// <param name="inside">Tells which coarse cells (at <see cref="Heat.HeatCube.BlockResolution"/>) may matter; null: all.</param>
    void ReadHeat(int fromHour, int toHour, Func<ulong, bool>? inside, Action<HeatDelta> add);

    /// <summary>
    /// Adds up heat for whole hours [fromHour, toHour) by cells of a resolution up to <see cref="Heat.HeatCube.BaseResolution"/>, calling
    /// <paramref name="add"/> once or more for each cell. The same as <see cref="ReadHeat"/> gives, and sooner over months: sums over longer spans are
    /// read where they are built.
    /// </summary>
    /// <param name="inside">Tells which coarse cells (at <see cref="Heat.HeatCube.BlockResolution"/>) may matter; null: all.</param>
    void SumHeat(int fromHour, int toHour, int resolution, Func<ulong, bool>? inside, Action<HeatSum> add);

    /// <summary>Builds sums that are missing, for <see cref="SumHeat"/> to read. Blocking, for some tens of milliseconds; commits wait meanwhile.</summary>
    /// <param name="beforeHour">Only over hours before: a sum over an hour that still changes would have to be built again.</param>
    /// <returns>There is more to build.</returns>
    /// <exception cref="IOException">Storage refused; it may be tried again.</exception>
    bool BuildHeatSums(int beforeHour);

    /// <summary>The hours in [fromHour, toHour) of which heat cannot be read, whole or in part, in order. Looks at every row.</summary>
    IReadOnlyList<int> DamagedHeat(int fromHour, int toHour);

    /// <summary>
    /// Puts heat in the place of all that is stored of the hours [fromHour, toHour), damaged or not, in one transaction. Nothing may be derived meanwhile:
    /// it would be counted twice, or not at all.
    /// </summary>
    /// <param name="heat">A cell's in any number of parts.</param>
    /// <exception cref="ArgumentException">A cell is not of the base resolution, or an hour is another; nothing was written.</exception>
    /// <exception cref="IOException">Storage refused; nothing was written.</exception>
    void ReplaceHeat(int fromHour, int toHour, List<HeatDelta> heat);
}

/// <param name="Limit">1 to 1000.</param>
/// <param name="Cursor">As the last page gave it, or null.</param>
public sealed record VisitQuery(string? Zone, int? Unit, long? FromMs, long? ToMs, int Limit, string? Cursor);

/// <param name="States">Which states to list; null: all but retracted.</param>
public sealed record BreachQuery(
    string? Zone, int? Unit, string? Rule, IReadOnlySet<BreachState>? States, long? FromMs, long? ToMs, int Limit, string? Cursor);

public sealed record Page<T>(IReadOnlyList<T> Items, string? Cursor);

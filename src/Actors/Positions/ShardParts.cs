using Vantage.Actors.History;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Positions;

/// <summary>What all position shards share.</summary>
public sealed record ShardParts(
    ITrackLog Log, IHistory History, UnitDirectory Directory, ZoneCatalog Zones, LiveUnits Live, ILiveFeed Feed, PositionMetrics Metrics)
{
    /// <summary>How much of a unit's track is read at once when it is needed: 30 minutes.</summary>
    internal const long WindowMs = 1_800_000;

    /// <summary>A unit's window is cut back to this many fixes …</summary>
    internal const int KeepFixes = 768;

    /// <summary>… once it has more than this many, all sealed.</summary>
    internal const int MaxFixes = 1_280;

    /// <summary>A shard seals its tracks when it has so many fixes that only the log holds …</summary>
    internal const int SealFixes = 60_000;

    /// <summary>… or after so long.</summary>
    internal static readonly TimeSpan SealAfter = TimeSpan.FromSeconds(120);
}

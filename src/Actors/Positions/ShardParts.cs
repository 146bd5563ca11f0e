using Vantage.Actors.History;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Positions;

/// <summary>What all position shards share.</summary>
public sealed record ShardParts(
    ITrackLog Log, IHistory History, UnitDirectory Directory, ZoneCatalog Zones, LiveUnits Live, ILiveFeed Feed, PositionMetrics Metrics)
{
    private static readonly TimeSpan JudgedAfter = TimeSpan.FromDays(1);

    /// <summary>Told when judging a unit's fix failed, which is a bug; that unit's state is then rebuilt from its track.</summary>
    public Action<ActorId, Exception> OnFailure { get; init; } = (_, _) => { };

    /// <summary>How long tracks are kept, two days at least; null (the default): for ever. The gate refuses what is older by then (KEEP-3).</summary>
    public TimeSpan? KeepTracks { get; init; }

    internal TrackBuffers TrackBuffers { get; } = new();

    /// <summary>From when on tracks are surely whole, with enough before it to judge from: KEEP-2. In milliseconds.</summary>
    internal long JudgedFromMs(long nowMs) => KeepTracks is { } keep ? nowMs - (long)(keep - JudgedAfter).TotalMilliseconds : long.MinValue;

    /// <summary>How much of a unit's track is read at once when it is needed, in milliseconds. Default: 30 minutes.</summary>
    public long WindowMs { get; init; } = 1_800_000;

    /// <summary>A unit's window is cut back to this many fixes, or to what is not sealed yet if that is more …</summary>
    public int KeepFixes { get; init; } = 768;

    /// <summary>… once it has more than this many.</summary>
    public int MaxFixes { get; init; } = 1_280;

    /// <summary>A shard seals what it had at the seal before when so many fixes have come since, or twice as many are unsealed …</summary>
    public int SealFixes { get; init; } = 60_000;

    /// <summary>… or after so long.</summary>
    public TimeSpan SealAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many fixes of all shards may wait to be sealed before the log delivers no more: a bound on memory. More than twice
    /// <see cref="SealFixes"/> a shard, which is what shards may keep to themselves until <see cref="SealAfter"/>.
    /// </summary>
    public long MaxUnsealedFixes { get; init; } = 3L * Shards.Count * 60_000;
}

using Vantage.Actors.Visits;

namespace Vantage.Actors.Positions;

/// <summary>How much of a track an outline of it keeps (TRK-7).</summary>
/// <param name="Level">1 is the finest.</param>
/// <param name="Metres">How far the unit may have been from where the outline has it, at the time of any fix.</param>
/// <param name="LongestMs">Neighbours in the outline are no further apart in time, unless the unit was silent between.</param>
public sealed record TrackDetail(int Level, int Metres, long LongestMs)
{
    /// <summary>Neighbours in a track that are further apart in time have a gap between them, in milliseconds.</summary>
    public const long GapMs = VisitMachine.GapMs;

    /// <summary>All levels, the finest first. Stored: never renumber.</summary>
    public static IReadOnlyList<TrackDetail> Levels { get; } =
    [
        new(1, 10, 60_000),
        new(2, 50, 300_000),
        new(3, 250, 1_800_000),
    ];

    /// <summary>The coarsest level that is no coarser than asked for; null when every fix is asked for.</summary>
    public static TrackDetail? Within(double metres) => Levels.LastOrDefault(level => level.Metres <= metres);
}

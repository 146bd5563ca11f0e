namespace Vantage.Geo.Motion;

/// <summary>A position of a track, as motion is worked out from it.</summary>
/// <param name="TimeMs">Milliseconds since 1970-01-01 UTC.</param>
/// <param name="SpeedMetresPerSecond">As reported; null: not reported.</param>
/// <param name="AccuracyMetres">As reported; null: not reported, and taken for good.</param>
public readonly record struct MotionFix(
    long TimeMs, LatLng Place, double? SpeedMetresPerSecond = null, double? AccuracyMetres = null);

/// <summary>A unit stayed at one place. From its first fix there to its last.</summary>
/// <param name="Place">The mean of its fixes.</param>
public readonly record struct MotionStop(long FromMs, long ToMs, LatLng Place);

/// <summary>A unit went from one place to another.</summary>
/// <param name="FromMs">The last fix at the stop before; without one, the first fix after a gap.</param>
/// <param name="ToMs">The first fix at the stop after; without one, the last fix before a gap.</param>
/// <param name="Centimetres">The way, which is the sum of the <see cref="IMotionSink.Leg"/>s of the trip.</param>
/// <param name="Start">The place of the stop before, or of the first fix.</param>
/// <param name="End">The place of the stop after, or of the last fix.</param>
/// <param name="MaxMetresPerSecond">The greatest speed that a fix on the way reported; null: none did.</param>
public readonly record struct MotionTrip(
    long FromMs, long ToMs, long Centimetres, LatLng Start, LatLng End, double? MaxMetresPerSecond);

/// <summary>Takes what a track turns out to be. All times that lie between two fixes are told once, as a trip, a stop, idle or a gap.</summary>
public interface IMotionSink
{
    /// <summary>The unit moved. Comes after its legs.</summary>
    void Trip(in MotionTrip trip);

    /// <summary>A part of a trip, in the order of time: from one fix that is counted to the next.</summary>
    void Leg(long fromMs, long toMs, long centimetres);

    /// <summary>The unit stayed.</summary>
    void Stop(in MotionStop stop);

    /// <summary>The unit neither stayed for long enough to have stopped nor got anywhere.</summary>
    void Idle(long fromMs, long toMs);

    /// <summary>Nothing is known of the time between two fixes.</summary>
    void Gap(long fromMs, long toMs);
}

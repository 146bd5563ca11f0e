namespace Vantage.Geo.Motion;

/// <summary>The numbers by which a track becomes trips, stops and gaps (MOT-6 to MOT-11), and where they come from.</summary>
/// <remarks>
/// Stops are the stay points of Li, Zheng, Xie, Chen, Liu and Ma, "Mining user similarity based on location history", ACM SIGSPATIAL GIS 2008:
/// so long within so far of the first fix. Their 30 min and 200 m find where people live and work. What is asked here is where a unit stopped on
/// duty, so that the numbers are those of finer tools: trackintel takes 5 min, and 50 m in its first versions (100 m now); Traccar lets 300 s
/// of parking end a trip (<c>report.trip.minimalParkingDuration</c>).
/// </remarks>
public static class MotionRules
{
    /// <summary>A longer silence is a gap, in milliseconds: the same as for visits (VIS-4).</summary>
    public const long GapMs = 300_000;

    /// <summary>A segment that needs more is a gap, in metres a second: the same as for visits (VIS-5).</summary>
    public const double MaxMetresPerSecond = 70;

    /// <summary>
    /// A fix sooner than this after the last one that was used is left out, in milliseconds. It tells nothing about motion, and without it what
    /// must be remembered of a device would be as much as it likes to send.
    /// </summary>
    public const long MinIntervalMs = 1_000;

    /// <summary>A fix that says itself that it is less accurate is left out, in metres: it could be a trip away (<see cref="TripReachMetres"/>).</summary>
    public const double MaxAccuracyMetres = 100;

    /// <summary>How far from its first fix a unit at a stop may be, in metres.</summary>
    public const double StopRadiusMetres = 50;

    /// <summary>How long a unit has to stay for a stop, in milliseconds: what makes a unit idle on the live map too (MOT-2).</summary>
    public const long StopMs = 300_000;

    /// <summary>
    /// How far a unit has to get for a trip, in metres: the width of a stop. Traccar's default is 500 m; officers on foot make shorter ones.
    /// </summary>
    public const double TripReachMetres = 2 * StopRadiusMetres;

    /// <summary>
    /// How long a unit has to be without a stop for a trip however far it gets, in milliseconds: one that does not come to rest is under way.
    /// Twice the time of a stop, so that drift which leaves the radius now and then makes no trip.
    /// </summary>
    public const long TripMs = 2 * StopMs;

    /// <summary>
    /// Of a trip, a fix nearer than this to the last one counted adds no distance, in metres: a unit that waits at a crossing drifts. Phones
    /// are within 10 m for 95 % of their fixes (Al-Azizi and Shafri, International Journal of Navigation and Observation 2017, 6750346), two
    /// of one place therefore within 20 m of each other.
    /// </summary>
    public const double DriftMetres = 20;
}

using Vantage.Geo.Ellipsoid;

namespace Vantage.Geo;

/// <summary>Distances and courses on the ellipsoid of WGS-84, to 15 nm. Allocates nothing. For a map <see cref="GreatCircle"/> is good enough, and ten times faster.</summary>
/// <remarks>
/// By the formulas of Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), 43–55, doi 10.1007/s00190-012-0578-z. There is an
/// answer for any two positions, antipodes included.
/// </remarks>
public static class Geodesic
{
    /// <summary>The length of the shortest way, in metres.</summary>
    public static double DistanceMetres(LatLng from, LatLng to) => InverseProblem.Solve(from, to).Metres;

    /// <summary>Writes the distance from <paramref name="origin"/> to each target.</summary>
    /// <param name="origin">Where from.</param>
    /// <param name="targets">Where to; may be empty.</param>
    /// <param name="metres">Takes one distance per target, in the same order; may be longer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="metres"/> is too short.</exception>
    public static void DistancesMetres(LatLng origin, ReadOnlySpan<LatLng> targets, Span<double> metres)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(metres.Length, targets.Length, nameof(metres));
        for (var i = 0; i < targets.Length; i++)
        {
            metres[i] = DistanceMetres(origin, targets[i]);
        }
    }

    /// <summary>The shortest way, with the courses at both ends.</summary>
    /// <remarks>
    /// At a pole the course is measured from the meridian of the longitude that is given. Where two ways are equally short, as
    /// between antipodes, one of them is taken, always the same.
    /// </remarks>
    public static GeodesicLeg Between(LatLng from, LatLng to) => InverseProblem.Solve(from, to);

    /// <summary>The place reached after <paramref name="metres"/> on the geodesic that starts on a course.</summary>
    /// <param name="from">Where from.</param>
    /// <param name="bearingDegrees">Clockwise from true north; any finite value.</param>
    /// <param name="metres">Any finite value; negative goes backwards. Beyond the antipode the way is no longer the shortest.</param>
    /// <exception cref="ArgumentOutOfRangeException">The course or the length is not finite.</exception>
    public static LatLng Destination(LatLng from, double bearingDegrees, double metres)
    {
        if (!double.IsFinite(bearingDegrees))
        {
            throw new ArgumentOutOfRangeException(nameof(bearingDegrees), bearingDegrees, "A course is finite.");
        }

        if (!double.IsFinite(metres))
        {
            throw new ArgumentOutOfRangeException(nameof(metres), metres, "A length is finite.");
        }

        return DirectProblem.Solve(from, bearingDegrees, metres);
    }

    /// <summary>The place at a fraction of the shortest way from one position to another.</summary>
    /// <param name="from">The place at 0.</param>
    /// <param name="to">The place at 1.</param>
    /// <param name="fraction">From −1e300 to 1e300; 0 and 1 give the ends bit by bit. Below 0 and above 1 the geodesic goes on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is out of range, or NaN.</exception>
    public static LatLng Interpolate(LatLng from, LatLng to, double fraction)
    {
        if (!(Math.Abs(fraction) <= 1e300))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A fraction is from -1e300 to 1e300, so that the way to it is finite.");
        }

        if (fraction == 0 || from == to)
        {
            return from;
        }

        var way = InverseProblem.Solve(from, to);
        return fraction == 1 ? to : DirectProblem.Solve(from, way.InitialBearingDegrees, fraction * way.Metres);
    }
}

namespace Vantage.Geo.Nearby;

/// <summary>Tells most of what is too far from what may be near, without a sine.</summary>
/// <remarks>
/// For any angle x, 4 sin² ½x ≥ x² (1 − x²/12). So 4 hav d ≥ (Δφ² + cos φ₁ cos φ₂ Δλ²) (1 − w²/12), with w the widest of the two
/// differences and φ₂ as far from the equator as it gets; and 4 hav d ≤ d².
/// </remarks>
internal struct NearFilter
{
    private const double MarginDegrees = 1e-6; // More than distances err, be it at the antipodes.
    private const double WidestDegrees = 30; // Beyond, longitudes are left to the grid.

    private readonly LatLng _centre;
    private readonly double _cosProduct;
    private readonly double _share;
    private double _reachDegrees;
    private double _square;

    /// <param name="centre">Of the circle.</param>
    /// <param name="metres">Its radius.</param>
    public NearFilter(LatLng centre, double metres)
    {
        _centre = centre;
        _reachDegrees = ReachDegrees(metres);
        HalfWidthDegrees = HalfWidth(centre, _reachDegrees);
        var widest = Math.Max(_reachDegrees, HalfWidthDegrees);
        _cosProduct = widest <= WidestDegrees ? CosDegrees(centre.Latitude) * CosDegrees(Math.Abs(centre.Latitude) + _reachDegrees) : 0;
        var radians = double.DegreesToRadians(Math.Min(widest, 180));
        _share = 1 - (radians * radians / 12);
        _square = _reachDegrees * _reachDegrees / _share;
    }

    /// <summary>From the centre's parallel to the circle's ends.</summary>
    public readonly double Reach => _reachDegrees;

    /// <summary>From the centre's meridian to those that touch the circle; 180 where a pole is in it.</summary>
    public double HalfWidthDegrees { get; }

    /// <summary>Makes the circle smaller.</summary>
    public void Narrow(double metres)
    {
        _reachDegrees = ReachDegrees(metres);
        _square = _reachDegrees * _reachDegrees / _share;
    }

    /// <summary>Whether a position may be in the circle: never wrongly no.</summary>
    public readonly bool MayHold(LatLng p)
    {
        var (north, east) = (p.Latitude - _centre.Latitude, Math.Abs(p.Longitude - _centre.Longitude));
        east = Math.Min(east, 360 - east);
        return Math.Abs(north) <= _reachDegrees && (north * north) + (_cosProduct * east * east) <= _square;
    }

    private static double ReachDegrees(double metres) => (metres / GreatCircle.MetresPerDegree) + MarginDegrees;

    private static double HalfWidth(LatLng centre, double reach)
    {
        var isPoleIn = centre.Latitude - reach <= -90 || centre.Latitude + reach >= 90;
        return isPoleIn ? 180 : double.RadiansToDegrees(Math.Asin(Math.Min(1, Math.Sin(double.DegreesToRadians(reach)) / CosDegrees(centre.Latitude)))) + MarginDegrees;
    }

    private static double CosDegrees(double degrees) => Math.Max(0, Math.Cos(double.DegreesToRadians(degrees)));
}

namespace Vantage.Geo.Zones;

/// <summary>Finds the point of many edges that is nearest to one position.</summary>
/// <remarks>
/// The foot of the perpendicular is taken in a projection around the position. Feet are compared by what haversine becomes for
/// small angles, Δφ² + cos φ₁ cos φ₂ Δλ², with cos φ₂ as a series: a plain projection would be wrong by metres at 10 km, and
/// could prefer the wrong edge.
/// </remarks>
/// <param name="p">The position.</param>
/// <param name="limitDegrees">What is farther, in degrees of latitude, is not looked for.</param>
internal struct NearestOnEdges(LatLng p, double limitDegrees = double.PositiveInfinity)
{
    // Rounding of a slab's border, in degrees.
    private const double BorderMargin = 1e-9;

    private readonly LatLng _p = p;
    private readonly double _cos = Math.Cos(double.DegreesToRadians(p.Latitude));
    private readonly double _sinPerDegree = Math.Sin(double.DegreesToRadians(p.Latitude)) * Math.PI / 180;
    private double _bestSquare = limitDegrees * limitDegrees;
    private double _bestEast;
    private double _bestNorth;

    public bool IsFound { get; private set; }

    /// <summary>The nearest point that was found.</summary>
    public readonly LatLng Point
    {
        get
        {
            var longitude = _p.Longitude + _bestEast;
            longitude += longitude > 180 ? -360 : longitude < -180 ? 360 : 0;
            return LatLng.Trusted(Math.Clamp(_p.Latitude + _bestNorth, -90, 90), Math.Clamp(longitude, -180, 180));
        }
    }

    public readonly double DistanceMetres => GreatCircle.DistanceMetres(_p, Point);

    /// <summary>Whether nothing that many degrees of latitude away can be nearer than what was found.</summary>
    public readonly bool IsBeyond(double degrees)
        => degrees > BorderMargin && (degrees - BorderMargin) * (degrees - BorderMargin) > _bestSquare;

    public void Look(double x1, double y1, double x2, double y2)
    {
        var (dx, dy) = (x2 - x1, y2 - y1);
        var (fromX, fromY) = (x1 - _p.Longitude, y1 - _p.Latitude);
        fromX += fromX > 180 ? -360 : fromX < -180 ? 360 : 0; // The short way to the edge, be it over the antimeridian.

        var (scaledX, scaledFromX) = (dx * _cos, fromX * _cos);
        var lengthSquare = scaledX * scaledX + dy * dy;
        var t = lengthSquare > 0 ? Math.Clamp(-(scaledFromX * scaledX + fromY * dy) / lengthSquare, 0, 1) : 0;
        var (east, north) = (fromX + t * dx, fromY + t * dy);
        var cosThere = Math.Max(0, _cos - north * (_sinPerDegree + _cos * north * (Math.PI / 180 * Math.PI / 360)));
        var square = _cos * cosThere * east * east + north * north;
        if (square < _bestSquare)
        {
            (_bestSquare, _bestEast, _bestNorth, IsFound) = (square, east, north, true);
        }
    }
}

namespace Vantage.Geo.Zones;

/// <summary>Finds the point of many edges that is nearest to one position.</summary>
internal struct NearestOnEdges(LatLng p)
{
    private readonly LatLng _p = p;
    private readonly double _eastScale = Math.Cos(double.DegreesToRadians(p.Latitude)); // Degrees of latitude per degree of longitude.
    private double _bestSquare = double.PositiveInfinity;
    private double _bestEast;
    private double _bestNorth;

    public readonly double DistanceMetres => GreatCircle.DistanceMetres(_p, LatLng.Trusted(
        Math.Clamp(_p.Latitude + _bestNorth, -90, 90),
        Math.Clamp(_p.Longitude + _bestEast, -180, 180) is var longitude && longitude == _p.Longitude + _bestEast
            ? longitude
            : Math.Clamp(_p.Longitude + _bestEast + (_bestEast < 0 ? 360 : -360), -180, 180)));

    /// <summary>Whether nothing that many degrees of latitude away can be nearer than what was found.</summary>
    // The margin covers the rounding of a slab's border.
    public readonly bool IsBeyond(double degrees) => degrees > 0 && (degrees - 1e-9) * (degrees - 1e-9) > _bestSquare && degrees > 1e-9;

    public void Look(double x1, double y1, double x2, double y2)
    {
        var (dx, dy) = (x2 - x1, y2 - y1);
        var (fromX, fromY) = (x1 - _p.Longitude, y1 - _p.Latitude);
        fromX += fromX > 180 ? -360 : fromX < -180 ? 360 : 0; // The short way to the edge, be it over the antimeridian.

        var (scaledX, scaledFromX) = (dx * _eastScale, fromX * _eastScale);
        var lengthSquare = scaledX * scaledX + dy * dy;
        var t = lengthSquare > 0 ? Math.Clamp(-(scaledFromX * scaledX + fromY * dy) / lengthSquare, 0, 1) : 0;
        var (east, north) = (fromX + t * dx, fromY + t * dy);
        var square = east * _eastScale * east * _eastScale + north * north;
        if (square < _bestSquare)
        {
            (_bestSquare, _bestEast, _bestNorth) = (square, east, north);
        }
    }
}

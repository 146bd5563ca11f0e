namespace Vantage.Geo.H3;

/// <summary>A range of latitudes, and one of longitudes about a middle, in degrees.</summary>
internal readonly record struct PositionBox(double South, double North, double Longitude, double HalfWidth)
{
    /// <summary>Room for rounding: a tenth of a millimetre.</summary>
    private const double Slack = 1e-9;

    private const double DegreesPerRadian = 180 / Math.PI;
    private const double RadiansPerDegree = Math.PI / 180;

    /// <summary>The box about all positions within an angle of one.</summary>
    public static PositionBox Around(LatLng position, double radians)
    {
        var degrees = (radians * DegreesPerRadian) + Slack;
        var (south, north) = (position.Latitude - degrees, position.Latitude + degrees);

        // The meridian that touches a circle does so at asin(sin r / cos φ); a circle about a pole touches none.
        var sine = Math.Sin(degrees * RadiansPerDegree) / Math.Cos(position.Latitude * RadiansPerDegree);
        var halfWidth = south <= -90 || north >= 90 || sine >= 1 ? 180 : (Math.Asin(sine) * DegreesPerRadian) + Slack;
        return new(south, north, position.Longitude, halfWidth);
    }

    /// <summary>Whether the box has any of a range of longitudes, wherever either is cut: false only if it certainly has none.</summary>
    public bool MeetsLongitudes(double west, double east)
    {
        var apart = Math.Abs(((west + east) / 2) - Longitude);
        if (apart > 180)
        {
            apart = Math.Abs(apart - (360 * Math.Round(apart / 360)));
        }

        return apart <= HalfWidth + ((east - west) / 2) + Slack;
    }
}

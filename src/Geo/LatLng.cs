using System.Diagnostics;

namespace Vantage.Geo;

/// <summary>A WGS-84 position in degrees, latitude first (ISO 6709).</summary>
/// <remarks>
/// Always valid: latitude is in [-90, 90], longitude in [-180, 180], neither is NaN. <c>default</c> is 0° N 0° E.
/// Longitude is kept as it came: 180 and -180 name the same meridian but are different edges of a zone's ring.
/// GeoJSON is longitude first: swap at the wire and nowhere else.
/// </remarks>
public readonly record struct LatLng
{
    private LatLng(double latitude, double longitude)
    {
        Latitude = latitude;
        Longitude = longitude;
    }

    /// <summary>Degrees north, in [-90, 90].</summary>
    public double Latitude { get; }

    /// <summary>Degrees east, in [-180, 180].</summary>
    public double Longitude { get; }

    /// <summary>The way in for untrusted numbers. It clamps and wraps nothing.</summary>
    /// <returns><see langword="false"/> for NaN, infinity, and anything out of range.</returns>
    public static bool TryCreate(double latitude, double longitude, out LatLng position)
    {
        var isValid = Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180; // NaN compares false.
        position = isValid ? new(latitude, longitude) : default;
        return isValid;
    }

    /// <summary>The way in for numbers that are known to be a position: constants, and results of our own maths.</summary>
    public static LatLng Trusted(double latitude, double longitude)
    {
        Debug.Assert(Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180);
        return new(latitude, longitude);
    }
}

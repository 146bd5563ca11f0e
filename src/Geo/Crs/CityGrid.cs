using System.Diagnostics.CodeAnalysis;
using ProjNet.CoordinateSystems.Transformations;

namespace Vantage.Geo.Crs;

/// <summary>The plane grid that a city surveys in (城市独立坐标系): metres east and north, by a transverse Mercator projection of its own.</summary>
/// <remarks>
/// The parameters of most Chinese cities are not public, so a grid comes from a file. Within 3° of the central meridian the projection
/// (ProjNet's) is within 0.02 mm of Krüger's series, and there and back is within 0.02 mm; at 4° a tenth of a millimetre. How well
/// a datum's TOWGS84 fits the ground is up to who gave it. Without one nothing is shifted: a grid on CGCS2000 leaves out what
/// <see cref="CoordinateSystems"/> says. Safe for many threads at once; conversions allocate nothing.
/// </remarks>
public sealed class CityGrid
{
    /// <summary>How far from the central meridian positions are taken, in degrees. A zone of any Chinese survey reaches 3°.</summary>
    public const double WidestDegrees = 4;

    // Beyond, meridians are far from straight, and no city lies there.
    private const double HighestLatitude = 84;

    // Wider and longer than any position that is taken, lest numbers without sense come to the projection.
    private const double WidestMetres = 500_000;
    private const double LongestMetres = 20_100_000;

    // A position that does not come back is none of the grid: the series gives some answer to everything.
    private const double ClosingMetres = 0.001;

    private readonly MathTransform _project;
    private readonly MathTransform _unproject;
    private readonly DatumShift? _shift;
    private readonly double _centralMeridian;
    private readonly (double East, double North) _origin;

    internal CityGrid(string name, MathTransform project, MathTransform unproject, DatumShift? shift, double centralMeridian, (double East, double North) origin)
    {
        (Name, _project, _unproject, _shift) = (name, project, unproject, shift);
        (_centralMeridian, _origin) = (centralMeridian, origin);
    }

    /// <summary>What its file calls it.</summary>
    public string Name { get; }

    /// <summary>Reads a projected coordinate system from OGC well-known text, version 1 (also as ESRI writes it, <c>.prj</c>).</summary>
    /// <param name="problem">What is wrong with it, for whoever wrote the file.</param>
    /// <returns>
    /// <see langword="false"/> for text that does not parse, another system than a PROJCS, another projection than Transverse_Mercator or
    /// Gauss_Kruger, units other than metres and degrees, numbers that cannot be, and an ellipsoid other than that of WGS-84, GRS 80 or
    /// CGCS2000 without TOWGS84.
    /// </returns>
    /// <remarks>East comes first, then north, whatever its AXIS says.</remarks>
    public static bool TryRead(string wkt, [NotNullWhen(true)] out CityGrid? grid, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            (grid, problem) = (CityGridReader.Read(wkt), null);
            return true;
        }
        catch (FormatException wrong)
        {
            (grid, problem) = (null, wrong.Message);
            return false;
        }
    }

    /// <summary>A position in WGS-84 from one in the grid.</summary>
    /// <returns><see langword="false"/> where the grid does not reach: more than <see cref="WidestDegrees"/> from its central meridian, or not finite.</returns>
    public bool TryToWgs84(double eastMetres, double northMetres, out LatLng place)
    {
        place = default;
        if (!(Math.Abs(eastMetres - _origin.East) <= WidestMetres && Math.Abs(northMetres - _origin.North) <= LongestMetres))
        {
            return false;
        }

        var (longitude, latitude) = _unproject.Transform(eastMetres, northMetres);
        if (!Reaches(latitude, longitude))
        {
            return false;
        }

        var (east, north) = _project.Transform(longitude, latitude);
        if (!(Math.Abs(east - eastMetres) <= ClosingMetres && Math.Abs(north - northMetres) <= ClosingMetres))
        {
            return false;
        }

        (latitude, longitude) = _shift?.ToWgs84(latitude, longitude) ?? (latitude, longitude);
        return LatLng.TryCreate(latitude, Math.IEEERemainder(longitude, 360), out place);
    }

    /// <summary>A position in the grid from one in WGS-84.</summary>
    /// <returns><see langword="false"/> where the grid does not reach.</returns>
    public bool TryFromWgs84(LatLng place, out double eastMetres, out double northMetres)
    {
        var (latitude, longitude) = _shift?.FromWgs84(place.Latitude, place.Longitude) ?? (place.Latitude, place.Longitude);
        var isWithin = Reaches(latitude, longitude);
        // By the short way: the projection does not turn around the globe.
        longitude = _centralMeridian + Math.IEEERemainder(longitude - _centralMeridian, 360);
        (eastMetres, northMetres) = isWithin ? _project.Transform(longitude, latitude) : default;
        return isWithin;
    }

    private bool Reaches(double latitude, double longitude)
        => Math.Abs(latitude) <= HighestLatitude && Math.Abs(Math.IEEERemainder(longitude - _centralMeridian, 360)) <= WidestDegrees;
}

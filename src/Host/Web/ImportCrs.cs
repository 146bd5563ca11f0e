using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Vantage.Geo;
using Vantage.Geo.Crs;

namespace Vantage.Host.Web;

/// <summary>What the positions of an import are in: degrees of a coordinate system, or metres of the city's grid.</summary>
internal readonly record struct ImportCrs
{
    private readonly CoordinateSystem _system;
    private readonly CityGrid? _city;

    private ImportCrs(CoordinateSystem system, CityGrid? city) => (_system, _city) = (system, city);

    public static ImportCrs Wgs84 => default;

    public bool IsCity => _city is not null;

    public bool IsWgs84 => _city is null && _system == CoordinateSystem.Wgs84;

    /// <summary>What an answer to it is in: the same, but WGS-84 where it is in the city's grid.</summary>
    public CoordinateSystem OfAnswer => _system;

    /// <summary>The most that a position's first and second number may be, either way.</summary>
    public (double First, double Second) Most => _city is null ? (180, 90) : (1e9, 1e9);

    /// <summary>What is said of a position that <see cref="TryPlace"/> refuses though its numbers are in range.</summary>
    public string OutOfReach => string.Create(
        CultureInfo.InvariantCulture, $"Is outside of the city's grid, {_city?.Name}, or in degrees: metres east, then north, within {CityGrid.WidestDegrees}° of its central meridian.");

    public static ImportCrs Of(CoordinateSystem system) => new(system, null);

    /// <param name="city">The host's grid, if it has one.</param>
    public static bool TryParse(string name, CityGrid? city, out ImportCrs crs, [NotNullWhen(false)] out string? problem)
    {
        crs = default;
        problem = null;
        if (CoordinateSystems.TryParse(name, out var system))
        {
            crs = Of(system);
        }
        else if (name == "city" && city is not null)
        {
            crs = new(CoordinateSystem.Wgs84, city);
        }
        else
        {
            problem = name == "city" ? "There is no city's grid here: the host was started without --city-grid." : CoordinateSystems.NameRule;
        }

        return problem is null;
    }

    /// <summary>The position in WGS-84.</summary>
    /// <param name="first">Degrees east, or metres.</param>
    /// <param name="second">Degrees north, or metres.</param>
    public bool TryPlace(double first, double second, out LatLng place)
    {
        if (_city is not null)
        {
            // Degrees by mistake would be metres near the grid's zero, all on one spot. This refuses 8 m of ground, where it lies in the city at all.
            return _city.TryToWgs84(first, second, out place)
                && !(Math.Abs(first - place.Longitude) < CityGrid.WidestDegrees && Math.Abs(second - place.Latitude) < CityGrid.WidestDegrees);
        }

        var isOne = LatLng.TryCreate(second, first, out place);
        place = CoordinateSystems.ToWgs84(place, _system);
        return isOne;
    }
}

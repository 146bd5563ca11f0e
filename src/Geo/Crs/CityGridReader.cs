using System.Globalization;
using ProjNet.CoordinateSystems;
using ProjNet.CoordinateSystems.Transformations;

namespace Vantage.Geo.Crs;

/// <summary>Reads a <see cref="CityGrid"/> from well-known text. Every <see cref="FormatException"/> says what is wrong, as the rest of a sentence.</summary>
internal static class CityGridReader
{
    private const double RadiansPerDegree = Math.PI / 180;
    private const double RadiansPerSecond = RadiansPerDegree / 3600;

    private static readonly string[] Projections = ["transversemercator", "gausskruger"];
    private static readonly string[] Parameters = ["central_meridian", "latitude_of_origin", "scale_factor", "false_easting", "false_northing"];

    public static CityGrid Read(string wkt)
    {
        var root = WktElement.Read(wkt);
        if (root.Word != "PROJCS")
        {
            throw new FormatException($"it is a {root.Word}, and no projected coordinate system of well-known text 1 (PROJCS).");
        }

        RefuseUnit(root, 1, "its unit", "metres");
        var geographic = Part(root, "GEOGCS");
        RefuseUnit(geographic, RadiansPerDegree, "the unit of its angles", "degrees");
        if (geographic.Find("PRIMEM") is { } prime && Number(prime, 0) != 0)
        {
            throw new FormatException("its prime meridian is not that of Greenwich.");
        }

        RefuseProjection(root);
        var values = ValuesOf(root);
        var datum = Part(geographic, "DATUM");
        var (axis, inverseFlattening) = EllipsoidOf(datum);
        var (project, unproject) = TransformsOf(axis, inverseFlattening, values);
        var name = root.Texts.FirstOrDefault() is { Length: > 0 } given ? given : "city";
        return new CityGrid(name, project, unproject, ShiftOf(datum, axis, inverseFlattening), values["central_meridian"], (values["false_easting"], values["false_northing"]));
    }

    private static WktElement Part(WktElement parent, string word) => parent.Find(word) ?? throw new FormatException($"it has no {word} in its {parent.Word}.");

    private static double Number(WktElement element, int index)
        => index < element.Numbers.Count ? element.Numbers[index] : throw new FormatException($"a number is missing in its {element.Word} '{element.Texts.FirstOrDefault()}'.");

    private static double Number(WktElement element, int index, double least, double most, string what) => Number(element, index) is var number && number >= least && number <= most
        ? number
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{what} is {number}, and not from {least} to {most}."));

    private static void RefuseUnit(WktElement of, double size, string what, string wanted)
    {
        var unit = Part(of, "UNIT");
        if (Math.Abs((Number(unit, 0) / size) - 1) > 1e-9)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{what} is '{unit.Texts.FirstOrDefault()}' of {unit.Numbers[0]}: only {wanted} are taken."));
        }
    }

    private static void RefuseProjection(WktElement root)
    {
        var projection = Part(root, "PROJECTION").Texts.FirstOrDefault() ?? "";
        if (!Projections.Contains(projection.Replace("_", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase))
        {
            throw new FormatException($"its projection is '{projection}': only Transverse_Mercator and Gauss_Kruger are taken.");
        }
    }

    private static Dictionary<string, double> ValuesOf(WktElement root)
    {
        var values = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in root.All("PARAMETER"))
        {
            var name = parameter.Texts.FirstOrDefault() ?? "";
            var (least, most) = name.ToUpperInvariant() switch
            {
                "CENTRAL_MERIDIAN" => (-180, 180),
                "LATITUDE_OF_ORIGIN" => (-84, 84),
                "SCALE_FACTOR" => (0.9, 1.1),
                "FALSE_EASTING" or "FALSE_NORTHING" => (-1e8, 1e8),
                _ => throw new FormatException($"its parameter '{name}' is none of a transverse Mercator projection."),
            };
            if (!values.TryAdd(name, Number(parameter, 0, least, most, $"its {name}")))
            {
                throw new FormatException($"its parameter '{name}' is there twice.");
            }
        }

        return Array.Find(Parameters, name => !values.ContainsKey(name)) is { } missing ? throw new FormatException($"its parameter '{missing}' is missing.") : values;
    }

    private static (double AxisMetres, double InverseFlattening) EllipsoidOf(WktElement datum)
    {
        var spheroid = Part(datum, "SPHEROID");
        return (
            Number(spheroid, 0, 6_350_000, 6_400_000, "the semi-major axis of its ellipsoid"),
            Number(spheroid, 1, 250, 350, "the inverse flattening of its ellipsoid"));
    }

    private static DatumShift? ShiftOf(WktElement datum, double axis, double inverseFlattening)
    {
        // GRS 80, CGCS2000 and WGS-84: minor axes within a tenth of a millimetre of each other.
        var isOurs = axis == Ellipsoid.Wgs84.SemiMajorAxisMetres && Math.Abs(inverseFlattening - (1 / Ellipsoid.Wgs84.Flattening)) < 0.00001;
        if (datum.Find("TOWGS84") is not { } shift)
        {
            return isOurs ? null : throw new FormatException(
                $"its ellipsoid '{datum.Find("SPHEROID")?.Texts.FirstOrDefault()}' is not that of WGS-84 or CGCS2000, and there is no TOWGS84 to say where it lies: that may be 100 m and more.");
        }

        if (shift.Numbers.Count is not (3 or 7))
        {
            throw new FormatException($"its TOWGS84 has {shift.Numbers.Count} numbers, and not 3 or 7.");
        }

        double Value(int index, double most) => index < shift.Numbers.Count ? Number(shift, index, -most, most, $"number {index + 1} of its TOWGS84") : 0;
        var metres = (Value(0, 5_000), Value(1, 5_000), Value(2, 5_000));
        var radians = (Value(3, 60) * RadiansPerSecond, Value(4, 60) * RadiansPerSecond, Value(5, 60) * RadiansPerSecond);
        var scale = 1 + (Value(6, 100) / 1e6);
        var flattening = 1 / inverseFlattening;
        return isOurs && shift.Numbers.TrueForAll(number => number == 0) ? null : new(axis, flattening * (2 - flattening), metres, radians, scale);
    }

    // Of its own parts, with nothing else in them: ProjNet compares what it is given, and does not come back from some differences.
    private static (MathTransform Project, MathTransform Unproject) TransformsOf(double axis, double inverseFlattening, Dictionary<string, double> values)
    {
        var parts = new CoordinateSystemFactory();
        var datum = parts.CreateHorizontalDatum("city", DatumType.HD_Geocentric, parts.CreateFlattenedSphere("city", axis, inverseFlattening, LinearUnit.Metre), null);
        var geographic = parts.CreateGeographicCoordinateSystem(
            "city", AngularUnit.Degrees, datum, PrimeMeridian.Greenwich, new AxisInfo("Lon", AxisOrientationEnum.East), new AxisInfo("Lat", AxisOrientationEnum.North));
        var projection = parts.CreateProjection("city", "Transverse_Mercator", [.. values.Select(value => new ProjectionParameter(value.Key, value.Value))]);
        var projected = parts.CreateProjectedCoordinateSystem(
            "city", geographic, projection, LinearUnit.Metre, new AxisInfo("East", AxisOrientationEnum.East), new AxisInfo("North", AxisOrientationEnum.North));
        var ways = new CoordinateTransformationFactory();
        return (ways.CreateFromCoordinateSystems(geographic, projected).MathTransform, ways.CreateFromCoordinateSystems(projected, geographic).MathTransform);
    }
}

using System.Diagnostics;

namespace Vantage.Geo.Crs;

/// <summary>Names of coordinate systems on the wire, and the ways between them.</summary>
/// <remarks>
/// Offsets apply inside a box around China (longitude 72.004–137.8347, latitude 0.8293–55.8271) and nowhere else; the box holds
/// neighbours as well, which is one more reason to convert by declaration. Round trips are good to 1e-9 degrees, but
/// for a strip of 2 km along the border of the box: there a converted position can have two origins, one on either side, and
/// the one inside the box is taken.
/// <para>
/// CGCS2000 is ITRF97 as it was at the beginning of 2000 (Wei, Liu and Wu, "China Geodetic Coordinate System 2000: Velocity Field in
/// Mainland China", Acta Geodaetica et Cartographica Sinica 40, 2011), on an ellipsoid (EPSG 1024) whose minor axis is 0.1 mm shorter
/// than that of WGS-84. WGS-84 follows the newest ITRF, which differs from that one by centimetres, so its degrees are taken as they
/// are. What is not corrected is the motion of the ground since: of 2,173 stations in China nine in ten move by 3.0 to 4.6 cm a year
/// (https://doi.org/10.1016/j.geog.2014.12.006, in ITRF2014 by https://github.com/purpleskyfall/china-gnss-velocities), those near
/// Shanghai by 3.6 cm to the east-southeast. A place measured in WGS-84 at the end of 2026 lies 0.8 to 1.2 m from its coordinates in
/// CGCS2000. Receivers without a correction service err by more.
/// </para>
/// </remarks>
public static class CoordinateSystems
{
    /// <summary>What is said to a name that is none.</summary>
    public const string NameRule = "Must be wgs84, cgcs2000, gcj02 or bd09.";

    /// <summary>The contract's name: <c>wgs84</c>, <c>cgcs2000</c>, <c>gcj02</c> or <c>bd09</c>.</summary>
    public static string NameOf(CoordinateSystem system) => system switch
    {
        CoordinateSystem.Wgs84 => "wgs84",
        CoordinateSystem.Gcj02 => "gcj02",
        CoordinateSystem.Bd09 => "bd09",
        CoordinateSystem.Cgcs2000 => "cgcs2000",
        _ => throw new UnreachableException($"No name for coordinate system {system}."),
    };

    /// <summary>The way in for names from outside: exactly one of the contract's, in lower case.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out CoordinateSystem system)
    {
        (var isKnown, system) = name switch
        {
            "wgs84" => (true, CoordinateSystem.Wgs84),
            "gcj02" => (true, CoordinateSystem.Gcj02),
            "bd09" => (true, CoordinateSystem.Bd09),
            "cgcs2000" => (true, CoordinateSystem.Cgcs2000),
            _ => (false, CoordinateSystem.Wgs84),
        };
        return isKnown;
    }

    /// <summary>A position in WGS-84 from one in another system.</summary>
    public static LatLng ToWgs84(LatLng p, CoordinateSystem from) => Convert(p, from, CoordinateSystem.Wgs84);

    /// <summary>A position in another system from one in WGS-84.</summary>
    public static LatLng FromWgs84(LatLng p, CoordinateSystem to) => Convert(p, CoordinateSystem.Wgs84, to);

    public static LatLng Convert(LatLng p, CoordinateSystem from, CoordinateSystem to) => (FrameOf(from), FrameOf(to)) switch
    {
        (var one, var other) when one == other => p,
        (CoordinateSystem.Wgs84, CoordinateSystem.Gcj02) => Gcj02.FromWgs84(p),
        (CoordinateSystem.Wgs84, CoordinateSystem.Bd09) => Bd09.FromGcj02(Gcj02.FromWgs84(p)),
        (CoordinateSystem.Gcj02, CoordinateSystem.Wgs84) => Gcj02.ToWgs84(p),
        (CoordinateSystem.Gcj02, CoordinateSystem.Bd09) => Bd09.FromGcj02(p),
        (CoordinateSystem.Bd09, CoordinateSystem.Gcj02) => Bd09.ToGcj02(p),
        (CoordinateSystem.Bd09, CoordinateSystem.Wgs84) => Gcj02.ToWgs84(Bd09.ToGcj02(p)),
        _ => throw new UnreachableException($"No way from coordinate system {from} to {to}."),
    };

    private static CoordinateSystem FrameOf(CoordinateSystem system) => system == CoordinateSystem.Cgcs2000 ? CoordinateSystem.Wgs84 : system;
}

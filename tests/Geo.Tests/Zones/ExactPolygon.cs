using System.Numerics;
using Vantage.Geo.Zones;

namespace Vantage.Geo.Tests.Zones;

/// <summary>Whether a polygon holds a point, by whole numbers: slow, and right for any doubles.</summary>
internal static class ExactPolygon
{
    /// <summary>On an edge, or inside of an odd number of rings.</summary>
    public static bool Contains(PolygonShape shape, LatLng p)
    {
        var (x, y) = (p.Longitude, p.Latitude);
        var isInside = false;
        for (var ring = 0; ring < shape.RingCount; ring++)
        {
            var xs = shape.Longitudes(ring);
            var ys = shape.Latitudes(ring);
            for (var i = 0; i + 1 < xs.Length; i++)
            {
                if (Math.Max(ys[i], ys[i + 1]) < y || Math.Min(ys[i], ys[i + 1]) > y)
                {
                    continue;
                }

                var turn = Turn(xs[i], ys[i], xs[i + 1], ys[i + 1], x, y);
                if (turn == 0 && Math.Min(xs[i], xs[i + 1]) <= x && x <= Math.Max(xs[i], xs[i + 1]))
                {
                    return true;
                }

                isInside ^= ys[i] > y != ys[i + 1] > y && turn > 0 == ys[i + 1] > ys[i];
            }
        }

        return isInside;
    }

    /// <summary>+1 when a → b → c turns left, −1 when it turns right, 0 when the three are on one line.</summary>
    public static int Turn(double ax, double ay, double bx, double by, double cx, double cy)
    {
        var (wholeX, wholeY) = (Whole(cx), Whole(cy));
        return (((Whole(ax) - wholeX) * (Whole(by) - wholeY)) - ((Whole(ay) - wholeY) * (Whole(bx) - wholeX))).Sign;
    }

    // Every double is a whole multiple of 2⁻¹⁰⁷⁴.
    private static BigInteger Whole(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var digits = bits & ((1L << 52) - 1);
        var whole = exponent == 0 ? digits : (BigInteger)(digits | (1L << 52)) << (exponent - 1);
        return bits < 0 ? -whole : whole;
    }
}

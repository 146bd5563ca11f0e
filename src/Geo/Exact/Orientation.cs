using System.Runtime.CompilerServices;

namespace Vantage.Geo.Exact;

/// <summary>On which side of a line a point lies, decided exactly for the doubles as given.</summary>
/// <remarks>
/// The sign of a 2×2 determinant. A floating evaluation with Shewchuk's a-priori error bound ("Adaptive Precision
/// Floating-Point Arithmetic and Fast Robust Geometric Predicates", 1997, bound A of orient2d) settles nearly every call;
/// the rest is summed without rounding as an expansion of twelve doubles: six products, each as its rounded value and its
/// rounding error. Exact for coordinates that are zero or at least 1e-280 in magnitude, and at most 1e3.
/// </remarks>
public static class Orientation
{
    // (3 + 16ε)ε with ε = 2⁻⁵³.
    private const double FilterBound = 3.3306690738754716e-16;

    // Below this a product may have lost bits to underflow, which the relative bound does not cover.
    private const double UnderflowGuard = 1e-290;

    // 2⁵⁰⁰, an exact factor: lifts products of tiny coordinates out of the range where their rounding error underflows.
    private static readonly double Lift = Math.ScaleB(1, 500);

    /// <summary>+1 when a → b → c turns left, −1 when it turns right, 0 when the three are on one line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sign(double ax, double ay, double bx, double by, double cx, double cy)
    {
        var left = (ax - cx) * (by - cy);
        var right = (ay - cy) * (bx - cx);
        var determinant = left - right;
        var bound = FilterBound * (Math.Abs(left) + Math.Abs(right)) + UnderflowGuard;
        if (determinant > bound)
        {
            return 1;
        }

        return determinant < -bound ? -1 : ExactSign(ax, ay, bx, by, cx, cy);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ExactSign(double ax, double ay, double bx, double by, double cx, double cy)
    {
        // An end of the segment, or an edge along an axis: both products are truly zero. By far the most common case here.
        if ((ax == cx || by == cy) && (ay == cy || bx == cx))
        {
            return 0;
        }

        Span<double> sum = stackalloc double[12];
        var count = 0;
        (ax, ay, bx, by, cx, cy) = (ax * Lift, ay * Lift, bx * Lift, by * Lift, cx * Lift, cy * Lift);
        AddProduct(sum, ref count, ax, by);
        AddProduct(sum, ref count, -ax, cy);
        AddProduct(sum, ref count, bx, cy);
        AddProduct(sum, ref count, -bx, ay);
        AddProduct(sum, ref count, cx, ay);
        AddProduct(sum, ref count, -cx, by);

        // The components do not overlap and grow in magnitude, so the last one that is not zero outweighs all before it.
        for (var i = count - 1; i >= 0; i--)
        {
            if (sum[i] != 0)
            {
                return Math.Sign(sum[i]);
            }
        }

        return 0;
    }

    private static void AddProduct(Span<double> sum, ref int count, double x, double y)
    {
        var product = x * y;
        Add(sum, ref count, Math.FusedMultiplyAdd(x, y, -product));
        Add(sum, ref count, product);
    }

    // Shewchuk's Grow-Expansion: one error-free addition per component.
    private static void Add(Span<double> sum, ref int count, double term)
    {
        for (var i = 0; i < count; i++)
        {
            var total = term + sum[i];
            var back = total - term;
            sum[i] = (term - (total - back)) + (sum[i] - back);
            term = total;
        }

        sum[count++] = term;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vantage.Geo.H3;

/// <summary>Sine and cosine of an angle in degrees, one by one and four at a time, with the same bits either way and on every machine.</summary>
/// <remarks>
/// In degrees the angle is reduced to ±45° without rounding; what is left is the product with π / 180, and the polynomials of fdlibm's
/// k_sin and k_cos (netlib.org/fdlibm, Sun Microsystems 1993), which are within one unit of the last place there. Every product and sum
/// is rounded by itself: nothing is fused, as not every machine can.
/// </remarks>
internal static class DegreeTrigonometry
{
    private const double RadiansPerDegree = Math.PI / 180;

    /// <summary>1.5 × 2^52: added to a small number it leaves the nearest whole one in the low bits.</summary>
    private const double Rounder = 6_755_399_441_055_744;

    private const double S1 = -1.66666666666666324348e-01, S2 = 8.33333333332248946124e-03, S3 = -1.98412698298579493134e-04;
    private const double S4 = 2.75573137070700676789e-06, S5 = -2.50507602534068634195e-08, S6 = 1.58969099521155010221e-10;
    private const double C1 = 4.16666666666666019037e-02, C2 = -1.38888888888741095749e-03, C3 = 2.48015872894767294178e-05;
    private const double C4 = -2.75573143513906633035e-07, C5 = 2.08757232129817482790e-09, C6 = -1.13596475577881948265e-11;

    /// <param name="degrees">Within ±360.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double Sine, double Cosine) SinCos(double degrees)
    {
        var quarters = (degrees * (1.0 / 90)) + Rounder;
        var t = (degrees - (90 * (quarters - Rounder))) * RadiansPerDegree;
        var z = t * t;
        var sine = t + (z * t * (S1 + (z * (S2 + (z * (S3 + (z * (S4 + (z * (S5 + (z * S6)))))))))));
        var half = 0.5 * z;
        var most = 1 - half;
        var cosine = most + (1 - most - half + (z * (z * (C1 + (z * (C2 + (z * (C3 + (z * (C4 + (z * (C5 + (z * C6)))))))))))));

        var turn = BitConverter.DoubleToInt64Bits(quarters);
        var (first, second) = (turn & 1) == 0 ? (sine, cosine) : (cosine, sine);
        return (Flip(first, turn & 2), Flip(second, (turn + 1) & 2));
    }

    /// <param name="degrees">Within ±360.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> Sine, Vector256<double> Cosine) SinCos(Vector256<double> degrees)
    {
        var quarters = (degrees * (1.0 / 90)) + Vector256.Create(Rounder);
        var t = (degrees - ((quarters - Vector256.Create(Rounder)) * 90.0)) * RadiansPerDegree;
        var z = t * t;
        var sines = Next(z, Next(z, Next(z, Next(z, Next(z, Vector256.Create(S6), S5), S4), S3), S2), S1);
        var sine = t + (z * t * sines);
        var half = z * 0.5;
        var most = Vector256<double>.One - half;
        var cosines = Next(z, Next(z, Next(z, Next(z, Next(z, Vector256.Create(C6), C5), C4), C3), C2), C1);
        var cosine = most + (Vector256<double>.One - most - half + (z * (z * cosines)));

        var turn = quarters.AsInt64();
        var isOdd = Vector256.Equals(turn & Vector256<long>.One, Vector256<long>.One).AsDouble();
        return (
            Vector256.ConditionalSelect(isOdd, cosine, sine) ^ ((turn & Vector256.Create(2L)) << 62).AsDouble(),
            Vector256.ConditionalSelect(isOdd, sine, cosine) ^ (((turn + Vector256<long>.One) & Vector256.Create(2L)) << 62).AsDouble());
    }

    /// <summary>One more term of a polynomial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Next(Vector256<double> z, Vector256<double> higher, double term) => Vector256.Create(term) + (z * higher);

    private static double Flip(double value, long two) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) ^ (two << 62));
}

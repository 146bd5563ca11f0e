using System.Runtime.CompilerServices;

namespace Vantage.Geo.H3;

/// <summary>From a point of a face's lattice to the cell that has it as its centre.</summary>
internal static class FaceCells
{
    /// <summary>
    /// The seven points that share a coarser point differ in (3a − b) mod 7 into odd resolutions and in (2a + b) mod 7 into even
    /// ones. So one remainder names the digit, and the coarser point follows without rounding. These are the digits by
    /// remainder, −3 to 3, for even and then odd resolutions.
    /// </summary>
    private static ReadOnlySpan<byte> DigitByRemainder => [1, 3, 5, 0, 2, 4, 6, 0, 3, 1, 2, 0, 5, 6, 4, 0];

    /// <summary>Keeps dividends positive: a multiple of 49, beyond any coordinate on or about a face.</summary>
    private const int Bias = 49 * (1 << 23);

    private static readonly uint[] Pairs = BuildStrips(pairs: 1);
    private static readonly uint[] Quads = BuildStrips(pairs: 2);

    /// <summary>
    /// Any point on the face, about its corners, and over its three neighbours as long as no corner other than the face's own is
    /// nearer than the cell itself. Elsewhere the answer is false.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryEncode(int face, int a, int b, int resolution, out ulong cell)
    {
        var digits = 0UL;
        var level = resolution;
        var shift = H3Digits.Shift(resolution);
        if ((level & 1) != 0)
        {
            digits = StripOdd(ref a, ref b) << shift;
            level--;
            shift += 3;
        }

        for (; level > 2; level -= 4, shift += 12)
        {
            digits |= Strip(ref a, ref b, 49, Quads) << shift;
        }

        if (level > 0)
        {
            digits |= Strip(ref a, ref b, 7, Pairs) << shift;
        }

        return TryFinish(face, a, b, resolution, digits, out cell);
    }

    /// <summary>
    /// Two levels, an even one and the odd one above it, or four. Two are a scaling by seven and no turn, so the remainders of both
    /// coordinates name all digits, and what is to be added to the quotients.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Strip(ref int a, ref int b, uint scale, uint[] table)
    {
        var (biasedA, biasedB) = ((uint)(a + Bias), (uint)(b + Bias));
        var (quotientA, quotientB) = (biasedA / scale, biasedB / scale);
        var entry = table[(int)((scale * (biasedA - (scale * quotientA))) + (biasedB - (scale * quotientB)))];
        a = (int)(quotientA + ((entry >> 12) & 3)) - (int)(Bias / scale) - 1;
        b = (int)(quotientB + (entry >> 14)) - (int)(Bias / scale) - 1;
        return entry & 0xfff;
    }

    /// <summary>By scale times the remainder of a and that of b: twelve bits of digits, and by two bits more each what is added to the quotients, plus one.</summary>
    private static uint[] BuildStrips(int pairs)
    {
        var scale = pairs == 1 ? 7 : 49;
        var strips = new uint[scale * scale];
        for (var i = 0; i < strips.Length; i++)
        {
            var (a, b, digits) = (i / scale, i % scale, 0UL);
            for (var pair = 0; pair < pairs; pair++)
            {
                digits |= StripEven(ref a, ref b) << (6 * pair);
                digits |= StripOdd(ref a, ref b) << ((6 * pair) + 3);
            }

            strips[i] = (uint)digits | (uint)((a + 1) << 12) | (uint)((b + 1) << 14);
        }

        return strips;
    }

    internal static ulong StripOdd(ref int a, ref int b)
    {
        var biased = (uint)((3 * a) - b + 3 + Bias);
        var quotient = biased / 7;
        int digit = DigitByRemainder[(int)(biased - (7 * quotient)) + 8];
        var coarser = (int)quotient - (Bias / 7);
        (a, b) = (coarser, a - (2 * coarser) - FacePoint.StepA(digit));
        return (ulong)digit;
    }

    internal static ulong StripEven(ref int a, ref int b)
    {
        var biased = (uint)((2 * a) + b + 3 + Bias);
        var quotient = biased / 7;
        int digit = DigitByRemainder[(int)(biased - (7 * quotient))];
        var coarser = (int)quotient - (Bias / 7);
        (a, b) = (coarser, (3 * coarser) + FacePoint.StepA(digit) - a);
        return (ulong)digit;
    }

    /// <summary>Names the base cell at the coarsest point, and turns the digits from the face's axes to its own.</summary>
    private static bool TryFinish(int face, int a, int b, int resolution, ulong digits, out ulong cell)
    {
        var least = Math.Min(0, Math.Min(a, b));
        var (i, j, k) = (a - least, b - least, -least);
        if ((uint)i > 2 || (uint)j > 2 || (uint)k > 2)
        {
            cell = 0;
            return false;
        }

        int entry = H3Tables.BaseCellsOfFace[(27 * face) + (9 * i) + (3 * j) + k];
        var (baseCell, sixths) = (entry >> 3, entry & 7);
        if (!H3Tables.IsPentagon(baseCell))
        {
            cell = H3Digits.Compose(baseCell, resolution, H3Digits.Turn(digits, sixths));
            return true;
        }

        if (H3Digits.Leading(digits) == H3Digits.K)
        {
            // Into the gap from this face: close it. It opens clockwise of the face at the corner on axis j, else counter-clockwise.
            digits = H3Digits.Turn(digits, j == 2 ? 5 : 1);
        }

        cell = H3Digits.Compose(baseCell, resolution, H3Digits.TurnAboutPentagon(digits, sixths));
        return i + j + k == 2;
    }
}

using System.Numerics;

namespace Vantage.Geo.H3;

/// <summary>
/// The 64 bits of a cell: bit 59 set (mode "cell"), resolution in bits 52–55, base cell in 45–51, then 15 digits of three bits,
/// coarsest first. A digit names one of seven children; digits finer than the cell's resolution are 7.
/// </summary>
/// <remarks>
/// A digit is a sum of unit steps i = 4, j = 2 and k = 1, axes 120° apart, so turning a digit by 120° rotates its three bits,
/// and turning it by 180° inverts them. All 15 digits turn in a handful of instructions, without a loop.
/// </remarks>
internal static class H3Digits
{
    public const int MaxResolution = 15;
    public const int Centre = 0;
    public const int K = 1;
    public const int I = 4;
    public const int Ik = 5;
    public const int Ij = 6;

    private const ulong ModeCell = 1UL << 59;
    private const ulong AllDigits = (1UL << 45) - 1;
    private const ulong Ones = AllDigits / 7;
    private const ulong Twos = Ones << 1;
    private const ulong Fours = Ones << 2;

    public static int Resolution(ulong cell) => (int)(cell >> 52) & 15;

    public static int BaseCell(ulong cell) => (int)(cell >> 45) & 127;

    /// <summary>The bits of the digits that a cell of this resolution does not use.</summary>
    public static ulong Unused(int resolution) => AllDigits >> (3 * resolution);

    /// <summary>The digits of a cell, with those it does not use as zero.</summary>
    public static ulong Used(ulong cell) => cell & AllDigits & ~Unused(Resolution(cell));

    public static int Shift(int resolution) => 3 * (MaxResolution - resolution);

    public static ulong Compose(int baseCell, int resolution, ulong digits)
        => ModeCell | ((ulong)resolution << 52) | ((ulong)baseCell << 45) | digits | Unused(resolution);

    /// <summary>The coarsest digit that is not zero, or zero.</summary>
    public static int Leading(ulong digits)
        => digits == 0 ? Centre : (int)(digits >> (BitOperations.Log2(digits) / 3 * 3)) & 7;

    /// <summary>The resolution of the coarsest digit that is not zero; of no such digit, one finer than all.</summary>
    public static int LeadingLevel(ulong digits)
        => digits == 0 ? MaxResolution + 1 : MaxResolution - (BitOperations.Log2(digits) / 3);

    /// <summary>Turns every digit counter-clockwise by so many sixths of a turn (0 to 5); zeros stay.</summary>
    public static ulong Turn(ulong digits, int sixths)
    {
        // An odd number of sixths is a half turn and a number of thirds.
        var turned = (2 * sixths % 3) switch
        {
            0 => digits,
            1 => ((digits << 2) & Fours) | ((digits >> 1) & (Twos | Ones)),
            _ => ((digits << 1) & (Fours | Twos)) | ((digits >> 2) & Ones),
        };

        return (sixths & 1) == 0 ? turned : ~turned & NonZero(digits);
    }

    /// <summary>As <see cref="Turn"/>, about a pentagon, which has no cells in direction k: a turn steps over that gap.</summary>
    /// <param name="sixths">0 to 5: so the gap is met once at most.</param>
    public static ulong TurnAboutPentagon(ulong digits, int sixths)
        => Turn(digits, sixths < SixthsToGap[Leading(digits)] ? sixths : (sixths + 1) % 6);

    /// <summary>By leading digit, the sixths of a turn, counter-clockwise, into direction k. Where all digits are zero there is no direction.</summary>
    private static ReadOnlySpan<byte> SixthsToGap => [6, 6, 2, 1, 4, 5, 3, 6];

    /// <summary>
    /// Whether these bits are a cell: reserved bits clear, digits 0–6 as far as the resolution and 7 beyond, no pentagon's gap entered.
    /// </summary>
    public static bool IsCell(ulong cell)
    {
        var unused = Unused(Resolution(cell));
        var used = Used(cell);
        var sevens = used & (used >> 1) & (used >> 2) & Ones;
        return cell >> 56 == ModeCell >> 56
            && BaseCell(cell) < H3Tables.BaseCellCount
            && (cell & unused) == unused
            && sevens == 0
            && !(Leading(used) == K && H3Tables.IsPentagon(BaseCell(cell)));
    }

    private static ulong NonZero(ulong digits) => ((digits | (digits >> 1) | (digits >> 2)) & Ones) * 7;
}

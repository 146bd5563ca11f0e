namespace Vantage.Devices.Jt808;

/// <summary>The number a terminal is known by: the SIM's, up to 20 digits.</summary>
/// <remarks>
/// Equal numbers are equal however many zeros lead them: one SIM shows as 12 digits in one edition of the protocol and
/// as 20 in the next. A few makers put a binary IMEI here, so a digit may be a hexadecimal one.
/// <c>default</c> is the number 0, which no terminal has.
/// </remarks>
public readonly record struct Jt808Phone
{
    private const int MaxDigits = 20;

    // One digit a nibble, the last digit lowest: leading zeros vanish by themselves.
    private readonly UInt128 _digits;

    private Jt808Phone(UInt128 digits) => _digits = digits;

    /// <summary>True for the number 0, which means that the terminal has not been given one.</summary>
    public bool IsEmpty => _digits == 0;

    /// <summary>Reads 1 to 20 digits (hexadecimal ones too); anything else is refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Jt808Phone phone)
    {
        phone = default;
        var significant = text.TrimStart('0');
        if (text.IsEmpty || significant.Length > MaxDigits)
        {
            return false;
        }

        UInt128 digits = 0;
        foreach (var digit in significant)
        {
            if (!char.IsAsciiHexDigit(digit))
            {
                return false;
            }

            digits = (digits << 4) | (uint)Convert.ToInt32(char.ToString(digit), 16);
        }

        phone = new(digits);
        return true;
    }

    /// <exception cref="FormatException">Not 1 to 20 digits.</exception>
    public static Jt808Phone Parse(string text)
        => TryParse(text, out var phone) ? phone : throw new FormatException($"'{text}' is not a number of 1 to 20 digits.");

    /// <summary>The digits without leading zeros; <c>0</c> for the empty number.</summary>
    public override string ToString() => new(Format(stackalloc char[MaxDigits]));

    /// <summary>Writes the digits without leading zeros; 20 characters always suffice. Allocates nothing.</summary>
    public ReadOnlySpan<char> Format(Span<char> text)
    {
        var start = MaxDigits;
        var digits = _digits;
        do
        {
            text[--start] = "0123456789abcdef"[(int)(digits & 0xF)];
            digits >>= 4;
        }
        while (digits != 0);

        return text[start..MaxDigits];
    }

    /// <summary>The digits as a header shows them, zeros in front.</summary>
    public string ToString(Jt808Form form) => ToString().PadLeft(form.PhoneDigits, '0');

    internal static Jt808Phone Read(ReadOnlySpan<byte> bcd)
    {
        UInt128 digits = 0;
        foreach (var pair in bcd)
        {
            digits = (digits << 8) | pair;
        }

        return new(digits);
    }

    internal void Write(Span<byte> bcd)
    {
        var digits = _digits;
        for (var i = bcd.Length - 1; i >= 0; i--)
        {
            bcd[i] = (byte)digits;
            digits >>= 8;
        }
    }
}

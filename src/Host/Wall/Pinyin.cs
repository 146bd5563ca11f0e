using System.Text;

namespace Vantage.Host.Wall;

/// <summary>The first letters of a Chinese name's syllables, to find 张伟 by typing zw.</summary>
/// <remarks>
/// The common half of GB 2312 (3,755 characters) is in the order of pinyin, so the first character of each initial is all one needs to know.
/// Rarer characters are left out; Latin letters and digits stay.
/// </remarks>
internal static class Pinyin
{
    private const string Initials = "abcdefghjklmnopqrstwxyz";
    private const int LastCommon = 0xD7F9;

    /// <summary>GB 2312 codes: the first character of each of <see cref="Initials"/>.</summary>
    private static readonly int[] Firsts =
    [
        0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8,
        0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1,
    ];

    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;

    public static string InitialsOf(string name)
    {
        var letters = new StringBuilder(name.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                letters.Append(char.ToLowerInvariant(c));
                continue;
            }

            if (char.IsSurrogate(c) || Gbk.GetBytes([c], bytes) != 2)
            {
                continue;
            }

            var code = (bytes[0] << 8) | bytes[1];
            var index = Array.BinarySearch(Firsts, code);
            index = index >= 0 ? index : ~index - 1;
            if (index >= 0 && code <= LastCommon)
            {
                letters.Append(Initials[index]);
            }
        }

        return letters.ToString();
    }
}

namespace Vantage.Storage.History;

/// <summary>Compares text as SQLite does: by UTF-8 bytes. Ordinal comparison differs for characters beyond the basic plane.</summary>
internal static class Utf8Order
{
    public static int Compare(string a, string b)
    {
        var common = 0;
        while (common < a.Length && common < b.Length && a[common] == b[common])
        {
            common++;
        }

        if (common == a.Length || common == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        // Code units order like bytes, but for surrogates: they stand for the greatest code points.
        return (IsSurrogate: char.IsSurrogate(a[common]), Unit: a[common]).CompareTo((char.IsSurrogate(b[common]), b[common]));
    }
}

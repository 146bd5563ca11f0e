namespace Vantage.Host.Web;

/// <summary>Pages of lists that are in memory: the cursor is the last key given.</summary>
internal static class Paging
{
    public const int MaxLimit = 1000;
    public const int DefaultLimit = 100;

    public static (int Limit, string? Cursor) Page(this Fields fields)
        => (fields.Whole("limit", 1, MaxLimit) ?? DefaultLimit, fields.Text("cursor", 300));

    /// <summary>Takes one page of rows ordered by an ordinal key.</summary>
    public static (IReadOnlyList<T> Items, string? Cursor) Take<T>(IEnumerable<T> rows, Func<T, string> keyOf, int limit, string? cursor)
    {
        var page = rows
            .Where(row => cursor is null || string.CompareOrdinal(keyOf(row), cursor) > 0)
            .OrderBy(keyOf, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToList();
        if (page.Count <= limit)
        {
            return (page, null);
        }

        page.RemoveAt(limit);
        return (page, keyOf(page[^1]));
    }

}

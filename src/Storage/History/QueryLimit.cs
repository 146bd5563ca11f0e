namespace Vantage.Storage.History;

internal static class QueryLimit
{
    public const int Max = 1000;

    /// <exception cref="ArgumentOutOfRangeException">Not from 1 to <see cref="Max"/>.</exception>
    public static int Check(int limit) => limit is >= 1 and <= Max
        ? limit
        : throw new ArgumentOutOfRangeException(nameof(limit), limit, $"A page has from 1 to {Max} items.");
}

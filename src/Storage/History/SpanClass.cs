using System.Numerics;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.History;

/// <summary>How long something lasted, to the next power of four: what makes "which of these overlap this range" an index search.</summary>
/// <remarks>
/// Ordered by start alone, everything since the beginning could still reach into a range. Within a class of known longest duration
/// only starts from one such duration before the range have to be looked at; a dozen classes occur, each a seek.
/// </remarks>
internal static class SpanClass
{
    /// <summary>Has not ended.</summary>
    public const int Open = 32;

    public static int Of(long fromMs, long? toMs)
    {
        if (toMs is not { } end)
        {
            return Open;
        }

        var duration = (ulong)Math.Max(0, end - fromMs);
        return (64 - BitOperations.LeadingZeroCount(duration) + 1) / 2;
    }

    /// <summary>The same in SQL, for rows that were written without: a duration of whole milliseconds, not negative.</summary>
    public static string Sql(string duration)
        => $"CASE {string.Concat(Enumerable.Range(0, Open - 1).Select(span => $"WHEN {duration} < {1L << (2 * span)} THEN {span} "))} ELSE {Open - 1} END";

    /// <summary>The earliest start in a class that can reach <paramref name="fromMs"/>.</summary>
    public static long EarliestStart(int spanClass, long fromMs)
    {
        if (spanClass >= 31)
        {
            return long.MinValue;
        }

        var longest = (1L << (2 * spanClass)) - 1;
        return fromMs < long.MinValue + longest ? long.MinValue : fromMs - longest;
    }

    /// <summary>The classes that occur in a table, as bits.</summary>
    public static long Load(Database database, string table)
    {
        var classes = 0L;
        var next = database.Prepare($"SELECT min(span) FROM {table} WHERE span > ?1");
        for (long? last = -1; last is not null;)
        {
            next.Bind(1, last.Value).Step();
            last = next.NullableInt64(0);
            next.Reset();
            classes |= last is { } found ? 1L << (int)found : 0;
        }

        return classes;
    }

    public static IEnumerable<int> In(long classes)
    {
        for (var rest = (ulong)classes; rest != 0; rest &= rest - 1)
        {
            yield return BitOperations.TrailingZeroCount(rest);
        }
    }
}

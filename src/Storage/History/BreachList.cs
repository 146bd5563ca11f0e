using System.Text.Json;
using Vantage.Actors.History;
using Vantage.Actors.Journal;

namespace Vantage.Storage.History;

/// <summary>The order of breaches, how it is cut into pages, and what of a breach is kept as JSON, whatever stores them: by start, then id.</summary>
internal static class BreachList
{
    /// <summary>The states that stand, as bits.</summary>
    public const int NotRetracted = AllStates & ~(1 << (int)BreachState.Retracted);

    private const int AllStates = 7;
    private const string Name = "breaches1";

    /// <summary>What a page must be looked for by. Of those that start at <see cref="StartMs"/> only ids before the tie belong to it.</summary>
    /// <param name="States">As bits.</param>
    /// <param name="FromMs">Breaches that end before are none of the page's.</param>
    /// <param name="NewestMs">The latest start.</param>
    public readonly record struct Search(int Limit, int States, long FromMs, long NewestMs, long StartMs, string TieId);

    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public static Search Parse(BreachQuery query)
    {
        var limit = QueryLimit.Check(query.Limit);
        var cursor = PageCursor.Parse(query.Cursor, Name);
        var states = query.States is null ? NotRetracted : query.States.Aggregate(0, (bits, state) => bits | (1 << (int)state));
        var newestMs = Math.Min(cursor.StartMs, query.ToMs is { } to ? Math.Max(to, long.MinValue + 1) - 1 : long.MaxValue);
        return new Search(limit, states, query.FromMs ?? long.MinValue, newestMs, cursor.StartMs, cursor.Tie);
    }

    /// <summary>Orders what was added from an index on by start.</summary>
    public static void Sort(List<Breach> breaches, int first)
        => breaches.Sort(first, breaches.Count - first, Comparer<Breach>.Create(CompareStarts));

    /// <param name="found">At least the newest that belong to the page, and one more if there is one, in any order.</param>
    public static Page<Breach> Cut(List<Breach> found, int limit)
    {
        found.Sort((a, b) => CompareStarts(b, a));
        if (found.Count <= limit)
        {
            return new Page<Breach>(found, null);
        }

        found.RemoveRange(limit, found.Count - limit);
        return new Page<Breach>(found, new PageCursor(found[^1].StartedAtMs, found[^1].Id).Format(Name));
    }

    public static string WriteWhy(Breach breach) => JsonSerializer.Serialize(breach.Why, EventCatalog.Json);

    public static void WriteWhy(Breach breach, Utf8JsonWriter into) => JsonSerializer.Serialize(into, breach.Why, EventCatalog.Json);

    public static string? WriteUnits(Breach breach) => breach.Units is null ? null : JsonSerializer.Serialize(breach.Units, EventCatalog.Json);

    public static BreachReason ReadWhy(string text) => JsonSerializer.Deserialize<BreachReason>(text, EventCatalog.Json)!;

    public static IReadOnlyList<int>? ReadUnits(string? text) => text is null ? null : JsonSerializer.Deserialize<int[]>(text, EventCatalog.Json);

    private static int CompareStarts(Breach a, Breach b)
    {
        var order = a.StartedAtMs.CompareTo(b.StartedAtMs);
        return order != 0 ? order : Utf8Order.Compare(a.Id, b.Id);
    }
}

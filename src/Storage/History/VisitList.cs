using System.Globalization;
using Vantage.Actors.History;

namespace Vantage.Storage.History;

/// <summary>The order of visits and how it is cut into pages, whatever stores them: by start, then unit, then zone.</summary>
internal static class VisitList
{
    private const string Name = "visits1";

    /// <summary>What a page must be looked for by. Of those that start at <see cref="StartMs"/> only what comes before the tie belongs to it.</summary>
    /// <param name="FromMs">Visits that end before are none of the page's.</param>
    /// <param name="NewestMs">The latest start.</param>
    public readonly record struct Search(int Limit, long FromMs, long NewestMs, long StartMs, long TieUnit, string TieZone);

    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public static Search Parse(VisitQuery query)
    {
        var limit = QueryLimit.Check(query.Limit);
        var cursor = PageCursor.Parse(query.Cursor, Name);
        var (tieUnit, tieZone) = ParseTie(cursor);
        var newestMs = Math.Min(cursor.StartMs, query.ToMs is { } to ? Math.Max(to, long.MinValue + 1) - 1 : long.MaxValue);
        return new Search(limit, query.FromMs ?? long.MinValue, newestMs, cursor.StartMs, tieUnit, tieZone);
    }

    /// <summary>Orders what was added from an index on by start.</summary>
    public static void Sort(List<VisitRow> visits, int first)
        => visits.Sort(first, visits.Count - first, Comparer<VisitRow>.Create(CompareStarts));

    /// <param name="found">At least the newest that belong to the page, and one more if there is one, in any order.</param>
    public static Page<VisitRow> Cut(List<VisitRow> found, int limit)
    {
        found.Sort((a, b) => CompareStarts(b, a));
        if (found.Count <= limit)
        {
            return new Page<VisitRow>(found, null);
        }

        found.RemoveRange(limit, found.Count - limit);
        var last = found[^1];
        return new Page<VisitRow>(found, new PageCursor(last.FromMs, string.Create(CultureInfo.InvariantCulture, $"{last.Unit}|{last.Zone}")).Format(Name));
    }

    private static (long Unit, string Zone) ParseTie(PageCursor cursor)
    {
        if (cursor == PageCursor.Newest)
        {
            return (long.MaxValue, "");
        }

        var parts = cursor.Tie.Split('|', 2);
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var unit)
            ? (unit, parts[1])
            : throw new ArgumentException("The cursor is not one that an earlier page of visits gave.", nameof(cursor));
    }

    private static int CompareStarts(VisitRow a, VisitRow b)
    {
        var order = a.FromMs.CompareTo(b.FromMs);
        order = order != 0 ? order : a.Unit.CompareTo(b.Unit);
        return order != 0 ? order : Utf8Order.Compare(a.Zone, b.Zone);
    }
}

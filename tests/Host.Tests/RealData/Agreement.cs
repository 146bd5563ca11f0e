using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>Holds the host's answers against what the test found out for itself.</summary>
internal static class Agreement
{
    private const int Shown = 10;
    private const int HourMs = 3_600_000;

    /// <summary>Every fix that was sent is in its unit's track once, in order, to the last digit; nothing else is.</summary>
    public static async Task TracksAsync(HostDoor door, IReadOnlyCollection<CabRow> rows)
    {
        var (from, to) = (rows.Min(row => row.TimeMs), rows.Max(row => row.TimeMs) + 1);
        foreach (var (unit, expected) in CabRows.Tracks(rows))
        {
            Assert.Equal(expected, await door.TrackAsync(unit, from, to));
        }
    }

    /// <summary>The same visits; moments of fixes are exact, interpolated ones may differ by a millisecond.</summary>
    public static void Visits(IReadOnlyList<VisitSeen> expected, IReadOnlyList<VisitSeen> actual)
    {
        var (wanted, seen) = (Ordered(expected), Ordered(actual));
        var wrong = new List<string>();
        for (int w = 0, s = 0; (w < wanted.Length || s < seen.Length) && wrong.Count < Shown;)
        {
            var order = w == wanted.Length ? 1 : s == seen.Length ? -1 : Compare(wanted[w], seen[s]);
            if (order < 0)
            {
                wrong.Add($"missing {wanted[w++]}");
            }
            else if (order > 0)
            {
                wrong.Add($"surplus {seen[s++]}");
            }
            else
            {
                if (!AreEqual(wanted[w], seen[s]))
                {
                    wrong.Add($"expected {wanted[w]}\n     got {seen[s]}");
                }

                w++;
                s++;
            }
        }

        Assert.True(wrong.Count == 0, $"{wanted.Length} visits expected, {seen.Length} there:\n{string.Join('\n', wrong)}");
    }

    /// <summary>Both layers at two resolutions over all the hours, and each hour alone.</summary>
    public static async Task HeatAsync(HostDoor door, List<HeatOracle.Heat> expected)
    {
        var (first, last) = (expected.Min(heat => heat.Hour), expected.Max(heat => heat.Hour));
        var ranges = Enumerable.Range(first, last - first + 1).Select(hour => (From: hour, To: hour)).Prepend((From: first, To: last));
        foreach (var (from, to) in ranges)
        {
            var within = expected.Where(heat => heat.Hour >= from && heat.Hour <= to).ToList();
            foreach (var resolution in (int[])[11, 9])
            {
                Same(await door.HeatAsync("fixes", resolution, Ms(from), Ms(to + 1)), within, resolution, heat => heat.Fixes);
                Same(await door.HeatAsync("presence", resolution, Ms(from), Ms(to + 1)), within, resolution, heat => heat.PresenceMs);
            }

            // From the tracks, and no longer from the cube.
            if (to > from || from % 5 == 0)
            {
                Same(await door.HeatAsync("fixes", 11, Ms(from), Ms(to + 1), "&kind=vehicle"), within, 11, heat => heat.Fixes);
                Same(await door.HeatAsync("presence", 11, Ms(from), Ms(to + 1), "&kind=vehicle"), within, 11, heat => heat.PresenceMs);
            }
        }

        static long Ms(int hour) => (long)hour * HourMs;
    }

    private static void Same(
        (Dictionary<string, long> Cells, long Total) actual, List<HeatOracle.Heat> expected, int resolution, Func<HeatOracle.Heat, long> value)
    {
        var sums = expected.GroupBy(heat => resolution == 11 ? heat.Cell11 : heat.Cell9, StringComparer.Ordinal)
            .Select(cell => (cell.Key, Sum: cell.Sum(value)))
            .Where(cell => cell.Sum > 0)
            .ToDictionary(cell => cell.Key, cell => cell.Sum, StringComparer.Ordinal);
        var wrong = sums.Keys.Union(actual.Cells.Keys, StringComparer.Ordinal)
            .Where(cell => sums.GetValueOrDefault(cell) != actual.Cells.GetValueOrDefault(cell))
            .Select(cell => $"{cell}: {sums.GetValueOrDefault(cell)} expected, {actual.Cells.GetValueOrDefault(cell)} there")
            .ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {sums.Count} cells:\n{string.Join('\n', wrong.Take(Shown))}");
        Assert.Equal(sums.Values.Sum(), actual.Total);
    }

    private static VisitSeen[] Ordered(IEnumerable<VisitSeen> visits) =>
    [
        .. visits.OrderBy(visit => visit.Zone, StringComparer.Ordinal).ThenBy(visit => visit.Unit, StringComparer.Ordinal)
            .ThenBy(visit => visit.From).ThenBy(visit => visit.LastInside),
    ];

    private static int Compare(VisitSeen a, VisitSeen b)
    {
        var order = string.CompareOrdinal(a.Zone, b.Zone);
        order = order == 0 ? string.CompareOrdinal(a.Unit, b.Unit) : order;
        return order != 0 ? order : Math.Abs(a.From - b.From) <= 1 ? 0 : a.From.CompareTo(b.From);
    }

    private static bool AreEqual(VisitSeen a, VisitSeen b)
    {
        var interpolated = a.Passage ? 1 : 0;
        return a.Passage == b.Passage && a.ZoneVersion == b.ZoneVersion
            && IsNear(a.From, b.From, interpolated) && IsNear(a.To, b.To, interpolated) && IsNear(a.LastInside, b.LastInside, interpolated)
            && IsNear(a.EnteredAt, b.EnteredAt, 1) && IsNear(a.LeftAt, b.LeftAt, 1);
    }

    private static bool IsNear(long? a, long? b, int within) => (a is null && b is null) || Math.Abs(a - b ?? long.MaxValue) <= within;
}

using Vantage.Host.Breaches;
using Vantage.Host.Situations;

namespace Vantage.Host.Wall;

/// <summary>One line of the alarm list: all episodes of one rule, or of one rule and unit while the units are few. Corrected ones have lines of their own.</summary>
/// <param name="Count">Episodes folded into it.</param>
/// <param name="Unacknowledged">How many of them nobody has signed for.</param>
/// <param name="Unit">The unit whose line it is; null: the line is all units'.</param>
/// <param name="Breach">The newest of them.</param>
internal sealed record BreachLine(string Key, int Count, int Unacknowledged, string? Unit, BreachView Breach);

/// <summary>The alarm list of a caller at one moment.</summary>
internal sealed record BreachSheet(IReadOnlyList<BreachLine> Lines)
{
    public const int MaxLines = 20;

    /// <summary>Up to so many units of one rule have a line each.</summary>
    private const int FewUnits = 3;

    /// <summary>
    /// Folds what is on the board into lines, newest first; corrected ones take the places that open ones leave.
    /// A line that did not change is the same object as in <paramref name="before"/>.
    /// </summary>
    public static BreachSheet Of(
        IReadOnlyList<BoardBreach> open, IReadOnlyList<BoardBreach> corrected, BreachSheet? before, Situation situation)
    {
        var calling = Fold(open).Take(MaxLines).ToList();
        var lines = calling.Concat(Fold(corrected).Take(MaxLines - calling.Count)).Order(NewestFirst).Select(line => line.View(situation));
        return new BreachSheet([.. lines.Select(line => Reuse(line, before))]);
    }

    /// <summary>What a screen that shows <paramref name="before"/> must be told; null: nothing.</summary>
    public BreachNews? Since(BreachSheet? before)
    {
        if (before is null)
        {
            return new BreachNews(true, Lines, []);
        }

        var changed = Lines.Where(line => !before.Lines.Any(old => ReferenceEquals(old, line))).ToList();
        var removed = before.Lines.Select(line => line.Key).Except(Lines.Select(line => line.Key), StringComparer.Ordinal).ToList();
        return changed.Count + removed.Count == 0 ? null : new BreachNews(false, changed, removed);
    }

    private static IEnumerable<Folded> Fold(IReadOnlyList<BoardBreach> entries) => entries
        .GroupBy(entry => (entry.Breach.Zone, entry.Breach.Rule))
        .SelectMany(rule => rule.Select(entry => entry.Breach.Unit).Distinct().Take(FewUnits + 1).Count() <= FewUnits
            ? rule.GroupBy(entry => entry.Breach.Unit).Select(unit => new Folded(unit.Key, [.. unit]))
            : [new Folded(null, [.. rule])])
        .Order(NewestFirst);

    private static Comparer<Folded> NewestFirst { get; } = Comparer<Folded>.Create((a, b) =>
    {
        var order = b.Newest.Breach.StartedAtMs.CompareTo(a.Newest.Breach.StartedAtMs);
        return order != 0 ? order : string.CompareOrdinal(a.Newest.Breach.Id, b.Newest.Breach.Id);
    });

    private static BreachLine Reuse(BreachLine line, BreachSheet? before)
        => before?.Lines.FirstOrDefault(old => old.Key == line.Key) is { } known
        && known with { Breach = line.Breach } == line && SaysTheSame(known.Breach, line.Breach)
            ? known
            : line;

    // Lists within are compared by what they hold.
    private static bool SaysTheSame(BreachView a, BreachView b)
        => a with { Units = null, Why = b.Why } == b with { Units = null }
        && (a.Units ?? []).SequenceEqual(b.Units ?? [])
        && a.Why with { Silent = null } == b.Why with { Silent = null }
        && (a.Why.Silent ?? []).SequenceEqual(b.Why.Silent ?? []);

    private sealed class Folded(int? unit, List<BoardBreach> entries)
    {
        public BoardBreach Newest { get; } = entries.MaxBy(entry => (entry.Breach.StartedAtMs, entry.Breach.Id))!;

        public BreachLine View(Situation situation)
        {
            var unitId = unit is { } number ? situation.Units.Get(number).IdText : null;
            var key = $"{Newest.Breach.Zone}/{Newest.Breach.Rule}{(unitId is null ? "" : "/" + unitId)}{(Newest.IsCorrected ? "/corrected" : "")}";
            var view = BreachView.Of(Newest.Breach, situation) with { Handling = Newest.Handling is { } handling ? HandlingView.Of(handling) : null };
            return new BreachLine(key, entries.Count, entries.Count(entry => entry.IsUnacknowledged), unitId, view);
        }
    }
}

/// <summary>The message <c>breaches</c>.</summary>
internal sealed record BreachNews(bool Reset, IReadOnlyList<BreachLine> Lines, IReadOnlyList<string> Removed);

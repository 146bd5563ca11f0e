using Vantage.Actors.Breaches;
using Vantage.Actors.History;
using Vantage.Host.Access;
using Vantage.Host.Breaches;
using Vantage.Host.Situations;

namespace Vantage.Host.Wall;

/// <summary>A breach that waits for somebody, with what was done so far.</summary>
internal sealed record OpenBreach(Breach Breach, BreachHandled? Handling);

/// <summary>The breaches that nobody has finished with. Whoever raises, changes or handles breaches tells it; any thread may.</summary>
internal sealed class BreachBoard(Situation situation)
{
    /// <summary>The most breaches kept here. When more are open the oldest are no longer shown on walls; queries still give them.</summary>
    public const int MaxOpen = 20_000;

    private readonly Dictionary<string, OpenBreach> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _byUnit = [];
    private readonly Lock _gate = new();
    private long _version;

    /// <summary>Grows with every change.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Fills the board after a start.</summary>
    public void Load(long sinceMs)
    {
        string? cursor = null;
        var count = 0;
        do
        {
            var page = situation.History.QueryBreaches(new BreachQuery(null, null, null, null, sinceMs, null, 1000, cursor));
            foreach (var breach in page.Items)
            {
                Apply(breach);
                count++;
            }

            cursor = page.Cursor;
        }
        while (cursor is not null && count < MaxOpen);
    }

    /// <summary>A breach was raised or changed; its commit is durable.</summary>
    public void Apply(Breach breach)
    {
        var handling = situation.HandlingOf(breach.Id);
        lock (_gate)
        {
            Put(breach.Id, IsOpen(breach, handling) ? new OpenBreach(breach, handling) : null);
        }
    }

    /// <summary>Something was done about a breach.</summary>
    public void Apply(BreachHandled handling)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(handling.Breach, out var open))
            {
                Put(handling.Breach, IsOpen(open.Breach, handling) ? open with { Handling = handling } : null);
            }
        }
    }

    /// <summary>Takes what the engine publishes; what is not about breaches is passed over.</summary>
    public void Follow(object delta)
    {
        switch (delta)
        {
            case Breach breach:
                Apply(breach);
                break;
            case BreachHandled handled:
                Apply(handled);
                break;
        }
    }

    /// <summary>A breach that is open. It is here as soon as it is announced, which may be before queries see it.</summary>
    public Breach? Find(string id)
    {
        lock (_gate)
        {
            return _open.GetValueOrDefault(id)?.Breach;
        }
    }

    public int CountOf(int unit)
    {
        lock (_gate)
        {
            return _byUnit.GetValueOrDefault(unit);
        }
    }

    /// <summary>All of them, in no order.</summary>
    public List<OpenBreach> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _open.Values];
            }
        }
    }

    /// <summary>What the caller may see, in no order.</summary>
    public IReadOnlyList<OpenBreach> OpenFor(Caller caller)
    {
        var all = Open;
        if (AccessPolicy.ReachOf(caller, Rights.LiveRead) != Reach.Everything)
        {
            all.RemoveAll(open => !BreachEndpoints.MaySee(caller, Rights.LiveRead, open.Breach, situation));
        }

        return all;
    }

    private static bool IsOpen(Breach breach, BreachHandled? handling)
        => breach.State != BreachState.Retracted && !breach.IsMuted
        && (handling?.State is null or HandlingState.Open or HandlingState.Acknowledged);

    private void Put(string id, OpenBreach? open)
    {
        if (_open.Remove(id, out var before) && before.Breach.Unit is { } was)
        {
            _byUnit[was]--;
        }

        if (open is not null)
        {
            if (_open.Count >= MaxOpen)
            {
                Put(_open.Values.MinBy(entry => entry.Breach.StartedAtMs)!.Breach.Id, null);
            }

            _open[id] = open;
            if (open.Breach.Unit is { } unit)
            {
                _byUnit[unit] = _byUnit.GetValueOrDefault(unit) + 1;
            }
        }

        Interlocked.Increment(ref _version);
    }
}

/// <summary>One line of the alarm list: all open episodes of one rule, or of one rule and unit while the units are few.</summary>
/// <param name="Count">Episodes folded into it.</param>
/// <param name="Breach">The newest of them.</param>
internal sealed record BreachLine(string Key, int Count, BreachView Breach);

/// <summary>The alarm list of a caller at one moment.</summary>
internal sealed record BreachSheet(IReadOnlyList<BreachLine> Lines)
{
    public const int MaxLines = 20;

    /// <summary>Up to so many units of one rule have a line each.</summary>
    private const int FewUnits = 3;

    /// <summary>Folds what is open into lines, newest first. A line that did not change is the same object as in <paramref name="before"/>.</summary>
    public static BreachSheet Of(IReadOnlyList<OpenBreach> open, BreachSheet? before, Situation situation)
    {
        var lines = open
            .GroupBy(entry => (entry.Breach.Zone, entry.Breach.Rule))
            .SelectMany(rule => rule.Select(entry => entry.Breach.Unit).Distinct().Take(FewUnits + 1).Count() <= FewUnits
                ? rule.GroupBy(entry => entry.Breach.Unit)
                    .Select(unit => (Key: KeyOf(rule.Key.Zone, rule.Key.Rule, unit.Key, situation), Entries: unit.ToList()))
                : [(Key: $"{rule.Key.Zone}/{rule.Key.Rule}", Entries: rule.ToList())])
            .Select(line => (line.Key, line.Entries.Count, Newest: line.Entries.MaxBy(entry => (entry.Breach.StartedAtMs, entry.Breach.Id))!))
            .OrderByDescending(line => line.Newest.Breach.StartedAtMs)
            .ThenBy(line => line.Key, StringComparer.Ordinal)
            .Take(MaxLines)
            .Select(line => new BreachLine(line.Key, line.Count, BreachView.Of(line.Newest.Breach, situation) with
            {
                Handling = line.Newest.Handling is { } handling ? HandlingView.Of(handling) : null,
            }));
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

    private static string KeyOf(string zone, string rule, int? unit, Situation situation)
        => unit is { } number ? $"{zone}/{rule}/{situation.Units.Get(number).IdText}" : $"{zone}/{rule}";

    private static BreachLine Reuse(BreachLine line, BreachSheet? before)
        => before?.Lines.FirstOrDefault(old => old.Key == line.Key) is { } known && known.Count == line.Count && SaysTheSame(known.Breach, line.Breach)
            ? known
            : line;

    // Lists within are compared by what they hold.
    private static bool SaysTheSame(BreachView a, BreachView b)
        => a with { Units = null, Why = b.Why } == b with { Units = null }
        && (a.Units ?? []).SequenceEqual(b.Units ?? [])
        && a.Why with { Silent = null } == b.Why with { Silent = null }
        && (a.Why.Silent ?? []).SequenceEqual(b.Why.Silent ?? []);
}

/// <summary>The message <c>breaches</c>.</summary>
internal sealed record BreachNews(bool Reset, IReadOnlyList<BreachLine> Lines, IReadOnlyList<string> Removed);

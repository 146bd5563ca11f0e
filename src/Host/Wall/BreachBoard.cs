using Vantage.Actors.Breaches;
using Vantage.Actors.History;
using Vantage.Host.Access;
using Vantage.Host.Breaches;
using Vantage.Host.Situations;

namespace Vantage.Host.Wall;

/// <summary>A breach that is on the board, with what was done so far.</summary>
internal sealed record BoardBreach(Breach Breach, BreachHandled? Handling)
{
    public bool IsCorrected => Breach.State == BreachState.Retracted;

    public bool IsUnacknowledged => Handling?.State is null or HandlingState.Open;
}

/// <summary>
/// The breaches that nobody has finished with, and those that late data has corrected until somebody has taken note.
/// Whoever raises, changes or handles breaches tells it; any thread may.
/// </summary>
internal sealed class BreachBoard(Situation situation, TimeProvider time)
{
    /// <summary>The most breaches kept here. When more are open the oldest are no longer shown on walls; queries still give them.</summary>
    public const int MaxOpen = 20_000;

    /// <summary>The most corrected ones; beyond it those that were corrected first go.</summary>
    public const int MaxCorrected = 500;

    /// <summary>How long a corrected one stays when nobody takes note of it.</summary>
    public static readonly TimeSpan CorrectedStays = TimeSpan.FromHours(24);

    private static readonly Comparer<(long StartedAtMs, string Id)> ByStart = Comparer<(long StartedAtMs, string Id)>.Create(
        (a, b) => a.StartedAtMs != b.StartedAtMs ? a.StartedAtMs.CompareTo(b.StartedAtMs) : string.CompareOrdinal(a.Id, b.Id));

    private readonly Dictionary<string, BoardBreach> _open = new(StringComparer.Ordinal);

    // To look through all for the oldest would cost the shard that announces a breach more than judging does.
    private readonly SortedSet<(long StartedAtMs, string Id)> _openByStart = new(ByStart);
    private readonly Dictionary<string, BoardBreach> _corrected = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _byUnit = [];
    private readonly Lock _gate = new();
    private long _version;

    /// <summary>Grows with every change.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Fills the board after a start.</summary>
    public void Load(long sinceMs)
    {
        Load(sinceMs, states: null);
        Load(sinceMs, new HashSet<BreachState> { BreachState.Retracted });
    }

    /// <summary>A breach was raised or changed; its commit is durable.</summary>
    public void Apply(Breach breach)
    {
        var handling = situation.HandlingOf(breach.Id);
        lock (_gate)
        {
            Put(new BoardBreach(breach, handling));
        }
    }

    /// <summary>Something was done about a breach.</summary>
    public void Apply(BreachHandled handling)
    {
        lock (_gate)
        {
            if (Get(handling.Breach) is { } known)
            {
                Put(known with { Handling = handling });
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

    /// <summary>Lets go of what was corrected so long ago that it is no news.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            foreach (var old in _corrected.Values.Where(entry => !IsCorrectionNews(entry)).ToList())
            {
                Put(old);
            }
        }
    }

    /// <summary>A breach that is on the board. It is here as soon as it is announced, which may be before queries see it.</summary>
    public Breach? Find(string id)
    {
        lock (_gate)
        {
            return Get(id)?.Breach;
        }
    }

    /// <summary>How many breaches of a unit are open.</summary>
    public int CountOf(int unit)
    {
        lock (_gate)
        {
            return _byUnit.GetValueOrDefault(unit);
        }
    }

    /// <summary>All that are open, in no order.</summary>
    public List<BoardBreach> Open => ListOf(_open);

    /// <summary>All that late data has corrected, in no order.</summary>
    public List<BoardBreach> Corrected => ListOf(_corrected);

    /// <summary>What is open of all that the caller may use a right on, in no order.</summary>
    public IReadOnlyList<BoardBreach> OpenFor(Caller caller, string right = Rights.LiveRead) => For(caller, right, Open);

    /// <inheritdoc cref="OpenFor"/>
    public IReadOnlyList<BoardBreach> CorrectedFor(Caller caller, string right = Rights.LiveRead) => For(caller, right, Corrected);

    private List<BoardBreach> For(Caller caller, string right, List<BoardBreach> all)
    {
        if (AccessPolicy.ReachOf(caller, right) != Reach.Everything)
        {
            all.RemoveAll(entry => !BreachEndpoints.MaySee(caller, right, entry.Breach, situation));
        }

        return all;
    }

    private List<BoardBreach> ListOf(Dictionary<string, BoardBreach> entries)
    {
        lock (_gate)
        {
            return [.. entries.Values];
        }
    }

    private void Load(long sinceMs, IReadOnlySet<BreachState>? states)
    {
        string? cursor = null;
        var count = 0;
        do
        {
            var page = situation.History.QueryBreaches(new BreachQuery(null, null, null, states, sinceMs, null, 1000, cursor));
            foreach (var breach in page.Items)
            {
                Apply(breach);
                count++;
            }

            cursor = page.Cursor;
        }
        while (cursor is not null && count < MaxOpen);
    }

    private static bool IsOpen(BoardBreach entry)
        => entry.Breach is { State: not BreachState.Retracted, IsMuted: false }
        && entry.Handling?.State is null or HandlingState.Open or HandlingState.Acknowledged;

    // Who signed for the breach before has not seen yet that it was none.
    private bool IsCorrectionNews(BoardBreach entry)
        => entry.Breach is { State: BreachState.Retracted, IsMuted: false, RetractedAtMs: { } at }
        && at > (time.GetUtcNow() - CorrectedStays).ToUnixTimeMilliseconds()
        && (entry.IsUnacknowledged
            || (entry.Handling!.State == HandlingState.Acknowledged && entry.Handling.At.ToUnixTimeMilliseconds() < at));

    private BoardBreach? Get(string id) => _open.GetValueOrDefault(id) ?? _corrected.GetValueOrDefault(id);

    private void Put(BoardBreach entry)
    {
        Remove(entry.Breach.Id);
        if (IsOpen(entry))
        {
            _open[entry.Breach.Id] = entry;
            _openByStart.Add((entry.Breach.StartedAtMs, entry.Breach.Id));
            if (entry.Breach.Unit is { } unit)
            {
                _byUnit[unit] = _byUnit.GetValueOrDefault(unit) + 1;
            }

            if (_open.Count > MaxOpen)
            {
                Remove(_openByStart.Min.Id); // Perhaps this one, which came late.
            }
        }
        else if (IsCorrectionNews(entry))
        {
            if (_corrected.Count >= MaxCorrected)
            {
                Remove(_corrected.Values.MinBy(old => old.Breach.RetractedAtMs)!.Breach.Id);
            }

            _corrected[entry.Breach.Id] = entry;
        }

        Interlocked.Increment(ref _version);
    }

    private void Remove(string id)
    {
        _corrected.Remove(id);
        if (_open.Remove(id, out var before))
        {
            _openByStart.Remove((before.Breach.StartedAtMs, id));
            if (before.Breach.Unit is { } was)
            {
                _byUnit[was]--;
            }
        }
    }
}

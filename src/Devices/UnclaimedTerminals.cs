using Vantage.Actors.Positions;

namespace Vantage.Devices;

/// <summary>A terminal that sends, and that nobody registered.</summary>
/// <param name="Protocol">As in the device directory.</param>
/// <param name="Number">The SIM number without leading zeros, or what the phone calls itself.</param>
/// <param name="Count">Messages since it was first heard.</param>
/// <param name="Plate">The number plate by which it introduced itself; null: it did not.</param>
/// <param name="Last">Where it says it is; null: it has not said, or nothing that could be.</param>
public sealed record UnclaimedTerminal(string Protocol, string Number, long FirstHeardMs, long LastHeardMs, long Count, string? Plate, Fix? Last);

/// <summary>
/// The terminals that knock and are refused because nobody registered them, so that they can be adopted. In memory: whoever still sends after a
/// restart is heard again. Strangers fill it, so there are never more than <see cref="Most"/>; the one that was silent the longest goes first. Thread-safe.
/// </summary>
public sealed class UnclaimedTerminals
{
    /// <summary>How many are kept.</summary>
    public const int Most = 1000;

    private const int MaxNumberLength = 64;
    private const int MaxPlateLength = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Protocol, string Number), LinkedListNode<Entry>> _terminals = [];
    private readonly LinkedList<Entry> _byHeard = new();

    /// <summary>All but those that are to be ignored, who sent last first.</summary>
    public IReadOnlyList<UnclaimedTerminal> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _byHeard.Where(entry => !entry.IsIgnored).Select(entry => entry.Terminal)];
            }
        }
    }

    /// <summary>Takes note of a message. A number that nobody could register is passed over.</summary>
    public void Hear(string protocol, ReadOnlySpan<char> number, long nowMs, Fix? fix = null, string? plate = null)
    {
        number = protocol == Jt808.Sessions.Jt808Gateway.Protocol ? number.TrimStart('0') : number;
        if (number.Length is 0 or > MaxNumberLength)
        {
            return;
        }

        lock (_gate)
        {
            var key = (protocol, number.ToString());
            if (!_terminals.TryGetValue(key, out var node))
            {
                if (_terminals.Count >= Most)
                {
                    var silent = _byHeard.Last!.Value.Terminal;
                    Remove_NeedsLock((silent.Protocol, silent.Number));
                }

                node = _terminals[key] = new LinkedListNode<Entry>(new Entry(new UnclaimedTerminal(protocol, key.Item2, nowMs, nowMs, 0, null, null)));
            }
            else
            {
                _byHeard.Remove(node);
            }

            _byHeard.AddFirst(node);
            var known = node.Value.Terminal;
            node.Value.Terminal = known with
            {
                LastHeardMs = nowMs,
                Count = known.Count + 1,
                Plate = plate is { Length: > 0 and <= MaxPlateLength } ? plate : known.Plate,
                Last = fix is { } now && (known.Last is not { } before || now.TimeMs >= before.TimeMs) ? now : known.Last,
            };
        }
    }

    /// <summary>One that is not to be ignored; null: none was heard.</summary>
    public UnclaimedTerminal? Find(string protocol, string number)
    {
        lock (_gate)
        {
            return _terminals.GetValueOrDefault((protocol, number)) is { Value.IsIgnored: false } node ? node.Value.Terminal : null;
        }
    }

    /// <summary>Lists it no more, though it goes on sending, until the next start; false: it is not listed.</summary>
    public bool Ignore(string protocol, string number)
    {
        lock (_gate)
        {
            if (_terminals.GetValueOrDefault((protocol, number)) is not { Value.IsIgnored: false } node)
            {
                return false;
            }

            node.Value.IsIgnored = true;
            return true;
        }
    }

    /// <summary>It is registered now.</summary>
    public void Forget(string protocol, string number)
    {
        lock (_gate)
        {
            Remove_NeedsLock((protocol, number));
        }
    }

    private void Remove_NeedsLock((string Protocol, string Number) key)
    {
        if (_terminals.Remove(key, out var node))
        {
            _byHeard.Remove(node);
        }
    }

    private sealed class Entry(UnclaimedTerminal terminal)
    {
        public UnclaimedTerminal Terminal { get; set; } = terminal;

        public bool IsIgnored { get; set; }
    }
}

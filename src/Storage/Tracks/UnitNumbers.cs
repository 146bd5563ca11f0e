using System.Collections.Concurrent;
using Vantage.Actors;

namespace Vantage.Storage.Tracks;

/// <summary>The numbers of units: 0, 1, 2 … in the order in which they were first asked for. Lookups take no lock.</summary>
internal sealed class UnitNumbers
{
    private readonly ConcurrentDictionary<ActorId, int> _numbers = new();
    private readonly Lock _gate = new();
    private volatile Entry[] _entries = new Entry[1024];
    private volatile int _count;

    public int Count => _count;

    public bool TryGet(ActorId unit, out int number) => _numbers.TryGetValue(unit, out number);

    public int GetOrAdd(ActorId unit, out bool added)
    {
        added = false;
        if (_numbers.TryGetValue(unit, out var known))
        {
            return known;
        }

        lock (_gate)
        {
            if (_numbers.TryGetValue(unit, out known))
            {
                return known;
            }

            var number = _count;
            if (number == _entries.Length)
            {
                var larger = new Entry[number * 2];
                _entries.CopyTo(larger, 0);
                _entries = larger;
            }

            _entries[number] = new Entry(unit, (byte)Shards.Of(unit));
            _count = number + 1;
            _numbers[unit] = number;
            added = true;
            return number;
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">No unit has that number.</exception>
    public ActorId UnitOf(int number)
    {
        Check(number);
        return _entries[number].Unit;
    }

    /// <summary>The shard of a number that was checked.</summary>
    public int ShardOf(int number) => _entries[number].Shard;

    public void Check(int number)
    {
        if ((uint)number >= (uint)_count)
        {
            throw new ArgumentOutOfRangeException(nameof(number), number, $"No unit has this number; {_count} are in use.");
        }
    }

    private readonly record struct Entry(ActorId Unit, byte Shard);
}

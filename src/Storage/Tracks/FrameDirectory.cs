using Vantage.Actors;

namespace Vantage.Storage.Tracks;

/// <summary>Which shards have a frame in which commit: 64 bits a commit, in memory. Thread-safe.</summary>
/// <remarks>
/// A frame's sequence is its commit's number × 64 + its shard: it grows over the whole log, and it is the row's key, so that neither a
/// shard's frames nor what may be trimmed needs an index on disk.
/// </remarks>
internal sealed class FrameDirectory
{
    private const int ShardBits = 6;

    private readonly Lock _gate = new();
    private readonly long[] _trimmed = new long[Shards.Count];
    private ulong[] _masks = new ulong[1024];
    private int _head;
    private int _count;
    private long _first = 1;
    private long _lastSequence;

    /// <summary>The newest commit's number; 0 in a new log.</summary>
    public long LastCommit
    {
        get
        {
            lock (_gate)
            {
                return _first + _count - 1;
            }
        }
    }

    /// <summary>The newest frame's sequence; 0 in a new log.</summary>
    public long LastSequence => Interlocked.Read(ref _lastSequence);

    public static long SequenceOf(long commit, int shard) => (commit << ShardBits) | (uint)shard;

    public static long CommitOf(long sequence) => sequence >> ShardBits;

    public static int ShardOf(long sequence) => (int)(sequence & (Shards.Count - 1));

    /// <summary>Adds a frame whose commit is the newest or a newer one.</summary>
    public void Add(long sequence)
    {
        lock (_gate)
        {
            var commit = CommitOf(sequence);
            if (_count == 0)
            {
                _first = commit;
            }

            while (_first + _count <= commit)
            {
                Append_NeedsLock();
            }

            _masks[IndexOf_NeedsLock(commit)] |= 1UL << ShardOf(sequence);
            Interlocked.Exchange(ref _lastSequence, sequence);
        }
    }

    /// <summary>The shard's first frame after a sequence and not trimmed, or 0.</summary>
    public long Next(int shard, long afterSequence)
    {
        lock (_gate)
        {
            var after = Math.Max(afterSequence, _trimmed[shard]);
            var commit = Math.Max(_first, CommitOf(after));
            for (; commit < _first + _count; commit++)
            {
                var sequence = SequenceOf(commit, shard);
                if (sequence > after && (_masks[IndexOf_NeedsLock(commit)] >> shard & 1) != 0)
                {
                    return sequence;
                }
            }

            return 0;
        }
    }

    /// <summary>Marks a shard's frames as dropped. Marks never go back.</summary>
    public void Trim(int shard, long upToSequence)
    {
        lock (_gate)
        {
            _trimmed[shard] = Math.Max(_trimmed[shard], upToSequence);
        }
    }

    public void CopyTrimmed(Span<long> into)
    {
        lock (_gate)
        {
            _trimmed.CopyTo(into);
        }
    }

    /// <summary>
    /// The number of the oldest commit that must stay: one of its frames is not trimmed, or it is the newest, which
    /// always stays because the next number follows from it.
    /// </summary>
    public long OldestNeeded()
    {
        lock (_gate)
        {
            while (_count > 1 && AllTrimmed_NeedsLock(_first, _masks[_head]))
            {
                _head = (_head + 1) % _masks.Length;
                _first++;
                _count--;
            }

            return _first;
        }
    }

    private bool AllTrimmed_NeedsLock(long commit, ulong mask)
    {
        for (; mask != 0; mask &= mask - 1)
        {
            var shard = System.Numerics.BitOperations.TrailingZeroCount(mask);
            if (_trimmed[shard] < SequenceOf(commit, shard))
            {
                return false;
            }
        }

        return true;
    }

    private void Append_NeedsLock()
    {
        if (_count == _masks.Length)
        {
            var larger = new ulong[_masks.Length * 2];
            for (var i = 0; i < _count; i++)
            {
                larger[i] = _masks[(_head + i) % _masks.Length];
            }

            (_masks, _head) = (larger, 0);
        }

        _masks[(_head + _count) % _masks.Length] = 0;
        _count++;
    }

    private int IndexOf_NeedsLock(long commit) => (int)((_head + (commit - _first)) % _masks.Length);
}

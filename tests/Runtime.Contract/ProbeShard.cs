using System.Collections.Concurrent;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Support;

namespace Vantage.Runtime.Contract;

/// <summary>The durable half of a position shard, as its log would be: what was delivered, and what became of it.</summary>
public sealed class ProbeShards
{
    private readonly ConcurrentDictionary<int, List<long>> _logs = new();
    private readonly ConcurrentDictionary<int, ProbeShard> _current = new();

    /// <summary>How often each shard was built, or that was tried.</summary>
    public ConcurrentDictionary<int, int> Built { get; } = new();

    /// <summary>Shards whose storage refuses.</summary>
    public ConcurrentDictionary<int, bool> Refused { get; } = new();

    public ProbeShard Create(int number)
    {
        Built.AddOrUpdate(number, 1, (_, times) => times + 1);
        if (Refused.ContainsKey(number))
        {
            throw new IOException("Storage refuses.");
        }

        var shard = new ProbeShard(Log(number).ToArray());
        _current[number] = shard;
        return shard;
    }

    /// <summary>Writes a frame to the log, as ingest does before it is delivered.</summary>
    public PositionFrame Logged(int shard, long sequence, int fixes = 1, Action<PositionFrame>? release = null)
    {
        lock (_logs.GetOrAdd(shard, _ => []))
        {
            _logs[shard].Add(sequence);
        }

        return new PositionFrame(fixes, release) { Shard = shard, Sequence = sequence, Count = fixes };
    }

    private List<long> Log(int number)
    {
        var log = _logs.GetOrAdd(number, _ => []);
        lock (log)
        {
            return [.. log];
        }
    }
}

/// <summary>Remembers the frames it processed; skips those that it has read in the log.</summary>
public sealed class ProbeShard(long[] recovered) : IPositionShard
{
    private int _inside;

    public List<long> Sequences { get; } = [.. recovered];

    public List<int> Threads { get; } = [];

    /// <summary>How many it processed itself, not read in the log.</summary>
    public int Processed { get; private set; }

    public List<DateTimeOffset> Ticks { get; } = [];

    public bool WasEnteredTwice { get; private set; }

    /// <summary>While set, processing waits.</summary>
    public ManualResetEventSlim? Closed { get; set; }

    /// <summary>The sequence on which it throws, once.</summary>
    public long ThrowsOn { get; set; } = -1;

    public void Process(PositionFrame frame)
    {
        Enter();
        Closed?.Wait(Patience.Limit);
        if (frame.Sequence == ThrowsOn)
        {
            ThrowsOn = -1;
            Exit();
            throw new InvalidOperationException("Told to.");
        }

        if (Sequences.Count == 0 || frame.Sequence > Sequences[^1])
        {
            Sequences.Add(frame.Sequence);
            Threads.Add(Environment.CurrentManagedThreadId);
            Processed++;
        }

        frame.Release();
        Exit();
    }

    public void Tick(DateTimeOffset now)
    {
        Enter();
        Ticks.Add(now);
        Exit();
    }

    /// <summary>Whether it has left its process.</summary>
    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;

    public T Look<T>(Func<ProbeShard, T> look)
    {
        Enter();
        var result = look(this);
        Exit();
        return result;
    }

    private void Enter() => WasEnteredTwice |= Interlocked.Increment(ref _inside) != 1;

    private void Exit() => Interlocked.Decrement(ref _inside);
}

/// <summary>Asks a shard how many frames it knows of.</summary>
public sealed record CountFrames : IShardQuery<FrameCount>
{
    public FrameCount Run(IPositionShard shard) => new(((ProbeShard)shard).Sequences.Count);
}

public sealed record FrameCount(int Frames);

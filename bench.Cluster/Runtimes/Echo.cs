using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Vantage.Actors;
using Vantage.Actors.Journal;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;

namespace Vantage.Bench.Cluster.Runtimes;

internal sealed record Ping(int Value);

internal sealed record Pong(int Value);

internal sealed record Nudge;

/// <summary>Answers at once and remembers nothing: what is measured is the way there and back.</summary>
internal sealed class Echo(Received received) : IBehaviour
{
    public static WireCatalog Messages { get; } = new WireCatalog()
        .Add("ping", 1, static (ping, bytes) => Write(ping.Value, bytes), static bytes => new Ping(Read(bytes)))
        .Add("pong", 1, static (pong, bytes) => Write(pong.Value, bytes), static bytes => new Pong(Read(bytes)))
        .Add("nudge", 1, static (_, _) => { }, static _ => new Nudge());

    public void Receive(object message, IActorContext context)
    {
        if (message is Ping ping)
        {
            context.Reply(new Pong(ping.Value));
        }
        else
        {
            received.Add(1);
        }
    }

    public void Apply(object @event)
    {
    }

    private static void Write(int value, IBufferWriter<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), value);
        bytes.Advance(sizeof(int));
    }

    private static int Read(ReadOnlyMemory<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
}

internal sealed class EchoFactory(Received received) : IBehaviourFactory
{
    public IBehaviour? Create(ActorId id) => new Echo(received);
}

/// <summary>Looks at every fix of its frames and does nothing with them.</summary>
internal sealed class CountingShard(Received received) : IPositionShard
{
    private long _latest;

    public void Process(PositionFrame frame)
    {
        foreach (ref readonly var fix in frame.Fixes)
        {
            _latest = Math.Max(_latest, fix.Fix.TimeMs);
        }

        received.Add(frame.Count);
        frame.Release();
    }

    public void Tick(DateTimeOffset now)
    {
    }

    public void Dispose()
    {
    }
}

/// <summary>What has arrived, in all of this process's nodes. Each thread counts by itself, or counting would cost more than what is counted.</summary>
internal sealed class Received
{
    private const int Threads = 64;
    private const int LongsALine = 16;

    private readonly long[] _counts = new long[(Threads + 1) * LongsALine];

    public long Count
    {
        get
        {
            var sum = 0L;
            for (var i = LongsALine; i < _counts.Length; i += LongsALine)
            {
                sum += Volatile.Read(ref _counts[i]);
            }

            return sum;
        }
    }

    public void Add(int count) => Interlocked.Add(ref _counts[((Environment.CurrentManagedThreadId % Threads) + 1) * LongsALine], count);
}

internal sealed class NoFeed : ILiveFeed
{
    public void Publish(ActorId from, object delta)
    {
    }
}

/// <summary>Nothing is ever recorded here.</summary>
internal sealed class NoJournal : IJournal
{
    public ValueTask AppendAsync(string stream, long expectedSequence, IReadOnlyList<Envelope> envelopes, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public async IAsyncEnumerable<Envelope> ReadAsync(
        string stream, long afterSequence = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        yield break;
    }

    public IAsyncEnumerable<Envelope> FeedAsync(long afterOffset = 0, CancellationToken cancellationToken = default) => ReadAsync("", 0, cancellationToken);

    public ValueTask<(long Sequence, ReadOnlyMemory<byte> Body)?> ReadSnapshotAsync(string stream, CancellationToken cancellationToken = default) => default;

    public ValueTask WriteSnapshotAsync(string stream, long sequence, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) => default;
}

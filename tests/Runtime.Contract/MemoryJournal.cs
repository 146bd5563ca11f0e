using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Vantage.Actors.Journal;
using Vantage.Support;

namespace Vantage.Runtime.Contract;

/// <summary>A journal in memory whose appends and reads a test can hold back, or make fail.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Envelope>> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _appends = new(StringComparer.Ordinal);
    private readonly List<Envelope> _feed = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<HeldAppend>> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _failingReads = new(StringComparer.Ordinal);

    /// <summary>Asked before each append, one at a time: true has storage refuse it.</summary>
    public Func<string, bool>? Refuses { get; set; }

    /// <summary>Has each append end on another thread than the one that began it.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Holds the next append to a stream that is not held yet.</summary>
    public HeldAppend Hold(string stream)
    {
        var held = new HeldAppend();
        _held.GetOrAdd(stream, _ => new()).Enqueue(held);
        return held;
    }

    /// <summary>Has the next reads of a stream fail.</summary>
    public void FailReads(string stream, int times) => _failingReads[stream] = times;

    /// <summary>How many events each append to the stream wrote.</summary>
    public int[] AppendsTo(string stream)
    {
        lock (_lock)
        {
            return _appends.TryGetValue(stream, out var sizes) ? [.. sizes] : [];
        }
    }

    public Envelope[] EventsOf(string stream)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(stream, out var events) ? [.. events] : [];
        }
    }

    public async ValueTask AppendAsync(
        string stream, long expectedSequence, IReadOnlyList<Envelope> envelopes, CancellationToken cancellationToken = default)
    {
        if (IsSlow)
        {
            await Task.Yield();
        }

        if (_held.TryGetValue(stream, out var queue) && queue.TryDequeue(out var held))
        {
            await held.WaitAsync(envelopes);
        }

        lock (_lock)
        {
            if (Refuses?.Invoke(stream) == true)
            {
                throw new IOException("Refused by the test.");
            }

            Write_NeedsLock(stream, expectedSequence, envelopes);
        }
    }

    public async IAsyncEnumerable<Envelope> ReadAsync(
        string stream, long afterSequence = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (IsSlow)
        {
            await Task.Yield();
        }

        if (_failingReads.TryGetValue(stream, out var times) && times > 0)
        {
            _failingReads[stream] = times - 1;
            throw new IOException("Unreadable by the test.");
        }

        foreach (var envelope in EventsOf(stream))
        {
            if (envelope.Sequence > afterSequence)
            {
                yield return envelope;
            }
        }
    }

    public async IAsyncEnumerable<Envelope> FeedAsync(
        long afterOffset = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        Envelope[] feed;
        lock (_lock)
        {
            feed = [.. _feed];
        }

        foreach (var envelope in feed.Where(envelope => envelope.Offset > afterOffset))
        {
            yield return envelope;
        }
    }

    public ValueTask<(long Sequence, ReadOnlyMemory<byte> Body)?> ReadSnapshotAsync(
        string stream, CancellationToken cancellationToken = default) => new((ValueTuple<long, ReadOnlyMemory<byte>>?)null);

    public ValueTask WriteSnapshotAsync(
        string stream, long sequence, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) => default;

    private void Write_NeedsLock(string stream, long expectedSequence, IReadOnlyList<Envelope> envelopes)
    {
        if (!_streams.TryGetValue(stream, out var events))
        {
            _streams[stream] = events = [];
            _appends[stream] = [];
        }

        if (events.Count != expectedSequence)
        {
            throw new JournalConflictException(stream, expectedSequence);
        }

        foreach (var envelope in envelopes)
        {
            if (envelope.Sequence != events.Count + 1)
            {
                throw new ArgumentException($"Sequence {envelope.Sequence} after {events.Count}.", nameof(envelopes));
            }

            var written = envelope with { Offset = _feed.Count + 1 };
            events.Add(written);
            _feed.Add(written);
        }

        _appends[stream].Add(envelopes.Count);
    }
}

/// <summary>An append on its way to storage that a test lets through, or not.</summary>
public sealed class HeldAppend
{
    private readonly TaskCompletionSource<int> _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _through = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the number of events when the append has reached storage.</summary>
    public Task<int> Arrived => _arrived.Task.Soon();

    public void Release() => _through.TrySetResult();

    public void Fail() => _through.TrySetException(new IOException("Storage refused."));

    internal Task WaitAsync(IReadOnlyList<Envelope> envelopes)
    {
        _arrived.TrySetResult(envelopes.Count);
        return _through.Task;
    }
}

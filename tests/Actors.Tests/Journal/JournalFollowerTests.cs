using System.Runtime.CompilerServices;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;
using Vantage.Support;

namespace Vantage.Actors.Tests.Journal;

public sealed class JournalFollowerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Feed _feed = new();
    private readonly List<long> _folded = [];
    private readonly List<string> _failures = [];
    private readonly JournalFollower _follower;

    public JournalFollowerTests() => _follower = new JournalFollower(_feed, envelope => _folded.Add(envelope.Offset), _time, failure => _failures.Add(failure.Message));

    public ValueTask DisposeAsync() => _follower.DisposeAsync();

    [Fact(DisplayName = "Who catches up sees all that was recorded before, at once, and each event is folded once and in order")]
    public async Task Catching_up_is_at_once()
    {
        _follower.Start(2);
        _feed.Record(5); // 1 and 2 were folded before the start.
        await _follower.CatchUpAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([3, 4, 5], _folded);

        _feed.Record(2);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _follower.CatchUpAsync())).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([3, 4, 5, 6, 7], _folded);
        Assert.Equal(7, _follower.Offset);
    }

    [Fact(DisplayName = "What another process recorded is folded without anybody asking")]
    public async Task Time_alone_is_enough()
    {
        _follower.Start(0);
        await _follower.CatchUpAsync().WaitAsync(TimeSpan.FromSeconds(30));
        _feed.Record(1);
        for (var tries = 0; _follower.Offset == 0; tries++)
        {
            Assert.True(tries < 3_000);
            _time.Advance(JournalFollower.ReadEvery);
            await Task.Delay(5);
        }

        Assert.Equal([1], _folded);
    }

    [Fact(DisplayName = "A feed that cannot be read is tried again, from where it was left; who waits is served then")]
    public async Task Failures_are_tried_again()
    {
        _feed.FailsAfter = 2;
        _feed.Record(4);
        _follower.Start(0);
        var caughtUp = _follower.CatchUpAsync();
        for (var tries = 0; _failures.Count < 2; tries++)
        {
            Assert.True(tries < 3_000);
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }

        Assert.False(caughtUp.IsCompleted);
        Assert.True(_follower.IsFailing);
        _feed.FailsAfter = int.MaxValue;
        for (var tries = 0; !caughtUp.IsCompleted; tries++)
        {
            Assert.True(tries < 3_000);
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }

        await caughtUp;
        Assert.Equal([1, 2, 3, 4], _folded);
        Assert.False(_follower.IsFailing);
    }

    /// <summary>A journal of events that say nothing.</summary>
    private sealed class Feed : IEventFeed
    {
        private volatile int _recorded;

        public int FailsAfter { get; set; } = int.MaxValue;

        public void Record(int events) => _recorded += events;

        public async IAsyncEnumerable<Envelope> FeedAsync(long afterOffset = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            for (var offset = afterOffset + 1; offset <= _recorded; offset++)
            {
                if (offset > FailsAfter)
                {
                    throw new IOException("The feed is away.");
                }

                yield return new Envelope("squad/s", offset, "squad-named", 1, default, default, Origin.System, default) { Offset = offset };
            }
        }
    }
}

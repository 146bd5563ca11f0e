using System.Buffers;
using Vantage.Actors.History;
using Vantage.Actors.Nodes;
using Vantage.Actors.Units;
using Vantage.Support;

namespace Vantage.Actors.Tests.Nodes;

/// <summary>What one process of a cluster tells the others, and takes over from them. Here all it says goes over the wire.</summary>
public sealed class NodeFeedTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Node _left;
    private readonly Node _right;

    public NodeFeedTests()
    {
        // Even units live in the left process, odd ones in the right one.
        _left = new Node(_time, own: 0);
        _right = new Node(_time, own: 1);
        _left.Link.Other = _right.Link;
        _right.Link.Other = _left.Link;
    }

    public async ValueTask DisposeAsync()
    {
        await _left.Feed.DisposeAsync();
        await _right.Feed.DisposeAsync();
    }

    [Fact(DisplayName = "What a unit's own process knows of it all others know a moment later, once")]
    public async Task Units_are_told()
    {
        _left.Show(0, 1_000, [0, 1]);
        await _right.KnowsAsync(_time, 0, 1_000);
        var told = _left.Link.Said;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([0, 1], _right.Of(0).Zones);
        Assert.Equal(told, _left.Link.Said); // Nothing changed: nothing is said.
        _left.Show(0, 2_000, []);
        await _right.KnowsAsync(_time, 0, 2_000);
    }

    [Fact(DisplayName = "A process says nothing of units that live elsewhere, and takes nothing over of those that live in it")]
    public async Task Only_owners_speak()
    {
        _left.Show(1, 9_000, []); // The right one's.
        _left.Show(0, 1_000, []);
        await _right.KnowsAsync(_time, 0, 1_000);

        Assert.False(_right.Live.TryGet(1, out _));
        _right.Show(1, 3_000, []);
        await _left.KnowsAsync(_time, 1, 9_000); // Later than what its owner says, and so left as it is.
    }

    [Fact(DisplayName = "A unit does not go back in time by what an earlier owner says late")]
    public async Task Late_words_are_passed_over()
    {
        _left.Show(0, 5_000, []);
        await _right.KnowsAsync(_time, 0, 5_000);

        _right.Link.Hear(new UnitsSeen([new SeenUnit(0, Engine.World.FixAt(0, 0, 0) with { TimeMs = 4_000 }, UnitMotion.Moving, [])]));

        Assert.Equal(5_000, _right.Of(0).Newest.TimeMs);
    }

    [Fact(DisplayName = "A zone that this process does not know yet is left out, and comes with the next whole picture")]
    public async Task Unknown_zones_wait()
    {
        _right.Zones = 1;
        _left.Show(0, 1_000, [0, 1]);
        await _right.KnowsAsync(_time, 0, 1_000);
        Assert.Equal([0], _right.Of(0).Zones);

        _right.Zones = 2;
        await _right.UntilAsync(_time, () => _right.Of(0).Zones.Length == 2);
    }

    [Fact(DisplayName = "Who joins is told everything")]
    public async Task Newcomers_hear_all()
    {
        _left.Link.Other = null;
        _left.Show(0, 1_000, []);
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Delay(10);
        }

        Assert.False(_right.Live.TryGet(0, out _));
        _left.Link.Other = _right.Link;
        _left.Link.Join();
        await _right.KnowsAsync(_time, 0, 1_000);
    }

    [Fact(DisplayName = "Breaches are told, of two changes of one the newer")]
    public async Task Breaches_are_told()
    {
        _left.Feed.Add(BreachOf("a", BreachState.Provisional));
        _left.Feed.Add(BreachOf("a", BreachState.Confirmed));
        _left.Feed.Add(BreachOf("b", BreachState.Provisional));
        await _right.UntilAsync(_time, () => _right.Breaches.Count == 2);

        Assert.Equal([("a", BreachState.Confirmed), ("b", BreachState.Provisional)], _right.Breaches.Select(breach => (breach.Id, breach.State)).Order());
    }

    private static Breach BreachOf(string id, BreachState state) => new()
    {
        Id = id,
        Zone = "z",
        Rule = "in",
        Type = "enter",
        Level = "warning",
        StartedAtMs = 1,
        State = state,
        Unit = 0,
        Why = new BreachReason(null, null, null, null, null, null, null, 1),
    };

    private sealed class Node
    {
        private readonly List<Breach> _breaches = [];

        public Node(ManualTimeProvider time, int own)
        {
            Feed = new NodeFeed(
                Live, unit => unit % 2, () => [own], () => Zones, Link, breach =>
                {
                    lock (_breaches)
                    {
                        _breaches.Add(breach);
                    }
                }, time, failure => Assert.Fail(failure.ToString()));
            Feed.Start();
        }

        public LiveUnits Live { get; } = new();

        public Wire Link { get; } = new();

        public NodeFeed Feed { get; }

        public int Zones { get; set; } = 10;

        public List<Breach> Breaches
        {
            get
            {
                lock (_breaches)
                {
                    return [.. _breaches];
                }
            }
        }

        public LiveUnit Of(int unit) => Live.TryGet(unit, out var live) ? live : throw new InvalidOperationException($"Unit {unit} is not known.");

        public void Show(int unit, long timeMs, int[] zones)
        {
            var fix = Engine.World.FixAt(0, 0, 0) with { TimeMs = timeMs };
            Live.Set(unit, in fix, UnitMotion.Moving, zones);
        }

        public Task KnowsAsync(ManualTimeProvider time, int unit, long timeMs)
            => UntilAsync(time, () => Live.TryGet(unit, out var live) && live.Newest.TimeMs == timeMs);

        public async Task UntilAsync(ManualTimeProvider time, Func<bool> isSo)
        {
            for (var tries = 0; !isSo(); tries++)
            {
                Assert.True(tries < 3_000, "It never was so.");
                time.Advance(TimeSpan.FromMilliseconds(200));
                await Task.Delay(5);
            }
        }
    }

    /// <summary>Bytes from one process to the other.</summary>
    private sealed class Wire : INodeLink
    {
        public event Action? Joined;

        public event Action<object>? Heard;

        public Wire? Other { get; set; }

        public int Said { get; private set; }

        public void Say(object message)
        {
            Said++;
            var bytes = new ArrayBufferWriter<byte>();
            SituationEngine.Messages.Write(message, bytes);
            Other?.Hear(SituationEngine.Messages.Read(SituationEngine.Messages.ManifestOf(message), bytes.WrittenMemory));
        }

        public void Hear(object message) => Heard?.Invoke(message);

        public void Join() => Joined?.Invoke();
    }
}

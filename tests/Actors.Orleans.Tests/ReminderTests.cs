using System.Globalization;
using Vantage.Actors.Runtime;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>Actors whose timers run are woken though their silo died: reminders tick in the system's time, the timers themselves ring in the test's.</summary>
public sealed class ReminderTests : IAsyncDisposable
{
    private static readonly TimeSpan Patiently = TimeSpan.FromDays(10);
    private static readonly TimeSpan Due = TimeSpan.FromHours(1);

    private readonly CountingMeters _meters = new();
    private readonly MemoryJournal _journal = new();
    private readonly MemoryReminders _reminders = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ProbeShards _shards = new();
    private readonly List<(OrleansRuntime Runtime, ProbeFeed Feed)> _running = [];
    private readonly int _primary = FreePort.Next();

    public async ValueTask DisposeAsync()
    {
        foreach (var (runtime, _) in Enumerable.Reverse(_running))
        {
            await runtime.StopAsync(TimeSpan.Zero);
        }

        _meters.Dispose();
    }

    [Fact(DisplayName = "A timer rings though the silo that had it died, and nobody sends its actor anything: once, and on the other silo")]
    public async Task Timers_survive_their_silo()
    {
        var (first, second) = (await StartAsync(), await StartAsync());
        var there = new Dictionary<ActorId, Task>();
        for (var i = 0; there.Count < 3; i++)
        {
            await first.Runtime.AskAsync<int>(Squad(i), new Arm("t", Due, i, IsDurable: true), Patiently).Soon();
            var (wakesHere, wakesThere) = (first.Feed.NextWokeAsync(Squad(i)), second.Feed.NextWokeAsync(Squad(i)));
            if (await Task.WhenAny(wakesHere, wakesThere) == wakesThere)
            {
                there.Add(Squad(i), wakesHere);
            }
        }

        _running.Remove(second);
        await second.Runtime.StopAsync(TimeSpan.Zero).Soon();

        await PassAsync(() => there.Values.All(wakesHere => wakesHere.IsCompletedSuccessfully), "all of its actors are here");
        _time.Advance(Due);
        foreach (var actor in there.Keys)
        {
            Assert.Equal(new Rang("t", int.Parse(actor.Key[1..], CultureInfo.InvariantCulture)), await first.Feed.NextAsync(actor));
            Assert.Equal(2, _journal.EventsOf(actor.ToString()).Length);
        }

        await IsForgottenAsync();
        Assert.All(there.Keys, actor => Assert.Empty(first.Feed.Rest(actor)));
    }

    [Fact(DisplayName = "A reminder is on record before the events of the turn that starts a timer are, once for all timers; none is left when the last has rung or was cancelled")]
    public async Task Reminders_come_first_and_go_last()
    {
        var (runtime, feed) = await StartAsync();
        var held = _journal.Hold(Squad(1).ToString());
        var armed = runtime.AskAsync<int>(Squad(1), new Arm("a", Due, 1, IsDurable: true), Patiently);
        await held.Arrived;
        Assert.Equal(1, _reminders.Count);
        held.Release();
        await armed.Soon();
        await runtime.AskAsync<int>(Squad(1), new Arm("b", Due * 2, 2), Patiently).Soon();
        Assert.Equal(1, _reminders.Upserts);

        _time.Advance(Due);
        Assert.Equal(new Rang("a", 1), await feed.NextAsync(Squad(1)));
        await runtime.AskAsync<Seen>(Squad(1), new Read(), Patiently).Soon();
        Assert.Equal((1, 0), (_reminders.Count, _reminders.Removals));
        await runtime.AskAsync<int>(Squad(1), new Disarm("b"), Patiently).Soon();
        await IsForgottenAsync();

        await runtime.AskAsync<int>(Squad(1), new Arm("c", Due, 3), Patiently).Soon();
        Assert.Equal((1, 2), (_reminders.Count, _reminders.Upserts));
        _time.Advance(Due);
        Assert.Equal(new Rang("c", 3), await feed.NextAsync(Squad(1)));
        await IsForgottenAsync();
    }

    [Fact(DisplayName = "An actor without timers has no reminder, nor has one of a kind that is not remembered, whatever it starts")]
    public async Task Others_have_none()
    {
        var (runtime, _) = await StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await runtime.AskAsync<int>(Squad(i), new Keep(i), Patiently).Soon();
            await runtime.AskAsync<int>(Squad(i), new Disarm("t"), Patiently).Soon();
            await Assert.ThrowsAsync<ActorFailedException>(() => runtime.AskAsync<int>(Squad(i), new Throw(), Patiently).Soon());
        }

        Assert.Equal((0, 0), (_reminders.Upserts, _reminders.Removals));
        var setup = new RuntimeSetup(
            new ProbeFactory(), _journal, Probe.Catalog, new ProbeFeed(), _shards.Create, _time, _meters);
        var forgetful = await Silo.StartAsync(setup, FreePort.Next()); // A cluster of its own, without a reminder service.
        try
        {
            Assert.Equal(0, await forgetful.AskAsync<int>(Squad(100), new Arm("t", Due, 1, IsDurable: true), Patiently).Soon());
        }
        finally
        {
            await forgetful.StopAsync(TimeSpan.Zero);
        }
    }

    [Fact(DisplayName = "Where a reminder cannot be put on record the turn fails, and nothing of it is left; other turns go on, and the next try succeeds")]
    public async Task Refused_reminders_fail_the_turn()
    {
        var (runtime, feed) = await StartAsync();
        _reminders.Refuses = true;

        foreach (var isDurable in new[] { true, false })
        {
            var failure = await Assert.ThrowsAsync<ActorFailedException>(
                () => runtime.AskAsync<int>(Squad(1), new Arm("t", Due, 1, isDurable), Patiently).Soon());
            Assert.IsType<IOException>(failure.InnerException);
            Assert.Empty(_journal.EventsOf(Squad(1).ToString()));
            var kept = runtime.AskAsync<int>(Squad(2), new Keep(1), Patiently);
            Assert.True(await kept.Soon() > 0);
        }

        _reminders.Refuses = false;
        _time.Advance(Due * 2);
        Assert.Empty(feed.Rest(Squad(1)));
        var armed = runtime.AskAsync<int>(Squad(1), new Arm("t", Due, 2, IsDurable: true), Patiently);
        await PassAsync(() => armed.IsCompleted, "the actor is back");
        Assert.Equal(0, await armed);
        Assert.Empty(feed.Rest(Squad(1))); // What the first timers had sent would have been received before.
        Assert.Equal(1, _reminders.Count);
    }

    [Fact(DisplayName = "An actor whose turn fails after its reminder is on record does without it; one that recovers with a timer has one again")]
    public async Task Recovery_settles_reminders()
    {
        var (runtime, feed) = await StartAsync();
        var held = _journal.Hold(Squad(1).ToString());
        var refused = runtime.AskAsync<int>(Squad(1), new Arm("t", Due, 1, IsDurable: true), Patiently);
        await held.Arrived;
        Assert.Equal(1, _reminders.Count);
        held.Fail();
        await Assert.ThrowsAsync<ActorFailedException>(() => refused.Soon());
        await IsForgottenAsync();

        await runtime.AskAsync<int>(Squad(1), new Arm("t", Due, 1, IsDurable: true), Patiently).Soon();
        await runtime.StopAsync(TimeSpan.Zero).Soon();
        _running.Clear();
        await _reminders.TestOnlyClearTable();
        (runtime, feed) = await StartAsync();
        await runtime.AskAsync<Seen>(Squad(1), new Read(), Patiently).Soon();
        Assert.Equal(1, _reminders.Count);

        _time.Advance(Due);
        Assert.Equal(new Rang("t", 1), await feed.NextAsync(Squad(1)));
        await IsForgottenAsync();
    }

    [Fact(DisplayName = "A reminder that no timer needs wakes its actor once: it is dropped, and the actor leaves again")]
    public async Task Stale_reminders_are_dropped()
    {
        var (runtime, feed) = await StartAsync();
        await runtime.AskAsync<int>(Squad(1), new Keep(7), Patiently).Soon();
        await feed.NextWokeAsync(Squad(1));
        await runtime.AskAsync<int>(Squad(1), new Leave(), Patiently).Soon();
        await LeftAsync();

        await LeaveOnRecordAsync(runtime, Squad(1));

        Assert.Equal(new Woke(1), await feed.NextWokeAsync(Squad(1)));
        await IsForgottenAsync();
        await LeftAsync();
        Assert.Equal(new Seen([7]), await runtime.AskAsync<Seen>(Squad(1), new Read(), Patiently).Soon());

        await LeaveOnRecordAsync(runtime, new ActorId(ActorKinds.Zone, "z1")); // Nothing behaves as its kind.
        await IsForgottenAsync();
    }

    [Fact(DisplayName = "A reminder that could not be dropped is dropped when it next ticks, and an actor that is at work is not disturbed by it")]
    public async Task Failed_removals_are_tried_again()
    {
        var (runtime, feed) = await StartAsync();
        await runtime.AskAsync<int>(Squad(1), new Arm("t", Due, 1), Patiently).Soon();
        await feed.NextWokeAsync(Squad(1));
        _reminders.RefusedRemovals = 3;

        await runtime.AskAsync<int>(Squad(1), new Disarm("t"), Patiently).Soon();
        for (var i = 1; i <= 50; i++)
        {
            Assert.Equal(i, await runtime.AskAsync<int>(Squad(1), new Keep(i), Patiently).Soon());
        }

        await IsForgottenAsync();
        Assert.Equal(0, _reminders.RefusedRemovals);
        Assert.Equal(new Seen([.. Enumerable.Range(1, 50)]), await runtime.AskAsync<Seen>(Squad(1), new Read(), Patiently).Soon());
        await runtime.AskAsync<int>(Squad(1), new Leave(), Patiently).Soon();
        await LeftAsync();
    }

    [Fact(DisplayName = "An actor that leaves of its own will takes its reminder with it")]
    public async Task Leaving_drops_the_reminder()
    {
        var (runtime, feed) = await StartAsync();
        await runtime.AskAsync<int>(Squad(1), new Arm("t", Due, 1), Patiently).Soon();
        await feed.NextWokeAsync(Squad(1));
        Assert.Equal(1, _reminders.Count);

        await runtime.AskAsync<int>(Squad(1), new Leave(), Patiently).Soon();

        await IsForgottenAsync();
        await LeftAsync();
    }

    private static ActorId Squad(int number) => new(ActorKinds.Squad, $"s{number}");

    /// <summary>As a silo leaves it that died between putting it on record and the events.</summary>
    private async Task LeaveOnRecordAsync(OrleansRuntime runtime, ActorId actor) => await _reminders.UpsertRow(new ReminderEntry
    {
        GrainId = runtime.Outboxes.GrainOf(actor).GetGrainId(),
        ReminderName = "timers",
        StartAt = DateTime.UtcNow,
        Period = TimeSpan.FromMilliseconds(500),
    });

    private Task IsForgottenAsync() => Patience.UntilAsync(() => Task.FromResult(_reminders.Count == 0), "no reminder is on record");

    private Task LeftAsync()
        => Patience.UntilAsync(() => Task.FromResult(_meters.Gauge("vantage.actors.active") == 0), "no actor is in memory");

    /// <summary>For what takes the runtime waits of its own, in the test's time.</summary>
    private Task PassAsync(Func<bool> isSo, string what) => Patience.UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            return Task.FromResult(isSo());
        },
        what);

    private async Task<(OrleansRuntime Runtime, ProbeFeed Feed)> StartAsync()
    {
        var feed = new ProbeFeed();
        var setup = new RuntimeSetup(
            new ProbeFactory(), _journal, Probe.Catalog, feed, _shards.Create, _time, _meters);
        var runtime = await Silo.StartAsync(setup, _running.Count == 0 ? _primary : FreePort.Next(), _primary, reminders: _reminders);
        _running.Add((runtime, feed));
        return _running[^1];
    }
}

using Vantage.Actors.Runtime;

namespace Vantage.Runtime.Contract;

public abstract class DurabilityContract : RuntimeContract
{
    private static readonly string Stream = Squad(1).ToString();

    [Fact(DisplayName = "Nothing that a turn does is seen before its events are durable")]
    public async Task Effects_wait_for_the_append()
    {
        var held = Journal.Hold(Stream);
        var ask = AskAsync<int>(Squad(1), new KeepAndShow(1, Squad(2)));
        Assert.Equal(1, await held.Arrived);

        Assert.Equal(new Seen([]), await ReadAsync(Squad(2)));
        Assert.Empty(Feed.Rest(Squad(1)));
        Assert.False(ask.IsCompleted);

        held.Release();
        Assert.Equal(1, await ask);
        Assert.Equal(new Kept(1), await Feed.NextAsync(Squad(1)));
        await RemembersAsync(Squad(2), 1);
    }

    [Fact(DisplayName = "When the append fails the ask fails, nothing of the turn is seen, and the next message meets the last durable state")]
    public async Task Failed_appends_are_undone()
    {
        await AskAsync<int>(Squad(1), new Keep(1));
        var held = Journal.Hold(Stream);
        var ask = AskAsync<int>(Squad(1), new KeepAndShow(2, Squad(2)));
        await held.Arrived;
        held.Fail();

        var failure = await Assert.ThrowsAsync<ActorFailedException>(() => ask);

        Assert.Equal(Squad(1), failure.Actor);
        Assert.IsType<IOException>(failure.InnerException);
        Assert.Equal(new Seen([1]), await ReadAsync(Squad(1)));
        Assert.Equal(2, await AskAsync<int>(Squad(1), new Keep(3)));
        Assert.Empty(Feed.Rest(Squad(1)));
        Assert.Equal(new Seen([]), await ReadAsync(Squad(2)));
        Assert.Equal(1, Counted("vantage.actors.failures"));
    }

    [Fact(DisplayName = "A failed append fails every ask of its turn, and no message after it")]
    public async Task Asks_fail_with_their_turn()
    {
        var first = Journal.Hold(Stream);
        await Actors.TellAsync(Squad(1), new Keep(0));
        await first.Arrived;
        var second = Journal.Hold(Stream);
        Task<int>[] asks = [AskAsync<int>(Squad(1), new Keep(1)), AskAsync<int>(Squad(1), new Keep(2)), AskAsync<int>(Squad(1), new Keep(3))];
        first.Release();
        var inTurn = await second.Arrived;
        second.Fail();

        foreach (var ask in asks[..inTurn])
        {
            await Assert.ThrowsAsync<ActorFailedException>(() => ask);
        }

        await Task.WhenAll(asks[inTurn..]);
        Assert.Equal(new Seen([0, .. Enumerable.Range(1, 3).Skip(inTurn)]), await ReadAsync(Squad(1)));
    }

    [Fact(DisplayName = "Messages that wait during an append share the next one")]
    public async Task Turns_take_several_messages()
    {
        var held = Journal.Hold(Stream);
        await Actors.TellAsync(Squad(1), new Keep(0));
        await held.Arrived;
        for (var i = 1; i <= 10; i++)
        {
            await Actors.TellAsync(Squad(1), new Keep(i));
        }

        held.Release();
        await RemembersAsync(Squad(1), [.. Enumerable.Range(0, 11)]);

        Assert.True(Journal.AppendsTo(Stream).Length < 11);
        Assert.Equal(11, Journal.AppendsTo(Stream).Sum());
    }

    [Fact(DisplayName = "After a restart an actor is what its events make it")]
    public async Task Recovery_rebuilds_state()
    {
        for (var i = 0; i < 100; i++)
        {
            await AskAsync<int>(Squad(i % 3), new Keep(i));
        }

        await StartAnewAsync();

        for (var actor = 0; actor < 3; actor++)
        {
            Assert.Equal(new Seen([.. Enumerable.Range(0, 100).Where(i => i % 3 == actor)]), await ReadAsync(Squad(actor)));
        }

        Assert.Equal(35, await AskAsync<int>(Squad(0), new Keep(100)));
    }

    [Fact(DisplayName = "Recovered is called once the events are applied, before the first message")]
    public async Task Recovered_comes_first()
    {
        await AskAsync<int>(Squad(1), new Keep(1));
        Assert.Equal(new Woke(0), await Feed.NextWokeAsync(Squad(1)));

        await StartAnewAsync();
        await AskAsync<int>(Squad(1), new Keep(2));

        Assert.Equal(new Woke(1), await Feed.NextWokeAsync(Squad(1)));
    }

    [Fact(DisplayName = "A message that throws leaves nothing behind, and its neighbours in the turn untouched")]
    public async Task Throwing_messages_are_undone()
    {
        var held = Journal.Hold(Stream);
        await Actors.TellAsync(Squad(1), new Keep(0));
        await held.Arrived;
        var before = AskAsync<int>(Squad(1), new Keep(1));
        var thrower = AskAsync<int>(Squad(1), new KeepAndThrow(2));
        var after = AskAsync<int>(Squad(1), new Keep(3));
        held.Release();

        var failure = await Assert.ThrowsAsync<ActorFailedException>(() => thrower);

        Assert.Equal(Squad(1), failure.Actor);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.Equal((2, 3), (await before, await after));
        Assert.Equal(new Seen([0, 1, 3]), await ReadAsync(Squad(1)));
        Assert.Empty(Feed.Rest(Squad(1)));
        Assert.Equal(3, Journal.EventsOf(Stream).Length);
        Assert.Equal(1, Counted("vantage.actors.failures"));
    }

    [Fact(DisplayName = "A message that throws harms no other actor")]
    public async Task Failures_stay_with_their_actor()
    {
        await AskAsync<int>(Squad(2), new Keep(1));
        await Assert.ThrowsAsync<ActorFailedException>(() => AskAsync<int>(Squad(1), new Throw()));

        Assert.Equal(2, await AskAsync<int>(Squad(2), new Keep(2)));
        Assert.Equal(new Woke(0), await Feed.NextWokeAsync(Squad(2)));
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync<int>(Squad(1), new Throw()));
    }

    [Fact(DisplayName = "An event that cannot be written fails its message even when the behaviour hides the error")]
    public async Task Hidden_errors_are_found()
    {
        await AskAsync<int>(Squad(1), new Keep(1));

        await Assert.ThrowsAsync<ActorFailedException>(() => AskAsync<int>(Squad(1), new RecordUnknown()));

        Assert.Equal(new Seen([1]), await ReadAsync(Squad(1)));
    }

    [Fact(DisplayName = "An actor that fails again and again goes on once time has passed, with its state")]
    public async Task Repeated_failures_back_off()
    {
        await AskAsync<int>(Squad(1), new Keep(1));
        for (var i = 0; i < 8; i++)
        {
            var thrower = AskAsync<int>(Squad(1), new Throw());
            await Assert.ThrowsAsync<ActorFailedException>(() => PassTimeUntilAsync(thrower));
        }

        Assert.Equal(new Seen([1]), await PassTimeUntilAsync(ReadAsync(Squad(1))));
        Assert.Equal(8, Counted("vantage.actors.failures"));
    }

    [Fact(DisplayName = "Messages wait in order while an actor cannot be read back, and none is lost")]
    public async Task Failed_recovery_is_tried_again()
    {
        await AskAsync<int>(Squad(1), new Keep(0));
        await StartAnewAsync();
        Journal.FailReads(Stream, 4);
        for (var i = 1; i <= 5; i++)
        {
            await Actors.TellAsync(Squad(1), new Keep(i));
        }

        Assert.Equal(new Seen([.. Enumerable.Range(0, 6)]), await PassTimeUntilAsync(ReadAsync(Squad(1))));
        Assert.Equal(4, Counted("vantage.actors.failures"));
    }

    [Fact(DisplayName = "Other actors go on while one waits for its append")]
    public async Task Appends_hold_nobody_else()
    {
        var held = Enumerable.Range(0, 100).Select(i => Journal.Hold(Squad(i).ToString())).ToArray();
        var asks = Enumerable.Range(0, 100).Select(i => AskAsync<int>(Squad(i), new Keep(i))).ToArray();
        await Task.WhenAll(held.Select(append => append.Arrived));

        Assert.Equal(1, await AskAsync<int>(Squad(100), new Keep(100)));
        Assert.DoesNotContain(asks, ask => ask.IsCompleted);

        Array.ForEach(held, append => append.Release());
        Assert.All(await Task.WhenAll(asks), count => Assert.Equal(1, count));
    }
}

using Vantage.Actors.Runtime;

namespace Vantage.Runtime.Contract;

public abstract class TimerContract : RuntimeContract
{
    private static readonly TimeSpan Due = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact(DisplayName = "A timer sends its message when it is due, once, and not before")]
    public async Task Timers_fire()
    {
        await AskAsync<int>(Squad(1), new Arm("t", Due, 1));

        Time.Advance(Due - Moment);
        await NothingRangAsync();

        Time.Advance(Moment);
        Assert.Equal(new Rang("t", 1), await Feed.NextAsync(Squad(1)));

        Time.Advance(Due * 3);
        await NothingRangAsync();
    }

    [Fact(DisplayName = "Timers fire in the order in which they are due")]
    public async Task Timers_fire_in_order()
    {
        await AskAsync<int>(Squad(1), new Arm("third", Due * 3, 3));
        await AskAsync<int>(Squad(1), new Arm("first", Due, 1));
        await AskAsync<int>(Squad(1), new Arm("second", Due * 2, 2));

        Time.Advance(Due * 4);

        Assert.Equal(new Rang("first", 1), await Feed.NextAsync(Squad(1)));
        Assert.Equal(new Rang("second", 2), await Feed.NextAsync(Squad(1)));
        Assert.Equal(new Rang("third", 3), await Feed.NextAsync(Squad(1)));
    }

    [Fact(DisplayName = "A timer started anew replaces the one of the same name")]
    public async Task Timers_are_replaced()
    {
        await AskAsync<int>(Squad(1), new Arm("t", Due, 1));
        Time.Advance(Due / 2);
        await AskAsync<int>(Squad(1), new Arm("t", Due, 2));

        Time.Advance(Due - Moment);
        await NothingRangAsync();

        Time.Advance(Moment);
        Assert.Equal(new Rang("t", 2), await Feed.NextAsync(Squad(1)));
        await NothingRangAsync();
    }

    [Fact(DisplayName = "A cancelled timer never fires")]
    public async Task Timers_are_cancelled()
    {
        await AskAsync<int>(Squad(1), new Arm("t", Due, 1));
        await AskAsync<int>(Squad(1), new Disarm("t"));

        Time.Advance(Due * 2);

        await NothingRangAsync();
    }

    [Fact(DisplayName = "A timer cancelled while its message waits in the mailbox is not received either")]
    public async Task Timers_are_cancelled_in_the_mailbox()
    {
        await AskAsync<int>(Squad(1), new Arm("t", Due, 1));
        var held = Journal.Hold(Squad(1).ToString());
        await Actors.TellAsync(Squad(1), new Keep(1));
        await held.Arrived;
        await Actors.TellAsync(Squad(1), new Disarm("t"));

        Time.Advance(Due);
        held.Release();

        await NothingRangAsync();
    }

    [Fact(DisplayName = "A timer that a failed turn started never fires")]
    public async Task Timers_of_failed_turns_are_undone()
    {
        var held = Journal.Hold(Squad(1).ToString());
        var ask = AskAsync<int>(Squad(1), new Arm("t", Due, 1, IsDurable: true));
        await held.Arrived;
        held.Fail();
        await Assert.ThrowsAsync<ActorFailedException>(() => ask);

        Time.Advance(Due * 2);

        await NothingRangAsync();
    }

    [Fact(DisplayName = "Timers are armed again after a restart, for what is left of their time")]
    public async Task Timers_survive_a_restart()
    {
        await AskAsync<int>(Squad(1), new Arm("t", Due, 1, IsDurable: true));
        Time.Advance(Due / 2);
        await StartAnewAsync();
        await ReadAsync(Squad(1));

        Time.Advance((Due / 2) - Moment);
        await NothingRangAsync();

        Time.Advance(Moment);
        Assert.Equal(new Rang("t", 1), await Feed.NextAsync(Squad(1)));
    }

    [Fact(DisplayName = "Timers derived from state are armed again after a message threw, without another message, and others are gone")]
    public async Task Timers_survive_a_failure()
    {
        await AskAsync<int>(Squad(1), new Arm("lasting", Due * 2, 1, IsDurable: true));
        await AskAsync<int>(Squad(1), new Arm("passing", Due, 2));
        await Feed.NextWokeAsync(Squad(1));
        await Assert.ThrowsAsync<ActorFailedException>(() => AskAsync<int>(Squad(1), new Throw()));
        await Feed.NextWokeAsync(Squad(1));

        Time.Advance(Due * 2);

        Assert.Equal(new Rang("lasting", 1), await Feed.NextAsync(Squad(1)));
        await NothingRangAsync();
    }

    [Fact(DisplayName = "No timer fires after its actor has left")]
    public async Task Timers_end_with_passivation()
    {
        await AskAsync<int>(Squad(1), new Arm("t", Due, 1));
        await Feed.NextWokeAsync(Squad(1));
        await LeaveAndReturnAsync(Squad(1));

        Time.Advance(Due * 2);

        await NothingRangAsync();
    }

    [Fact(DisplayName = "Timers of many actors all fire")]
    public async Task Many_timers_fire()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => AskAsync<int>(Squad(i), new Arm("t", Due + (Moment * (i % 10)), i))));

        Time.Advance(Due * 2);

        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(new Rang("t", i), await Feed.NextAsync(Squad(i)));
        }
    }

    /// <summary>A message there and back: a timer that was due when it was sent would have been received before it.</summary>
    private async Task NothingRangAsync()
    {
        await ReadAsync(Squad(1));
        await ReadAsync(Squad(1));
        Assert.Empty(Feed.Rest(Squad(1)));
    }
}

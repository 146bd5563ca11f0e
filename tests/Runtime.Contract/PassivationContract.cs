namespace Vantage.Runtime.Contract;

public abstract class PassivationContract : RuntimeContract
{
    [Fact(DisplayName = "An actor that leaves comes back with its state on the next message")]
    public async Task State_survives()
    {
        await AskAsync<int>(Squad(1), new Keep(1));
        await Feed.NextWokeAsync(Squad(1));

        await LeaveAndReturnAsync(Squad(1));

        Assert.Equal(2, await AskAsync<int>(Squad(1), new Keep(2)));
        Assert.Equal(new Seen([1, 2]), await ReadAsync(Squad(1)));
    }

    [Fact(DisplayName = "Messages that come while an actor leaves are kept, in order")]
    public async Task Messages_in_flight_survive()
    {
        var held = Journal.Hold(Squad(1).ToString());
        await Actors.TellAsync(Squad(1), new Keep(0));
        await held.Arrived;
        await Actors.TellAsync(Squad(1), new Leave());
        for (var i = 1; i <= 100; i++)
        {
            await Actors.TellAsync(Squad(1), new Keep(i));
        }

        held.Release();

        await RemembersAsync(Squad(1), [.. Enumerable.Range(0, 101)]);
    }

    [Fact(DisplayName = "Leaving after every message loses none")]
    public async Task Leaving_all_the_time_is_harmless()
    {
        for (var i = 0; i < 300; i++)
        {
            await Actors.TellAsync(Squad(1), new Keep(i));
            await Actors.TellAsync(Squad(1), new Leave());
        }

        await RemembersAsync(Squad(1), [.. Enumerable.Range(0, 300)]);
    }

    [Fact(DisplayName = "An idle actor leaves memory")]
    public async Task Idle_actors_leave()
    {
        await AskAsync<int>(Squad(1), new Keep(1));
        Assert.Equal(new Woke(0), await Feed.NextWokeAsync(Squad(1)));

        var woke = Feed.NextWokeAsync(Squad(1));
        for (var tries = 0; !woke.IsCompleted && tries < 600; tries++)
        {
            Time.Advance(TimeSpan.FromMinutes(11));
            await Task.Delay(20);
            await ReadAsync(Squad(1));
        }

        Assert.Equal(new Woke(1), await woke);
    }

    [Fact(DisplayName = "An actor with a running timer does not leave for being idle")]
    public async Task Timers_keep_actors()
    {
        await AskAsync<int>(Squad(1), new Arm("t", TimeSpan.FromHours(2), 7));

        for (var i = 0; i < 12; i++)
        {
            Time.Advance(TimeSpan.FromMinutes(10));
            await ReadAsync(Squad(2));
        }

        Assert.Equal(new Rang("t", 7), await Feed.NextAsync(Squad(1)));
    }
}

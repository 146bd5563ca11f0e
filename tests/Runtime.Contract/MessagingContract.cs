using Vantage.Actors;
using Vantage.Actors.Runtime;
using Vantage.Support;

namespace Vantage.Runtime.Contract;

public abstract class MessagingContract : RuntimeContract
{
    [Fact(DisplayName = "Messages of one sender to one actor are received in the order in which they were sent")]
    public async Task Order_is_kept()
    {
        for (var i = 0; i < 500; i++)
        {
            await Actors.TellAsync(Squad(1), new Keep(i));
        }

        await RemembersAsync(Squad(1), [.. Enumerable.Range(0, 500)]);
    }

    [Fact(DisplayName = "Messages of one actor to another are received in the order in which they were sent")]
    public async Task Order_is_kept_between_actors()
    {
        for (var i = 0; i < 200; i++)
        {
            await Actors.TellAsync(Squad(1), new Forward(Squad(2), new Keep(i)));
        }

        await RemembersAsync(Squad(2), [.. Enumerable.Range(0, 200)]);
    }

    [Fact(DisplayName = "An ask gets its own reply among many")]
    public async Task Asks_are_told_apart()
    {
        var asks = Enumerable.Range(0, 200).Select(i => (Actor: Squad(i % 7), Ask: AskAsync<int>(Squad(i % 7), new Keep(i)))).ToArray();

        await Task.WhenAll(asks.Select(ask => ask.Ask));

        foreach (var actor in asks.GroupBy(ask => ask.Actor))
        {
            Assert.Equal(Enumerable.Range(1, actor.Count()), actor.Select(ask => ask.Ask.Result));
        }
    }

    [Fact(DisplayName = "The context carries who sent the message and the runtime's time, and passes the sender on")]
    public async Task Origin_and_time_reach_the_actor()
    {
        var origin = new Origin(Person: "li", Post: "desk-3", Correlation: "c-1");

        var turned = await Actors.AskAsync<Turned>(Squad(1), new AskTurn(), Patiently, origin).Soon();
        await Actors.AskAsync<int>(Squad(1), new Forward(Squad(2), new Keep(1)), Patiently, origin).Soon();
        await RemembersAsync(Squad(2), 1);

        Assert.Equal(new Turned(origin, Time.GetUtcNow()), turned);
        var kept = Assert.Single(Journal.EventsOf(Squad(2).ToString()));
        Assert.Equal((origin, Time.GetUtcNow(), 1L), (kept.By, kept.OccurredAt, kept.Sequence));
    }

    [Fact(DisplayName = "An ask without a reply ends with a timeout, at its time and not before")]
    public async Task Asks_time_out()
    {
        var ask = Actors.AskAsync<int>(Squad(1), new Ignore(), TimeSpan.FromSeconds(5));
        await ReadAsync(Squad(1));

        Time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(ask.IsCompleted);

        Time.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => ask.Soon());
    }

    [Fact(DisplayName = "A reply after the timeout is dropped, and what the message did stays done")]
    public async Task Late_replies_are_dropped()
    {
        var held = Journal.Hold(Squad(1).ToString());
        var ask = Actors.AskAsync<int>(Squad(1), new Keep(1), TimeSpan.FromSeconds(5));
        await held.Arrived;

        Time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => ask.Soon());
        held.Release();

        Assert.Equal(new Seen([1]), await ReadAsync(Squad(1)));
    }

    [Fact(DisplayName = "A cancelled ask ends at once; one cancelled before it was sent is not sent")]
    public async Task Asks_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var ask = Actors.AskAsync<int>(Squad(1), new Ignore(), Patiently, cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ask.Soon());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Actors.AskAsync<int>(Squad(1), new Keep(1), Patiently, cancellationToken: cancellation.Token).Soon());
        Assert.Equal(new Seen([]), await ReadAsync(Squad(1)));
    }

    [Fact(DisplayName = "A reply of another type than was asked for fails the ask")]
    public async Task Replies_have_the_type_asked_for()
    {
        var failure = await Assert.ThrowsAsync<ActorFailedException>(() => AskAsync<string>(Squad(1), new Keep(1)));

        Assert.Equal(Squad(1), failure.Actor);
    }

    [Fact(DisplayName = "A message for a kind without behaviour is a dead letter: counted, and its ask fails")]
    public async Task Dead_letters_are_counted()
    {
        var nobody = new ActorId(ActorKinds.Stage, "nobody");

        await Actors.TellAsync(nobody, new Ignore());
        await Assert.ThrowsAsync<ActorFailedException>(() => AskAsync<int>(nobody, new Ignore()));
        await AskAsync<int>(Squad(1), new Forward(nobody, new Ignore()));

        await CountedAsync("vantage.actors.dead_letters", 3);
        Assert.Equal(3, Counted("vantage.actors.dead_letters"));
    }

    [Fact(DisplayName = "Every message received is counted")]
    public async Task Messages_are_counted()
    {
        for (var i = 0; i < 10; i++)
        {
            await AskAsync<int>(Squad(i % 2), new Keep(i));
        }

        await CountedAsync("vantage.actors.messages", 10);
        Assert.Equal(10, Counted("vantage.actors.messages"));
    }

    [Fact(DisplayName = "The gauges show who is in memory and what waits, and nothing once it was received")]
    public async Task Gauges_show_what_waits()
    {
        var held = Journal.Hold(Squad(1).ToString());
        await Actors.TellAsync(Squad(1), new Keep(0));
        await held.Arrived;
        for (var i = 1; i <= 5; i++)
        {
            await Actors.TellAsync(Squad(1), new Keep(i));
        }

        await ShowsAsync("vantage.actors.mailbox.depth", 5);
        await ShowsAsync("vantage.actors.active", 1);
        await ShowsAsync("vantage.actors.frames.queued", 0);
        await ShowsAsync("vantage.actors.fixes.queued", 0);
        held.Release();

        await RemembersAsync(Squad(1), [.. Enumerable.Range(0, 6)]);
        await ShowsAsync("vantage.actors.mailbox.depth", 0);
    }
}

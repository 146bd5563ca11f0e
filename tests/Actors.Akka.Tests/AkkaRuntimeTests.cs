using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Akka.Tests;

/// <summary>What this runtime does beyond the contract of all.</summary>
public sealed class AkkaRuntimeTests : RuntimeContract
{
    [Fact(DisplayName = "The journal holds the product's own envelopes, under the actor's id")]
    public async Task Envelopes_are_the_products_own()
    {
        await Actors.AskAsync<int>(Squad(1), new Keep(7), Patiently, new Origin(Person: "li")).Soon();

        var written = Assert.Single(Journal.EventsOf("squad/s1"));
        Assert.Equal(("kept", 1, 1L, "li"), (written.Type, written.Version, written.Sequence, written.By.Person));
        Assert.Equal("""{"value":7}"""u8.ToArray(), written.Body.ToArray());
    }

    [Fact(DisplayName = "An actor whose stream somebody else wrote to fails its message, and goes on from what is there")]
    public async Task Second_writers_are_noticed()
    {
        await AskAsync<int>(Squad(1), new Keep(1));
        var other = Probe.Catalog.Wrap("squad/s1", 2, new Kept(2), Time.GetUtcNow(), Origin.System);
        await Journal.AppendAsync("squad/s1", 1, [other], TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<ActorFailedException>(() => AskAsync<int>(Squad(1), new Keep(3)));

        Assert.IsType<JournalConflictException>(failure.InnerException);
        Assert.Equal(new Seen([1, 2]), await ReadAsync(Squad(1)));
        Assert.Equal(3, await AskAsync<int>(Squad(1), new Keep(3)));
    }

    [Fact(DisplayName = "Keys are any that an actor's id may have: letters of any script, and signs that addresses reserve")]
    public async Task Keys_are_not_limited_by_addresses()
    {
        foreach (var key in new[] { "沪A12345", "50%", "a b?c#d", "$x", "..", "*" })
        {
            var actor = new ActorId(ActorKinds.Squad, key);

            Assert.Equal(1, await AskAsync<int>(actor, new Keep(1)));
            Assert.Single(Journal.EventsOf($"squad/{key}"));
        }
    }

    [Fact(DisplayName = "A node that is stopped in time finishes what is queued, and then leaves")]
    public async Task Stopping_finishes_what_is_queued()
    {
        var runtime = (AkkaRuntime)Actors;
        var held = Journal.Hold("squad/s1");
        var asks = Enumerable.Range(0, 20).Select(i => AskAsync<int>(Squad(1), new Keep(i))).ToArray();
        await held.Arrived;

        var stopped = runtime.StopAsync(TimeSpan.FromMinutes(1));
        held.Release();
        await stopped.Soon();

        Assert.Equal(Enumerable.Range(1, 20), await Task.WhenAll(asks));
        await Assert.ThrowsAsync<ActorFailedException>(() => AskAsync<int>(Squad(1), new Read()));
        Assert.Equal(1, Counted("vantage.actors.dead_letters"));
    }

    [Fact(DisplayName = "A node that is stopped at once fails the asks that are still open")]
    public async Task Stopping_at_once_fails_asks()
    {
        var held = Journal.Hold("squad/s1");
        var ask = AskAsync<int>(Squad(1), new Keep(1));
        await held.Arrived;

        await ((AkkaRuntime)Actors).StopAsync(TimeSpan.Zero).Soon();

        var failure = await Assert.ThrowsAsync<ActorFailedException>(() => ask);
        Assert.Equal(Squad(1), failure.Actor);
    }

    [Fact(DisplayName = "Options out of their range are all named")]
    public void Wrong_options_are_named()
    {
        var options = new AkkaRuntimeOptions { Port = 0, MailboxCapacity = 0, TickInterval = TimeSpan.FromSeconds(1) };

        var refused = Assert.Throws<ArgumentException>(options.Validate);

        Assert.Contains("Port is 0", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MailboxCapacity is 0", refused.Message, StringComparison.Ordinal);
        Assert.Contains("TickInterval is 00:00:01", refused.Message, StringComparison.Ordinal);
    }

    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

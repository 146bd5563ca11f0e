using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Akka.Hosting.TestKit;
using Akka.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Actors.Runtime;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Akka.Tests;

/// <summary>One entity seen from beside: what it says to its shard, to outboxes and to its region, and when it ends. Time is virtual.</summary>
public sealed class EntityTests : TestKit
{
    private static readonly ActorId Park = new(ActorKinds.Squad, "park");
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);
    private static readonly AkkaRuntimeOptions Options = new() { MailboxCapacity = 2, MailboxLimit = 2, MessagesPerTurn = 2, IdleAfter = TimeSpan.FromMinutes(10) };

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryJournal _journal = new();
    private readonly ProbeFeed _feed = new();
    private readonly CountingMeters _meters = new();
    private readonly ActorCounts _counts = new();
    private RuntimeMetrics? _metrics;
    private TestProbe? _outbox;
    private TestProbe? _region;
    private TestProbe? _shard;

    private TestProbe Outbox => _outbox ??= CreateTestProbe("outbox");

    private TestProbe Region => _region ??= CreateTestProbe("region");

    private TestProbe Shard => _shard ??= CreateTestProbe("shard");

    [Fact(DisplayName = "An entity answers in order, and only when what it did is kept")]
    public async Task Answers_wait_for_the_journal()
    {
        var entity = Start();
        var held = _journal.Hold(Park.ToString());
        Ask(entity, 1, new Keep(1));
        await held.Arrived;
        Ask(entity, 2, new Read());
        Outbox.ExpectNoMsg(Silence);

        held.Release();

        Assert.Equal(new Answered(1, 1), Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled));
        Assert.Equal(new Answered(2, new Seen([1])), Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled));
    }

    [Fact(DisplayName = "When its events cannot be kept the asker hears it, the entity lives on, and remembers nothing of them")]
    public async Task Failed_appends_are_told()
    {
        var entity = Start();
        Shard.Watch(entity);
        var held = _journal.Hold(Park.ToString());
        Ask(entity, 1, new Keep(1));
        await held.Arrived;

        held.Fail();

        var failed = Assert.IsType<ActorFailedException>(Outbox.ExpectMsg<Unanswered>(Patience.Limit, cancellationToken: Cancelled).Reason);
        Assert.Equal((Park, "its events could not be made durable"), (failed.Actor, failed.Reason));
        Ask(entity, 2, new Read());
        Assert.Equal(new Answered(2, new Seen([])), Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled));
        Shard.ExpectNoMsg(Silence);
    }

    [Fact(DisplayName = "A behaviour that stops in the middle of a turn is read back; its entity stays, the asker hears that the outcome is not known")]
    public async Task Stopped_behaviours_are_replaced()
    {
        var entity = Start();
        Shard.Watch(entity);
        Ask(entity, 1, new Keep(1));
        Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled);
        var held = _journal.Hold(Park.ToString());
        Ask(entity, 2, new Keep(2));
        await held.Arrived;

        Sys.ActorSelection(entity.Path / "*").Tell(Kill.Instance);
        held.Release();

        var failed = Assert.IsType<ActorFailedException>(Outbox.ExpectMsg<Unanswered>(Patience.Limit, cancellationToken: Cancelled).Reason);
        Assert.Equal("its behaviour stopped, and whether its events are durable is not known", failed.Reason);
        Ask(entity, 3, new Read());
        var seen = Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled);
        Assert.Contains(seen, new[] { new Answered(3, new Seen([1])), new Answered(3, new Seen([1, 2])) });
        Shard.ExpectNoMsg(Silence);
        Assert.Equal(1, _meters.Sum("vantage.actors.failures"));

        // One that was read back before the event was there is refused by the journal at its next write, and read back again.
        Ask(entity, 4, new Keep(3));
        Outbox.ReceiveOne(Patience.Limit, Cancelled);
        Ask(entity, 5, new Read());
        var known = Assert.IsType<Seen>(Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled).Reply).Values;
        Assert.Equal([1, 2], known.Take(2));
        Assert.Equal(_journal.EventsOf(Park.ToString()).Length, known.Count);
    }

    [Fact(DisplayName = "After failures in a row it waits, longer each time, and what comes meanwhile is kept in order")]
    public void Back_off_doubles()
    {
        var entity = Start();
        for (var ask = 1; ask <= 2; ask++)
        {
            Ask(entity, ask, new Throw());
            Outbox.ExpectMsg<Unanswered>(Patience.Limit, cancellationToken: Cancelled);
        }

        Ask(entity, 3, new Keep(3));
        Ask(entity, 4, new Read());
        Outbox.ExpectNoMsg(Silence);
        _time.Advance(Options.FirstBackOff - TimeSpan.FromMilliseconds(1));
        Outbox.ExpectNoMsg(Silence);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new Answered(3, 1), Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled));
        Assert.Equal(new Answered(4, new Seen([3])), Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled));
    }

    [Fact(DisplayName = "An idle entity asks its shard to let it go, at its time and not before; mail that is in flight then is still answered")]
    public void Passivation_keeps_mail_in_flight()
    {
        var entity = Start();
        Shard.Watch(entity);
        Ask(entity, 1, new Keep(1));
        Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled);

        _time.Advance(Options.IdleAfter - TimeSpan.FromMilliseconds(1));
        Shard.ExpectNoMsg(Silence);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var leave = Shard.ExpectMsg<Passivate>(Patience.Limit, cancellationToken: Cancelled).StopMessage;
        Ask(entity, 2, new Keep(2));
        entity.Tell(leave, Shard);

        Assert.Equal(new Answered(2, 2), Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled));
        Shard.ExpectTerminated(entity, Patience.Limit, cancellationToken: Cancelled);
        Assert.Equal(2, _journal.EventsOf(Park.ToString()).Length);
    }

    [Fact(DisplayName = "A timer comes through the region when it is due; of an entity that was moved it is armed again for what is left of its time")]
    public void Timers_outlive_a_move()
    {
        var entity = Start();
        Ask(entity, 1, new Arm("due", TimeSpan.FromMinutes(20), 7, IsDurable: true));
        Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled);
        _time.Advance(TimeSpan.FromMinutes(15));
        Shard.ExpectNoMsg(Silence);
        Shard.Watch(entity);
        entity.Tell(Leave.Instance, Shard);
        Shard.ExpectTerminated(entity, Patience.Limit, cancellationToken: Cancelled);

        var moved = Start();
        Ask(moved, 2, new Read());
        Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled);
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Region.ExpectNoMsg(Silence);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.IsType<TimerRang>(Region.ExpectMsg<Mail>(Patience.Limit, cancellationToken: Cancelled).Message);
    }

    [Fact(DisplayName = "Outboxes hear how many of their letters were taken; beyond the limit what actors send is a dead letter, counted")]
    public async Task Credit_and_limit()
    {
        var entity = Start();
        var held = _journal.Hold(Park.ToString());
        entity.Tell(new Mail(Park, new Keep(1), Origin.System, HasCredit: true), Outbox);
        Assert.Equal(new Taken(Park, 1), Outbox.ExpectMsg<Taken>(Patience.Limit, cancellationToken: Cancelled));
        await held.Arrived;
        entity.Tell(new Mail(Park, new Keep(2), Origin.System, HasCredit: true), Outbox);
        entity.Tell(new Mail(Park, new Keep(3), Origin.System, HasCredit: true), Outbox);
        Ask(entity, 9, new Keep(4));
        entity.Tell(new CountWaiting(Park, 7), Outbox);

        var refused = Assert.IsType<ActorFailedException>(Outbox.ExpectMsg<Unanswered>(Patience.Limit, cancellationToken: Cancelled).Reason);
        Assert.Equal("the mailbox is full", refused.Reason);
        Assert.Equal(1, _meters.Sum("vantage.actors.dead_letters"));
        Assert.Equal(new Waiting(Park, 7, 2), Outbox.ExpectMsg<Waiting>(Patience.Limit, cancellationToken: Cancelled));
        held.Release();
        Assert.Equal(new Taken(Park, 2), Outbox.ExpectMsg<Taken>(Patience.Limit, cancellationToken: Cancelled));
        Ask(entity, 10, new Read());
        Assert.Equal(new Answered(10, new Seen([1, 2, 3])), Outbox.ExpectMsg<Answered>(Patience.Limit, cancellationToken: Cancelled));
    }

    [Fact(DisplayName = "What is lost on its way holds nobody up for longer than 10 s: its actor is asked how many wait there, and what was sent since counts too")]
    public async Task Lost_mail_gives_its_room_back()
    {
        var made = new TaskCompletionSource<Outbox>();
        var asker = Sys.ActorOf(Props.Create(() => new OutboxActor(Parts(), made)));
        var outbox = await made.Task;
        await outbox.TellAsync(Park, new Keep(1), Origin.System, Cancelled);
        await outbox.TellAsync(Park, new Keep(2), Origin.System, Cancelled);
        var waiting = Enumerable.Range(3, 3).Select(i => outbox.TellAsync(Park, new Keep(i), Origin.System, Cancelled).AsTask()).ToArray();
        Assert.All([1, 2], i => Assert.Equal(new Keep(i), Region.ExpectMsg<Mail>(Patience.Limit, cancellationToken: Cancelled).Message));
        Region.ExpectNoMsg(Silence);

        _time.Advance(Options.CountCreditsEvery);
        var count = Region.ExpectMsg<CountWaiting>(Patience.Limit, cancellationToken: Cancelled);
        asker.Tell(new Taken(Park, 1)); // One was taken; of the other nothing is known there.
        Assert.Equal(new Keep(3), Region.ExpectMsg<Mail>(Patience.Limit, cancellationToken: Cancelled).Message);
        Region.ExpectNoMsg(Silence);
        asker.Tell(new Waiting(Park, count.Number, 0));

        Assert.Equal(new Keep(4), Region.ExpectMsg<Mail>(Patience.Limit, cancellationToken: Cancelled).Message);
        Region.ExpectNoMsg(Silence);
        Assert.Equal([true, true, false], waiting.Select(each => each.IsCompleted));

        asker.Tell(new Waiting(Park, count.Number - 1, 0)); // Of a count before.
        Region.ExpectNoMsg(Silence);
        asker.Tell(new Taken(Park, 2));
        Assert.Equal(new Keep(5), Region.ExpectMsg<Mail>(Patience.Limit, cancellationToken: Cancelled).Message);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected override void ConfigureAkka(AkkaConfigurationBuilder builder, IServiceProvider provider)
    {
        builder.Setups.Add(new JournalSetup(_journal));
        builder.WithWire(Probe.Messages).AddHocon(OneNode.Journal, HoconAddMode.Prepend);
    }

    protected override async Task AfterAllAsync()
    {
        await base.AfterAllAsync();
        _metrics?.Dispose();
        _meters.Dispose();
    }

    /// <summary>An entity as its shard makes it; the shard is a probe.</summary>
    private IActorRef Start() => Shard.ChildActorOf(EntityHost.Props(Parts(), Park));

    private RuntimeParts Parts()
    {
        var log = NullLogger.Instance;
        _metrics ??= new RuntimeMetrics(_meters, () => [_counts.With(null)]);
        return new RuntimeParts(Options, new ProbeFactory(), Probe.Catalog, _feed, new Clock(_time), log, new LogPace(_time, _ => { }), _metrics, _counts)
        {
            Regions = new Dictionary<string, IActorRef>(StringComparer.Ordinal) { [ActorKinds.Squad] = Region },
        };
    }

    private void Ask(IActorRef entity, long number, object message) => entity.Tell(new Mail(Park, message, Origin.System, number), Outbox);
}

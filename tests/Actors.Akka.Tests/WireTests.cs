using System.Globalization;
using System.Text.Json;
using Akka.Hosting;
using Akka.Hosting.TestKit;
using Akka.Serialization;
using Vantage.Actors.Breaches;
using Vantage.Actors.Cameras;
using Vantage.Actors.History;
using Vantage.Actors.Incidents;
using Vantage.Actors.Journal;
using Vantage.Actors.Nodes;
using Vantage.Actors.Positions;
using Vantage.Actors.Replays;
using Vantage.Actors.RollCalls;
using Vantage.Actors.Runtime;
using Vantage.Actors.Squads;
using Vantage.Actors.Stages;
using Vantage.Actors.Tours;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Akka.Tests;

/// <summary>Everything that leaves a node or is kept, through the serializer as the configured system finds it.</summary>
public sealed class WireTests : TestKit
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions WithFields = new(EventCatalog.Json) { IncludeFields = true };
    private static readonly Origin Li = new("li", "duty-chief", null, "cause", "correlation", "李明");

    private static object[] Messages =>
    [
        new RegisterUnit("李明", "tianshan", "沪A12345", [new DeviceKey("jt808", "13912345678")]), new UnitRegistration(true),
        new ReportDuty(false, Noon), new DutyReceipt(false, null),
        new NameSquad("天山中队"), new SquadReceipt(false),
        new RegisterCamera("中山公园", 121.42, 31.22, "公安", ["重点区域"], 90, []), new ReportCameraState(CameraState.Offline), new CameraReceipt(true, false),
        new DefineZone("""{"type":"Feature"}""", "Asia/Shanghai", Noon), new EndZone(), new ZoneReceipt(3, false),
        new AcknowledgeBreach("已通知"), new HandleBreach(null), new MarkFalseAlarm("漂移"), new HandlingReceipt(HandlingState.Handled, true),
        new OpenReplay("西郊", 1, 9, ["vehicle/沪A12345"], "park", [121.4, 31.2, 121.5, 31.3]), new SetReplayClock(5, -2.5, null), new CloseReplay(),
        new ReplayReceipt(true, new ReplayClock(5, Noon, 0.25, true)),
        new ReportIncident("street-vending", "占道设摊", "warning", 121.4, 31.2, "仙霞路1号", null, "person", "c1", null, "/p/1.jpg", Noon),
        new NoteIncident("已联系"), new CloseIncident(null), new IncidentReceipt(true, false),
        new GiveOrder("20261127-k3f9m", "请速到", 7, true), new StepOrder(3, OrderStep.Arrived, "到场"), new ReleaseOrder("20261127-k3f9m"),
        new OrderReceipt(OrderOutcome.Changed, 3, OrderStep.Accepted, 8, "20261127-k3f9m", "王"),
        new LayOutStage("指挥大厅", [new StageScreen("left", "左屏", "map", "lead", 0, 0, 2, 1)]), new RemoveStage(),
        new ShowOnStage(StageParts.View | StageParts.Selection, StagePicture.Plain with { Selection = new StageSelection("zone", "park") }),
        new KeepStagePreset("event"), new SwitchStage("daily"), new PushToScreen("left", "free", StagePicture.Plain), new TakeScreenBack("left"), new LinkScreen("left", "lead"), new SetStageVisitors(true),
        new StageReceipt(StageOutcome.NoScreen, 7, false),
        new LayOutTour("重点道路", ["c1"], [], "公安", null, 15, 9), new RemoveTour(), new TourReceipt(true, false),
        new OpenRollCall("早点名", "指挥中心", ["tianshan", "值班员"], TimeSpan.FromMinutes(10)), new AnswerRollCall("tianshan", "到齐12人"), new TakeBackRollCallAnswer("tianshan"),
        new WithdrawRollCall(), new WakeRollCall(), new RollCallReceipt(RollCallOutcome.NotCalled),
        new CopyTrack(7, 1, long.MaxValue), new TrackCopy([FixAt(1), FixAt(2)]),
        new CountFixes(7, 1, long.MaxValue), new FixCount(86_400),
        new FindUnits(31.2, 121.4, 31.3, 121.5, 1, 9), new UnitsFound([7, 8]),
        new AskLastInside([new LastingVisit(7, "park", 5)]), new LastInside([null, 9]),
        new UnitsSeen([new SeenUnit(7, FixAt(3), UnitMotion.Moving, [1, 2]), new SeenUnit(8, FixAt(4), UnitMotion.Idle, [])]), new BreachesSeen([BreachOf("a")]),
    ];

    public static TheoryData<string> Names => [.. Messages.Select(message => message.GetType().Name)];

    private SerializerWithStringManifest Serializer => (SerializerWithStringManifest)Sys.Serialization.FindSerializerForType(typeof(Mail));

    [Fact(DisplayName = "Every message of the product has a form on the wire, and a round trip in this class")]
    public void All_messages_are_here()
        => Assert.Equal(
            SituationEngine.Messages.Types.Select(type => type.Name).Order(StringComparer.Ordinal),
            Messages.Select(message => message.GetType().Name).Order(StringComparer.Ordinal));

    [Theory(DisplayName = "A message comes back as it was sent")]
    [MemberData(nameof(Names))]
    public void Messages_come_back(string name)
    {
        var message = Messages.Single(message => message.GetType().Name == name);
        var mail = new Mail(new ActorId(ActorKinds.Vehicle, "沪A12345"), message, Li, 42, HasCredit: true);

        var back = RoundTrip(mail);

        Assert.Equal((mail.To, mail.Origin, mail.Ask, mail.HasCredit), (back.To, back.Origin, back.Ask, back.HasCredit));
        Assert.Equal(TextOf(message), TextOf(back.Message));
        Assert.Equal(TextOf(message), TextOf(RoundTrip(new Answered(42, message)).Reply));
        Assert.Equal(TextOf(message), TextOf(RoundTrip(new NodeSaid(message)).Message));
        if (message is IShardQuery query)
        {
            var ask = RoundTrip(new ShardAsk(63, 42, query));
            Assert.Equal((63, 42, TextOf(query)), (ask.Shard, ask.Ask, TextOf(ask.Query)));
        }
    }

    [Fact(DisplayName = "What runtimes tell each other comes back as it was sent")]
    public void Runtime_messages_come_back()
    {
        var actor = new ActorId(ActorKinds.Zone, "park");
        Assert.Equal(new Taken(actor, 3), RoundTrip(new Taken(actor, 3)));
        Assert.Equal(new CountWaiting(actor, 4), RoundTrip(new CountWaiting(actor, 4)));
        Assert.Equal(new Waiting(actor, 4, 2), RoundTrip(new Waiting(actor, 4, 2)));
        Assert.Equal(new WakeShard(5), RoundTrip(new WakeShard(5)));
        Assert.Same(Leave.Instance, RoundTrip(Leave.Instance));
        Assert.Equal(new TimerRang("due", 9), RoundTrip(new Mail(actor, new TimerRang("due", 9), Origin.System)).Message);

        var failed = (ActorFailedException)RoundTrip(new Unanswered(1, new ActorFailedException(actor, "its events could not be made durable", new IOException("full")))).Reason;
        Assert.Equal((actor, "its events could not be made durable", "full"), (failed.Actor, failed.Reason, failed.InnerException?.Message));
        Assert.IsType<IOException>(failed.InnerException, exactMatch: false);
        Assert.Equal("down", RoundTrip(new Unanswered(1, new InvalidOperationException("down"))).Reason.Message);
    }

    [Fact(DisplayName = "What the journal keeps comes back to the last bit: envelopes, and snapshots made of them")]
    public void Kept_things_come_back()
    {
        var envelope = SituationEngine.Events.Wrap("squad/天山", 7, new SquadNamed("天山", Noon, "天山中队"), Noon, Li);

        var back = RoundTrip(envelope);
        Assert.Equal(envelope with { Body = default }, back with { Body = default });
        Assert.Equal(envelope.Body.ToArray(), back.Body.ToArray());
        Assert.Equal(2, RoundTrip(new BehaviourSnapshot([envelope, envelope])).Events.Count);
    }

    [Theory(DisplayName = "What another version of the program sends is refused by a sentence that names both, and never misread")]
    [InlineData("mail:2", "mail:2", "mail:1")]
    [InlineData("roll-call:1", "roll-call:1", "mail:1")]
    public void Unknown_manifests_are_refused(string manifest, string named, string known)
    {
        var refused = Assert.Throws<InvalidDataException>(() => Serializer.FromBinary([], manifest));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.Contains(known, refused.Message, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A message inside of another version, or of no known name, is refused by a sentence that names it and what is known")]
    [InlineData("name-squad:1", "name-squad:2", "this node reads name-squad:1")]
    [InlineData("name-squad:1", "nbme-squad:1", "this node knows none of that name")]
    public void Unknown_messages_are_refused(string sent, string instead, string sentence)
    {
        var bytes = Serializer.ToBinary(new NodeSaid(new NameSquad("天山")));
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(sent));
        System.Text.Encoding.UTF8.GetBytes(instead).CopyTo(bytes, at);

        var refused = Assert.Throws<InvalidDataException>(() => Serializer.FromBinary(bytes, "node-said:1"));

        Assert.Contains(instead, refused.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Bytes that are cut anywhere are refused, and read nothing else by mistake")]
    public void Cut_bytes_are_refused()
    {
        object[] whole =
        [
            new Mail(new ActorId(ActorKinds.Squad, "天山"), new NameSquad("天山中队"), Li, 42, HasCredit: true),
            SituationEngine.Events.Wrap("squad/天山", 7, new SquadNamed("天山", Noon, "天山中队"), Noon, Li),
        ];
        foreach (var message in whole)
        {
            var bytes = Serializer.ToBinary(message);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<InvalidDataException>(() => Serializer.FromBinary(bytes[..length], Serializer.Manifest(message)));
            }
        }
    }

    protected override void ConfigureAkka(AkkaConfigurationBuilder builder, IServiceProvider provider) => builder.WithWire(SituationEngine.Messages);

    private static Fix FixAt(long ms)
    {
        var fix = new Fix
        {
            TimeMs = ms,
            ReceivedAtMs = ms + 1,
            LatitudeE7 = 312_000_000,
            LongitudeE7 = -1_214_000_000,
            SpeedHundredths = Fix.Absent,
            AltitudeTenths = -5,
            AccuracyTenths = 80,
            HeadingTenths = 3599,
        };
        fix.SetFlags(FixFlags.Sos | FixFlags.Jump, ReportSource.Jt808);
        return fix;
    }

    private static Breach BreachOf(string id) => new()
    {
        Id = id,
        Zone = "park",
        Rule = "in",
        Type = "enter",
        Unit = 7,
        Level = "warning",
        StartedAtMs = 5,
        Longitude = 121.4,
        Latitude = 31.2,
        Why = new BreachReason(5, 4, 5, 12.5, 8, null, null, 3),
    };

    /// <summary>All that a message holds, fields of fixes too.</summary>
    private static string TextOf(object message)
        => message.GetType().Name + JsonSerializer.Serialize(message, message.GetType(), WithFields);

    private T RoundTrip<T>(T message)
        where T : notnull
    {
        var serializer = Assert.IsType<WireSerializer>(Sys.Serialization.FindSerializerFor(message));
        Assert.Equal("808", serializer.Identifier.ToString(CultureInfo.InvariantCulture));
        return Assert.IsType<T>(serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message)));
    }
}

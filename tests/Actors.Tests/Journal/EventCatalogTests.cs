using System.Text;
using System.Text.Json;
using Vantage.Actors.Breaches;
using Vantage.Actors.Cameras;
using Vantage.Actors.Incidents;
using Vantage.Actors.Journal;
using Vantage.Actors.Replays;
using Vantage.Actors.RollCalls;
using Vantage.Actors.Runtime;
using Vantage.Actors.Squads;
using Vantage.Actors.Stages;
using Vantage.Actors.Tours;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Tests.Journal;

public class EventCatalogTests
{
    private static readonly DateTimeOffset At = new(2026, 5, 28, 12, 0, 0, 123, TimeSpan.Zero);

    private static readonly object[] Events =
    [
        new UnitRegistered("vehicle/沪A1", At, "一号车", "a", "沪A1", [new DeviceKey("jt808", "013")]),
        new UnitRegistered("vehicle/b", At, "b", null, null, []),
        new UnitDutyReported("vehicle/b", At, OnDuty: false, At.AddHours(8)),
        new UnitDutyReported("vehicle/b", At, OnDuty: true, null),
        new CameraRegistered("c", At, "c", 121.4, 31.2, "公安", ["S1"], 12.5, ["rtsp://a"]),
        new CameraRegistered("c", At, "c", 121.4, 31.2, null, [], null, []),
        new CameraStateChanged("c", At, CameraState.Offline),
        new SquadNamed("tianshan", At, "天山路中队"),
        new ZoneDefined("z", 3, At, At, """{"type":"Feature","properties":{"name":"夜市 \" < "}}"""),
        new ZoneDefined("z", 3, At, At, "{}", "Europe/Berlin"),
        new ZoneEnded("z", 4, At, At),
        new BreachHandled("b", HandlingState.FalseAlarm, At, "wang", "duty", "误报"),
        new BreachHandled("b", HandlingState.Acknowledged, At, null, null, null),
        new ReplayOpened("r", At, "周二夜市", 1, 2, ["vehicle/沪A1"], "z", [121.4, 31.2, 121.5, 31.3], "王"),
        new ReplayOpened("r", At, "", 1, 2, [], null, [], ""),
        new ReplayClockSet("r", At, 7, -0.25, IsPlaying: true),
        new ReplayClosed("r", At),
        new IncidentReported("i", At, "street-vending", "占道设摊", "warning", 121.4, 31.2, "仙霞路1号", "三家", "person", "c1", null, "/p/1.jpg", At, "王", "watch"),
        new IncidentReported("s", At, "sos", "张伟求助", "critical", 121.4, 31.2, null, null, "sos", null, "officer/1", null, At, null, null),
        new IncidentNoted("i", At, "已联系", "王", null),
        new IncidentClosed("i", At, null, null, null),
        new OrderGiven("vehicle/沪A1", At, 3, "i", 7, "请速到", "王", "duty-chief"),
        new OrderStepped("vehicle/沪A1", At, 3, "i", OrderStep.Withdrawn, 8, null, "王", null),
        new OrderStepped("vehicle/沪A1", At, 3, "i", OrderStep.Recalled, 8, null, null, null),
        new OrderStepped("vehicle/沪A1", At, 3, "i", OrderStep.Done, 8, "已劝离", "王", "officer", "5f3a", At),
        new StageLaidOut("hall", At, "王", "指挥大厅", [new StageScreen("left", "左屏", "map", "lead", 0, 0, 2, 1, Pitch: 0)], 1.2),
        new StageRemoved("hall", At, "王"),
        new StageShown("hall", At, "王", StagePicture.Plain),
        new StageShown("hall", At, "王", new StagePicture(
            new MapView(121.4, 31.2, 15.5), new StageSelection("unit", "vehicle/沪A1"), new StageFilter(["vehicle"], ["tianshan"], []), ["heat"], "r", "today")),
        new StagePresetKept("hall", At, "王", "event", [new ScreenRole("left", "charts")], StagePicture.Plain),
        new StageSwitched("hall", At, "王", "daily", [], StagePicture.Plain),
        new ScreenPushed("hall", At, "王", "left", "free", StagePicture.Plain),
        new ScreenTakenBack("hall", At, "王", "left"),
        new ScreenLinked("hall", At, "王", "left", "alone"),
        new StageVisitorsSet("hall", At, "王", true),
        new StageShown("hall", At, "王", StagePicture.Plain with { Video = new StageVideo("roads", ["c1"], 9, At) }),
        new TourLaidOut("roads", At, "王", "重点道路", [], ["重点道路"], null, null, 15, 9),
        new TourRemoved("roads", At, "王"),
        new RollCallOpened("r1", At, "早点名", "指挥中心", ["tianshan", "值班员"], At.AddMinutes(10), "王", "watch"),
        new RollCallAnswered("r1", At, "tianshan", "到齐12人", "王", null),
        new RollCallAnswerTakenBack("r1", At, "tianshan", null, null),
        new RollCallEnded("r1", At, ["值班员"]),
        new RollCallWithdrawn("r1", At, "王", "watch"),
    ];

    [Fact(DisplayName = "Every event comes back from its bytes as it was, and every type of the catalog is tried")]
    public void Round_trip()
    {
        var catalog = SituationEngine.Events;
        Assert.Equal(catalog.Types.Order(TypesByName), Events.Select(e => e.GetType()).Distinct().Order(TypesByName));
        Assert.All(Events, @event =>
        {
            var envelope = catalog.Wrap("zone/z", 7, @event, At, Origin.System);
            Assert.Equal(("zone/z", 7, At), (envelope.Stream, envelope.Sequence, envelope.OccurredAt));
            var back = catalog.Unwrap(envelope);
            Assert.Equal(@event.GetType(), back.GetType());
            Assert.Equal(JsonSerializer.Serialize(@event, EventCatalog.Json), JsonSerializer.Serialize(back, EventCatalog.Json)); // Arrays compare by reference.
        });
    }

    [Theory(DisplayName = "The names of events never change, and their versions grow with their shapes")]
    [InlineData(typeof(UnitRegistered), "unit-registered")]
    [InlineData(typeof(UnitDutyReported), "unit-duty-reported")]
    [InlineData(typeof(CameraRegistered), "camera-registered")]
    [InlineData(typeof(CameraStateChanged), "camera-state-changed")]
    [InlineData(typeof(ZoneDefined), "zone-defined")]
    [InlineData(typeof(ZoneEnded), "zone-ended")]
    [InlineData(typeof(IncidentReported), "incident-reported", 2)]
    [InlineData(typeof(IncidentNoted), "incident-noted")]
    [InlineData(typeof(IncidentClosed), "incident-closed")]
    [InlineData(typeof(OrderGiven), "order-given")]
    [InlineData(typeof(OrderStepped), "order-stepped")]
    [InlineData(typeof(BreachHandled), "breach-handled")]
    [InlineData(typeof(ReplayOpened), "replay-opened")]
    [InlineData(typeof(ReplayClockSet), "replay-clock-set")]
    [InlineData(typeof(ReplayClosed), "replay-closed")]
    [InlineData(typeof(StageLaidOut), "stage-laid-out")]
    [InlineData(typeof(StageRemoved), "stage-removed")]
    [InlineData(typeof(StageShown), "stage-shown")]
    [InlineData(typeof(StagePresetKept), "stage-preset-kept")]
    [InlineData(typeof(StageSwitched), "stage-switched")]
    [InlineData(typeof(ScreenPushed), "screen-pushed")]
    [InlineData(typeof(ScreenTakenBack), "screen-taken-back")]
    [InlineData(typeof(ScreenLinked), "screen-linked")]
    [InlineData(typeof(StageVisitorsSet), "stage-visitors-set")]
    [InlineData(typeof(TourLaidOut), "tour-laid-out")]
    [InlineData(typeof(TourRemoved), "tour-removed")]
    [InlineData(typeof(RollCallOpened), "roll-call-opened")]
    [InlineData(typeof(RollCallAnswered), "roll-call-answered")]
    [InlineData(typeof(RollCallAnswerTakenBack), "roll-call-answer-taken-back")]
    [InlineData(typeof(RollCallEnded), "roll-call-ended")]
    [InlineData(typeof(RollCallWithdrawn), "roll-call-withdrawn")]
    public void Names(Type type, string name, int version = 1)
    {
        var envelope = SituationEngine.Events.Wrap("s", 1, Events.First(e => e.GetType() == type), At, Origin.System);
        Assert.Equal((name, version), (envelope.Type, envelope.Version));
    }

    [Fact(DisplayName = "[INC-4] an incident that was reported before it could be without a place reads as it was")]
    public void Before_incidents_without_a_place()
    {
        var reported = Events.OfType<IncidentReported>().First();
        var now = SituationEngine.Events.Wrap("incident/i", 1, reported, At, Origin.System);
        Assert.Equal(reported, SituationEngine.Events.Unwrap(now with { Version = 1 }));
    }

    [Fact(DisplayName = "A name that is unknown, a newer version and damaged bytes are refused by stream and sequence")]
    public void Refused()
    {
        var good = SituationEngine.Events.Wrap("zone/z", 7, Events.OfType<ZoneDefined>().First(), At, Origin.System);
        Envelope[] bad = [good with { Type = "?" }, good with { Version = 2 }, good with { Body = "{"u8.ToArray() }, good with { Body = "null"u8.ToArray() }];
        Assert.All(bad, envelope => Assert.Contains(
            "zone/z/7", Assert.Throws<InvalidDataException>(() => SituationEngine.Events.Unwrap(envelope)).Message, StringComparison.Ordinal));
        Assert.Equal(
            "Event zone-defined v2 in zone/z/7 was written by a newer program: this one reads up to v1.",
            Assert.Throws<InvalidDataException>(() => SituationEngine.Events.Unwrap(good with { Version = 2 })).Message);
        Assert.Equal(
            "Event zone-drawn v1 in zone/z/7 was written by a newer program: this one knows no event of that name.",
            Assert.Throws<InvalidDataException>(() => SituationEngine.Events.Unwrap(good with { Type = "zone-drawn" })).Message);
        Assert.Throws<InvalidOperationException>(() => SituationEngine.Events.Wrap("s", 1, "?", At, Origin.System));
        Assert.Throws<ArgumentException>(() => new EventCatalog().Add<ZoneEnded>("a").Add<ZoneDefined>("a"));
    }

    [Fact(DisplayName = "What a newer program added to an event is passed over")]
    public void Added_fields()
    {
        var ended = Events.OfType<ZoneEnded>().Single();
        var good = SituationEngine.Events.Wrap("zone/z", 7, ended, At, Origin.System);
        var text = Encoding.UTF8.GetString(good.Body.Span).Replace("{", """{"added":1,""", StringComparison.Ordinal);
        Assert.Equal(ended, SituationEngine.Events.Unwrap(good with { Body = Encoding.UTF8.GetBytes(text) }));
    }

    [Fact(DisplayName = "[STG-1] a picture that was shown before there was video is read as one without")]
    public void Before_video()
    {
        var shown = new StageShown("hall", At, "王", StagePicture.Plain with { Period = "today" });
        var good = SituationEngine.Events.Wrap("stage/hall", 7, shown, At, Origin.System);
        var before = Encoding.UTF8.GetString(good.Body.Span).Replace(""","Video":null""", "", StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("video", before, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(shown, SituationEngine.Events.Unwrap(good with { Body = Encoding.UTF8.GetBytes(before) }));
    }

    private static Comparer<Type> TypesByName { get; } = Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name));
}

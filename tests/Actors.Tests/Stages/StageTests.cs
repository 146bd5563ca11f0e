using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.Journal;
using Vantage.Actors.Stages;
using Vantage.Actors.Tests.Runtime;

namespace Vantage.Actors.Tests.Stages;

public class StageTests
{
    private static readonly LayOutStage Hall = new(
        "指挥大厅", [new StageScreen("left", "左屏", "map", "lead", 0, 0, 2, 1), new StageScreen("right", "右屏", "list", "follow", 2, 0, 1, 1)]);

    private static readonly StagePicture Chosen = StagePicture.Plain with
    {
        View = new MapView(121.42, 31.22, 15),
        Selection = new StageSelection("unit", "vehicle/沪A1"),
        Replay = "r",
    };

    private readonly StageBehaviour _behaviour = new();
    private readonly FakeContext _context;
    private readonly StageDirectory _directory = new();
    private int _folded;

    public StageTests() => _context = new FakeContext(_behaviour, "stage/hall");

    [Fact(DisplayName = "A wall shows the parts that a screen leads, keeps the others, and is told once [STG-1]")]
    public void Linkage()
    {
        Assert.Equal(new StageReceipt(StageOutcome.Done, 1, IsNew: true), Send(Hall));
        Assert.Equal(StagePicture.Plain, Current.Picture);
        Assert.Equal(new StageReceipt(StageOutcome.Done, 2, IsNew: false), Send(new ShowOnStage(StageParts.View | StageParts.Selection, Chosen)));
        Assert.Equal(Chosen with { Replay = null }, Current.Picture);
        Assert.Equal(StageOutcome.Unchanged, Send(new ShowOnStage(StageParts.Selection, Chosen)).Outcome);
        Send(new ShowOnStage(StageParts.Selection, StagePicture.Plain));
        Assert.Equal(Chosen with { Replay = null, Selection = null }, Current.Picture);
        Assert.Equal(3, _context.Recorded.Count);
        Assert.Equal(_context.Recorded, _context.Published);
    }

    [Fact(DisplayName = "A preset that was kept brings back pictures and roles, without the replay of that day; one that was not comes with its layers [STG-3]")]
    public void Presets()
    {
        Send(Hall);
        Send(new SwitchStage("emergency"));
        Assert.Equal(["cameras", "zones"], Current.Picture.Layers);
        Send(new PushToScreen("right", "charts", StagePicture.Plain));
        Send(new ShowOnStage(StageParts.Selection | StageParts.Replay, Chosen));
        Send(new KeepStagePreset("emergency"));
        Send(new SwitchStage("daily"));
        Assert.Equal(("daily", StagePicture.Plain, "list"), (Current.Preset, Current.Picture, RoleOf("right")));
        Send(new SwitchStage("emergency"));
        Assert.Equal(("emergency", Chosen.Selection, null, "charts"), (Current.Preset, Current.Picture.Selection, Current.Picture.Replay, RoleOf("right")));
    }

    [Fact(DisplayName = "What was put on a screen stays there while the others go on, until it is taken back or the wall is switched [STG-4]")]
    public void Pushing()
    {
        Send(Hall);
        Send(new PushToScreen("right", "free", Chosen));
        Send(new ShowOnStage(StageParts.View, StagePicture.Plain with { View = new MapView(1, 2, 3) }));
        Assert.Equal(("free", Chosen), (RoleOf("right"), Current.PictureOf(Current.Find("right")!)));
        Assert.Equal(new MapView(1, 2, 3), Current.PictureOf(Current.Find("left")!).View);
        Send(new TakeScreenBack("right"));
        Assert.Equal(("list", Current.Picture), (RoleOf("right"), Current.PictureOf(Current.Find("right")!)));
        Assert.Equal(StageOutcome.Unchanged, Send(new TakeScreenBack("right")).Outcome);
        Send(new PushToScreen("right", "free", Chosen));
        Send(new SwitchStage("daily"));
        Assert.Equal("list", RoleOf("right"));
        Send(new PushToScreen("right", "free", Chosen));
        Send(Hall with { Screens = [Hall.Screens[0]] });
        Assert.Empty(Current.Pushed);
    }

    [Fact(DisplayName = "Without a stage, or a screen of that name, nothing changes and it is said")]
    public void Unknown()
    {
        object[] all = [new RemoveStage(), new ShowOnStage(StageParts.View, Chosen), new KeepStagePreset("daily"), new SwitchStage("daily"), new PushToScreen("left", "map", Chosen), new TakeScreenBack("left")];
        Assert.All(all, message => Assert.Equal(new StageReceipt(StageOutcome.NoStage, 0, IsNew: false), Send(message)));
        Send(Hall);
        Assert.Equal(StageOutcome.NoScreen, Send(new PushToScreen("middle", "map", Chosen)).Outcome);
        Assert.Equal(StageOutcome.NoScreen, Send(new TakeScreenBack("middle")).Outcome);
        Send(new RemoveStage());
        Assert.Null(_directory.Find("hall"));
        Assert.Equal(StageOutcome.NoStage, Send(new SwitchStage("daily")).Outcome);
        Assert.True(Send(Hall).IsNew);
        Assert.Equal(1, Current.Version);
    }

    [Fact(DisplayName = "Whatever is done to a wall, what was recorded gives the same wall again")]
    public void Recovery() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var behaviour = new StageBehaviour();
        var context = new FakeContext(behaviour, "stage/hall");
        for (var i = 0; i < 40; i++)
        {
            var screen = random.Next(3) switch { 0 => "left", 1 => "right", _ => "middle" };
            context.Send(random.Next(8) switch
            {
                0 => Hall,
                1 => random.Next(4) == 0 ? new RemoveStage() : Hall with { Screens = [Hall.Screens[random.Next(2)]] },
                2 or 3 => new ShowOnStage((StageParts)random.Next(32), random.Next(2) == 0 ? Chosen : StagePicture.Plain),
                4 => new KeepStagePreset(StageNames.Presets[random.Next(5)]),
                5 => new SwitchStage(StageNames.Presets[random.Next(5)]),
                6 => new PushToScreen(screen, "free", Chosen),
                _ => new TakeScreenBack(screen),
            });
        }

        var (again, directory) = (new StageBehaviour(), new StageDirectory());
        foreach (var @event in context.Recorded)
        {
            again.Apply(@event);
            directory.Apply("hall", @event);
        }

        // What each would do next says what it is: of the picture and the roles that is what it would keep, of presets what it would switch to.
        var probe = new FakeContext(again, "stage/hall");
        var done = context.Recorded.Count;
        object[] probes = [new KeepStagePreset("daily"), new TakeScreenBack("left"), new TakeScreenBack("right"), .. StageNames.Presets.Select(preset => new SwitchStage(preset))];
        Assert.All(probes, message => Assert.Equal((StageReceipt)context.Send(message), (StageReceipt)probe.Send(message)));
        Assert.Equal(context.Recorded.Skip(done).Select(WithoutTime), probe.Recorded.Select(WithoutTime));
        foreach (var @event in probe.Recorded)
        {
            directory.Apply("hall", @event);
        }

        Assert.Equal(((StageReceipt)probe.Send(new TakeScreenBack("none"))).Version, directory.Find("hall")?.Version ?? 0);
    }).QuickCheckThrowOnFailure();

    private static string WithoutTime(object @event)
    {
        var json = JsonSerializer.SerializeToNode(@event, EventCatalog.Json)!.AsObject();
        json.Remove(json.Single(field => field.Key.Equals("at", StringComparison.OrdinalIgnoreCase)).Key);
        return json.ToJsonString();
    }

    private Stage Current => _directory.Find("hall")!;

    private string RoleOf(string screen) => Current.RoleOf(Current.Find(screen)!);

    private StageReceipt Send(object message)
    {
        var receipt = (StageReceipt)_context.Send(message);
        for (; _folded < _context.Recorded.Count; _folded++)
        {
            _directory.Apply("hall", _context.Recorded[_folded]);
        }

        return receipt;
    }
}

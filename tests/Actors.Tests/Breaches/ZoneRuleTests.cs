using Vantage.Actors.History;
using Vantage.Actors.Tests.Engine;

namespace Vantage.Actors.Tests.Breaches;

public class ZoneRuleTests
{
    [Fact(DisplayName = "[RULE-1] enter lasts from the visit's start to its end, and has none while the visit is open")]
    public void Enter()
    {
        var world = With("""[{"key":"r","type":"enter"}]""");
        Go(world, (0, 200), (10, 0), (20, 0));
        Assert.Equal([(10_000, null)], Breaches(world));

        Go(world, (30, 200));
        Assert.Equal([(10_000, 20_000)], Breaches(world));
        Assert.InRange(world.History.Breaches.Values.Single().Why.CrossedAtMs!.Value - World.Start, 7_499, 7_501);
    }

    [Fact(DisplayName = "[RULE-1] [RULE-2] a passage enters and exits")]
    public void Passage()
    {
        var world = With("""[{"key":"r","type":"enter"},{"key":"s","type":"exit"}]""");
        Go(world, (0, -100), (20, 100));

        var (enter, exit) = (world.History.Breaches.Values.Single(b => b.Rule == "r"), world.History.Breaches.Values.Single(b => b.Rule == "s"));
        Assert.InRange(enter.StartedAtMs - World.Start, 4_999, 5_001);
        Assert.InRange(enter.EndedAtMs!.Value - World.Start, 14_999, 15_001);
        Assert.Equal((World.Start + 20_000, World.Start + 20_000), (exit.StartedAtMs, exit.EndedAtMs));
        Assert.Equal(enter.EndedAtMs, exit.Why.CrossedAtMs);
    }

    [Fact(DisplayName = "[RULE-2] exit is the first fix outside after a visit, at that fix")]
    public void Exit()
    {
        var world = With("""[{"key":"r","type":"exit"}]""");
        Go(world, (0, 0), (10, 0), (20, 200), (30, 200));
        Assert.Equal([(20_000, 20_000)], Breaches(world));
    }

    [Fact(DisplayName = "[RULE-2] after a gap the exit is the first fix outside; a visit followed by another has none")]
    public void Exit_after_a_gap()
    {
        var world = With("""[{"key":"r","type":"exit"}]""");
        Go(world, (0, 0), (1_000, 200));
        Assert.Equal([(1_000_000, 1_000_000)], Breaches(world));

        Go(world, (500, 0));
        Assert.Equal([(1_000_000, 1_000_000)], Breaches(world));
        Assert.Equal(2, world.History.Visits.Count);

        Go(world, (750, 0));
        Assert.Equal([(1_000_000, 1_000_000)], Breaches(world));
    }

    [Fact(DisplayName = "[RULE-2] [VIS-7] with a hysteresis of fixes the first fix outside is the exit, also when a gap comes before the last of them")]
    public void Exit_with_hysteresis()
    {
        var world = With("""[{"key":"r","type":"exit"}]""", ""","hysteresis":{"metres":0,"fixes":2}""");
        Go(world, (0, 0), (10, 0), (20, 200), (400, 200), (410, 200));
        Assert.Equal([(20_000, 20_000)], Breaches(world));

        // A lone fix inside is no visit, so it does not take the place of the exit.
        world = With("""[{"key":"r","type":"exit"}]""", ""","hysteresis":{"metres":0,"fixes":2}""");
        Go(world, (0, 0), (10, 0), (400, 0), (410, 200));
        Assert.Equal([(410_000, 410_000)], Breaches(world));
    }

    [Theory(DisplayName = "[RULE-3] dwell begins when the visit has lasted exactly `after`, and ends with it")]
    [InlineData(599.999, false)]
    [InlineData(600, true)]
    [InlineData(600.001, true)]
    public void Dwell(double seconds, bool isBreached)
    {
        var world = With("""[{"key":"r","type":"dwell","after":600}]""");
        Go(world, (0, 0), (300, 0), (450, 0), (seconds, 0));
        Assert.Equal(isBreached ? [(600_000, null)] : [], Breaches(world));

        Go(world, (700, 200));
        Assert.Equal(isBreached ? [(600_000, (long?)(seconds * 1000))] : [], Breaches(world));
        Assert.All(world.History.Breaches.Values, breach => Assert.Equal(600_000, breach.Why.AfterMs));
    }

    [Fact(DisplayName = "[RULE-4] speed lasts from the first to the last fix of a run above the limit, in one visit")]
    public void Speed()
    {
        var world = With("""[{"key":"r","type":"speed","above":8.3}]""");
        Report(world, (0, 0, 8.3), (10, 0, 8.31), (20, 0, 20), (30, 0, 9), (40, 0, 8.3), (50, 0, 9), (60, 0, null), (70, 0, 9), (80, 200, 99), (90, 0, 9));

        Assert.Equal([(10_000, 30_000), (50_000, 50_000), (70_000, 70_000), (90_000, null)], Breaches(world));
        var first = world.History.Breaches.Values.Single(breach => breach.StartedAtMs == World.Start + 10_000);
        Assert.Equal((20.0, 8.3), (first.Why.SpeedMetresPerSecond, first.Why.LimitMetresPerSecond));
    }

    [Fact(DisplayName = "[RULE-4] a run that is still open names its highest speed so far")]
    public void Highest_speed()
    {
        var world = With("""[{"key":"r","type":"speed","above":8}]""");
        Report(world, (0, 0, 9));
        Report(world, (10, 0, 12));
        Assert.Equal(12.0, world.History.Breaches.Values.Single().Why.SpeedMetresPerSecond);
    }

    [Fact(DisplayName = "[RULE-4] [RULE-10] a run goes on over a new version of the zone with the same rule, and ends where the rule is gone")]
    public void Speed_over_versions()
    {
        const string Rule = """[{"key":"r","type":"speed","above":8}]""";
        var world = With(Rule);
        world.Square("z", 0, 0, 50, Rule, fromSeconds: 25);
        world.Square("z", 0, 0, 50, fromSeconds: 45);
        Report(world, (10, 0, 9), (20, 0, 9), (30, 0, 10), (40, 0, 9), (50, 0, 9), (60, 0, 9));

        Assert.Equal([(10_000, 40_000)], Breaches(world));
        Assert.Equal(1, world.History.Breaches.Values.Single().Why.ZoneVersion);
    }

    [Fact(DisplayName = "[RULE-4] [TRK-5] a run longer than the window goes on over a crash")]
    public void Speed_over_a_crash()
    {
        var world = new World(keep: 16, sealFixes: 1);
        world.Square("z", 0, 0, 50, """[{"key":"r","type":"speed","above":8,"schedule":"daily 00:00-00:01"}]""");
        for (var i = 0; i < 40; i++)
        {
            Report(world, (i * 60, 0, 9));
        }

        world.Crash();
        Report(world, (2_400, 0, 9));

        Assert.Equal(World.Start, Assert.Single(world.History.Visits.Values).FromMs);
        Assert.Empty(world.BreachTexts());
    }

    [Theory(DisplayName = "[RULE-7] units takes ids, kinds and squads; left out, all")]
    [InlineData("", true)]
    [InlineData(""","units":["vehicle/*"]""", true)]
    [InlineData(""","units":["officer/*"]""", false)]
    [InlineData(""","units":["officer/*","squad/a"]""", true)]
    [InlineData(""","units":["squad/b"]""", false)]
    [InlineData(""","units":["vehicle/nobody"]""", false)]
    public void Units(string units, bool isMeant)
    {
        var world = With($$"""[{"key":"r","type":"enter"{{units}}}]""");
        world.Register(world.Units[0], "a");
        Go(world, (0, 0));
        Assert.Equal(isMeant, Breaches(world).Any());
    }

    [Fact(DisplayName = "[RULE-7] by its id")]
    public void Units_by_id()
    {
        var world = new World();
        world.Square("z", 0, 0, 50, $$"""[{"key":"r","type":"enter","units":["{{world.Log.UnitOf(world.Units[1])}}"]}]""");
        world.Report((world.Units[0], World.FixAt(0, 0, 0)), (world.Units[1], World.FixAt(0, 0, 0)));
        world.Commit();
        Assert.Equal(world.Units[1], Assert.Single(world.History.Breaches.Values).Unit);
    }

    [Fact(DisplayName = "[RULE-7] the squad is that of the time in question: late data are judged by the squad of then")]
    public void Squads_change()
    {
        var world = With("""[{"key":"r","type":"enter","units":["squad/a"]}]""");
        world.Register(world.Units[0], "a");
        world.Directory.Apply(new Actors.Units.UnitRegistered(
            world.Log.UnitOf(world.Units[0]).ToString(), DateTimeOffset.FromUnixTimeMilliseconds(World.Start).AddSeconds(100), "x", "b", null, []));
        Go(world, (200, 0), (210, 200));
        Assert.Empty(Breaches(world));

        Go(world, (99.999, 0), (105, 200));
        Assert.Equal([(99_999, 99_999)], Breaches(world));
    }

    [Theory(DisplayName = "[RULE-8] enter is tested at its start in the zone's time zone; a window may pass midnight and ends before its end")]
    [InlineData("2026-06-06T13:59:59.999Z", false)] // Saturday 21:59:59.999 in Shanghai.
    [InlineData("2026-06-06T14:00:00.000Z", true)]
    [InlineData("2026-06-06T17:59:59.999Z", true)]
    [InlineData("2026-06-06T18:00:00.000Z", false)] // Sunday 02:00.
    [InlineData("2026-06-05T14:00:00.000Z", false)] // Friday 22:00.
    public void Schedules(string at, bool isIn)
    {
        var world = With("""[{"key":"r","type":"enter","schedule":"Sat 22:00-02:00"}]""");
        var seconds = (DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() - World.Start) / 1000.0;
        Go(world, (seconds, 0));
        Assert.Equal(isIn, Breaches(world).Any());
    }

    [Fact(DisplayName = "[RULE-3] [RULE-8] dwell counts only time in the schedule; full at a window's very end it begins with the next window")]
    public void Dwell_in_windows()
    {
        // 2026-06-06 08:00 in Shanghai is midnight UTC.
        var eight = (DateTimeOffset.Parse("2026-06-06T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() - World.Start) / 1000;
        var world = With("""
            [{"key":"r","type":"dwell","after":600,"schedule":"daily 08:00-08:05; daily 08:10-08:20"},
             {"key":"s","type":"dwell","after":300,"schedule":"daily 08:00-08:05; daily 08:10-08:20"}]
            """);
        for (var i = -2; i <= 20; i++)
        {
            Go(world, (eight + (i * 60), 0));
        }

        Assert.Equal((eight + 900) * 1000, Breaches(world, "r").Single().Item1);
        Assert.Equal((eight + 600) * 1000, Breaches(world, "s").Single().Item1);
    }

    [Theory(DisplayName = "[RULE-9] cooldown mutes, up to its edge, and removes no record; a restart does not forget it")]
    [InlineData(99.999, true)]
    [InlineData(100, false)]
    public void Cooldown(double seconds, bool isMuted)
    {
        var world = With("""[{"key":"r","type":"enter","cooldown":100},{"key":"free","type":"enter"}]""");
        Go(world, (0, 0), (10, 200), (60, 0), (70, 200));
        world.Crash();
        Go(world, (seconds, 0), (110, 200));

        Assert.Equal(
            [(0, false), (60_000, true), ((long)(seconds * 1000), isMuted)],
            world.History.Breaches.Values.Where(b => b.Rule == "r").OrderBy(b => b.StartedAtMs).Select(b => (b.StartedAtMs - World.Start, b.IsMuted)));
        Assert.All(world.History.Breaches.Values.Where(b => b.Rule == "free"), breach => Assert.False(breach.IsMuted));
    }

    [Fact(DisplayName = "[RULE-9] a late breach from before does not move the cooldown back")]
    public void Cooldown_and_late_data()
    {
        var world = With("""[{"key":"r","type":"enter","cooldown":100}]""");
        Go(world, (1_000, 0), (1_010, 200));
        Go(world, (500, 0), (510, 200));
        Go(world, (1_050, 0), (1_060, 200));

        Assert.True(world.History.Breaches.Values.Single(b => b.StartedAtMs == World.Start + 1_050_000).IsMuted);
    }

    [Fact(DisplayName = "[RULE-10] each rule is taken from the version in force at the breach's start")]
    public void Rules_of_versions()
    {
        var world = With("""[{"key":"in","type":"enter"},{"key":"stay","type":"dwell","after":200}]""");
        world.Square("z", 0, 0, 50, """[{"key":"out","type":"exit"},{"key":"stay2","type":"dwell","after":300}]""", ""","level":"critical" """, fromSeconds: 100);
        Go(world, (0, 0), (150, 0), (250, 0), (400, 0), (450, 200));

        Assert.Equal(
            [("in", 0, "warning", 1), ("out", 450, "critical", 2), ("stay2", 300, "critical", 2)],
            world.History.Breaches.Values.OrderBy(b => b.Rule, StringComparer.Ordinal)
                .Select(b => (b.Rule, (int)((b.StartedAtMs - World.Start) / 1000), b.Level, b.Why.ZoneVersion)));
    }

    [Fact(DisplayName = "[BRE-1] an id is made from start, zone, rule and unit, and in order of starts: found again by another world, it is the same")]
    public void Ids()
    {
        var ids = Enumerable.Range(0, 2).Select(_ =>
        {
            var world = With("""[{"key":"r","type":"enter"},{"key":"s","type":"enter"}]""");
            world.Square("y", 0, 0, 50, """[{"key":"r","type":"enter"}]""");
            world.Report((world.Units[0], World.FixAt(0, 0, 0)), (world.Units[1], World.FixAt(0, 0, 0)), (world.Units[1], World.FixAt(400, 0, 0)));
            world.Commit();
            return world.History.Breaches.Keys.Order(StringComparer.Ordinal).ToArray();
        }).ToArray();

        Assert.Equal(9, ids[0].Distinct().Count());
        Assert.Equal(ids[0], ids[1]);
        Assert.All(ids[0], id => Assert.Matches("^[0-9a-f]{32}$", id));
        Assert.All(ids[0][..6], id => Assert.StartsWith($"{World.Start:x12}", id, StringComparison.Ordinal));
        Assert.All(ids[0][6..], id => Assert.StartsWith($"{World.Start + 400_000:x12}", id, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "[BRE-1] a breach that another version of the program gave its id keeps it, until it ends or is retracted")]
    public void Given_ids()
    {
        var world = With("""[{"key":"r","type":"enter"}]""");
        Go(world, (0, 0), (10, 0));
        var given = Assert.Single(world.History.Breaches.Values) with { Id = "given" };
        world.History.Breaches.Clear();
        world.History.Breaches["given"] = given;
        world.Crash();
        Go(world, (20, 0), (30, 200));
        Assert.Equal(("given", World.Start + 20_000), Assert.Single(world.History.Breaches.Values) is var ended ? (ended.Id, ended.EndedAtMs) : default);

        Go(world, (-10, 0));
        Assert.Equal(BreachState.Retracted, world.History.Breaches["given"].State);
    }

    [Theory(DisplayName = "[BRE-2] a breach is provisional until the unit's newest fix is 300 s past its start")]
    [InlineData(299.999, BreachState.Provisional)]
    [InlineData(300, BreachState.Confirmed)]
    [InlineData(300.001, BreachState.Confirmed)]
    public void Confirmation(double seconds, BreachState expected)
    {
        var world = With("""[{"key":"r","type":"enter"}]""");
        Go(world, (0, 0), (10, 200));
        Assert.Equal(BreachState.Provisional, world.History.Breaches.Values.Single().State);
        world.Crash();
        Go(world, (seconds, 200));
        Assert.Equal(expected, world.History.Breaches.Values.Single().State);
    }

    [Fact(DisplayName = "[BRE-3] late data that move the start retract the breach, and name what stands instead")]
    public void Superseded()
    {
        var world = With("""[{"key":"r","type":"enter"}]""");
        Go(world, (0, 200), (100, 0));
        Go(world, (50, 0));

        var old = world.History.Breaches.Values.Single(breach => breach.StartedAtMs == World.Start + 100_000);
        var now = world.History.Breaches.Values.Single(breach => breach.StartedAtMs == World.Start + 50_000);
        Assert.Equal((BreachState.Retracted, now.Id), (old.State, old.SupersededBy));
        Assert.NotNull(old.RetractedAtMs);
        Assert.Equal(BreachState.Provisional, now.State);
        Assert.Contains(world.Published, breach => breach.Id == old.Id && breach.State == BreachState.Retracted);
    }

    [Fact(DisplayName = "[BRE-3] what late data undo without a successor is retracted; found once more, it stands again under its id")]
    public void Retracted_and_back()
    {
        var world = With("""[{"key":"r","type":"dwell","after":200}]""");
        Go(world, (0, 0), (250, 0));
        var id = Assert.Single(world.History.Breaches).Key;

        Go(world, (100, 200));
        Assert.Equal((BreachState.Retracted, null), (world.History.Breaches[id].State, world.History.Breaches[id].SupersededBy));

        // The same millisecond, further south: it outranks the one outside.
        Go(world, (100, 0));
        Assert.Equal((BreachState.Provisional, null), (world.History.Breaches[id].State, world.History.Breaches[id].RetractedAtMs));
        Assert.Single(world.History.Breaches);
    }

    private static World With(string rules, string extra = "")
    {
        var world = new World();
        world.Square("z", 0, 0, 50, rules, extra);
        return world;
    }

    private static void Go(World world, params (double Seconds, double North)[] places)
        => Report(world, [.. places.Select(place => (place.Seconds, place.North, (double?)null))]);

    private static void Report(World world, params (double Seconds, double North, double? Speed)[] places)
    {
        world.Report(world.Units[0], [.. places.Select(place => World.FixAt(place.Seconds, 0, place.North, place.Speed))]);
        world.Commit();
    }

    private static IEnumerable<(long, long?)> Breaches(World world, string rule = "r") => world.History.Breaches.Values
        .Where(breach => breach.Rule == rule && breach.State != BreachState.Retracted).OrderBy(breach => breach.StartedAtMs)
        .Select(breach => (breach.StartedAtMs - World.Start, breach.EndedAtMs - World.Start));
}

using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.Breaches;
using Vantage.Actors.History;
using Vantage.Actors.Tests.Engine;

namespace Vantage.Actors.Tests.Breaches;

public class GroupRuleTests
{
    private const string Crowd = """[{"key":"r","type":"gathering","count":2,"after":60}]""";
    private const string Manned = """[{"key":"r","type":"absence","count":1,"after":900}]""";

    [Theory(DisplayName = "[RULE-5] a gathering begins when count units have each been inside for exactly `after`")]
    [InlineData(159.999, false)]
    [InlineData(160, true)]
    [InlineData(160.001, true)]
    public void Gathering(double seconds, bool isBreached)
    {
        var world = With(Crowd);
        Stay(world, 0, 0, null, 200);
        Stay(world, 1, 100, null, seconds);
        Evaluate(world, 0, 300);

        Assert.Equal(isBreached ? [(160.0, null)] : [], Standing(world));
        Assert.All(world.History.Breaches.Values, breach =>
        {
            Assert.Equal([world.Units[0], world.Units[1]], breach.Units!);
            Assert.Equal((2, 60_000L), (breach.Why.Count, breach.Why.AfterMs));
        });
    }

    [Fact(DisplayName = "[RULE-5] it ends when fewer than count are inside, and an open visit lasts until its newest fix")]
    public void Gathering_ends()
    {
        var world = With(Crowd);
        Stay(world, 0, 0, null, 500);
        Stay(world, 1, 0, 300, 300);
        Stay(world, 2, 400, null, 500);
        Evaluate(world, 0, 600);

        Assert.Equal([(60.0, 300.0), (460.0, null)], Standing(world));
    }

    [Fact(DisplayName = "[RULE-5] one unit that comes twice is no crowd")]
    public void One_unit_twice()
    {
        var world = With("""[{"key":"r","type":"gathering","count":2,"after":0}]""");
        Stay(world, 0, 0, 100, 100);
        Stay(world, 0, 100.001, null, 300);
        Evaluate(world, 0, 600);
        Assert.Empty(Standing(world));
    }

    [Theory(DisplayName = "[RULE-6] absence begins when too few have been inside for exactly `after`; it needs no fix at all")]
    [InlineData(899.999, false)]
    [InlineData(900, true)]
    [InlineData(900.001, true)]
    public void Absence(double nowSeconds, bool isRaised)
    {
        var world = With(Manned, fromSeconds: 0);
        Evaluate(world, 0, nowSeconds);
        Assert.Equal(isRaised ? [(900.0, null)] : [], Standing(world));
        Assert.All(world.History.Breaches.Values, breach => Assert.Equal((1, 900_000L), (breach.Why.Count, breach.Why.AfterMs)));
    }

    [Fact(DisplayName = "[RULE-6] it ends when enough are inside; an open visit counts until 300 s after its newest fix")]
    public void Absence_ends()
    {
        var world = With(Manned, fromSeconds: 0);
        Evaluate(world, 0, 950);
        Stay(world, 0, 1_000, null, 1_100);
        Evaluate(world, 1_000, 2_299.999);
        Assert.Equal([(900.0, 1_000.0)], Standing(world));

        Evaluate(world, 2_299.999, 2_300);
        Assert.Equal([(900.0, 1_000.0), (2_300.0, null)], Standing(world));
    }

    [Fact(DisplayName = "[RULE-6] [RULE-8] it ends with the schedule's window, and each window counts anew")]
    public void Absence_in_windows()
    {
        var world = new World();
        var eight = (DateTimeOffset.Parse("2026-06-06T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() - World.Start) / 1000.0;
        world.Square("z", 0, 0, 50, """[{"key":"r","type":"absence","count":1,"after":600,"schedule":"Sat 08:00-08:15; Sat 09:00-09:10; Sat 10:00-10:30"}]""", fromSeconds: 0);
        Evaluate(world, 0, eight + 10_000);

        // The second window is full at its very end, which is not in it.
        Assert.Equal([(eight + 600, eight + 900), (eight + 7_800, eight + 9_000)], Standing(world).Where(breach => breach.Item1 > eight));
    }

    [Fact(DisplayName = "[RULE-6] the end of the zone ends it, also when it is looked at in that very millisecond")]
    public void Absence_and_the_end_of_the_zone()
    {
        var world = With(Manned, fromSeconds: 0);
        Evaluate(world, 0, 950);
        var end = DateTimeOffset.FromUnixTimeMilliseconds(World.Start + 1_000_000);
        world.Change(new Actors.Zones.ZoneEnded("z", 2, end, end));
        Evaluate(world, 1_000, 1_000);
        Assert.Equal([(900.0, 1_000.0)], Standing(world));
    }

    [Fact(DisplayName = "[RULE-7] those who are not meant neither gather nor man")]
    public void Units()
    {
        var world = With("""[{"key":"r","type":"gathering","count":2,"after":60,"units":["squad/a"]}]""");
        world.Register(world.Units[0], "a");
        world.Register(world.Units[1], "b");
        Stay(world, 0, 0, null, 500);
        Stay(world, 1, 0, null, 500);
        Evaluate(world, 0, 600);
        Assert.Empty(Standing(world));
    }

    [Fact(DisplayName = "[RULE-9] cooldown mutes gatherings and absences as well")]
    public void Cooldown()
    {
        var world = With("""[{"key":"r","type":"gathering","count":2,"after":0,"cooldown":100}]""");
        Stay(world, 0, 0, null, 500);
        Stay(world, 1, 0, 10, 10);
        Evaluate(world, 0, 20);
        Stay(world, 1, 99.999, 99.999, 99.999);
        Stay(world, 1, 100, 110, 110);
        Evaluate(world, 50, 120);

        Assert.Equal(
            [(0, false), (99_999, true), (100_000, false)],
            world.History.Breaches.Values.OrderBy(b => b.StartedAtMs).Select(b => (b.StartedAtMs - World.Start, b.IsMuted)));
    }

    [Fact(DisplayName = "[BRE-1] a gathering that another version of the program gave its id keeps it, until it ends")]
    public void Given_ids()
    {
        var world = With(Crowd);
        Stay(world, 0, 0, null, 500);
        Stay(world, 1, 100, null, 500);
        Evaluate(world, 0, 500);
        var given = Assert.Single(world.History.Breaches.Values) with { Id = "given" };
        world.History.Breaches.Clear();
        world.History.Breaches["given"] = given;
        Stay(world, 0, 0, null, 700);
        Stay(world, 1, 100, 550, 550);
        Evaluate(world, 500, 700);

        var ended = Assert.Single(world.History.Breaches.Values);
        Assert.Equal(("given", World.Start + 550_000, given.RaisedAtMs), (ended.Id, ended.EndedAtMs, ended.RaisedAtMs));
    }

    [Theory(DisplayName = "[BRE-2] gathering and absence are confirmed 300 s after they were raised")]
    [InlineData(1_249.999, BreachState.Provisional)]
    [InlineData(1_250, BreachState.Confirmed)]
    public void Confirmation(double seconds, BreachState expected)
    {
        var world = With(Manned, fromSeconds: 0);
        Evaluate(world, 0, 950);
        Evaluate(world, 950, seconds);
        Assert.Equal(expected, world.History.Breaches.Values.Single().State);
    }

    [Fact(DisplayName = "[BRE-3] late data that move a gathering retract the old one and name the new")]
    public void Superseded()
    {
        var world = With(Crowd);
        Stay(world, 0, 0, null, 500);
        Stay(world, 1, 100, null, 500);
        Evaluate(world, 0, 500);
        world.History.Visits.Clear();
        Stay(world, 0, 0, null, 500);
        Stay(world, 1, 50, null, 500);
        Evaluate(world, 50, 600);

        var old = world.History.Breaches.Values.Single(breach => breach.StartedAtMs == World.Start + 160_000);
        var now = world.History.Breaches.Values.Single(breach => breach.StartedAtMs == World.Start + 110_000);
        Assert.Equal((BreachState.Retracted, now.Id), (old.State, old.SupersededBy));
    }

    [Fact(DisplayName = "[RULE-10] a new version with another level replaces what stands, though it starts at the same time")]
    public void New_level()
    {
        var world = With(Manned, fromSeconds: 0);
        Evaluate(world, 0, 950);
        world.Square("z", 0, 0, 50, Manned, ""","level":"critical" """, fromSeconds: 0);
        Evaluate(world, 0, 960);

        var breach = world.History.Breaches.Values.Single();
        Assert.Equal(("critical", 2), (breach.Level, breach.Why.ZoneVersion));
        Assert.Equal(World.Start + 950_000, breach.RaisedAtMs);
    }

    [Fact(DisplayName = "[RULE-5] [RULE-6] [TRK-5] worked out step by step, from the earliest change each time, equals worked out at once")]
    public void Step_by_step_equals_at_once()
        => Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), StepByStepEqualsAtOnce).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory(DisplayName = "[RULE-5] [RULE-6] seeds that once found a defect")]
    [InlineData(1_892_794_007)]
    public void Found_before(int seed) => StepByStepEqualsAtOnce(seed);

    private static void StepByStepEqualsAtOnce(int seed)
    {
        const string Rules = """
            [{"key":"pair","type":"gathering","count":2,"after":60},{"key":"three","type":"gathering","count":3,"after":0},
             {"key":"empty","type":"absence","count":1,"after":120},{"key":"few","type":"absence","count":2,"after":0},
             {"key":"work","type":"absence","count":1,"after":90,"schedule":"daily 04:26-04:35; daily 04:40-04:43"}]
            """; // The world starts at 04:26:40 in Shanghai.
        const string Others = """
            [{"key":"pair","type":"gathering","count":3,"after":30},{"key":"empty","type":"absence","count":2,"after":200},
             {"key":"few","type":"gathering","count":2,"after":10}]
            """;
        var random = new Random(seed);
        var world = With(Rules, fromSeconds: 0);
        var now = 10.0;
        Evaluate(world, 0, now);
        for (var step = random.Next(1, 25); step > 0; step--)
        {
            var from = now;
            now += random.Next(1, 120);
            for (var change = random.Next(4); change > 0; change--)
            {
                from = Math.Min(from, Change(world, random, now));
            }

            if (random.Next(12) == 0)
            {
                var since = random.Next(2) == 0 ? Math.Floor(now) - 1 : random.Next((int)now);
                world.Square("z", 0, 0, 50, random.Next(2) == 0 ? Rules : Others, random.Next(2) == 0 ? "" : ""","level":"critical" """, (long)since);
                from = Math.Min(from, since);
            }

            Evaluate(world, from, now);
        }

        var stepped = Texts(world);
        world.History.Breaches.Clear();
        Evaluate(world, 0, now);
        Assert.Equal(Texts(world), stepped);
    }

    // What a shard may do to the visits of one unit: none of them overlap. Gives the earliest moment that changed.
    private static double Change(World world, Random random, double now)
    {
        var unit = random.Next(4);
        var mine = world.History.Visits.Values.Where(row => row.Unit == world.Units[unit]).OrderBy(row => row.FromMs).ToList();
        var newest = mine.Count > 0 ? mine[^1] : default;
        if (mine.Count > 0 && newest.IsOpen && random.Next(3) > 0)
        {
            var to = Math.Max(Seconds(newest.ToMs), now - random.Next(30));
            var closes = random.Next(2) == 0;
            world.History.Visits[(newest.Unit, newest.Zone, newest.FromMs)] = newest with { ToMs = Ms(to), IsOpen = !closes };
            return closes ? Seconds(newest.FromMs) : Seconds(newest.ToMs);
        }

        if (mine.Count > 0 && random.Next(3) == 0)
        {
            var gone = mine[random.Next(mine.Count)];
            world.History.Visits.Remove((gone.Unit, gone.Zone, gone.FromMs));
            return Seconds(gone.FromMs);
        }

        var after = mine.Count > 0 ? Seconds(newest.IsOpen ? now * 1000 + World.Start + 1 : newest.ToMs) : 0;
        if (after >= now)
        {
            return now;
        }

        var from = after + (random.NextDouble() * (now - after));
        from = Math.Round(from, 3);
        Stay(world, unit, from, null, Math.Round(from + (random.NextDouble() * (now - from)), 3));
        return from;
    }

    private static World With(string rules, double fromSeconds = 0)
    {
        var world = new World();
        world.Square("z", 0, 0, 50, rules, fromSeconds: (long)fromSeconds);
        return world;
    }

    private static void Stay(World world, int unit, double from, double? to, double last)
        => world.History.Visits[(world.Units[unit], "z", Ms(from))] = new VisitRow(
            "z", world.Units[unit], Ms(from), Ms(to ?? last), to is null, Ms(from), Ms(to ?? last), false, 1);

    private static void Evaluate(World world, double fromSeconds, double nowSeconds)
    {
        Assert.True(world.Zones.TryNumberOf("z", out var zone));
        var changed = new GroupRules(world.History, world.Directory, world.Live).Evaluate(
            world.Zones.Current.VersionsOf(zone), Ms(fromSeconds), Ms(nowSeconds));
        changed.ForEach(breach => world.History.Breaches[breach.Id] = breach);
    }

    private static IEnumerable<(double, double?)> Standing(World world) => world.History.Breaches.Values
        .Where(breach => breach.State != BreachState.Retracted).OrderBy(breach => breach.StartedAtMs)
        .Select(breach => (Seconds(breach.StartedAtMs), breach.EndedAtMs is { } end ? Seconds(end) : (double?)null));

    private static string[] Texts(World world) => [.. world.History.Breaches.Values.Where(breach => breach.State != BreachState.Retracted)
        .Select(b => $"{b.Rule} {Seconds(b.StartedAtMs)}-{(b.EndedAtMs is { } end ? Seconds(end) : null)} {string.Join(',', b.Units ?? [])} {b.Level} v{b.Why.ZoneVersion}")
        .Order(StringComparer.Ordinal)];

    private static long Ms(double seconds) => World.Start + (long)Math.Round(seconds * 1000);

    private static double Seconds(double timeMs) => (timeMs - World.Start) / 1000;
}

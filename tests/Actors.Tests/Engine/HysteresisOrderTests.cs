using Vantage.Actors.Positions;

namespace Vantage.Actors.Tests.Engine;

/// <summary>Short tracks around one fence, made of what is hard: fixes inside, outside and in between, with and without gaps.</summary>
public class HysteresisOrderTests
{
    private static readonly double[] Norths = [0, 900, 3_000]; // Inside; within 1,000 m of the fence, and far from it; outside.
    private static readonly double[] Waits = [20, 160, 290, 310]; // Seconds: two of some make a gap of what each alone is not.

    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("VANTAGE_PROPERTY_RUNS"), out var runs) ? runs * 20 : 2_000;

    [Fact(DisplayName = "[TRK-5] [VIS-7] [VIS-8] around a fence with hysteresis, in whatever order: the same visits and breaches, and the same from then on")]
    public void Order_means_nothing() => Assert.All(Enumerable.Range(1, Runs), OrderMeansNothing);

    [Theory(DisplayName = "[TRK-5] [VIS-7] one late fix that decides nothing itself: it closes a gap in a run, or it ends one")]
    [InlineData("0 0; 900 100; 900 500; 0 600", "900 300")]
    [InlineData("0 0; 900 100; 900 500; 0 600; 3000 620; 3000 640", "900 300")]
    [InlineData("0 0; 900 20; 900 60; 0 100; 0 120", "3000 40")]
    [InlineData("0 0; 900 20; 900 60", "3000 40")]
    [InlineData("0 0; 0 20; 3000 40; 900 100; 900 500; 0 600; 3000 620; 3000 640", "900 300")]
    public void One_late_fix(string inTime, string lateOne)
    {
        Fix[] early = [.. inTime.Split("; ").Select(FixOf)];
        var late = FixOf(lateOne);
        var end = (Math.Max(early[^1].TimeMs, late.TimeMs) - World.Start) / 1000.0;
        Fix[] after = [World.FixAt(end + 20, 0, 0), World.FixAt(end + 40, 0, 3_000)];

        Assert.Equal(
            Run(2, [.. early.Append(late).OrderBy(fix => fix.TimeMs), .. after]),
            Run(2, [.. early, late, .. after]));

        static Fix FixOf(string text) => World.FixAt(double.Parse(text.Split(' ')[1]), 0, double.Parse(text.Split(' ')[0]));
    }

    [Fact(DisplayName = "[TRK-5] a late fix just before an exit, whose visit ended long before the window that was read back")]
    public void Exit_long_after() => OrderMeansNothing(11165);

    [Fact(DisplayName = "[TRK-5] [VIS-8] [RULE-2] a late fix outside is an exit, however long ago the visit ended, and though the exit known so far was no breach")]
    public void Exit_without_a_breach()
    {
        Fix[] inTime =
        [
            World.FixAt(0, 0, 0), .. Enumerable.Range(1, 20).Select(i => World.FixAt(i * 290, 0, 900)),
            .. Enumerable.Range(0, 20).Select(i => World.FixAt(6_000 + (i * 20), 0, 3_000)),
        ];
        var late = World.FixAt(3_300, 0, 3_000);

        Assert.Contains("z/out 3300-3300", string.Join('\n', Play([.. inTime.Append(late).OrderBy(fix => fix.TimeMs)], keep: 768)), StringComparison.Ordinal);
        Assert.Equal(Play([.. inTime.Append(late).OrderBy(fix => fix.TimeMs)], keep: 768), Play([.. inTime, late], keep: 8));

        static string[] Play(Fix[] fixes, int keep)
        {
            var world = new World(keep, sealFixes: 1);
            world.Square(
                "z", 0, 0, 50, """[{"key":"out","type":"exit","schedule":"daily 04:00-05:30"}]""",
                ""","timeZone":"Asia/Shanghai","hysteresis":{"metres":1000,"fixes":1}"""); // The tracks begin at 04:26:40.
            world.Commit();
            foreach (var fix in fixes)
            {
                world.Report(world.Units[0], fix);
                world.Commit();
            }

            return [.. world.VisitTexts(), .. world.BreachTexts()];
        }
    }

    private static void OrderMeansNothing(int seed)
    {
        var random = new Random(seed);
        var needed = random.Next(1, 4);
        var fixes = new List<Fix>();
        var seconds = 0.0;
        for (var i = random.Next(2) == 0 ? random.Next(3, 12) : random.Next(12, 40); i > 0; i--)
        {
            fixes.Add(World.FixAt(seconds, 0, Norths[random.Next(Norths.Length)]));
            seconds += Waits[random.Next(Waits.Length)];
        }

        var late = random.Next(1, Math.Min(fixes.Count, 4));
        var order = Enumerable.Range(0, fixes.Count).OrderBy(_ => random.Next()).ToArray();
        int[] arrival = [.. Enumerable.Range(0, fixes.Count).Except(order[..late]), .. order[..late]];

        // Two more in their time: what the machine was left at shows.
        var next = Norths[random.Next(Norths.Length)];
        Fix[] after = [World.FixAt(seconds, 0, next), World.FixAt(seconds + 20, 0, next)];
        Assert.Equal(Run(needed, [.. fixes, .. after]), Run(needed, [.. arrival.Select(index => fixes[index]), .. after], random));
    }

    // With random numbers: small windows, and commits and crashes between.
    private static string[] Run(int needed, Fix[] fixes, Random? random = null)
    {
        var world = random is null ? new World() : new World(keep: 8, sealFixes: random.Next(1, 8));
        world.Square("z", 0, 0, 50, """[{"key":"in","type":"enter"},{"key":"out","type":"exit"}]""", $$""","hysteresis":{"metres":1000,"fixes":{{needed}}}""");
        world.Commit(); // The new zone is judged; what follows is not judged again at the end.
        foreach (var fix in fixes)
        {
            world.Report(world.Units[0], fix);
            if (random?.Next(2) == 0)
            {
                world.Commit();
            }

            if (random?.Next(10) == 0)
            {
                world.Crash();
            }
        }

        world.Commit();
        return [.. world.VisitTexts(), .. world.BreachTexts()];
    }
}

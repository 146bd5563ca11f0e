using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.Positions;

namespace Vantage.Actors.Tests.Engine;

/// <summary>The promise that sets the engine apart: what comes out does not depend on the order in which reports came in.</summary>
public class EventTimeTests
{
    private const string AllRules = """
        [{"key":"in","type":"enter"},{"key":"out","type":"exit"},{"key":"stay","type":"dwell","after":90},{"key":"fast","type":"speed","above":8},
         {"key":"work","type":"dwell","after":40,"schedule":"daily 00:00-24:00"}]
        """;

    /// <summary>How many orders are tried. Random ones, a night long: VANTAGE_PROPERTY_RUNS; without it the same 200 each time.</summary>
    private static int? RandomRuns => int.TryParse(Environment.GetEnvironmentVariable("VANTAGE_PROPERTY_RUNS"), out var runs) ? runs : null;

    [Fact(DisplayName = "[TRK-5] [TRK-2] [VIS-10] shuffled, doubled, delayed, committed, crashed: the same visits, breaches, heat and track")]
    public void Order_means_nothing()
    {
        if (RandomRuns is { } runs)
        {
            Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), OrderMeansNothing).Check(Config.QuickThrowOnFailure.WithMaxTest(runs));
            return;
        }

        Assert.All(Enumerable.Range(1, 200), OrderMeansNothing);
    }

    [Theory(DisplayName = "[TRK-5] orders of arrival that once went wrong")]
    [InlineData(1813536349)] // A visit of fixes that only the log held was not read back after a crash.
    [InlineData(1586615842)] // A late fix outside, between one that decided nothing and the exit.
    [InlineData(329557024)] // A breach read back to the visit before its own.
    [InlineData(1659602317)] // The fix before a breach's had left the window.
    [InlineData(2006964757)] // The fix of a breach was outranked by another of its millisecond.
    [InlineData(1045303035)] // After a crash: late fixes, older than all that were sealed, only in the log.
    [InlineData(1504055773)] // A late fix just behind the window's edge.
    [InlineData(1005872340)] // The mark of a jump at the window's edge.
    [InlineData(216891022)] // A late fix and the motion of the unit.
    [InlineData(817849079)] // An exit after a gap and fixes that decided nothing.
    [InlineData(921519192)] // The highest speed of a run under way.
    public void Orders_that_once_went_wrong(int seed) => OrderMeansNothing(seed);

    private static void OrderMeansNothing(int seed)
    {
        var random = new Random(seed);
        var reports = RandomReports(random);
        var inOrder = new World();
        DefineZones(inOrder);
        foreach (var report in reports.OrderBy(report => report.Fix.TimeMs))
        {
            inOrder.Report((inOrder.Units[report.Unit], report.Fix));
        }

        inOrder.Commit();

        var shaken = new World(keep: 16, sealFixes: random.Next(5, 60));
        if (random.Next(2) == 0)
        {
            DefineZones(shaken);
        }

        var doubled = reports.Concat(reports.Where(_ => random.Next(10) == 0)).ToArray();
        var order = random.Next(3) switch
        {
            0 => [.. doubled.OrderBy(_ => random.Next())],
            1 => doubled.OrderBy(report => report.Fix.TimeMs + (random.Next(5) == 0 ? random.Next(1_200_000) : 0)).ToArray(),
            _ => [.. doubled.OrderBy(report => report.Unit).ThenBy(report => -report.Fix.TimeMs)],
        };
        for (var i = 0; i < order.Length;)
        {
            var count = Math.Min(random.Next(1, 20), order.Length - i);
            shaken.Report([.. order.Skip(i).Take(count).Select(report => (shaken.Units[report.Unit], report.Fix))]);
            i += count;
            if (random.Next(4) == 0)
            {
                shaken.Commit();
            }

            if (random.Next(15) == 0)
            {
                shaken.Crash();
            }
        }

        if (shaken.Zones.Current.ZoneCount == 0)
        {
            DefineZones(shaken);
        }

        shaken.Commit();
        shaken.Commit();

        foreach (var unit in inOrder.Units)
        {
            Assert.Equal(inOrder.Track(unit), shaken.Track(unit));
            Assert.Equal(inOrder.Track(unit).Select(fix => fix.Flags), shaken.Track(unit).Select(fix => fix.Flags));
        }

        Assert.Equal(inOrder.HeatTexts(), shaken.HeatTexts());
        Assert.Equal(inOrder.VisitTexts(), shaken.VisitTexts());
        Assert.Equal(inOrder.BreachTexts(), shaken.BreachTexts());
    }

    private static void DefineZones(World world)
    {
        world.Square("plain", 0, 0, 100, AllRules);
        world.Square("thin", 60, 0, 3, AllRules);
        world.Square("slow", 50, 50, 80, AllRules, ""","hysteresis":{"metres":0,"fixes":3}""");
        world.Square("wide", -50, 20, 60, AllRules, ""","hysteresis":{"metres":30,"fixes":2}""");
        world.Square("honest", 20, -60, 70, AllRules, ""","accuracy":"respect" """);
        world.Square("moving", 0, 0, 50, AllRules);
        world.Square("moving", 80, 0, 50, AllRules, fromSeconds: 900);
        world.Square("brief", 0, 30, 90, AllRules, fromSeconds: 600);
        world.Define("round", """{"type":"Point","coordinates":[121.4,31.2]}""", AllRules, ""","radius":75""");
    }

    private static List<(int Unit, Fix Fix)> RandomReports(Random random)
    {
        var reports = new List<(int, Fix)>();
        for (var unit = 0; unit < 2; unit++)
        {
            var (seconds, east, north) = (random.Next(100) + 0.0, random.Next(-200, 200) + 0.0, random.Next(-200, 200) + 0.0);
            for (var i = random.Next(5, 70); i > 0; i--)
            {
                seconds += random.Next(30) switch
                {
                    0 => 301 + random.Next(300),
                    1 => 300,
                    2 => 0,
                    3 => 0.001,
                    _ => 1 + random.Next(60),
                };
                var stride = random.Next(20) == 0 ? 6_000 : 60;
                east = Math.Clamp(east + random.Next(-stride, stride + 1), -250, 250);
                north = Math.Clamp(north + random.Next(-stride, stride + 1), -250, 250);
                reports.Add((unit, World.FixAt(
                    seconds, east, north, random.Next(3) == 0 ? null : random.Next(16), random.Next(3) == 0 ? null : random.Next(60))));
            }
        }

        return reports;
    }
}

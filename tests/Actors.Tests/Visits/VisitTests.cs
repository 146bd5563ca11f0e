using Vantage.Actors.Positions;
using Vantage.Actors.Tests.Engine;
using Vantage.Geo;

namespace Vantage.Actors.Tests.Visits;

public class VisitTests
{
    [Fact(DisplayName = "[VIS-1] on the boundary is inside: edges, corners and edges of holes")]
    public void Boundary()
    {
        var world = new World();
        world.Define("z", """
            {"type":"Polygon","coordinates":[[[121.4,31.2],[121.41,31.2],[121.41,31.21],[121.4,31.21],[121.4,31.2]],
             [[121.404,31.204],[121.406,31.204],[121.406,31.206],[121.404,31.206],[121.404,31.204]]]}
            """);
        (double Longitude, double Latitude, bool IsInside)[] cases =
        [
            (121.4, 31.2, true), (121.4, 31.205, true), (121.405, 31.21, true), (121.3999999, 31.205, false), (121.4000001, 31.205, true),
            (121.404, 31.205, true), (121.4040001, 31.205, false), (121.406, 31.206, true), (121.405, 31.2059999, false),
        ];
        for (var i = 0; i < cases.Length; i++)
        {
            world.Report(world.Units[0], At(i * 1000, cases[i].Longitude, cases[i].Latitude));
        }

        world.Commit();

        Assert.Equal(
            cases.Select((place, i) => (place, i)).Where(item => item.place.IsInside).Select(item => World.Start + (item.i * 1_000_000L)),
            world.History.Visits.Values.Select(row => row.FromMs).Order());
    }

    [Fact(DisplayName = "[VIS-1] edges are straight in longitude and latitude, not great circles")]
    public void Straight_edges()
    {
        var world = new World();
        world.Define("z", """{"type":"Polygon","coordinates":[[[100,60],[140,60],[140,61],[100,61],[100,60]]]}""");
        world.Report(world.Units[0], At(0, 120, 60.000_001), At(1000, 120, 59.999_999), At(2000, 120, 60.999_999), At(3000, 120, 61.000_001));
        world.Commit();

        Assert.Equal([0, 2_000_000], world.History.Visits.Values.Select(row => row.FromMs - World.Start).Order());
    }

    [Fact(DisplayName = "[VIS-1] a circle is all within its radius by haversine, R = 6,371,008.8 m")]
    public void Circles()
    {
        Assert.Equal(6_371_008.8, GreatCircle.EarthRadiusMetres);
        var world = new World();
        world.Define("z", """{"type":"Point","coordinates":[121.4,31.2]}""", extra: ""","radius":1000""");
        Assert.True(LatLng.TryCreate(31.2, 121.4, out var centre));
        for (var i = 0; i < 36; i++)
        {
            foreach (var (metres, offset) in new[] { (999.9, 0), (1000.1, 1000) })
            {
                var place = GreatCircle.Destination(centre, i * 10, metres);
                world.Report(world.Units[0], At((i * 2000) + offset, place.Longitude, place.Latitude));
            }
        }

        world.Commit();

        Assert.Equal(Enumerable.Range(0, 36).Select(i => i * 2_000_000L), world.History.Visits.Values.Select(row => row.FromMs - World.Start).Order());
    }

    [Fact(DisplayName = "[VIS-2] a fix is judged by the version in force at its own time; from effectiveFrom on, not before")]
    public void Versions()
    {
        var world = new World();
        world.Square("z", 0, 0, 50, fromSeconds: 100);
        world.Square("z", 1_000, 0, 50, fromSeconds: 1_000);
        world.Report(
            world.Units[0], World.FixAt(99.999, 0, 0), World.FixAt(100, 0, 0), World.FixAt(999.999 - 700, 0, 0), World.FixAt(999.999, 0, 0),
            World.FixAt(1_000, 0, 0), World.FixAt(1_010, 1_000, 0));
        world.Commit();

        Assert.Equal(
            [(100_000L, 299_999L, 1), (999_999, 999_999, 1), (1_010_000, 1_010_000, 2)],
            world.History.Visits.Values.OrderBy(row => row.FromMs).Select(row => (row.FromMs - World.Start, row.ToMs - World.Start, row.ZoneVersion)));
    }

    [Fact(DisplayName = "[VIS-3] a visit lasts from its first fix inside to its last, and is open while the newest is inside")]
    public void From_first_to_last()
    {
        var world = new World();
        world.Square("z", 0, 0, 50);
        Go(world, (0, 0), (10, 10), (20, 20));
        var open = Assert.Single(world.History.Visits.Values);
        Assert.True(open.IsOpen);
        Assert.Equal(World.Start, open.FromMs);
        Assert.Equal(World.Start, open.EnteredAtMs); // A first fix inside is an entry.

        Go(world, (30, 200));

        Assert.Equal(["0-20 in@0 out@22"], Texts(world).Select(text => text.Replace(" v1", "", StringComparison.Ordinal)).Select(Rounded));
    }

    [Theory(DisplayName = "[VIS-4] a gap of more than 300 s ends a visit at its last fix inside")]
    [InlineData(299.999, 1)]
    [InlineData(300, 1)]
    [InlineData(300.001, 2)]
    public void Gaps(double seconds, int visits)
    {
        var world = new World();
        world.Square("z", 0, 0, 50);
        Go(world, (0, 0), (seconds, 0));

        Assert.Equal(visits, world.History.Visits.Count);
        Assert.Equal(visits == 2, world.History.Visits.Values.Any(row => row is { IsOpen: false } && row.ToMs == World.Start && row.LeftAtMs == World.Start));
    }

    [Fact(DisplayName = "[VIS-4] a late fix in the gap makes one visit of two, and of their breaches too")]
    public void Filled_gaps()
    {
        var world = new World();
        world.Square("z", 0, 0, 50, """[{"key":"in","type":"enter"}]""");
        Go(world, (0, 0), (400, 0));
        Assert.Equal(2, world.History.Visits.Count);

        Go(world, (200, 0));

        Assert.Single(world.History.Visits);
        Assert.Single(world.BreachTexts());
    }

    [Theory(DisplayName = "[VIS-5] a segment counts up to 300 s and 70 m/s: only then is what it touches passed")]
    [InlineData(299.999, 400, true)]
    [InlineData(300, 400, true)]
    [InlineData(300.001, 400, false)]
    [InlineData(10, 699, true)]
    [InlineData(10, 699.99, true)]
    [InlineData(10, 701, false)]
    public void Passages(double seconds, double metres, bool isPassed)
    {
        var world = new World();
        world.Square("thin", 0, metres / 2, 1);
        Go(world, (0, 0), (seconds, metres));

        Assert.Equal(isPassed, world.History.Visits.Count == 1);
        Assert.All(world.History.Visits.Values, row => Assert.True(row is { IsPassage: true, IsOpen: false }));
    }

    [Fact(DisplayName = "[VIS-5] a passage lasts from interpolated entry to interpolated exit, after the first fix and not after the second")]
    public void Passage_times()
    {
        var world = new World();
        world.Square("z", 0, 100, 25);
        world.Define("round", Place(0, 100), extra: ""","radius":25""");
        Go(world, (0, 0), (20, 200));

        Assert.All(world.History.Visits.Values, row =>
        {
            Assert.InRange(row.FromMs - World.Start, 7_499, 7_501);
            Assert.InRange(row.ToMs - World.Start, 12_499, 12_501);
            Assert.Equal((row.FromMs, row.ToMs), (row.EnteredAtMs, row.LeftAtMs));
        });

        var touched = new World();
        touched.Square("near", 0, 50.005, 50);
        touched.Square("far", 0, 149.995, 50);
        Go(touched, (0, -1e-3), (0.002, 0.1));
        Assert.All(touched.History.Visits.Values, row => Assert.InRange(row.FromMs - World.Start, 1, 2));
    }

    [Fact(DisplayName = "[VIS-5] no passage between two versions of a zone")]
    public void No_passage_between_versions()
    {
        var world = new World();
        world.Square("z", 0, 100, 25);
        world.Square("z", 0, 100, 25, fromSeconds: 10);
        Go(world, (0, 0), (20, 200));

        Assert.Empty(world.History.Visits);
    }

    [Theory(DisplayName = "[VIS-6] the crossing is interpolated on a segment that counts; without one it is the time of the fix")]
    [InlineData(0, 100, 5_000)]
    [InlineData(0, 10_000, 10_000)]
    [InlineData(-291, 100, 10_000)]
    public void Crossing(double seconds, double north, long expectedMs)
    {
        var world = new World();
        world.Square("z", 0, 0, 50);
        Go(world, (seconds, north), (10, 0));

        Assert.InRange(Assert.Single(world.History.Visits.Values).EnteredAtMs - World.Start, expectedMs - 1, expectedMs + 1);
    }

    [Fact(DisplayName = "[VIS-7] n fixes inside without one outside between enter, from the first of them; n outside leave")]
    public void Fixes_of_hysteresis()
    {
        var world = new World();
        world.Square("z", 0, 0, 50, extra: ""","hysteresis":{"metres":0,"fixes":3}""");
        Go(world, (0, 0), (10, 0), (20, 200), (30, 0), (40, 0));
        Assert.Empty(world.History.Visits);

        Go(world, (50, 0), (60, 200), (70, 200), (80, 0), (90, 200), (100, 200));
        Assert.True(Assert.Single(world.History.Visits.Values).IsOpen);

        Go(world, (110, 200));
        var visit = Assert.Single(world.History.Visits.Values);
        Assert.Equal((30_000, 80_000, false), (visit.FromMs - World.Start, visit.ToMs - World.Start, visit.IsOpen));
    }

    [Fact(DisplayName = "[VIS-7] with n above 1 there are no passages")]
    public void No_passages()
    {
        var world = new World();
        world.Square("z", 0, 100, 25, extra: ""","hysteresis":{"metres":0,"fixes":2}""");
        Go(world, (0, 0), (20, 200));
        Assert.Empty(world.History.Visits);
    }

    [Theory(DisplayName = "[VIS-8] outside but within m metres neither enters, leaves, nor prolongs")]
    [InlineData(79.5, true)]
    [InlineData(80.5, false)]
    public void Metres_of_hysteresis(double north, bool isOpen)
    {
        var world = new World();
        world.Square("z", 0, 0, 50, extra: ""","hysteresis":{"metres":30,"fixes":1}""");
        Go(world, (0, north));
        Assert.Empty(world.History.Visits);

        Go(world, (100, 0), (110, 0), (120, north));

        var visit = Assert.Single(world.History.Visits.Values);
        Assert.Equal((isOpen, World.Start + 110_000), (visit.IsOpen, visit.ToMs));
    }

    [Theory(DisplayName = "[VIS-9] with respect a fix counts only when its circle clears the fence; without accuracy it is a point")]
    [InlineData(39.9, true)]
    [InlineData(40.1, false)]
    [InlineData(150.0, false)]
    [InlineData(0.0, true)]
    [InlineData(null, true)]
    public void Accuracy(double? accuracy, bool counts)
    {
        var world = new World();
        world.Square("z", 0, 0, 50, extra: ""","accuracy":"respect" """);
        world.Square("exact", 0, 0, 50);
        world.Report(world.Units[0], World.FixAt(0, 0, 10, accuracy: accuracy));
        world.Report(world.Units[1], World.FixAt(0, 0, 0), World.FixAt(10, 0, 90, accuracy: accuracy));
        world.Commit();

        Assert.Equal(counts, world.History.Visits.Values.Any(row => row.Zone == "z" && row.Unit == world.Units[0]));
        Assert.Equal(!counts, world.History.Visits.Values.Single(row => row.Zone == "z" && row.Unit == world.Units[1]).IsOpen);
        Assert.Equal(2, world.History.Visits.Values.Count(row => row.Zone == "exact"));
    }

    [Fact(DisplayName = "[VIS-9] a long undecided stay survives a crash: the visit that was open goes on")]
    public void Undecided_over_a_crash()
    {
        var world = new World(keep: 16, sealFixes: 1);
        world.Square("z", 0, 0, 50, extra: ""","accuracy":"respect" """);
        world.Report(world.Units[0], World.FixAt(0, 0, 0));
        for (var i = 1; i < 30; i++)
        {
            world.Report(world.Units[0], World.FixAt(i * 60, 0, 0, accuracy: 200));
            world.Commit();
        }

        world.Crash();
        world.Report(world.Units[0], World.FixAt(1_810, 0, 0));
        world.Commit();

        var visit = Assert.Single(world.History.Visits.Values);
        Assert.Equal((World.Start, true), (visit.FromMs, visit.IsOpen));
        Go(world, (1_820, 500));
        visit = Assert.Single(world.History.Visits.Values);
        Assert.Equal((World.Start + 1_810_000, false), (visit.ToMs, visit.IsOpen));
    }

    [Fact(DisplayName = "[VIS-10] a version with effectiveFrom in the past re-judges from there on, and only from there on")]
    public void Rejudging()
    {
        var world = new World(keep: 16, sealFixes: 1);
        world.Square("z", 0, 0, 50, """[{"key":"in","type":"enter"}]""");
        for (var i = 0; i < 100; i++)
        {
            Go(world, (i * 10, i * 10 % 200));
        }

        var before = Texts(world).ToArray();
        world.Square("z", 0, 0, 50, """[{"key":"in","type":"enter"}]""", fromSeconds: 500);
        world.Commit();
        Assert.Equal(before.Length, Texts(world).Count());
        Assert.All(world.History.Visits.Values, row => Assert.Equal(row.FromMs < World.Start + 500_000 ? 1 : 2, row.ZoneVersion));

        world.Square("z", 0, 5_000, 50, fromSeconds: 500);
        world.Commit();
        Assert.All(world.History.Visits.Values, row => Assert.True(row.FromMs < World.Start + 500_000));
        Assert.All(
            world.History.Breaches.Values,
            breach => Assert.Equal(breach.StartedAtMs >= World.Start + 500_000, breach.State == Actors.History.BreachState.Retracted));
    }

    [Fact(DisplayName = "[KEEP-1] [KEEP-2] what is older than tracks are kept goes, and what was found from it stands when a zone is drawn anew for that time")]
    public void Forgotten_tracks_are_not_judged()
    {
        const int Day = 86_400;
        var world = new World(keep: 16, sealFixes: 1, keepTracks: TimeSpan.FromDays(2)); // Now is a day after the start, so tracks are judged from the start on.
        var (passing, parked) = (world.Units[0], world.Units[1]);
        world.Square("z", 0, 0, 50, """[{"key":"in","type":"enter"}]""", fromSeconds: -10 * Day);
        for (var day = -6; day <= 0; day++)
        {
            for (var i = 0; i < 60; i++)
            {
                world.Report(passing, World.FixAt((day * Day) + 600 + (i * 10), 0, i / 20 == 1 ? 0 : 500));
            }

            world.Commit();
        }

        for (var second = -3 * Day; second < Day / 4; second += 100)
        {
            world.Report(parked, World.FixAt(second, 0, 0));
        }

        world.Commit();
        world.Commit();
        var at = World.Now.AddHours(2); // Looked after once an hour.
        world.Commit(at);
        foreach (var unit in new[] { passing, parked })
        {
            Assert.NotEmpty(world.History.Tracks[unit]);
            Assert.All(world.History.Tracks[unit], fix => Assert.InRange(fix.TimeMs, at.AddDays(-2).ToUnixTimeMilliseconds(), long.MaxValue));
        }

        var before = world.VisitTexts().ToList();
        Assert.Equal(7 + 1, before.Count);

        world.Crash();
        world.Square("z", 0, 50_000, 50, """[{"key":"in","type":"enter"}]""", fromSeconds: -10 * Day);
        world.Commit();

        var kept = world.VisitTexts().ToList();
        Assert.Equal(before.Where(text => text.StartsWith($"{passing} ", StringComparison.Ordinal)).Take(6), kept.Take(6));
        Assert.StartsWith($"{parked} z {-3 * Day}--100 ", kept[6], StringComparison.Ordinal);
        Assert.Equal(7, kept.Count);
        Assert.Equal(7, world.BreachTexts().Count());
    }

    [Fact(DisplayName = "[VIS-10] judging far back leaves no more in memory than there was before, and later fixes go on from what it found")]
    public void Judging_far_back_is_not_kept()
    {
        var world = new World(keep: 16, sealFixes: 1);
        var unit = world.Units[0];
        for (var i = 0; i < 50; i++)
        {
            world.Report(unit, [.. Enumerable.Range(0, 10).Select(j => World.FixAt((i * 100) + (j * 10), 20 * i, j))]);
            world.Commit();
        }

        var before = InMemory();
        world.Square("old", 200, 0, 105, fromSeconds: 0);
        while (world.Shard.IsBehind(world.Zones.Current.Epoch))
        {
            world.Shard.Tick(World.Now);
        }

        Assert.InRange(InMemory(), 1, before);
        Assert.InRange(before, 1, 60);
        world.Report(unit, World.FixAt(5_000, 200, 0));
        world.Commit();
        Assert.Equal([$"{unit} old 500-1590", $"{unit} old 5000-"], world.VisitTexts().Select(text => text[..text.IndexOf(" in@", StringComparison.Ordinal)]));

        int InMemory()
        {
            var fixes = new List<Fix>();
            world.Shard.CopyTrack(unit, 0, long.MaxValue, fixes);
            return fixes.Count;
        }
    }

    [Fact(DisplayName = "[VIS-10] the end of a zone ends its visits at the last fix before, without an exit; later fixes are outside")]
    public void Ended_zones()
    {
        var world = new World();
        world.Square("z", 0, 0, 50, """[{"key":"out","type":"exit"}]""");
        Go(world, (0, 0), (100, 0), (200, 0));
        world.Change(new Actors.Zones.ZoneEnded("z", 2, At(150), At(150)));
        world.Commit();
        Go(world, (300, 0), (310, 200));

        var visit = Assert.Single(world.History.Visits.Values);
        Assert.Equal((World.Start + 100_000, false), (visit.ToMs, visit.IsOpen));
        Assert.Empty(world.BreachTexts());
        Assert.False(world.Zones.TryGetNewest("z", out _));

        world.Square("z", 0, 0, 50, fromSeconds: 400);
        Go(world, (410, 0));
        Assert.Equal(3, world.History.Visits.Values.Single(row => row.IsOpen).ZoneVersion);

        static DateTimeOffset At(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds(World.Start).AddSeconds(seconds);
    }

    private static void Go(World world, params (double Seconds, double North)[] places)
    {
        world.Report(world.Units[0], [.. places.Select(place => World.FixAt(place.Seconds, 0, place.North))]);
        world.Commit();
    }

    private static IEnumerable<string> Texts(World world) => world.VisitTexts().Select(text => text[(text.IndexOf(" z ", StringComparison.Ordinal) + 3)..]);

    // The square's edge is at 50 m only as near as its corners are written.
    private static string Rounded(string text) => System.Text.RegularExpressions.Regex.Replace(
        text, @"\d+\.\d+", match => Math.Round(double.Parse(match.Value, System.Globalization.CultureInfo.InvariantCulture)).ToString(System.Globalization.CultureInfo.InvariantCulture), System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string Place(double east, double north) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $$"""{"type":"Point","coordinates":[{{121.4 + (east / 95_000)}},{{31.2 + (north / 111_195)}}]}""");

    private static Fix At(double seconds, double longitude, double latitude)
    {
        var report = PositionReport.At(World.Start + (long)(seconds * 1000), longitude, latitude, ReportSource.Api);
        Assert.Equal(Refusal.None, Gate.TryAccept(in report, report.TimeMs, new GateOptions(), out var fix));
        return fix;
    }
}

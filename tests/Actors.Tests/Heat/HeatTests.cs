using Vantage.Actors.Heat;
using Vantage.Actors.Positions;
using Vantage.Actors.Tests.Engine;
using Vantage.Geo.H3;

namespace Vantage.Actors.Tests.Heat;

public class HeatTests
{
    private const long HourMs = 3_600_000;

    // World.Start is 20:26:40 UTC: 2,000 s before a full hour.
    private const double FullHour = 2_000;

    [Fact(DisplayName = "[HEAT-1] each fix that counts adds one to its cell and hour; late ones to theirs, outranked ones to none")]
    public void Fixes()
    {
        var world = new World();
        var unit = world.Units[0];
        world.Report(unit, World.FixAt(FullHour, 0, 0), World.FixAt(FullHour + 10, 0, 5_000));
        world.Report(unit, World.FixAt(FullHour - 0.001, 0, 0), World.FixAt(FullHour, 0, 1), World.FixAt(FullHour, 0, 0));
        world.Commit();

        var hour = (int)((World.Start + 2_000_000) / HourMs);
        Assert.Equal(
            new[] { (hour - 1, CellAt(0), 1L), (hour, CellAt(0), 1L), (hour, CellAt(5_000), 1L) }.Order(),
            world.History.Heat.Where(cell => cell.Value.Fixes > 0).Select(cell => (cell.Key.Hour, cell.Key.Cell, cell.Value.Fixes)).Order());
    }

    [Theory(DisplayName = "[HEAT-2] a fix gives its cell the time to the next, 120 s at most; the last gives none")]
    [InlineData(119.999, 119_999)]
    [InlineData(120, 120_000)]
    [InlineData(120.001, 120_000)]
    [InlineData(5_000, 120_000)]
    public void Presence(double seconds, long expectedMs)
    {
        var world = new World();
        world.Report(world.Units[0], World.FixAt(0, 0, 0), World.FixAt(seconds, 0, 5_000));
        world.Commit();

        Assert.Equal(expectedMs, PresenceOf(world, CellAt(0)));
        Assert.Equal(0, PresenceOf(world, CellAt(5_000)));
    }

    [Fact(DisplayName = "[HEAT-2] presence is split at whole UTC hours")]
    public void Split()
    {
        var world = new World();
        world.Report(world.Units[0], World.FixAt(FullHour - 0.25, 0, 0), World.FixAt(FullHour + 0.5, 0, 0), World.FixAt(FullHour + 3_600, 0, 0));
        world.Commit();

        var hour = (int)((World.Start + 2_000_000) / HourMs);
        Assert.Equal(
            [(hour - 1, 250L), (hour, 120_500L)],
            world.History.Heat.Where(cell => cell.Value.PresenceMs > 0).OrderBy(cell => cell.Key.Hour).Select(cell => (cell.Key.Hour, cell.Value.PresenceMs)));
    }

    [Fact(DisplayName = "[HEAT-2] late data move presence; what is taken back leaves nothing")]
    public void Moved()
    {
        var world = new World();
        world.Report(world.Units[0], World.FixAt(0, 0, 0), World.FixAt(100, 0, 0));
        world.Commit();
        world.Report(world.Units[0], World.FixAt(40, 0, 5_000));
        world.Commit();

        Assert.Equal((40_000, 60_000), (PresenceOf(world, CellAt(0)), PresenceOf(world, CellAt(5_000))));
    }

    [Fact(DisplayName = "[HEAT-3] heat is counted at resolution 11; parents of a track's cells add up to all there is")]
    public void Resolution()
    {
        Assert.Equal(11, HeatCube.BaseResolution);
        var world = new World();
        for (var i = 0; i < 100; i++)
        {
            world.Report(world.Units[0], World.FixAt(i * 10, i * 40, i * 25));
        }

        world.Commit();

        Assert.All(world.History.Heat.Keys, key => Assert.Equal(11, new H3Cell(key.Cell).Resolution));
        foreach (var resolution in new[] { 10, 8, 6 })
        {
            var coarse = world.History.Heat.GroupBy(cell => new H3Cell(cell.Key.Cell).Parent(resolution))
                .Select(parent => (parent.Key, Fixes: parent.Sum(cell => cell.Value.Fixes), PresenceMs: parent.Sum(cell => cell.Value.PresenceMs))).ToList();
            Assert.All(coarse, cell => Assert.Equal(resolution, cell.Key.Resolution));
            Assert.Equal((100, 990_000), (coarse.Sum(cell => cell.Fixes), coarse.Sum(cell => cell.PresenceMs)));
        }
    }

    [Fact(DisplayName = "[HEAT-6] the heat of all tracks together is the cube, however the reports came; and in any range it is the cube's part of that range")]
    public void Tracks_make_the_cube() => Assert.All(Enumerable.Range(1, 200), TracksMakeTheCube);

    private static void TracksMakeTheCube(int seed)
    {
        var random = new Random(seed);
        var world = new World(keep: 16, sealFixes: random.Next(5, 60));
        var reports = RandomReports(random);
        for (var i = 0; i < reports.Count;)
        {
            var count = Math.Min(random.Next(1, 20), reports.Count - i);
            world.Report([.. reports.Skip(i).Take(count).Select(report => (world.Units[report.Unit], report.Fix))]);
            i += count;
            if (random.Next(4) == 0)
            {
                world.Commit(crashesBeforeTrim: random.Next(3) == 0);
            }
        }

        world.Commit();
        var cube = world.History.Heat.Where(cell => cell.Value != default)
            .ToDictionary(cell => cell.Key, cell => (cell.Value.Fixes, cell.Value.PresenceMs));
        var (first, last) = (cube.Keys.Min(key => key.Hour), cube.Keys.Max(key => key.Hour));
        Assert.True(last > first);
        AssertSame(cube, OfTracks(world, first - 1, last + 2), seed);
        for (var hour = first; hour <= last; hour++)
        {
            var to = random.Next(hour + 1, last + 3);
            AssertSame(cube.Where(cell => cell.Key.Hour >= hour && cell.Key.Hour < to), OfTracks(world, hour, to), seed);
        }
    }

    /// <summary>As it is read back: the track from a little before the range to its end, and whether it goes on.</summary>
    private static Dictionary<(int Hour, ulong Cell), (long Fixes, long PresenceMs)> OfTracks(World world, int fromHour, int toHour)
    {
        var sums = new Dictionary<(int Hour, ulong Cell), (long Fixes, long PresenceMs)>();
        foreach (var unit in world.Units)
        {
            var heat = new TrackHeat(fromHour, toHour, delta =>
            {
                var (fixes, ms) = sums.GetValueOrDefault((delta.Hour, delta.Cell));
                sums[(delta.Hour, delta.Cell)] = (fixes + delta.Fixes, ms + delta.PresenceMs);
            });
            var track = world.Track(unit);
            foreach (var fix in track.Where(fix => fix.TimeMs >= (fromHour * HourMs) - HeatCube.MaxPresenceMs && fix.TimeMs < toHour * HourMs))
            {
                heat.Add(in fix);
            }

            heat.EndsWith(track.Exists(fix => fix.TimeMs >= toHour * HourMs));
        }

        return sums;
    }

    private static void AssertSame(
        IEnumerable<KeyValuePair<(int Hour, ulong Cell), (long Fixes, long PresenceMs)>> expected,
        Dictionary<(int Hour, ulong Cell), (long Fixes, long PresenceMs)> actual, int seed)
        => Assert.True(
            expected.OrderBy(cell => cell.Key).SequenceEqual(actual.OrderBy(cell => cell.Key)),
            $"Seed {seed}: {actual.Values.Sum(cell => cell.PresenceMs)} ms in {actual.Count} cells and hours.");

    /// <summary>Three hours of four units: late, doubled, shuffled, several of one millisecond, silent for a while, some exactly on the hour.</summary>
    private static List<(int Unit, Fix Fix)> RandomReports(Random random)
    {
        var reports = new List<(int Unit, Fix Fix)>();
        for (var unit = 0; unit < 4; unit++)
        {
            var (seconds, east) = (random.NextDouble() * 3_000, 0.0);
            while (seconds < 3 * 3_600)
            {
                seconds += random.Next(6) switch { 0 => 130, 1 => random.Next(1_000, 4_000), 2 => 120, _ => random.Next(1, 90) };
                seconds = random.Next(15) == 0 ? FullHour + (3_600 * Math.Round((seconds - FullHour) / 3_600)) : seconds;
                east += random.Next(3) == 0 ? 0 : random.Next(-60, 60);
                reports.Add((unit, World.FixAt(seconds, east, 0)));
                if (random.Next(8) == 0)
                {
                    reports.Add((unit, World.FixAt(seconds, east + random.Next(-200, 200), 0))); // Of the same millisecond.
                }
            }
        }

        reports.AddRange([.. reports.Where(_ => random.Next(8) == 0)]);
        return [.. reports.OrderBy(report => report.Fix.TimeMs + (random.Next(4) == 0 ? random.Next(4_000_000) : 0))];
    }

    private static long PresenceOf(World world, ulong cell) => world.History.Heat.Where(heat => heat.Key.Cell == cell).Sum(heat => heat.Value.PresenceMs);

    private static ulong CellAt(double north)
    {
        Fix fix = World.FixAt(0, 0, north);
        return H3Cell.Of(fix.Latitude, fix.Longitude, HeatCube.BaseResolution).Value;
    }
}

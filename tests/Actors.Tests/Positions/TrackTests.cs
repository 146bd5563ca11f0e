using Vantage.Actors.Positions;
using Vantage.Actors.Tests.Engine;

namespace Vantage.Actors.Tests.Positions;

public class TrackTests
{
    [Fact(DisplayName = "[TRK-1] of one millisecond: latitude, longitude, speed, heading, altitude, accuracy, flags, source; receipt has no part")]
    public void Canonical_order()
    {
        var fix = World.FixAt(0, 0, 0, speed: 5, accuracy: 5);
        Fix[] greater =
        [
            fix with { LatitudeE7 = fix.LatitudeE7 + 1, LongitudeE7 = 0 },
            fix with { LongitudeE7 = fix.LongitudeE7 + 1, SpeedHundredths = 0 },
            fix with { SpeedHundredths = fix.SpeedHundredths + 1, HeadingTenths = 0 },
            fix with { HeadingTenths = Fix.AbsentHeading, AltitudeTenths = -5 },
            fix with { AltitudeTenths = 7, AccuracyTenths = 0 },
            fix with { AccuracyTenths = fix.AccuracyTenths + 1 },
        ];
        var start = fix with { HeadingTenths = 10, AltitudeTenths = 0 };
        Assert.All(greater, other => Assert.True(Fix.Compare(in start, in other) < 0));

        var flagged = start;
        flagged.SetFlags(FixFlags.Sos, start.Source);
        Assert.True(Fix.Compare(in start, in flagged) < 0);
        var elsewhere = start;
        elsewhere.SetFlags(start.Flags, ReportSource.Jt808);
        Assert.True(Fix.Compare(in start, in elsewhere) < 0);
        var later = greater[0] with { TimeMs = fix.TimeMs - 1 };
        Assert.True(Fix.Compare(in later, in start) < 0);

        var received = start with { ReceivedAtMs = start.ReceivedAtMs + 99 };
        received.Mark(FixFlags.Jump, on: true);
        Assert.Equal(0, Fix.Compare(in start, in received));
    }

    [Fact(DisplayName = "[TRK-2] the same report again changes nothing, whenever it was received")]
    public void Duplicates()
    {
        var world = new World();
        world.Square("z", 0, 0, 50, """[{"key":"in","type":"enter"}]""");
        world.Report(world.Units[0], World.FixAt(0, 0, 0), World.FixAt(10, 5, 0));
        world.Commit();
        var (visits, heat) = (world.VisitTexts().ToArray(), world.HeatTexts().ToArray());
        var published = world.Published.Count;

        world.Report(world.Units[0], World.FixAt(0, 0, 0, receivedAfter: 5_000), World.FixAt(10, 5, 0), World.FixAt(10, 5, 0));
        world.Commit();

        Assert.Equal(2, world.Track(world.Units[0]).Count);
        Assert.Equal(visits, world.VisitTexts());
        Assert.Equal(heat, world.HeatTexts());
        Assert.Equal(published, world.Published.Count);
    }

    [Fact(DisplayName = "[TRK-3] of one millisecond the least counts, in whatever order they come; the live marker shows it too")]
    public void Outranked()
    {
        var (south, north) = (World.FixAt(10, 0, -20), World.FixAt(10, 0, 20));
        foreach (var order in new Fix[][] { [south, north], [north, south] })
        {
            var world = new World();
            world.Square("north", 0, 20, 5);
            world.Report(world.Units[0], World.FixAt(0, 0, 0));
            foreach (var fix in order)
            {
                world.Report(world.Units[0], fix);
            }

            world.Commit();

            var track = world.Track(world.Units[0]);
            Assert.Equal([FixFlags.None, FixFlags.None, FixFlags.Outranked], track.Select(fix => fix.Flags));
            Assert.Equal(south, track[1]);
            Assert.Empty(world.VisitTexts());
            Assert.True(world.Live.TryGet(world.Units[0], out var live));
            Assert.Equal(south, live.Newest);
            Assert.Empty(live.Zones);
            Assert.Equal(2, world.History.Heat.Values.Sum(cell => cell.Fixes));
        }
    }

    [Theory(DisplayName = "[TRK-4] a jump needs more than 70 m/s in, and out if there is an out")]
    [InlineData(6_990, 0, false)]
    [InlineData(7_010, 0, true)]
    [InlineData(7_010, 7_010, false)]
    [InlineData(14_020, 7_010, true)]
    [InlineData(14_020, 7_030, false)]
    [InlineData(7_010, -10, true)]
    public void Jumps(double north, double after, bool isJump)
    {
        var world = new World();
        world.Report(world.Units[0], World.FixAt(0, 0, 0), World.FixAt(100, 0, north));
        Assert.Equal(north > 7_000, IsJump(world, 1));

        world.Report(world.Units[0], World.FixAt(200, 0, after));

        Assert.Equal(isJump, IsJump(world, 1));
    }

    [Theory(DisplayName = "[TRK-4] the mark is a function of the ordered track: a late fix gives and takes it, also at the edge of a trimmed window")]
    [InlineData(768, 60_000)]
    [InlineData(16, 5)]
    public void Late_fixes_move_jumps(int keep, int sealFixes)
    {
        var world = new World(keep, sealFixes);
        var unit = world.Units[0];
        // Every third fix is a jump.
        for (var i = 0; i < 90; i++)
        {
            world.Report(unit, World.FixAt(i * 10, 0, i % 3 == 2 ? 1_000 : 0));
            world.Commit();
        }

        // Late ones right after each jump and at its place: it stays a jump only when leaving it is still impossible.
        for (var i = 2; i < 89; i += 3)
        {
            world.Report(unit, World.FixAt((i * 10) + 5, 0, i % 2 == 0 ? 1_000 : 0));
        }

        world.Commit();
        var track = world.Track(unit);
        for (var i = 1; i < track.Count; i++)
        {
            var expected = Leaps(track[i - 1], track[i]) && (i + 1 == track.Count || Leaps(track[i], track[i + 1]));
            Assert.True(expected == ((track[i].Flags & FixFlags.Jump) != 0), $"fix {i} at {(track[i].TimeMs - World.Start) / 1000} s");
        }

        static bool Leaps(Fix a, Fix b) => Math.Abs(a.LatitudeE7 - b.LatitudeE7) > 10_000 && b.TimeMs - a.TimeMs <= 10_000;
    }

    [Fact(DisplayName = "[TRK-4] a jump counts in all other rules")]
    public void Jumps_count()
    {
        var world = new World();
        world.Square("far", 0, 100_000, 50);
        world.Report(world.Units[0], World.FixAt(0, 0, 0), World.FixAt(10, 0, 100_000), World.FixAt(20, 0, 0));
        world.Commit();

        Assert.True(IsJump(world, 1));
        Assert.Single(world.VisitTexts());
        Assert.Equal(3, world.History.Heat.Values.Sum(cell => cell.Fixes));
    }

    [Fact(DisplayName = "[TRK-6] a late fix does not move the live marker back, nor into a zone")]
    public void Late_fixes_and_the_live_marker()
    {
        var world = new World();
        world.Square("z", 0, 0, 50);
        world.Report(world.Units[0], World.FixAt(100, 500, 0));
        world.Report(world.Units[0], World.FixAt(50, 0, 0));

        Assert.True(world.Live.TryGet(world.Units[0], out var live));
        Assert.Equal(World.FixAt(100, 500, 0), live.Newest);
        Assert.Empty(live.Zones);
    }

    [Fact(DisplayName = "A window extended back holds every fix once")]
    public void Windows_extended_back()
    {
        var world = new World(keep: 16, sealFixes: 1);
        var unit = world.Units[0];
        for (var i = 0; i < 60; i++)
        {
            world.Report(unit, World.FixAt(i * 10, 0, i));
            world.Commit();
        }

        world.Report(unit, World.FixAt(5, 0, 0), World.FixAt(305, 0, 30));

        var inMemory = new List<Fix>();
        world.Shard.CopyTrack(unit, 0, long.MaxValue, inMemory);
        Assert.Equal(inMemory.Count, inMemory.Distinct().Count());
        Assert.Equal(62, inMemory.Count);

        Assert.Equal(62, world.Shard.CountFixes(unit, 0, long.MaxValue));
        Assert.Equal(0, world.Shard.CountFixes(unit + 1_000, 0, long.MaxValue));
        var (fromMs, toMs) = (inMemory[10].TimeMs, inMemory[20].TimeMs);
        Assert.Equal(10, world.Shard.CountFixes(unit, fromMs, toMs));
        var few = new List<Fix>();
        world.Shard.CopyTrack(unit, fromMs, toMs, few, atMost: 3);
        Assert.Equal(inMemory[10..13], few);
    }

    private static bool IsJump(World world, int index) => (world.Track(world.Units[0])[index].Flags & FixFlags.Jump) != 0;
}

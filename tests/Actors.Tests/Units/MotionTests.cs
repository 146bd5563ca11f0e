using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.Positions;
using Vantage.Actors.Tests.Engine;
using Vantage.Actors.Units;

namespace Vantage.Actors.Tests.Units;

public class MotionTests
{
    [Theory(DisplayName = "[MOT-1] moving is a reported speed of at least 1 m/s")]
    [InlineData(0.99, UnitMotion.Stopped)]
    [InlineData(1.0, UnitMotion.Moving)]
    [InlineData(1.01, UnitMotion.Moving)]
    public void Reported(double speed, UnitMotion expected) => Assert.Equal(expected, MotionOf(World.FixAt(0, 0, 0, speed)));

    [Theory(DisplayName = "[MOT-1] without a speed, moving is at least 1 m/s from the fix before")]
    [InlineData(9.9, UnitMotion.Stopped)]
    [InlineData(10.1, UnitMotion.Moving)]
    public void Derived(double metres, UnitMotion expected)
        => Assert.Equal(expected, MotionOf(World.FixAt(0, 0, 0), World.FixAt(10, 0, metres)));

    [Fact(DisplayName = "[MOT-1] a reported speed outweighs the distance")]
    public void Reported_first() => Assert.Equal(UnitMotion.Stopped, MotionOf(World.FixAt(0, 0, 0), World.FixAt(10, 0, 500, speed: 0)));

    [Theory(DisplayName = "[MOT-2] idle is still for 300 s of event time")]
    [InlineData(299.999, UnitMotion.Stopped)]
    [InlineData(300, UnitMotion.Idle)]
    [InlineData(300.001, UnitMotion.Idle)]
    public void Idle(double seconds, UnitMotion expected)
        => Assert.Equal(expected, MotionOf(World.FixAt(0, 0, 0, 0), World.FixAt(100, 0, 0, 0), World.FixAt(seconds, 0, 0, 0)));

    [Fact(DisplayName = "[MOT-2] a late fix that moved makes an idle unit a stopped one; a late still one makes it idle again")]
    public void Late_fixes_count()
    {
        var world = new World();
        var unit = world.Units[0];
        world.Report(unit, World.FixAt(0, 0, 0, 0), World.FixAt(400, 0, 0, 0));
        Assert.Equal(UnitMotion.Idle, MotionIn(world));

        world.Report(unit, World.FixAt(200, 0, 0, 5));
        Assert.Equal(UnitMotion.Stopped, MotionIn(world));

        world.Report(unit, World.FixAt(150, 0, 0, 0), World.FixAt(210, 0, 0, 0));
        Assert.Equal(UnitMotion.Stopped, MotionIn(world));
        world.Report(unit, World.FixAt(520, 0, 0, 0));
        Assert.Equal(UnitMotion.Idle, MotionIn(world));
    }

    [Fact(DisplayName = "[MOT-1] [MOT-2] [TRK-3] motion is a function of the ordered track, live, late, outranked or recovered")]
    public void Motion_is_a_function_of_the_track()
        => Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var fixes = Enumerable.Range(0, random.Next(2, 25)).Select(_ => World.FixAt(
                random.Next(60) * 30, 0, random.Next(2) * 40, random.Next(3) == 0 ? null : random.Next(4) == 0 ? 2 : 0)).ToArray();
            var shaken = new World();
            foreach (var fix in fixes)
            {
                shaken.Report(shaken.Units[0], fix);
                if (random.Next(6) == 0)
                {
                    shaken.Commit();
                    shaken.Crash();
                }
            }

            return MotionOf([.. fixes.Order(Comparer<Fix>.Create((a, b) => Fix.Compare(in a, in b)))]) == MotionIn(shaken);
        }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "[MOT-3] no signal ends no visit, however long it lasts on our clock")]
    public void Silence_ends_nothing()
    {
        var world = new World();
        world.Square("z", 0, 0, 50, """[{"key":"out","type":"exit"}]""");
        world.Report(world.Units[0], World.FixAt(0, 0, 0));
        world.Commit();
        for (var hour = 1; hour < 48; hour++)
        {
            world.Shard.Tick(World.Now.AddHours(hour));
        }

        world.Commit();

        Assert.True(Assert.Single(world.History.Visits.Values).IsOpen);
        Assert.Empty(world.Published);
        Assert.True(world.Live.TryGet(world.Units[0], out var live));
        Assert.Single(live.Zones);
    }

    private static UnitMotion MotionOf(params Fix[] fixes)
    {
        var world = new World();
        foreach (var fix in fixes)
        {
            world.Report(world.Units[0], fix);
        }

        return MotionIn(world);
    }

    private static UnitMotion MotionIn(World world)
    {
        Assert.True(world.Live.TryGet(world.Units[0], out var live));
        return live.Motion;
    }
}

using Vantage.Actors.Positions;
using Vantage.Actors.Tests.Engine;

namespace Vantage.Actors.Tests.Positions;

/// <summary>How tracks go from the log to storage: what was there at one seal goes with the next.</summary>
public class SealingTests
{
    [Fact(DisplayName = "A seal leaves what came since the seal before: a late fix that finds its place there rewrites nothing")]
    public void Late_fixes_rewrite_nothing_sealed()
    {
        var world = new World(sealFixes: 1);
        var unit = world.Units[0];
        for (var i = 0; i < 20; i++)
        {
            world.Report(unit, World.FixAt(i * 10, 0, i));
            world.Commit();
            world.Report(unit, World.FixAt((i * 10) - 5, 0, i)); // After a seal, but before the newest was sealed.
            world.Commit();
        }

        Assert.InRange(world.History.Rewrites.Count, 19, 40);
        Assert.All(world.History.Rewrites.Zip(world.History.Rewrites.Skip(1)), pair => Assert.True(pair.First.ToMs < pair.Second.FromMs));
        Assert.Equal(40, world.Track(unit).Count);
    }

    [Fact(DisplayName = "A late fix older than what is sealed has the track rewritten from there, and nothing before")]
    public void Older_fixes_rewrite_from_their_place()
    {
        var world = new World(sealFixes: 1);
        var unit = world.Units[0];
        for (var i = 0; i < 10; i++)
        {
            world.Report(unit, World.FixAt(i * 10, 0, i));
            world.Commit();
        }

        var sealedTo = world.History.Rewrites[^1].ToMs;
        var late = World.FixAt(45, 0, 4);
        Assert.True(late.TimeMs < sealedTo);
        world.Report(unit, late);
        world.Commit();

        var rewrite = world.History.Rewrites[^1];
        Assert.Equal(late.TimeMs, rewrite.FromMs);
        Assert.True(rewrite.ToMs >= sealedTo);
        Assert.Equal(11, world.Track(unit).Count);
    }

    [Fact(DisplayName = "A shard with nothing new but a change of zones that it has judged has progress to commit, once")]
    public void Judged_changes_are_progress()
    {
        var world = new World();
        Assert.True(world.Commit() is { IsEmpty: true, HasProgress: false });
        world.Square("z", 0, 0, 50);
        Assert.True(world.Commit() is { HasProgress: true, JudgedEpoch: 1 });
        Assert.True(world.Commit() is { IsEmpty: true, HasProgress: false, JudgedEpoch: 1 });
    }

    [Fact(DisplayName = "A unit that is sealed and silent is not written again")]
    public void Silent_units_are_left_alone()
    {
        var world = new World(sealFixes: 1);
        world.Report((world.Units[0], World.FixAt(0, 0, 0)), (world.Units[1], World.FixAt(0, 0, 0)));
        for (var i = 1; i < 10; i++)
        {
            world.Commit();
            world.Report(world.Units[1], World.FixAt(i * 10, 0, 0));
        }

        Assert.Single(world.History.Rewrites, rewrite => rewrite.Unit == world.Units[0]);
        Assert.InRange(world.History.Rewrites.Count(rewrite => rewrite.Unit == world.Units[1]), 5, 9);
    }

    [Fact(DisplayName = "Of what is cut from windows all is in storage, however rarely tracks are sealed and however late fixes come")]
    public void Nothing_unsealed_is_cut()
    {
        var everCut = 0;
        for (var seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var world = new World(keep: 16, sealFixes: random.Next(1, 150));
            var expected = world.Units.Take(2).ToDictionary(unit => unit, _ => new List<Fix>());
            for (var i = 0; i < 60; i++)
            {
                var unit = world.Units[random.Next(2)];
                var fixes = Enumerable.Range(0, random.Next(1, 8))
                    .Select(j => World.FixAt((i * 10) + j - (random.Next(6) == 0 ? random.Next(i * 10) + 0.5 : 0), i, j)).ToArray();
                world.Report(unit, fixes);
                expected[unit].AddRange(fixes);
                world.Commit();

                foreach (var (each, all) in expected)
                {
                    var inMemory = new List<Fix>();
                    world.Shard.CopyTrack(each, 0, long.MaxValue, inMemory);
                    everCut += all.Count - inMemory.Count;
                    Assert.Equal(InOrder(all), world.Track(each));
                }
            }
        }

        Assert.True(everCut > 1_000, "Windows were hardly cut: this shows nothing.");
    }

    [Fact(DisplayName = "Of an idle shard everything is sealed after two seals, the log is empty, and nothing is written again")]
    public void Idle_shards_are_sealed()
    {
        var world = new World(); // Seals once a day, or after 60,000 fixes.
        var unit = world.Units[0];
        Fix[] fixes = [.. Enumerable.Range(0, 100).Select(i => World.FixAt(i * 10, 0, i))];
        world.Report(unit, fixes);

        Assert.Equal(100, world.Commit().UnsealedFixes);
        Assert.Equal(100, world.Commit(World.Now.AddDays(1).AddSeconds(-1)).UnsealedFixes);
        Assert.Equal(100, world.Commit(World.Now.AddDays(1)).UnsealedFixes); // What was the newest is to be sealed the next time.
        Assert.Empty(world.History.Rewrites);
        Assert.Equal(1, world.Log.FrameCount);

        Assert.Equal(0, world.Commit(World.Now.AddDays(2)).UnsealedFixes);
        Assert.Equal(0, world.Commit(World.Now.AddDays(3)).UnsealedFixes);

        Assert.Equal(fixes, world.History.Tracks[unit]);
        Assert.Single(world.History.Rewrites);
        Assert.Equal(0, world.Log.FrameCount);
    }

    [Fact(DisplayName = "A shard that may not seal in this round does so in one of the next")]
    public void Waits_for_its_turn()
    {
        var world = new World(sealFixes: 1);
        world.Report(world.Units[0], World.FixAt(0, 0, 0));
        world.Commit();
        world.Report(world.Units[0], World.FixAt(10, 0, 0));

        Assert.Empty(world.Shard.TakeCommit(World.Now, maySeal: false).Tracks);
        Assert.Single(world.Shard.TakeCommit(World.Now, maySeal: true).Tracks);
    }

    [Fact(DisplayName = "Crashes between seals, before the log is trimmed as well, neither lose a fix nor count one twice")]
    public void Crashes_between_seals()
    {
        const int Reports = 24;
        var expected = Run(crashAt: -1, beforeTrim: false);
        for (var crashAt = 0; crashAt < Reports; crashAt++)
        {
            foreach (var beforeTrim in new[] { false, true })
            {
                var world = Run(crashAt, beforeTrim);
                Assert.Equal(expected.History.Tracks[expected.Units[0]], world.History.Tracks[world.Units[0]]);
                Assert.Equal(expected.HeatTexts(), world.HeatTexts());
                Assert.Equal(expected.VisitTexts(), world.VisitTexts());
                Assert.Equal(0, world.Log.FrameCount);
            }
        }

        static World Run(int crashAt, bool beforeTrim)
        {
            var world = new World(keep: 8, sealFixes: 5);
            world.Square("z", 0, 0, 8);
            for (var i = 0; i < Reports; i++)
            {
                world.Report(world.Units[0], World.FixAt(i * 10, i % 7 * 4, 0), World.FixAt((i * 10) - 25, 0, i));
                if (i == crashAt && !beforeTrim)
                {
                    world.Crash(); // What was reported last is in the log alone.
                }

                world.Commit(crashesBeforeTrim: i == crashAt && beforeTrim);
            }

            for (var day = 1; day <= 3; day++)
            {
                world.Commit(World.Now.AddDays(day));
            }

            Assert.Equal(Reports * 2, world.History.Tracks[world.Units[0]].Count);
            return world;
        }
    }

    [Fact(DisplayName = "A shard that could not be read back takes and gives nothing until it could")]
    public void Half_read_back()
    {
        var world = new World();
        world.Report(world.Units[0], World.FixAt(0, 0, 0));
        world.Report(world.Units[0], World.FixAt(10, 0, 0));
        var next = world.Log.Append(0, [new UnitFix { Unit = world.Units[0], Fix = World.FixAt(20, 0, 0) }]);

        world.Log.FailsAfter = 1;
        Assert.Throws<IOException>(world.Shard.Restart);
        Assert.Throws<InvalidOperationException>(() => world.Shard.Process(next));
        Assert.Throws<InvalidOperationException>(() => world.Shard.Tick(World.Now));
        Assert.Throws<InvalidOperationException>(() => world.Shard.TakeCommit(World.Now));

        world.Log.FailsAfter = int.MaxValue;
        world.Shard.Restart();
        Assert.Equal(3, world.Commit().UnsealedFixes);
    }

    private static List<Fix> InOrder(List<Fix> fixes)
        => [.. fixes.Distinct().OrderBy(fix => fix, Comparer<Fix>.Create((a, b) => Fix.Compare(in a, in b)))];
}

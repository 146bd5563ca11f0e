using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Tests.Engine;
using Vantage.Support;

namespace Vantage.Actors.Tests.History;

public class HistoryWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(DisplayName = "While one shard is down, what the others hand over is written: of fixes that they sealed none is lost")]
    public async Task Others_go_on()
    {
        var world = new World(sealFixes: 1);
        Fix[] fixes = [.. Enumerable.Range(0, 20).Select(i => World.FixAt(i * 10, 0, i))];
        world.Report(world.Units[0], fixes); // Two seals of an idle shard will follow.
        var failures = new TaskCompletionSource<Exception>();
        var isDown = false;
        var runtime = new OneThread(world.Parts)
        {
            Called = (shard, result) =>
            {
                isDown |= shard == 0 && result is ShardCommit { Tracks.Count: > 0 };
                if (shard == 5 && isDown)
                {
                    throw new InvalidOperationException("Shard 5 is down.");
                }
            },
        };

        await using (var writer = new HistoryWriter(world.Parts, new ManualTimeProvider(World.Now), failure => failures.TrySetResult(failure)))
        {
            writer.Start(runtime);
            await failures.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.True(SpinWait.SpinUntil(() => writer.IsFailing, Patience));
        }

        Assert.Equal(fixes, world.History.Tracks[world.Units[0]]);
        Assert.Equal(0, world.Log.FrameCount);
    }

    [Fact(DisplayName = "Sums of heat are built two hours behind, round by round until none is missing, then looked for each minute; a refusal fails no round")]
    public async Task Sums_are_built_behind()
    {
        var world = new World();
        var time = new ManualTimeProvider(World.Now);
        var asked = world.History.SumsBuiltBefore;
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        world.History.OnBuildHeatSums = () => asked.Count switch
        {
            < 3 => true,
            4 => throw new IOException("The disk is full."),
            _ => false,
        };
        await using var writer = new HistoryWriter(world.Parts, time, failures.Enqueue);
        writer.Start(new OneThread(world.Parts));
        Assert.True(SpinWait.SpinUntil(() => asked.Count == 3, Patience));
        Assert.All(asked, hour => Assert.Equal((int)(World.Now - DateTimeOffset.UnixEpoch).TotalHours - 2, hour));

        time.Advance(TimeSpan.FromSeconds(61));
        Assert.True(SpinWait.SpinUntil(() => !failures.IsEmpty, Patience));
        Assert.False(writer.IsFailing);
        Assert.Equal("The disk is full.", Assert.Single(failures).Message);

        time.Advance(TimeSpan.FromSeconds(61));
        Assert.True(SpinWait.SpinUntil(() => asked.Count == 5, Patience));
    }

    [Fact(DisplayName = "While one shard is down no watermark is covered that it has not reached")]
    public async Task Watermarks_wait()
    {
        var world = new World();
        var isDown = true;
        var runtime = new OneThread(world.Parts) { Called = (shard, _) => _ = shard == 5 && Volatile.Read(ref isDown) ? throw new InvalidOperationException() : 0 };
        await using var writer = new HistoryWriter(world.Parts, new ManualTimeProvider(World.Now), _ => { });
        world.Log.Append(0, [new UnitFix { Unit = world.Units[0], Fix = World.FixAt(0, 0, 0) }]);
        writer.Start(runtime);

        var waiting = writer.WaitAsync(new Watermark(world.Log.LastSequence, 0), Patience, TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => writer.IsFailing, Patience));
        Assert.False(waiting.IsCompleted);

        Volatile.Write(ref isDown, false);
        await waiting.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact(DisplayName = "A round of many rows is written in several transactions, each shard whole; when one is refused, those before it are not written again")]
    public async Task Large_rounds()
    {
        const int hours = 600; // Each is a row of heat.
        var world = new World(rowsInATransaction: 1_000);
        ActorId[] units = [.. Enumerable.Range(0, 500).Select(i => new ActorId("vehicle", $"V{i}")).DistinctBy(Shards.Of).OrderBy(Shards.Of).Take(3)];
        foreach (var unit in units)
        {
            var number = world.Log.NumberOf(unit);
            world.Log.Append(Shards.Of(unit), [.. Enumerable.Range(0, hours).Select(hour => new UnitFix { Unit = number, Fix = World.FixAt(hour * 3600, 0, 0) })]);
        }

        var kept = new List<int[]>();
        var refusals = 0;
        world.History.OnCommit = commits =>
        {
            int[] shards = [.. commits.Where(commit => commit.Heat.Count > 0).Select(commit => commit.Shard)];
            if (shards.Contains(Shards.Of(units[1])) && refusals++ < 2)
            {
                throw new IOException("It took too long.");
            }

            kept.Add(shards);
        };
        var failures = 0;
        await using (var writer = new HistoryWriter(world.Parts, new ManualTimeProvider(World.Now), _ => Interlocked.Increment(ref failures)))
        {
            writer.Start(new OneThread(world.Parts));
            await writer.WaitAsync(new Watermark(world.Log.LastSequence, 0), Patience, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, failures);
        Assert.Equal(units.Select(Shards.Of), kept.Where(shards => shards.Length > 0).Select(Assert.Single));
        Assert.Equal(units.Length * hours, world.History.Heat.Values.Sum(cell => cell.Fixes));
    }
}

using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tests.Sqlite;

/// <summary>Alone: the counter of allocations is the process's.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public static class Alone;

[Collection(nameof(Alone))]
public class AllocationTests
{
    [Fact(DisplayName = "A steady load allocates nothing for a fix")]
    public async Task Fixes_cost_no_memory()
    {
        using var folder = new TempFolder();
        using var store = VantageStore.Open(folder.Path);
        var batch = new PositionBatch();
        for (var i = 0; i < 5_000; i++)
        {
            batch.Add(store.TrackLog.NumberOf(new ActorId(ActorKinds.Vehicle, $"{i}")), new Fix { TimeMs = i });
        }

        store.TrackLog.Start(frame => frame.Release());
        for (var i = 0; i < 20; i++)
        {
            await store.TrackLog.CommitAsync(batch);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < 100; i++)
        {
            await store.TrackLog.CommitAsync(batch);
        }

        // A commit may cost a little; 5,000 fixes of 48 bytes would cost 240,000.
        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / 100.0, 0, 5_000);
    }
}

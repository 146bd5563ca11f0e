using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tests.Sqlite;

public class BackPressureTests
{
    [Fact(DisplayName = "A delivery that waits holds the writers back")]
    public async Task Deliveries_push_back()
    {
        using var folder = new TempFolder();
        using var store = VantageStore.Open(folder.Path);
        using var gate = new SemaphoreSlim(0);
        using var blocked = new SemaphoreSlim(0);
        var unit = store.TrackLog.NumberOf(new ActorId(ActorKinds.Vehicle, "1"));
        store.TrackLog.Start(frame =>
        {
            blocked.Release();
            gate.Wait();
            frame.Release();
        });
        await store.TrackLog.CommitAsync(Batch(unit));
        await blocked.WaitAsync();
        var second = store.TrackLog.CommitAsync(Batch(unit)).AsTask();
        Assert.Equal(1, Count(store));
        Assert.False(second.IsCompleted);

        gate.Release(2);
        await second;
        Assert.Equal(2, Count(store));
    }

    private static PositionBatch Batch(int unit)
    {
        var batch = new PositionBatch();
        batch.Add(unit, new Fix { TimeMs = 1 });
        return batch;
    }

    private static int Count(VantageStore store)
        => Enumerable.Range(0, Shards.Count).SelectMany(shard => store.TrackLog.Read(shard, 0)).Sum(frame => frame.Count);
}

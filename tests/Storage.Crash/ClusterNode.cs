using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Storage.Postgres;

namespace Vantage.Storage.Crash;

/// <summary>One of three processes on one database: commits from callers beside each other, and follows its third of the shards.</summary>
internal static class ClusterNode
{
    private const int Nodes = 3;
    private const int Callers = 4;

    public static async Task RunAsync(string database, int node, Action<string> say)
    {
        using var store = PostgresStore.Open(database);
        var log = store.TrackLog;
        for (var shard = node; shard < Shards.Count; shard += Nodes)
        {
            log.Follow(shard);
        }

        log.Start(frame =>
        {
            say($"got {frame.Shard} {frame.Sequence} {frame.Count}");
            frame.Release();
        });
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CommitAsync(log, (node * Callers) + caller, say))));
    }

    private static async Task CommitAsync(ITrackLog log, int caller, Action<string> say)
    {
        for (var i = 0; ; i++)
        {
            var batch = new PositionBatch();
            var size = 1 + (i % 7);
            for (var fix = 0; fix < size; fix++)
            {
                var unit = log.NumberOf(new ActorId(ActorKinds.Vehicle, $"{caller}-{fix}"));
                batch.Add(unit, new Fix { TimeMs = i, LatitudeE7 = fix, LongitudeE7 = size, AltitudeTenths = caller });
            }

            await log.CommitAsync(batch);
            if (i == 0)
            {
                say($"from {log.LastSequence}"); // Of a commit that came after the last shard was followed.
            }

            say($"log {caller} {i}");
        }
    }
}

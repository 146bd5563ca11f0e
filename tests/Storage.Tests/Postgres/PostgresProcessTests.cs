using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Vantage.Actors;
using Vantage.Storage.Postgres;
using Vantage.Storage.Tests.Sqlite;

namespace Vantage.Storage.Tests.Postgres;

public class PostgresProcessTests(PostgresServers servers)
{
    private const int Nodes = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _database = servers.Shared.NewDatabase();

    [Fact(DisplayName = "Three processes write at once and one is killed: the others go on, every acknowledged batch is there whole and once, no frame is passed by")]
    public async Task Processes_come_and_go()
    {
        var children = Enumerable.Range(0, Nodes).Select(node => CrashChild.Start([], _database, "cluster", node)).ToArray();
        var said = children.Select(_ => new ConcurrentQueue<string[]>()).ToArray();
        var listening = Enumerable.Range(0, Nodes).Select(node => ListenAsync(children[node], said[node])).ToArray();
        try
        {
            await UntilAsync(() => said.All(lines => Acknowledged(lines).Count() > 150));
            children[0].Kill();
            var (second, third) = (Acknowledged(said[1]).Count(), Acknowledged(said[2]).Count());
            await UntilAsync(() => Acknowledged(said[1]).Count() > second + 150 && Acknowledged(said[2]).Count() > third + 150);
        }
        finally
        {
            Array.ForEach(children, child => child.Kill());
            await Task.WhenAll(listening);
            Array.ForEach(children, child => child.Dispose());
        }

        using var store = PostgresStore.Open(_database);
        var frames = Enumerable.Range(0, Shards.Count)
            .SelectMany(shard => store.TrackLog.Read(shard, 0))
            .Select(frame => (frame.Shard, frame.Sequence, Fixes: frame.Fixes.ToArray()))
            .ToArray();
        Assert.All(frames.SelectMany(frame => frame.Fixes.Select(item => (frame.Shard, item.Unit))).Distinct(), item =>
            Assert.Equal(Shards.Of(store.TrackLog.UnitOf(item.Unit)), item.Shard));

        var batches = frames.SelectMany(frame => frame.Fixes).Select(item => item.Fix).ToLookup(fix => (Caller: fix.AltitudeTenths, Batch: fix.TimeMs));
        Assert.All(batches, batch => Assert.Equal(Enumerable.Range(0, batch.First().LongitudeE7), batch.Select(fix => fix.LatitudeE7).Order()));
        Assert.DoesNotContain(said.SelectMany(Acknowledged), batch => !batches.Contains(batch));

        for (var node = 0; node < Nodes; node++)
        {
            // From the moment at which it followed all its shards until it was killed.
            var from = said[node].Where(line => line[0] == "from").Min(line => Number(line[1]));
            var got = said[node].Where(line => line[0] == "got").Select(line => (Shard: Number(line[1]), Sequence: Number(line[2]), Count: Number(line[3]))).ToArray();
            Assert.Equal(got.Select(frame => frame.Sequence).Distinct().Order(), got.Select(frame => frame.Sequence));
            var due = frames.Where(frame => frame.Shard % Nodes == node && frame.Sequence > from && frame.Sequence <= got[^1].Sequence)
                .OrderBy(frame => frame.Sequence).Select(frame => ((long)frame.Shard, frame.Sequence, (long)frame.Fixes.Length)).ToArray();
            Assert.NotEmpty(due);
            Assert.Equal(due, got.Where(frame => frame.Sequence > from));
        }
    }

    private static IEnumerable<(int Caller, long Batch)> Acknowledged(IEnumerable<string[]> lines)
        => lines.Where(line => line[0] == "log").Select(line => ((int)Number(line[1]), Number(line[2])));

    /// <summary>The last line may be cut off.</summary>
    private static async Task ListenAsync(Process child, ConcurrentQueue<string[]> said)
    {
        for (string? line = null, next; (next = await child.StandardOutput.ReadLineAsync()) is not null; line = next)
        {
            if (line is not null)
            {
                said.Enqueue(line.Split(' '));
            }
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var startedAt = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(20))
        {
            Assert.True(Stopwatch.GetElapsedTime(startedAt) < Patience, "It did not come to that.");
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

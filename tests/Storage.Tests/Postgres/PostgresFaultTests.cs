using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vantage.Actors;
using Vantage.Actors.Journal;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Storage.Postgres;

namespace Vantage.Storage.Tests.Postgres;

public class PostgresFaultTests
{
    private const int Senders = 8;
    private const int BatchSize = 20;
    private const int Crashes = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact(DisplayName = "A server that takes the connection and says nothing is given up on within seconds, and named")]
    public async Task Silent_servers_are_given_up_on()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var opening = Task.Run(() => PostgresStore.Open($"Host=127.0.0.1;Port={port};Database=nothing;Username=nobody"));

        var refusal = await Assert.ThrowsAsync<StorageException>(() => opening.WaitAsync(TimeSpan.FromSeconds(13))); // The 15 s of a start, but for what else it does.
        Assert.Contains($"nothing on 127.0.0.1:{port}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The server is killed under load and comes back: all that was acknowledged is there in its order, and is delivered once")]
    public async Task Killed_servers_lose_and_double_nothing()
    {
        PostgresServer.Require();
        using var server = new PostgresServer();
        var database = server.NewDatabase();
        var delivered = new ConcurrentQueue<(long Sequence, int Unit, long TimeMs)>();
        var (refusals, batches, events) = (0, new int[Senders], new int[Senders]);
        using (var store = PostgresStore.Open(database))
        {
            var units = Enumerable.Range(0, Senders).Select(i => store.TrackLog.NumberOf(Unit(i))).ToArray();
            foreach (var shard in Enumerable.Range(0, Shards.Count))
            {
                store.TrackLog.Follow(shard);
            }

            store.TrackLog.Start(frame =>
            {
                Array.ForEach(frame.Fixes.ToArray(), item => delivered.Enqueue((frame.Sequence, item.Unit, item.Fix.TimeMs)));
                frame.Release();
            });
            using var stop = new CancellationTokenSource();
            var load = Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        await store.TrackLog.CommitAsync(Batch(units[sender], batches[sender]));
                        batches[sender]++;
                    }
                    catch (IOException)
                    {
                        Interlocked.Increment(ref refusals);
                        await Task.Delay(20); // The same again, as a device would.
                    }
                }
            })).Concat(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
            {
                var isKept = false;
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        if (isKept)
                        {
                            var there = await store.Journal.ReadAsync($"s/{sender}").CountAsync();
                            Assert.Equal(events[sender] + 1, there);
                            (events[sender], isKept) = (there, false);
                        }

                        await store.Journal.AppendAsync($"s/{sender}", events[sender], [Event($"s/{sender}", events[sender] + 1)]);
                        events[sender]++;
                    }
                    catch (JournalConflictException)
                    {
                        isKept = true; // Though it was refused.
                    }
                    catch (IOException)
                    {
                        await Task.Delay(20);
                    }
                }
            }))).ToArray();

            for (var crash = 0; crash < Crashes; crash++)
            {
                var before = batches.Sum();
                await UntilAsync(store, () => batches.Sum() > before + 100);
                server.Crash();
                await UntilAsync(store, () => !store.IsHealthy);
                await Task.Delay(300); // Who was answered before has noted it by now.
                var (sent, appended) = (batches.Sum(), events.Sum());
                await Task.Delay(300);
                Assert.Equal((sent, appended), (batches.Sum(), events.Sum())); // Nothing is acknowledged meanwhile.
                server.Start();
            }

            var last = (batches.Sum(), events.Sum());
            await UntilAsync(store, () => batches.Sum() > last.Item1 + 100 && events.Sum() > last.Item2 + 100 && store.IsHealthy);
            await stop.CancelAsync();
            await Task.WhenAll(load);
            var all = ReadAll(store.TrackLog).Count();
            await UntilAsync(store, () => delivered.Count >= all);
        }

        Assert.True(refusals > 0);
        using var again = PostgresStore.Open(database);
        var read = ReadAll(again.TrackLog).ToArray();
        Assert.All(Enumerable.Range(0, Senders), sender => Assert.Equal(
            Enumerable.Range(0, batches[sender] * BatchSize).Select(i => (long)i),
            read.Where(item => item.Unit == sender).Select(item => item.TimeMs).Distinct())); // A repeated one may be there twice.
        Assert.Equal(read.Order(), delivered);
        foreach (var sender in Enumerable.Range(0, Senders))
        {
            Assert.Equal(
                Enumerable.Range(1, events[sender]).Select(i => (long)i),
                (await again.Journal.ReadAsync($"s/{sender}").ToArrayAsync()).Select(envelope => envelope.Sequence));
        }

        Assert.Equal(Enumerable.Range(1, events.Sum()).Select(i => (long)i), (await again.Journal.FeedAsync().ToArrayAsync()).Select(envelope => envelope.Offset));
    }

    [Fact(DisplayName = "A server that went away and came back is found again though nobody sends")]
    public async Task Idle_logs_recover()
    {
        PostgresServer.Require();
        using var server = new PostgresServer();
        using var store = PostgresStore.Open(server.NewDatabase());
        var unit = store.TrackLog.NumberOf(Unit(1));
        store.TrackLog.Start(frame => frame.Release());
        await store.TrackLog.CommitAsync(Batch(unit, 0));
        server.Crash();

        await Assert.ThrowsAnyAsync<IOException>(() => store.TrackLog.CommitAsync(Batch(unit, 1)).AsTask());
        var refusal = await Assert.ThrowsAnyAsync<IOException>(() => store.TrackLog.CommitAsync(Batch(unit, 1)).AsTask());
        Assert.Contains("cannot be reached", refusal.Message, StringComparison.Ordinal);
        Assert.False(store.IsHealthy);
        Assert.Contains("cannot be reached", store.LastError, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<IOException>(() => store.Journal.AppendAsync("a/1", 0, [Event("a/1", 1)]).AsTask());
        await Assert.ThrowsAnyAsync<IOException>(() => store.Journal.ReadAsync("a/1").CountAsync().AsTask());
        Assert.ThrowsAny<IOException>(() => ReadAll(store.TrackLog).Count());

        server.Start();
        await UntilAsync(store, () => ((PostgresTrackLog)store.TrackLog).IsHealthy);
        Assert.Equal(BatchSize, ReadAll(store.TrackLog).Count());
    }

    private static ActorId Unit(int i) => new(ActorKinds.Vehicle, $"沪A{i:00000}");

    private static PositionBatch Batch(int unit, int number)
    {
        var batch = new PositionBatch();
        for (var i = 0; i < BatchSize; i++)
        {
            batch.Add(unit, new Fix { TimeMs = (number * BatchSize) + i, LatitudeE7 = 312_000_000 });
        }

        return batch;
    }

    private static Envelope Event(string stream, long sequence)
        => new(stream, sequence, "noted", 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Origin.System, "{}"u8.ToArray());

    private static IEnumerable<(long Sequence, int Unit, long TimeMs)> ReadAll(ITrackLog log) => Enumerable.Range(0, Shards.Count)
        .SelectMany(shard => log.Read(shard, 0))
        .SelectMany(frame => frame.Fixes.ToArray().Select(item => (frame.Sequence, item.Unit, item.Fix.TimeMs)));

    private static async Task UntilAsync(PostgresStore store, Func<bool> condition)
    {
        for (var startedAt = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(10))
        {
            Assert.True(Stopwatch.GetElapsedTime(startedAt) < Patience, $"It did not come to that. {store.LastError}");
        }
    }
}

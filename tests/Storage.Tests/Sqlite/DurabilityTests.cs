using System.Text.RegularExpressions;
using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Tests.Sqlite;

public class DurabilityTests
{
    [Fact(DisplayName = "The live connections write ahead and sync each commit")]
    public void Commits_sync()
    {
        using var folder = new TempFolder();
        using var metrics = new StorageMetrics();
        var options = new StorageOptions();
        using var log = new SqliteTrackLog(folder.Path, options, metrics);
        using var history = new Storage.History.SqliteHistory(folder.Path, options, metrics, unit => $"{unit}");
        using var journal = new Storage.Journal.JournalFile(folder.Path, options, metrics);
        Assert.All([log.File, history.File, journal.File], file =>
        {
            Assert.Equal(2, file.Writer.ReadInt64("PRAGMA synchronous"));
            Assert.Equal("wal", file.Writer.ReadText("PRAGMA journal_mode"));
            Assert.Equal(0, file.Writer.ReadInt64("PRAGMA wal_autocheckpoint"));
        });
    }

    [Fact(DisplayName = "The system calls show it: written, synced, and only then acknowledged")]
    public async Task Syncs_come_before_acknowledgements()
    {
        TestData.SkipUnless(File.Exists("/usr/bin/strace"), "Install strace (apt-get install strace).");
        using var folder = new TempFolder();
        using var traces = new TempFolder();
        using (var child = CrashChild.Start(
            ["/usr/bin/strace", "-f", "-y", "-qq", "-s", "40", "-e", "trace=pwrite64,write,fsync,fdatasync", "-o", traces["trace"]],
            folder.Path,
            "count",
            25))
        {
            await child.StandardOutput.ReadToEndAsync();
            await child.WaitForExitAsync();
            TestData.SkipUnless(child.ExitCode == 0 && File.Exists(traces["trace"]), "Allow this user to trace processes (ptrace).");
        }

        var (written, synced, acknowledged) = (false, false, 0);
        var syncing = new HashSet<string>();
        foreach (var line in await File.ReadAllLinesAsync(traces["trace"]))
        {
            var thread = line.Split(' ')[0];
            if (Regex.IsMatch(line, @"write(64)?\(\d+<[^>]*log\.db-wal>", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
            {
                (written, synced) = (true, false);
            }
            else if (Regex.IsMatch(line, @"f(data)?sync\(\d+<[^>]*log\.db-wal>", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
            {
                synced |= line.EndsWith("= 0", StringComparison.Ordinal);
                syncing.Add(thread); // Else unfinished: its end is a line of its own.
            }
            else if (line.Contains("sync resumed>", StringComparison.Ordinal) && syncing.Contains(thread))
            {
                synced |= line.EndsWith("= 0", StringComparison.Ordinal);
            }
            else if (line.Contains($"\"ack {acknowledged}\\n\"", StringComparison.Ordinal))
            {
                Assert.True(written && synced, $"Acknowledged before it was synced: {line}");
                (written, synced) = (false, false);
                acknowledged++;
            }
        }

        Assert.Equal(25, acknowledged);
    }

    [Fact(DisplayName = "Cut anywhere in its un-synced tail, the log opens with exactly the commits before the cut")]
    public async Task Torn_tails_leave_a_prefix()
    {
        using var folder = new TempFolder();
        using var metrics = new StorageMetrics();
        var options = new StorageOptions { CheckpointBytes = long.MaxValue };
        using var copies = new TempFolder();
        var random = new Random(8);
        List<(long WalLength, int Fixes)> commits = [];
        using (var log = new SqliteTrackLog(folder.Path, options, metrics))
        {
            var numbers = Enumerable.Range(0, 100).Select(i => log.NumberOf(new ActorId(ActorKinds.Officer, $"{i}"))).ToArray();
            log.Start(frame => frame.Release());
            for (var (i, fixes) = (0, 0); i < 40; i++)
            {
                var batch = new PositionBatch();
                for (var size = random.Next(1, 300); size > 0; size--)
                {
                    batch.Add(numbers[random.Next(100)], new Fix { TimeMs = fixes++, LatitudeE7 = random.Next() });
                }

                await log.CommitAsync(batch);
                commits.Add((new FileInfo(folder["log.db-wal"]).Length, fixes));
            }

            File.Copy(folder["log.db"], copies["log.db"]);
            File.Copy(folder["log.db-wal"], copies["whole-wal"]);
        }

        var database = await File.ReadAllBytesAsync(copies["log.db"]);
        var wal = await File.ReadAllBytesAsync(copies["whole-wal"]);
        var acknowledgedFrom = commits[4].WalLength; // Some are surely synced; the tail after them is cut.
        var cuts = commits.SelectMany(commit => new[] { commit.WalLength - 1, commit.WalLength, commit.WalLength + 1 })
            .Concat(Enumerable.Range(0, 300).Select(_ => random.NextInt64(acknowledgedFrom, wal.Length + 1)))
            .Where(cut => cut >= acknowledgedFrom && cut <= wal.Length);
        foreach (var cut in cuts)
        {
            using var torn = new TempFolder();
            await File.WriteAllBytesAsync(torn["log.db"], database);
            await File.WriteAllBytesAsync(torn["log.db-wal"], wal[..(int)cut]);
            using var log = new SqliteTrackLog(torn.Path, options, metrics);
            var times = Enumerable.Range(0, Shards.Count).SelectMany(shard => log.Read(shard, 0))
                .SelectMany(frame => frame.Fixes.ToArray()).Select(item => item.Fix.TimeMs).Order().ToArray();

            var expected = commits.Last(commit => commit.WalLength <= cut).Fixes;
            Assert.True(expected == times.Length && (expected == 0 || times[^1] == expected - 1), $"Cut at {cut}: {times.Length} fixes, not {expected}.");
        }
    }

    [Fact(DisplayName = "Acknowledgements do not run on the log's thread")]
    public async Task Callers_run_elsewhere()
    {
        using var folder = new TempFolder();
        using var store = VantageStore.Open(folder.Path);
        var logThread = -1;
        using var delivered = new SemaphoreSlim(0);
        var batch = new PositionBatch();
        batch.Add(store.TrackLog.NumberOf(new ActorId(ActorKinds.Drone, "1")), default);
        store.TrackLog.Start(frame =>
        {
            logThread = Environment.CurrentManagedThreadId;
            frame.Release();
            delivered.Release();
        });
        await Task.Run(async () => // Away from the test's own scheduler, which would take every continuation.
        {
            for (var i = 0; i < 20; i++)
            {
                await store.TrackLog.CommitAsync(batch);
                var continuedOn = Environment.CurrentManagedThreadId;
                await delivered.WaitAsync();
                Assert.NotEqual(logThread, continuedOn);
            }
        });
    }

    [Fact(DisplayName = "A log that has reached its size refuses, says so, and goes on once it was trimmed")]
    public async Task Full_logs_recover()
    {
        using var folder = new TempFolder();
        using var store = VantageStore.Open(folder.Path, new StorageOptions { MaxLogBytes = 200_000 });
        var log = store.TrackLog;
        var number = log.NumberOf(new ActorId(ActorKinds.Vehicle, "1"));
        var random = new Random(1);
        var batch = new PositionBatch();
        for (var i = 0; i < 500; i++)
        {
            batch.Add(number, RandomFixes.Wild(random));
        }

        log.Start(frame => frame.Release());
        IOException? refused = null;
        for (var i = 0; i < 100 && refused is null; i++)
        {
            refused = await Record.ExceptionAsync(() => log.CommitAsync(batch).AsTask()) as IOException;
        }

        Assert.Contains("log.db", refused?.Message, StringComparison.Ordinal);
        Assert.False(store.IsHealthy);
        Assert.Equal(refused!.Message, store.LastError);
        await Assert.ThrowsAnyAsync<IOException>(() => log.CommitAsync(batch).AsTask());
        var shard = Shards.Of(log.UnitOf(number));
        var kept = log.Read(shard, 0).Count();
        Assert.InRange(kept, 1, 99);

        log.Trim(shard, log.LastSequence);
        while (await Record.ExceptionAsync(() => log.CommitAsync(batch).AsTask()) is IOException)
        {
            // The commit that fails makes room by trimming; the next finds it.
        }

        Assert.True(store.IsHealthy);
        Assert.Single(log.Read(shard, 0));
    }

    [Fact(DisplayName = "A full queue lets callers wait; who gives up before it has a place is not written")]
    public async Task Waiting_callers_may_give_up()
    {
        using var folder = new TempFolder();
        using var store = VantageStore.Open(folder.Path, new StorageOptions { QueueFixes = 10 });
        var log = store.TrackLog;
        var number = log.NumberOf(new ActorId(ActorKinds.Vehicle, "1"));
        using var giveUp = new CancellationTokenSource();
        var queued = log.CommitAsync(Batch(number, 1, 10), giveUp.Token).AsTask();
        var waiting = log.CommitAsync(Batch(number, 2, 1), giveUp.Token).AsTask();
        var patient = log.CommitAsync(Batch(number, 3, 25)).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.CommitAsync(Batch(number, 4, 1), giveUp.Token).AsTask());
        Assert.False(queued.IsCompleted);

        log.Start(frame => frame.Release());
        await queued;
        await patient;
        var times = log.Read(Shards.Of(log.UnitOf(number)), 0).SelectMany(frame => frame.Fixes.ToArray()).Select(item => item.Fix.TimeMs).ToArray();
        Assert.Equal([.. Enumerable.Repeat(1L, 10), .. Enumerable.Repeat(3L, 25)], times);
    }

    [Fact(DisplayName = "When so many wait for a full queue that storage must hang, more are refused at once; who waits is written when it goes on")]
    public async Task Waiting_is_bounded()
    {
        using var folder = new TempFolder();
        using var store = VantageStore.Open(folder.Path, new StorageOptions { QueueFixes = 10 });
        var log = store.TrackLog;
        var number = log.NumberOf(new ActorId(ActorKinds.Vehicle, "1"));
        var commits = Enumerable.Range(1, 5).Select(i => log.CommitAsync(Batch(number, i, 10)).AsTask()).ToList(); // 10 of them queued, 40 waiting.
        var refusal = await Assert.ThrowsAsync<StorageException>(() => log.CommitAsync(Batch(number, 6, 1)).AsTask());
        Assert.Contains("40 fixes wait for 10", refusal.Message, StringComparison.Ordinal);
        Assert.All(commits, commit => Assert.False(commit.IsCompleted));

        log.Start(frame => frame.Release());
        await Task.WhenAll(commits);
        await log.CommitAsync(Batch(number, 7, 1));
        Assert.Equal(51, log.Read(Shards.Of(log.UnitOf(number)), 0).Sum(frame => frame.Count));
    }

    [Fact(DisplayName = "Old frames leave the file while new ones come: it does not grow")]
    public async Task Trimmed_logs_stay_small()
    {
        using var folder = new TempFolder();
        using var store = VantageStore.Open(folder.Path, new StorageOptions { CheckpointBytes = 100_000 });
        var log = store.TrackLog;
        var numbers = Enumerable.Range(0, 500).Select(i => log.NumberOf(new ActorId(ActorKinds.Vehicle, $"{i}"))).ToArray();
        log.Start(frame => frame.Release());
        var largest = new long[2];
        for (var i = 0; i < 400; i++)
        {
            var batch = new PositionBatch();
            Array.ForEach(numbers, number => batch.Add(number, new Fix { TimeMs = i, LatitudeE7 = number * 7919 }));
            await log.CommitAsync(batch);
            for (var shard = 0; shard < Shards.Count; shard++)
            {
                log.Trim(shard, log.LastSequence);
            }

            largest[i / 200] = Math.Max(largest[i / 200], new FileInfo(folder["log.db"]).Length);
        }

        Assert.InRange(largest[1], 1, Math.Max(largest[0], 500_000) * 3 / 2);
    }

    private static PositionBatch Batch(int unit, long timeMs, int count)
    {
        var batch = new PositionBatch();
        for (var i = 0; i < count; i++)
        {
            batch.Add(unit, new Fix { TimeMs = timeMs, LatitudeE7 = i });
        }

        return batch;
    }
}

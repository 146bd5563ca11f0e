using System.Diagnostics;
using System.Globalization;
using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Runtime;
using Vantage.Storage.Postgres;

namespace Vantage.Storage.Tests.Postgres;

public class PostgresStoreTests(PostgresServers servers)
{
    private const string EndConnections =
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    private readonly string _database = servers.Shared.NewDatabase();

    [Fact(DisplayName = "Tables of a newer program are refused, and left as they are")]
    public void Newer_tables_are_refused()
    {
        PostgresStore.Open(_database).Dispose();
        PostgresServer.Execute(_database, "INSERT INTO vantage.versions (version) VALUES (99)");
        Assert.Contains("has version 99", Assert.Throws<StorageException>(() => PostgresStore.Open(_database)).Message, StringComparison.Ordinal);
        PostgresServer.Execute(_database, "DELETE FROM vantage.versions WHERE version = 99");
        PostgresStore.Open(_database).Dispose();
    }

    [Fact(DisplayName = "A commit of many rows takes longer than the connection's command timeout allows for few, and is kept")]
    public void Large_commits_have_longer()
    {
        const int rows = 100_000;
        using var store = PostgresStore.Open(_database + ";Command Timeout=1");
        store.History.Claim(0);
        var commit = new ShardCommit { Shard = 0, ProcessedSequence = 1, HasProgress = true };
        commit.Visits.AddRange(Enumerable.Range(0, rows).Select(i => new VisitRow("square", 1, i * 10_000L, (i * 10_000L) + 5_000, false, i * 10_000L, (i * 10_000L) + 5_000, false, 1)));

        // What makes it slow on any machine: every fortieth row waits a little.
        PostgresServer.Execute(_database, """
            CREATE FUNCTION slow() RETURNS trigger AS 'BEGIN IF NEW.from_ms % 400000 = 0 THEN PERFORM pg_sleep(0.001); END IF; RETURN NEW; END' LANGUAGE plpgsql;
            CREATE TRIGGER slow BEFORE INSERT ON vantage.visits FOR EACH ROW EXECUTE FUNCTION slow()
            """);
        var began = Stopwatch.GetTimestamp();
        store.History.Commit([commit]);

        Assert.True(Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(2), "It took no longer than the timeout: nothing is shown.");
        Assert.Equal((long)rows, PostgresServer.Scalar(_database, "SELECT count(*) FROM vantage.visits"));
    }

    [Fact(DisplayName = "A page of breaches takes about a page of rows from the server's table, however many there are")]
    public void Pages_read_pages()
    {
        const int rows = 30_000;
        const string Fetched = "SELECT idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'breaches'";
        var commit = new ShardCommit { Shard = 0, ProcessedSequence = 1, HasProgress = true };
        commit.Breaches.AddRange(Enumerable.Range(0, rows).Select(i => new Breach
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"breach {i}"),
            Zone = "square",
            Rule = "in",
            Type = "enter",
            Unit = 1,
            Level = "warning",
            State = i % 2 == 0 ? BreachState.Confirmed : BreachState.Retracted,
            StartedAtMs = i * 1_000L,
            EndedAtMs = (i * 1_000L) + 500,
            Why = new BreachReason(null, null, null, null, null, null, null, 1),
        }));
        using (var store = PostgresStore.Open(_database))
        {
            store.History.Claim(0);
            store.History.Commit([commit]);
        }

        PostgresServer.Execute(_database, "ANALYZE vantage.breaches");
        var before = (long)PostgresServer.Scalar(_database, Fetched)!;
        using (var store = PostgresStore.Open(_database))
        {
            var page = store.History.QueryBreaches(new BreachQuery(null, null, null, null, 1_000, 25_000_000, 100, null));
            Assert.Equal(100, page.Items.Count);
            Assert.Equal(24_998_000, page.Items[0].StartedAtMs);
        }

        // A server's process counts at its end, if not before.
        Assert.True(SpinWait.SpinUntil(() => (long)PostgresServer.Scalar(_database, Fetched)! > before, TimeSpan.FromSeconds(30)));
        Assert.InRange((long)PostgresServer.Scalar(_database, Fetched)! - before, 100, 1_000);
    }

    [Fact(DisplayName = "What cannot be reached, or is no connection string, is refused with a storage error")]
    public void Wrong_addresses_are_refused()
    {
        Assert.Throws<StorageException>(() => PostgresStore.Open("Host=127.0.0.1;Port=1;Username=x;Database=y;Timeout=2"));
        Assert.Throws<StorageException>(() => PostgresStore.Open("no such setting=1"));
    }

    [Fact(DisplayName = "Commits sync, whatever the database's own setting says")]
    public void Commits_sync()
    {
        PostgresServer.Execute(_database, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$");
        Assert.Equal("off", PostgresServer.Scalar(_database, "SHOW synchronous_commit"));
        using var database = PostgresDatabase.Open(_database);
        foreach (var connection in new[] { database.Connect(), database.ConnectAlone() })
        {
            using (connection)
            using (var command = connection.CreateCommand())
            {
                command.CommandText = "SHOW synchronous_commit";
                Assert.Equal("on", command.ExecuteScalar());
            }
        }
    }

    [Fact(DisplayName = "A log from before commits were numbered by the database goes on where it was")]
    public async Task Older_logs_go_on()
    {
        var step = PostgresSchema.Migrations.Single(step => step.Contains("CREATE TABLE IF NOT EXISTS log_head", StringComparison.Ordinal));
        var last = 0L;
        using (var store = PostgresStore.Open(_database))
        {
            var unit = Start(store);
            await store.TrackLog.CommitAsync(Batch(unit, 1));
            await store.TrackLog.CommitAsync(Batch(unit, 2));
            last = store.TrackLog.LastSequence;
        }

        PostgresServer.Execute(_database, "DROP TABLE vantage.log_head");
        PostgresServer.Execute(_database + ";Search Path=vantage", step);
        PostgresServer.Execute(_database + ";Search Path=vantage", step);
        using var again = PostgresStore.Open(_database);
        Assert.Equal(last, again.TrackLog.LastSequence);
        await again.TrackLog.CommitAsync(Batch(Start(again), 3));
        Assert.Equal(last + Shards.Count, again.TrackLog.LastSequence);
        Assert.Equal([1L, 2L, 3L], Times(again));
    }

    [Fact(DisplayName = "A database from before there were records opens, and takes some")]
    public async Task Older_databases_open()
    {
        var before = PostgresSchema.Migrations.TakeWhile(step => !step.Contains("CREATE TABLE records", StringComparison.Ordinal)).ToList();
        PostgresServer.Execute(_database, "CREATE SCHEMA vantage");
        PostgresServer.Execute(
            _database + ";Search Path=vantage",
            $"{string.Join(';', before)}; CREATE TABLE versions (version integer NOT NULL); INSERT INTO versions VALUES ({before.Count}); INSERT INTO settings VALUES ('kept', 'yes')");

        using var store = PostgresStore.Open(_database);

        Assert.Equal("yes", await store.Accounts.ReadSettingAsync("kept"));
        Assert.Equal(1, await store.Records.SaveAsync([new ExternalRecord { System = RecordSystems.Case, Number = "1", TimeMs = 0 }]));
    }

    [Fact(DisplayName = "An upload that storage refuses half way keeps nothing, and the next is taken")]
    public async Task Refused_uploads_keep_nothing()
    {
        using var store = PostgresStore.Open(_database);
        PostgresServer.Execute(_database, "ALTER TABLE vantage.records ADD CHECK (number <> 'bad')");
        ExternalRecord[] good = [.. Enumerable.Range(0, 5000).Select(i => new ExternalRecord { System = RecordSystems.Case, Number = $"{i}", TimeMs = 0 })];
        await Assert.ThrowsAsync<StorageException>(() => store.Records.SaveAsync([.. good, good[0] with { Number = "bad" }]).AsTask());
        Assert.Empty(store.Records.Query(new RecordFilter(RecordSystems.Case), 10, null).Items);
        Assert.Equal(5000, await store.Records.SaveAsync(good));
    }

    [Fact(DisplayName = "Of two processes that upload the same records at once, the latest changed stay")]
    public async Task Processes_share_records()
    {
        using var one = PostgresStore.Open(_database);
        using var other = PostgresStore.Open(_database);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(upload => Task.Run(async () => await (upload % 2 == 0 ? one : other).Records.SaveAsync(
            [.. Enumerable.Range(0, 300).Select(i => new ExternalRecord { System = RecordSystems.Case, Number = $"{i}", TimeMs = upload, UpdatedAtMs = upload })]))));

        var kept = other.Records.Query(new RecordFilter(RecordSystems.Case), 1000, null).Items;
        Assert.Equal(300, kept.Count);
        Assert.All(kept, record => Assert.Equal(9, record.TimeMs));
    }

    [Fact(DisplayName = "A commit whose connection is ended is refused, and the next one finds another")]
    public async Task Connections_are_replaced()
    {
        using var store = PostgresStore.Open(_database);
        var unit = Start(store);
        await store.TrackLog.CommitAsync(Batch(unit, 1));
        PostgresServer.Execute(_database, EndConnections);
        await Assert.ThrowsAnyAsync<IOException>(() => store.TrackLog.CommitAsync(Batch(unit, 2)).AsTask());
        await store.TrackLog.CommitAsync(Batch(unit, 3));
        using var other = PostgresStore.Open(_database);
        Assert.Equal([1L, 3L], Times(other));
    }

    [Fact(DisplayName = "A database that came back without what it had acknowledged is refused")]
    public async Task Older_states_are_refused()
    {
        using var store = PostgresStore.Open(_database);
        var unit = Start(store);
        await store.TrackLog.CommitAsync(Batch(unit, 1));
        await store.TrackLog.CommitAsync(Batch(unit, 2));
        PostgresServer.Execute(_database, "DELETE FROM vantage.frames WHERE sequence = (SELECT max(sequence) FROM vantage.frames); UPDATE vantage.log_head SET commit = commit - 1");
        PostgresServer.Execute(_database, EndConnections);
        await Assert.ThrowsAnyAsync<IOException>(() => store.TrackLog.CommitAsync(Batch(unit, 3)).AsTask());
        var refusal = await Assert.ThrowsAnyAsync<IOException>(() => store.TrackLog.CommitAsync(Batch(unit, 3)).AsTask());
        Assert.Contains("lacks what it has acknowledged", refusal.Message, StringComparison.Ordinal);
        Assert.False(store.IsHealthy);
    }

    [Fact(DisplayName = "Trimmed frames leave the table")]
    public async Task Trimmed_frames_are_deleted()
    {
        using var store = PostgresStore.Open(_database);
        var unit = Start(store);
        for (var i = 0; i < 1000; i++)
        {
            await store.TrackLog.CommitAsync(Batch(unit, i));
        }

        store.TrackLog.Trim(Shards.Of(Unit(0)), store.TrackLog.LastSequence - Shards.Count); // All but the last.
        for (var i = 0; (long)PostgresServer.Scalar(_database, "SELECT count(*) FROM vantage.frames")! != 1; i++)
        {
            Assert.True(i < 100, "They are still there.");
            await Task.Delay(50);
        }

        Assert.Equal([999L], Times(store));
    }

    [Fact(DisplayName = "Several processes may append: one wins each sequence, offsets have no gaps, and a follower misses nothing")]
    public async Task Processes_share_the_journal()
    {
        using var metrics = new StorageMetrics();
        using var database = PostgresDatabase.Open(_database);
        using var one = new PostgresJournal(database, metrics);
        using var other = new PostgresJournal(database, metrics);
        var conflicts = 0;
        var writers = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var journal = writer % 2 == 0 ? one : other;
            for (var (done, last) = (0, 0L); done < 50;)
            {
                try
                {
                    await journal.AppendAsync("shared/1", last, [Event("shared/1", last + 1)]);
                    await journal.AppendAsync($"own/{writer}", done, [Event($"own/{writer}", done + 1)]);
                    done++;
                }
                catch (JournalConflictException)
                {
                    Interlocked.Increment(ref conflicts);
                }

                last = await journal.ReadAsync("shared/1").CountAsync();
            }
        })));
        List<long> seen = [];
        while (seen.Count < 800 && !writers.IsFaulted)
        {
            await foreach (var envelope in other.FeedAsync(seen.LastOrDefault()))
            {
                seen.Add(envelope.Offset);
            }
        }

        await writers;
        Assert.Equal(Enumerable.Range(1, 800).Select(i => (long)i), seen);
        Assert.True(conflicts > 0);
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), (await one.ReadAsync("shared/1").ToArrayAsync()).Select(envelope => envelope.Sequence));
    }

    [Fact(DisplayName = "An event that PostgreSQL cannot keep is refused alone")]
    public async Task Bad_events_fail_alone()
    {
        using var store = PostgresStore.Open(_database);
        var good = Enumerable.Range(0, 200).Select(i => store.Journal.AppendAsync($"a/{i}", 0, [Event($"a/{i}", 1)]).AsTask()).ToList();
        var bad = Event("b/1", 1) with { By = new Origin(Cause: "no\0text") };
        var refused = store.Journal.AppendAsync("b/1", 0, [bad]).AsTask();
        good.AddRange(Enumerable.Range(200, 200).Select(i => store.Journal.AppendAsync($"a/{i}", 0, [Event($"a/{i}", 1)]).AsTask()));
        await Task.WhenAll(good);
        await Assert.ThrowsAnyAsync<IOException>(() => refused);
        Assert.True(store.IsHealthy);
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), (await store.Journal.FeedAsync().ToArrayAsync()).Select(envelope => envelope.Offset));
    }

    private static ActorId Unit(int i) => new(ActorKinds.Vehicle, $"{i}");

    private static int Start(PostgresStore store)
    {
        store.TrackLog.Start(frame => frame.Release());
        return store.TrackLog.NumberOf(Unit(0));
    }

    private static PositionBatch Batch(int unit, long timeMs)
    {
        var batch = new PositionBatch();
        batch.Add(unit, new Fix { TimeMs = timeMs });
        return batch;
    }

    private static Envelope Event(string stream, long sequence)
        => new(stream, sequence, "noted", 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Origin.System, "{}"u8.ToArray());

    private static IEnumerable<long> Times(PostgresStore store) => Enumerable.Range(0, Shards.Count)
        .SelectMany(shard => store.TrackLog.Read(shard, 0)).SelectMany(frame => frame.Fixes.ToArray().Select(item => item.Fix.TimeMs));
}

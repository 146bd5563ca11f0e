using Npgsql;
using Vantage.Actors;
using Vantage.Actors.Areas;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Pictures;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Runtime;
using Vantage.Actors.Tours;
using Vantage.Geo;
using Vantage.Storage.Migration;
using Vantage.Storage.Postgres;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Tests.Postgres;

public sealed class MigrationTests(PostgresServers servers) : IDisposable
{
    /// <summary>Tables that only one side has: how a database numbers commits, keeps writers apart, and knows its version.</summary>
    private static readonly string[] OfDatabaseAlone = ["log_head", "shard_claims", "versions"];
    private static readonly string[] BuiltAnew = ["heat_spans", "heat_sums"];

    private static readonly ActorId Vehicle = new(ActorKinds.Vehicle, "沪A·1");

    private readonly string _database = servers.Shared.NewDatabase();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "Every table that a folder or a database has is moved, and no column of it is left out")]
    public void All_tables()
    {
        PostgresStore.Open(_database).Dispose();
        string[] inDatabase = [.. Column("SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'vantage'")];
        VantageStore.Open(_folder.Path).Dispose();
        List<string> inFolder = [];
        foreach (var file in Directory.GetFiles(_folder.Path, "*.db"))
        {
            using var database = Database.Open(file, create: false);
            var columns = database.Prepare(
                "SELECT m.name || '.' || c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'");
            while (columns.Step())
            {
                inFolder.Add(columns.Text(0));
            }
        }

        string[] moved = [.. MovedTable.All.SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column.Name}"))];
        Assert.Equal(moved.Order(StringComparer.Ordinal), inFolder.Append("frames.shard").Except(["chunks.id"]).Where(column => !BuiltAnew.Contains(column.Split('.')[0])).Order(StringComparer.Ordinal));
        Assert.Equal(
            moved.Append("group_work.held_sequence").Order(StringComparer.Ordinal),
            inDatabase.Where(column => !OfDatabaseAlone.Concat(BuiltAnew).Contains(column.Split('.')[0])).Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "A folder with something in every table is in the database afterwards, and goes on there: frames, events and entries are numbered after it")]
    public async Task Moved()
    {
        var last = await FillAsync();
        List<MigratedTable> moved = [];
        FolderMigration.Run(_folder.Path, _database, new Dictionary<string, string> { ["jt808.key"] = "AB" }, _ => { }, moved.Add);

        Assert.Equal(MovedTable.All.Select(table => table.Name), moved.Select(table => table.Name));
        Assert.Empty(moved.Where(table => table.Rows == 0).Select(table => table.Name)); // A table that stays empty here is not tested.
        using var source = VantageStore.Open(_folder.Path);
        using var store = PostgresStore.Open(_database, PostgresUse.Alone);
        Assert.Equal("AB", await store.Accounts.ReadSettingAsync("jt808.key"));
        Assert.Equal("yes", await store.Accounts.ReadSettingAsync("kept"));
        Assert.Equal(await source.Accounts.ListAccountsAsync(), await store.Accounts.ListAccountsAsync());
        Assert.Equal(last, store.TrackLog.LastSequence);
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            store.History.Claim(shard);
            Assert.Equal(source.History.ReadProgress(shard), store.History.ReadProgress(shard));
            Assert.Equal(
                source.TrackLog.Read(shard, 0).SelectMany(frame => frame.Fixes.ToArray()).Select(item => (item.Unit, RandomFixes.Bits(item.Fix))),
                store.TrackLog.Read(shard, 0).SelectMany(frame => frame.Fixes.ToArray()).Select(item => (item.Unit, RandomFixes.Bits(item.Fix))));
        }

        List<Fix> here = [], there = [];
        Assert.Equal(
            source.History.ReadTrack(0, long.MinValue, long.MaxValue, here), store.History.ReadTrack(0, long.MinValue, long.MaxValue, there));
        RandomFixes.AssertSame(here.ToArray(), there.ToArray());
        Assert.NotEmpty(here);

        store.TrackLog.Start(frame => frame.Release());
        await store.TrackLog.CommitAsync(Batch(store.TrackLog.NumberOf(Vehicle), 9_000_000_000_000));
        Assert.True(store.TrackLog.LastSequence > last);
        Assert.Equal(2, store.TrackLog.NumberOf(new ActorId(ActorKinds.Vehicle, "new")));
        var events = await source.Journal.FeedAsync().ToListAsync();
        await store.Journal.AppendAsync("a/1", 3, [new Envelope("a/1", 4, "noted", 1, default, default, Origin.System, default)]);
        var feed = await store.Journal.FeedAsync().ToListAsync();
        Assert.Equal(events.Select(envelope => (envelope.Offset, envelope.Stream, envelope.Sequence)), feed.SkipLast(1).Select(envelope => (envelope.Offset, envelope.Stream, envelope.Sequence)));
        Assert.Equal(events[^1].Offset + 1, feed[^1].Offset);
        await store.Accounts.AuditAsync(new AuditEntry(0, default, "x", null, "look", "y", null, true));
        Assert.Equal([3L, 2L, 1L], (await store.Accounts.ReadAuditAsync(10)).Select(entry => entry.Id));
    }

    [Fact(DisplayName = "A row that came out otherwise is named by table and place, nothing is kept, and a host is kept off until the migration was run again")]
    public async Task Differences()
    {
        await FillAsync();
        PostgresStore.Open(_database).Dispose();
        PostgresServer.Execute(_database, """
            CREATE FUNCTION vantage.spoil() RETURNS trigger AS $$ BEGIN new.to_ms = new.to_ms + 1; RETURN new; END $$ LANGUAGE plpgsql;
            CREATE TRIGGER spoil BEFORE INSERT ON vantage.visits FOR EACH ROW WHEN (new.zone = 'b') EXECUTE FUNCTION vantage.spoil();
            """);
        Assert.Equal("visits: row 2 by unit, from_ms, zone is not the same on both sides. Nothing was moved.", Refusal());
        Assert.Equal(0L, PostgresServer.Scalar(_database, "SELECT count(*) FROM vantage.units"));
        Assert.Contains(
            $"is waiting for the data of {_folder.Path}",
            Assert.Throws<StorageException>(() => PostgresStore.Open(_database, PostgresUse.Alone)).Message,
            StringComparison.Ordinal);
        Assert.Throws<StorageException>(() => PostgresStore.Open(_database, PostgresUse.Shared));

        PostgresServer.Execute(_database, "DROP TRIGGER spoil ON vantage.visits");
        List<string> said = [];
        FolderMigration.Run(_folder.Path, _database, new Dictionary<string, string>(), said.Add, _ => { });
        Assert.Contains("did not end, and left nothing", said[0], StringComparison.Ordinal);
        PostgresStore.Open(_database, PostgresUse.Alone).Dispose();
        Assert.Contains($"has the data of {_folder.Path} since", Refusal(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A folder that is in use, has no data or is of another runtime, and a database that is in use or has rows, are refused")]
    public async Task Refused()
    {
        Assert.Contains("holds no data of Vantage", Refusal(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        await FillAsync();
        using (VantageStore.Open(_folder.Path))
        {
            Assert.Contains("in use by another process", Refusal(), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(_folder["akka.db"], "");
        Assert.Contains("akka.db is of another runtime", Refusal(), StringComparison.Ordinal);
        File.Delete(_folder["akka.db"]);
        using (var store = PostgresStore.Open(_database, PostgresUse.Alone))
        {
            Assert.Contains("in use by another host", Refusal(), StringComparison.Ordinal);
            await store.Accounts.WriteSettingAsync("somebody", "was here");
        }

        Assert.Contains("is not empty, settings has rows", Refusal(), StringComparison.Ordinal);
        PostgresStore.Open(_database, PostgresUse.Alone).Dispose();
    }

    [Fact(DisplayName = "A text that PostgreSQL cannot keep is named by table and row, and nothing is kept")]
    public async Task Nul()
    {
        await FillAsync();
        using (var store = VantageStore.Open(_folder.Path))
        {
            await store.Accounts.WriteSettingAsync("nul", "a\0b");
        }

        Assert.Contains("COPY settings", Refusal(), StringComparison.Ordinal);
        Assert.Equal(0L, PostgresServer.Scalar(_database, "SELECT count(*) FROM vantage.units"));
    }

    /// <summary>At least one row in every table.</summary>
    /// <returns>The newest sequence of the log.</returns>
    private async Task<long> FillAsync()
    {
        var random = new Random(11);
        var drive = RandomFixes.Drive(random, 3_000, 1_760_000_000_000);
        long damagedAt;
        using (var store = VantageStore.Open(_folder.Path))
        {
            Assert.Equal(0, store.TrackLog.NumberOf(Vehicle));
            store.History.Commit([new ShardCommit { Shard = Shards.Of(Vehicle), Tracks = { new TrackRewrite(0, drive[0].TimeMs, drive[^1].TimeMs, drive) } }]);
            damagedAt = drive[1_100].TimeMs;
        }

        using (var history = Database.Open(_folder["history.db"], create: false))
        {
            history.Prepare("INSERT INTO damaged_heat (hour, block, cells, crc) VALUES (1, 2, x'03', 4)").Run();
            history.Prepare("UPDATE chunks SET fixes = zeroblob(length(fixes)) WHERE first_ms <= ?1 AND last_ms >= ?1").Bind(1, damagedAt).Run();
        }

        using (var store = VantageStore.Open(_folder.Path))
        {
            store.TrackLog.Start(frame => frame.Release());
            var other = store.TrackLog.NumberOf(new ActorId(ActorKinds.Officer, "7"));
            foreach (var i in Enumerable.Range(1, 5))
            {
                await store.TrackLog.CommitAsync(Batch(0, drive[^1].TimeMs + (i * 1_000)));
                await store.TrackLog.CommitAsync(Batch(other, drive[^1].TimeMs + (i * 1_000)));
            }

            var late = RandomFixes.Drive(random, 1, damagedAt);
            var commit = new ShardCommit
            {
                Shard = Shards.Of(Vehicle),
                ProcessedSequence = store.TrackLog.LastSequence,
                SealedSequence = store.TrackLog.Read(Shards.Of(Vehicle), 0).First().Sequence,
                JudgedEpoch = 3,
                Tracks = { new TrackRewrite(0, damagedAt, damagedAt, late) }, // Its chunk does not decode: it is kept aside.
                Visits = { new VisitRow("a", 0, 1, 2, false, 1, 2, false, 1), new VisitRow("b", 0, 1, 2, true, 1, 2, true, 2), new VisitRow("夜市", 0, 5, 9, false, 1, 2, false, 1) },
                Heat = { new HeatDelta(100, 0x8B_30_9C_4A_00_00_FFF, 3, 700) },
                AppliedZones = { ("a", 1), ("夜市", 2) },
                GroupWork = { new GroupWork("a", 5, 0, 0), new GroupWork("b", 5, 900, 0) },
            };
            commit.Breaches.Add(new Breach
            {
                Id = "b-1",
                Zone = "a",
                Rule = "in",
                Type = "gathering",
                Units = [0, 1],
                Level = "warning",
                StartedAtMs = 7,
                Longitude = 121.4,
                Why = new BreachReason(1, null, 2, 0.1, null, null, 8.3, 1),
            });
            store.History.Commit([commit]);
            store.TrackLog.Trim(commit.Shard, commit.SealedSequence);

            await store.Journal.AppendAsync(
                "a/1", 0, [.. Enumerable.Range(1, 3).Select(i => new Envelope("a/1", i, "noted", 1, DateTimeOffset.UnixEpoch, default, new Origin("li", "captain", null, "x", null), new byte[] { 1, 0, 255 }))]);
            await store.Journal.WriteSnapshotAsync("a/1", 3, new byte[] { 9 });
            await store.Accounts.SaveAccountAsync(new Account("li", "李", "captain", "hash", 2, DateTimeOffset.UnixEpoch));
            await store.Accounts.SaveTokenAsync(new ApiToken("t", "gateway", ["positions"], "hash", DateTimeOffset.UnixEpoch, "li"));
            await store.Accounts.AuditAsync(new AuditEntry(0, DateTimeOffset.UnixEpoch, "li", null, "look", "vehicle/1", null, false));
            await store.Accounts.AuditAsync(new AuditEntry(0, DateTimeOffset.UnixEpoch, "li", "captain", "look", "vehicle/1", "…", true));
            await store.Accounts.WriteSettingAsync("kept", "yes");
            await store.Records.SaveAsync([new ExternalRecord { System = RecordSystems.Case, Number = "甲/1", TimeMs = 3, Place = LatLng.Trusted(31.2, 121.4) }]);
            await store.Areas.ReplaceAsync("street", [new Area("a", "甲", "{}")]);
            await store.Pictures.SaveAsync(new Picture("i1", "aa", "officer/0132", DateTimeOffset.UnixEpoch, "image/jpeg", [0xFF, 0xD8, 0]), 12);
            await store.TourLog.SaveAsync([new TourPage("p1", "roads", "hall", null, 2, 3, 4, null, "li", [new TouredCamera("c1", "failed", "timeout", 9.5)])], 10);
        }

        using var again = VantageStore.Open(_folder.Path);
        return again.TrackLog.LastSequence;
    }

    private string Refusal()
        => Assert.Throws<StorageException>(() => FolderMigration.Run(_folder.Path, _database, new Dictionary<string, string>(), _ => { }, _ => { })).Message;

    private IEnumerable<string> Column(string sql)
    {
        using var source = NpgsqlDataSource.Create(_database + ";Pooling=false");
        using var command = source.CreateCommand(sql);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            yield return rows.GetString(0);
        }
    }

    private static PositionBatch Batch(int unit, long timeMs)
    {
        var batch = new PositionBatch();
        batch.Add(unit, new Fix { TimeMs = timeMs });
        return batch;
    }
}

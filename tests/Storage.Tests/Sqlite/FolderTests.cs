using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Storage.History;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Tests.Sqlite;

public class FolderTests
{
    private static readonly string[] Files = ["log.db", "history.db", "journal.db", "records.db"];

    [Fact(DisplayName = "A folder that is in use is refused, and free again once it was closed")]
    public void One_process_has_the_folder()
    {
        using var folder = new TempFolder();
        using (VantageStore.Open(folder.Path))
        {
            Assert.Contains("in use by another process", Refusal(folder.Path), StringComparison.Ordinal);
        }

        VantageStore.Open(folder.Path).Dispose();
    }

    [Fact(DisplayName = "A closed folder holds the four files and no rest of a write-ahead log")]
    public void Closing_leaves_whole_files()
    {
        using var folder = new TempFolder();
        VantageStore.Open(folder["new/deeper"]).Dispose();
        Assert.Equal(Files.Append("vantage.lock").Order(), Directory.GetFiles(folder["new/deeper"]).Select(Path.GetFileName).Order());
    }

    [Fact(DisplayName = "A file that is no database, is damaged, or is another program's is refused by name, and the folder is free again")]
    public void Foreign_files_are_refused()
    {
        foreach (var file in Files)
        {
            using var folder = new TempFolder();
            File.WriteAllText(folder[file], new string('x', 5_000));
            Assert.Contains(folder[file], Refusal(folder.Path), StringComparison.Ordinal);

            File.Delete(folder[file]);
            using (var foreign = Database.Open(folder[file], create: true))
            {
                foreign.Execute("CREATE TABLE t (x)");
            }

            Assert.Contains($"not {file} of Vantage", Refusal(folder.Path), StringComparison.Ordinal);
            File.Delete(folder[file]);
            VantageStore.Open(folder.Path).Dispose();

            var bytes = File.ReadAllBytes(folder[file]);
            bytes.AsSpan(100, 400).Fill(0xA5); // The first page, behind the header: the schema.
            File.WriteAllBytes(folder[file], bytes);
            Assert.Contains(folder[file], Refusal(folder.Path), StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "A folder of a program before outlines and boxes is read as it is, and gets both for what is written from now on")]
    public void Older_chunks_are_read()
    {
        using var folder = new TempFolder();
        VantageStore.Open(folder.Path).Dispose();
        var fixes = RandomFixes.Drive(new Random(3), 3_000, 1_760_000_000_000);
        File.Delete(folder["history.db"]);
        WriteBeforeOutlines(folder["history.db"], fixes);

        using var store = VantageStore.Open(folder.Path);
        List<Fix> read = [];
        Assert.Empty(store.History.ReadTrack(1, long.MinValue, long.MaxValue, read));
        RandomFixes.AssertSame(fixes, read.ToArray());
        read.Clear();
        store.History.ReadTrack(1, long.MinValue, long.MaxValue, read, detail: TrackDetail.Levels[1]);
        Assert.InRange(read.Count, 10, 300);
        Assert.Equal([1], store.History.UnitsNear(new GeoBox(0, 0, 1, 1), fixes[2_500].TimeMs, fixes[2_600].TimeMs));
        Assert.Empty(store.History.UnitsNear(new GeoBox(0, 0, 1, 1), fixes[^1].TimeMs + 1, long.MaxValue));

        store.History.Commit([new ShardCommit { Shard = 0, Tracks = { new TrackRewrite(1, fixes[0].TimeMs, fixes[^1].TimeMs, fixes) } }]);
        Assert.Empty(store.History.UnitsNear(new GeoBox(0, 0, 1, 1), fixes[2_500].TimeMs, fixes[2_600].TimeMs));
    }

    /// <summary>The third version of history.db, with chunks as they were then.</summary>
    private static void WriteBeforeOutlines(string path, Fix[] fixes)
    {
        using var file = Database.Open(path, create: true);
        file.Execute($"PRAGMA application_id={Storage.History.SqliteHistory.Schema.ApplicationId}");
        foreach (var step in Storage.History.SqliteHistory.Schema.Migrations.Take(3))
        {
            file.Execute(step);
        }

        file.Execute("PRAGMA user_version=3");
        foreach (var chunk in fixes.Chunk(1024))
        {
            var bytes = new byte[ChunkCodec.MaxBytes(chunk.Length)];
            var length = ChunkCodec.Encode(chunk, bytes);
            byte[] withoutChecksum = [2, .. bytes[5..length]]; // Format 2 is format 3 without the checksum.
            file.Prepare("INSERT INTO chunks (unit, first_ms, last_ms, count, fixes) VALUES (1, ?1, ?2, ?3, ?4)")
                .Bind(1, chunk[0].TimeMs).Bind(2, chunk[^1].TimeMs).Bind(3, chunk.Length).Bind(4, withoutChecksum).Run();
        }
    }

    [Fact(DisplayName = "Visits of a history in which they were keyed by zone are read, changed and removed as before")]
    public void Visits_keyed_by_zone()
    {
        using var folder = new TempFolder();
        VisitRow[] rows = [.. from unit in Enumerable.Range(1, 3) from zone in new[] { "b", "a" } from at in new[] { 9_000L, 1_000L, 5_000L }
            select new VisitRow(zone, unit, at, at + 500, IsOpen: false, at, at + 500, IsPassage: false, ZoneVersion: 1)];
        using (var file = Database.Open(folder["history.db"], create: true))
        {
            file.Execute($"PRAGMA application_id={Storage.History.SqliteHistory.Schema.ApplicationId}");
            foreach (var step in Storage.History.SqliteHistory.Schema.Migrations.TakeWhile(step => !step.Contains("visits_by_time", StringComparison.Ordinal)).Index())
            {
                file.Execute(step.Item);
                file.Execute($"PRAGMA user_version={step.Index + 1}");
            }

            foreach (var row in rows)
            {
                file.Prepare("INSERT INTO visits VALUES (?1, ?2, ?3, ?4, 5, 0, ?3, ?4, 0, 1)").Bind(1, row.Unit).Bind(2, row.Zone).Bind(3, row.FromMs).Bind(4, row.ToMs).Run();
            }
        }

        using var store = VantageStore.Open(folder.Path);
        Assert.Equal(rows.ToHashSet(), All().ToHashSet());
        var longer = rows[0] with { ToMs = rows[0].FromMs + 900_000 };
        store.History.Commit([new ShardCommit { Shard = 0, Visits = { longer, rows[1] with { Removed = true } } }]);
        Assert.Equal(rows.Skip(2).Prepend(longer).ToHashSet(), All().ToHashSet());
        Assert.Equal([longer], All(longer.Zone, longer.Unit, 600_000, 700_000));

        IReadOnlyList<VisitRow> All(string? zone = null, int? unit = null, long? fromMs = null, long? toMs = null)
            => store.History.QueryVisits(new VisitQuery(zone, unit, fromMs, toMs, Limit: 100, Cursor: null)).Items;
    }

    [Fact(DisplayName = "Files that were swapped are refused")]
    public void Swapped_files_are_refused()
    {
        using var folder = new TempFolder();
        VantageStore.Open(folder.Path).Dispose();
        File.Copy(folder["journal.db"], folder["history.db"], overwrite: true);
        Assert.Contains("not history.db of Vantage", Refusal(folder.Path), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A file of a newer program is refused, and left as it is")]
    public void Newer_files_are_refused()
    {
        foreach (var file in Files)
        {
            using var folder = new TempFolder();
            VantageStore.Open(folder.Path).Dispose();
            using (var newer = Database.Open(folder[file], create: false))
            {
                newer.Execute("PRAGMA user_version=99");
            }

            Assert.Contains("newer program", Refusal(folder.Path), StringComparison.Ordinal);
            using var same = Database.Open(folder[file], create: false);
            Assert.Equal(99, same.ReadInt64("PRAGMA user_version"));
        }
    }

    [Fact(DisplayName = "A log that was lost while history remains is refused: its numbers would be given anew")]
    public async Task Lost_logs_are_noticed()
    {
        using var folder = new TempFolder();
        using (var store = VantageStore.Open(folder.Path))
        {
            var number = store.TrackLog.NumberOf(new ActorId(ActorKinds.Vehicle, "1"));
            store.TrackLog.Start(frame => frame.Release());
            await store.TrackLog.CommitAsync(Batch(number, 1));
            store.History.Commit([new ShardCommit { Shard = Shards.Of(new ActorId(ActorKinds.Vehicle, "1")), ProcessedSequence = store.TrackLog.LastSequence }]);
        }

        VantageStore.Open(folder.Path).Dispose();
        File.Delete(folder["log.db"]);
        Assert.Contains("missing or older than history.db", Refusal(folder.Path), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A folder from before there were records opens, and takes some")]
    public async Task Older_folders_open()
    {
        using var folder = new TempFolder();
        using (var store = VantageStore.Open(folder.Path))
        {
            await store.Accounts.WriteSettingAsync("kept", "yes");
        }

        File.Delete(folder["records.db"]);
        using var again = VantageStore.Open(folder.Path);
        Assert.Equal("yes", await again.Accounts.ReadSettingAsync("kept"));
        Assert.Equal(1, await again.Records.SaveAsync([new ExternalRecord { System = RecordSystems.Case, Number = "1", TimeMs = 0 }]));
    }

    [Fact(DisplayName = "An upload that storage refuses half way keeps nothing, and the next is taken")]
    public async Task Refused_uploads_keep_nothing()
    {
        using var folder = new TempFolder();
        using var store = VantageStore.Open(folder.Path);
        using (var other = Database.Open(folder["records.db"], create: false))
        {
            other.Execute("CREATE TRIGGER refuse BEFORE INSERT ON records WHEN new.number = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END");
        }

        var good = new ExternalRecord { System = RecordSystems.Case, Number = "good", TimeMs = 0 };
        await Assert.ThrowsAsync<StorageException>(() => store.Records.SaveAsync([good, good with { Number = "bad" }]).AsTask());
        Assert.Empty(store.Records.Query(new RecordFilter(RecordSystems.Case), 10, null).Items);
        Assert.Equal(1, await store.Records.SaveAsync([good]));
    }

    private static string Refusal(string folder) => Assert.Throws<StorageException>(() => VantageStore.Open(folder).Dispose()).Message;

    private static PositionBatch Batch(int unit, long timeMs)
    {
        var batch = new PositionBatch();
        batch.Add(unit, new Fix { TimeMs = timeMs });
        return batch;
    }
}

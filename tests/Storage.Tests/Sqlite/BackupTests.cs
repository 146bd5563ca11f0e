using System.Text.Json.Nodes;
using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Runtime;
using Vantage.Storage.Backup;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Tests.Sqlite;

public class BackupTests
{
    private static readonly string[] Databases = ["history.db", "journal.db", "log.db", "records.db"];

    [Fact(DisplayName = "A backup taken while every commit is sealed and trimmed at once opens as a whole: history never ahead of the log, and no fix between them lost")]
    public async Task Backups_fit_together()
    {
        using var folder = new TempFolder();
        using var backups = new TempFolder();
        using var stop = new CancellationTokenSource();
        using (var store = VantageStore.Open(folder.Path))
        {
            var unit = new ActorId(ActorKinds.Vehicle, "1");
            var (number, shard) = (store.TrackLog.NumberOf(unit), Shards.Of(unit));
            store.TrackLog.Start(frame => frame.Release());
            await store.TrackLog.CommitAsync(Batch(number, 0));

            // One fix a commit; each is sealed and trimmed soon after, as a shard would do it.
            var writer = Task.Run(async () =>
            {
                var sealedTo = 0L;
                for (var i = 1; !stop.IsCancellationRequested; i++)
                {
                    await store.TrackLog.CommitAsync(Batch(number, i));
                    await store.Journal.AppendAsync("a/1", i - 1, [new Envelope("a/1", i, "noted", 1, default, default, Origin.System, default)]);
                    var commit = new ShardCommit { Shard = shard };
                    foreach (var frame in store.TrackLog.Read(shard, sealedTo))
                    {
                        Fix[] fixes = [.. frame.Fixes.ToArray().Select(item => item.Fix)];
                        commit.Tracks.Add(new TrackRewrite(number, fixes[0].TimeMs, fixes[^1].TimeMs, fixes));
                        sealedTo = frame.Sequence;
                    }

                    (commit.ProcessedSequence, commit.SealedSequence) = (sealedTo, sealedTo);
                    store.History.Commit([commit]);
                    store.TrackLog.Trim(shard, sealedTo);
                }
            });
            for (var i = 0; i < 8; i++)
            {
                await Task.Run(() => FolderBackup.Run(folder.Path, backups[$"{i}"], "1.2.3", _ => { }));
            }

            await stop.CancelAsync();
            await writer;
        }

        for (var i = 0; i < 8; i++)
        {
            using var copy = VantageStore.Open(backups[$"{i}"]);
            var unit = new ActorId(ActorKinds.Vehicle, "1");
            var (number, shard) = (copy.TrackLog.NumberOf(unit), Shards.Of(unit));
            List<Fix> fixes = [];
            copy.History.ReadTrack(number, long.MinValue, long.MaxValue, fixes);
            var inLog = copy.TrackLog.Read(shard, copy.History.ReadProgress(shard).SealedSequence).SelectMany(frame => frame.Fixes.ToArray());
            var times = fixes.Select(fix => fix.TimeMs).Concat(inLog.Select(item => item.Fix.TimeMs)).ToArray();
            Assert.Equal(Enumerable.Range(0, times.Length).Select(time => (long)time), times);
            await copy.Journal.ReadAsync("a/1").CountAsync();
        }
    }

    [Fact(DisplayName = "What is restored is every file of the backup, byte for byte, with its mode; the manifest says what it holds")]
    public async Task Round_trip()
    {
        using var folder = new TempFolder();
        using var copies = new TempFolder();
        using var store = await FillAsync(folder);
        var before = TimeProvider.System.GetUtcNow();

        var manifest = FolderBackup.Run(folder.Path, copies["backup"], "1.2.3", said => Assert.Fail(said));
        var read = FolderRestore.Run(copies["backup"], copies["restored"], said => Assert.Fail(said));

        Assert.Equal(1, read.Format);
        Assert.Equal("1.2.3", read.Program);
        Assert.InRange(read.TakenAt, before, TimeProvider.System.GetUtcNow());
        Assert.Equal((1, 2L, 1L), (read.Units, read.Events, read.Records));
        Assert.Equal((1_000L, 7_000L), (read.FirstPositionAt!.Value.ToUnixTimeMilliseconds(), read.LastPositionAt!.Value.ToUnixTimeMilliseconds()));
        Assert.Equal(manifest.Files, read.Files);
        string[] files = ["history.db", "journal.db", "jt808.key", "keys/key-1.xml", "keys/older/key-0.xml", "log.db", "records.db", "roles.json"];
        Assert.Equal(files, read.Files.Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.Equal([.. files, "manifest.json"], FilesIn(copies["backup"]).OrderBy(name => name == "manifest.json"));
        Assert.Equal(files, FilesIn(copies["restored"]));
        foreach (var name in files)
        {
            Assert.Equal(await File.ReadAllBytesAsync(copies["backup/" + name]), await File.ReadAllBytesAsync(copies["restored/" + name]));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(File.GetUnixFileMode(folder[name]), File.GetUnixFileMode(copies["restored/" + name]));
            }
        }

        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Assert.Equal([Private, Private], [File.GetUnixFileMode(copies["backup"]), File.GetUnixFileMode(copies["restored"])]);
        }

        using var copy = VantageStore.Open(copies["restored"]);
        Assert.Single(copy.Records.Query(new RecordFilter(RecordSystems.Case), 10, null).Items);
        Assert.Equal("yes", await copy.Accounts.ReadSettingAsync("kept"));
    }

    [Fact(DisplayName = "A byte that changed in any file of a backup is found by the file's name, and nothing is restored")]
    public async Task Flipped_bytes()
    {
        using var folder = new TempFolder();
        using var copies = new TempFolder();
        (await FillAsync(folder)).Dispose();
        var random = new Random(5);
        foreach (var file in FolderBackup.Run(folder.Path, copies["backup"], "1", _ => { }).Files)
        {
            var path = copies["backup/" + file.Name];
            var whole = await File.ReadAllBytesAsync(path);
            var damaged = whole.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(path, damaged);
            Assert.StartsWith($"{file.Name} of {copies["backup"]} is not as it was written", NotRestored(copies), StringComparison.Ordinal);

            await File.WriteAllBytesAsync(path, whole[..^1]);
            Assert.StartsWith($"{file.Name} of {copies["backup"]} is not as it was written", NotRestored(copies), StringComparison.Ordinal);
            File.Delete(path);
            Assert.StartsWith($"{file.Name} is missing", NotRestored(copies), StringComparison.Ordinal);
            await File.WriteAllBytesAsync(path, whole);
        }

        FolderRestore.Run(copies["backup"], copies["restored"], said => Assert.Fail(said));
    }

    [Fact(DisplayName = "A manifest that is of a newer program, names newer tables, names a file outside, or does not read is refused for that reason")]
    public async Task Wrong_manifests()
    {
        using var folder = new TempFolder();
        using var copies = new TempFolder();
        (await FillAsync(folder)).Dispose();
        FolderBackup.Run(folder.Path, copies["backup"], "1.2.3", _ => { });
        var path = copies["backup/manifest.json"];
        var whole = await File.ReadAllTextAsync(path);
        foreach (var (change, reason) in (IEnumerable<(Action<JsonNode>, string)>)[
            (json => json["format"] = 2, "is of format 2; this program reads up to 1"),
            (json => json["files"]![0]!["version"] = 99, "has version 99; this program reads up to"),
            (json => json["files"]![0]!["name"] = "../history.db", "names a file outside the folder"),
            (json => json["files"]![0]!["name"] = "/history.db", "names a file outside the folder"),
            (json => json["files"]![0]!["name"] = "keys/../../x", "names a file outside the folder"),
            (json => json["files"]!.AsArray().Add(null), "does not read"),
            (json => json.AsObject().Remove("files"), "does not read")])
        {
            var json = JsonNode.Parse(whole)!;
            change(json);
            await File.WriteAllTextAsync(path, json.ToJsonString());
            Assert.Contains(reason, NotRestored(copies), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(path, whole[..^5]);
        Assert.Contains("does not read", NotRestored(copies), StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains("is no backup", NotRestored(copies), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A file whose pages are damaged is not backed up, by its name, and a folder without data, or of a newer program, is refused")]
    public async Task Wrong_sources()
    {
        using var copies = new TempFolder();
        using (var folder = new TempFolder())
        {
            (await FillAsync(folder)).Dispose();
            using (var journal = Database.Open(folder["journal.db"], create: false))
            {
                journal.Execute("PRAGMA writable_schema=1; DELETE FROM sqlite_master WHERE name = 'events_by_stream'"); // Its pages belong to nobody now.
            }

            Assert.StartsWith("journal.db is damaged", Refusal(folder.Path, copies["backup"]), StringComparison.Ordinal);
        }

        foreach (var name in Databases)
        {
            using var folder = new TempFolder();
            (await FillAsync(folder)).Dispose();
            using (var newer = Database.Open(folder[name], create: false))
            {
                newer.Execute("PRAGMA user_version=99");
            }

            Assert.Contains($"{name} has version 99", Refusal(folder.Path, copies["backup"]), StringComparison.Ordinal);
            File.Delete(folder[name]);
            if (name != "records.db")
            {
                Assert.Contains($"there is no {name}", Refusal(folder.Path, copies["backup"]), StringComparison.Ordinal);
            }
        }

        Assert.Contains("does not exist", Refusal(copies["nowhere"], copies["backup"]), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(copies.Path));
    }

    [Fact(DisplayName = "While the log is trimmed beyond what history has, a backup takes both anew; when that does not end, it refuses")]
    public async Task Trimmed_between()
    {
        using var folder = new TempFolder();
        using var copies = new TempFolder();
        (await FillAsync(folder)).Dispose();
        using var log = Database.Open(folder["log.db"], create: false);
        log.Execute("INSERT OR REPLACE INTO trims (shard, sequence) VALUES (5, 645)");
        Assert.Contains("are not of one moment", Refusal(folder.Path, copies["backup"]), StringComparison.Ordinal);

        var backup = Task.Run(() => FolderBackup.Run(folder.Path, copies["backup"], "1", _ => { }));
        await Task.Delay(50); // Until it tries; were that too short, it would succeed all the same.
        using var history = Database.Open(folder["history.db"], create: false);
        history.Execute("INSERT OR REPLACE INTO progress (shard, processed, sealed) VALUES (5, 645, 645)");
        await backup;
        using var copy = Database.Open(copies["backup/history.db"], create: false);
        Assert.Equal(645, copy.ReadInt64("SELECT sealed FROM progress WHERE shard = 5"));
    }

    [Fact(DisplayName = "A target with files, one in the data folder or around it, and a file are refused; one that was given up leaves nothing")]
    public async Task Wrong_targets()
    {
        using var folder = new TempFolder();
        using var target = new TempFolder();
        using var store = await FillAsync(folder);
        await File.WriteAllTextAsync(target["mine"], "");
        Assert.Contains("is not empty", Refusal(folder.Path, target.Path), StringComparison.Ordinal);
        Assert.Contains("is a file", Refusal(folder.Path, target["mine"]), StringComparison.Ordinal);
        Assert.Contains("in one another", Refusal(folder.Path, folder["backup"]), StringComparison.Ordinal);
        Assert.Contains("in one another", Refusal(folder.Path, folder.Path + "/"), StringComparison.Ordinal);
        Assert.Contains("in one another", Refusal(folder.Path, Path.GetDirectoryName(folder.Path)!), StringComparison.Ordinal);

        Assert.ThrowsAny<OperationCanceledException>(
            () => FolderBackup.Run(folder.Path, target["given-up"], "1", _ => { }, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal([target["mine"]], Directory.GetFileSystemEntries(target.Path));
        Directory.CreateDirectory(target["empty"]);
        FolderBackup.Run(folder.Path, target["empty"], "1", _ => { });
        Assert.True(File.Exists(target["empty/manifest.json"]));
    }

    [Fact(DisplayName = "What a killed backup left is told and removed; one that is being written, and a folder of somebody else's, are not touched")]
    public async Task Leftovers()
    {
        using var folder = new TempFolder();
        using var target = new TempFolder();
        using var store = await FillAsync(folder);
        Directory.CreateDirectory(target["backup.partial"]);
        await File.WriteAllTextAsync(target["backup.partial/mine"], "kept");
        Assert.Contains("is in the way", Refusal(folder.Path, target["backup"]), StringComparison.Ordinal);
        Assert.Equal("kept", await File.ReadAllTextAsync(target["backup.partial/mine"]));

        using (FolderLock.Take(target["backup.partial"]))
        {
            Assert.Contains("in use by another process", Refusal(folder.Path, target["backup"]), StringComparison.Ordinal);
            Assert.Equal("kept", await File.ReadAllTextAsync(target["backup.partial/mine"]));
        }

        List<string> said = [];
        FolderBackup.Run(folder.Path, target["backup"], "1", said.Add);
        Assert.Contains("was left unfinished", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal([target["backup"]], Directory.GetFileSystemEntries(target.Path));
    }

    private static async Task<VantageStore> FillAsync(TempFolder folder)
    {
        var store = VantageStore.Open(folder.Path);
        var unit = new ActorId(ActorKinds.Vehicle, "1");
        var number = store.TrackLog.NumberOf(unit);
        store.TrackLog.Start(frame => frame.Release());
        await store.TrackLog.CommitAsync(Batch(number, 7_000));
        store.History.Commit([new ShardCommit { Shard = Shards.Of(unit), Tracks = { new TrackRewrite(number, 1_000, 1_000, new Fix[] { new() { TimeMs = 1_000 } }) } }]);
        await store.Journal.AppendAsync("a/1", 0, [.. Enumerable.Range(1, 2).Select(i => new Envelope("a/1", i, "noted", 1, default, default, Origin.System, default))]);
        await store.Accounts.WriteSettingAsync("kept", "yes");
        await store.Records.SaveAsync([new ExternalRecord { System = RecordSystems.Case, Number = "1", TimeMs = 0 }]);
        Directory.CreateDirectory(folder["keys/older"]);
        foreach (var name in (string[])["jt808.key", "keys/key-1.xml", "keys/older/key-0.xml", "roles.json"])
        {
            await File.WriteAllTextAsync(folder[name], name);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["jt808.key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(folder["journal.db"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        return store;
    }

    private static IEnumerable<string> FilesIn(string folder)
        => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);

    private static string Refusal(string folder, string target)
        => Assert.Throws<StorageException>(() => FolderBackup.Run(folder, target, "1", _ => { })).Message;

    private static string NotRestored(TempFolder copies)
    {
        var reason = Assert.Throws<StorageException>(() => FolderRestore.Run(copies["backup"], copies["restored"], _ => { })).Message;
        Assert.Equal([copies["backup"]], Directory.GetFileSystemEntries(copies.Path));
        return reason;
    }

    private static PositionBatch Batch(int unit, long timeMs)
    {
        var batch = new PositionBatch();
        batch.Add(unit, new Fix { TimeMs = timeMs });
        return batch;
    }
}

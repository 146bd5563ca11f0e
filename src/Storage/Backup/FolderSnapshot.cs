using Vantage.Storage.History;
using Vantage.Storage.Journal;
using Vantage.Storage.Records;
using Vantage.Storage.Sqlite;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Backup;

/// <summary>The databases of a folder, each held at one moment by an open read transaction, while another process may be writing them.</summary>
/// <remarks>
/// The moments differ by some hundred microseconds, and their order makes the files fit together. History is first: its progress says up to
/// which frame the log has been processed, and the log, last, has all those frames' successors; were it the other way round, history would have
/// processed frames that the log lacks, and their numbers would be given again. The journal is between: every zone version that history has
/// applied is in it, and so is no handling of a breach that the log's frames do not lead to. One thing no order gives: frames that were
/// sealed after history's moment and trimmed before the log's would be in neither. The log says how far it is trimmed, so that is seen, and
/// then all moments are taken anew.
/// </remarks>
internal sealed class FolderSnapshot : IDisposable
{
    /// <summary>A shard is sealed and trimmed about once a minute: one attempt is the rule.</summary>
    private const int MaxAttempts = 10_000;

    private static readonly FileSchema[] Schemas = [SqliteHistory.Schema, JournalFile.Schema, RecordsFile.Schema, LogFile.Schema];

    private readonly List<Database> _files = [];

    private FolderSnapshot()
    {
    }

    /// <summary>In the order of their moments: history first, the log last.</summary>
    public IReadOnlyList<Database> Files => _files;

    public Database History => _files[0];

    public Database Log => _files[^1];

    /// <summary>The newest version of a file that this program knows, or null when it is none of ours.</summary>
    public static int? NewestVersionOf(string name) => Array.Find(Schemas, schema => schema.Name == name)?.Version;

    /// <exception cref="StorageException">The folder holds no data, or a file of it is foreign, damaged, newer than this program, or not accessible.</exception>
    public static FolderSnapshot Take(string folder)
    {
        var snapshot = new FolderSnapshot();
        try
        {
            snapshot.Open(folder);
            for (var attempt = 1; !snapshot.TryHold(); attempt++)
            {
                if (attempt == MaxAttempts)
                {
                    throw new StorageException(
                        $"{LogFile.Schema.Name} in {folder} is trimmed beyond what {SqliteHistory.Schema.Name} has: they are not of one moment. Restore both from one backup.");
                }
            }

            return snapshot;
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of a file that is copied, so that its write-ahead log can be emptied.</summary>
    public static void Release(Database file) => file.RollbackIfOpen();

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void Open(string folder)
    {
        // Records came later: a folder of before has none.
        if (Array.Find(Schemas, schema => schema != RecordsFile.Schema && !File.Exists(Path.Combine(folder, schema.Name))) is { } missing)
        {
            throw new StorageException($"{folder} holds no data of Vantage: there is no {missing.Name}.");
        }

        // What other runtimes keep here, such as a journal of their own, is between as well.
        var others = Directory.GetFiles(folder, "*.db").Select(Path.GetFileName)
            .Where(name => name != SqliteHistory.Schema.Name && name != LogFile.Schema.Name).Order(StringComparer.Ordinal);
        foreach (var name in (IEnumerable<string?>)[SqliteHistory.Schema.Name, .. others, LogFile.Schema.Name])
        {
            var file = Database.Open(Path.Combine(folder, name!), create: false);
            _files.Add(file);
            file.Execute("PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-4096;");
            if (Array.Find(Schemas, schema => schema.Name == name) is { } schema)
            {
                Check(file, schema);
            }
        }
    }

    private static void Check(Database file, FileSchema schema)
    {
        if (file.ReadInt64("PRAGMA application_id") != schema.ApplicationId)
        {
            throw new StorageException($"{file.Path} is a database, but not {schema.Name} of Vantage: two files were swapped, or it is another program's.");
        }

        if (file.ReadInt64("PRAGMA user_version") is var version && version > schema.Version)
        {
            throw new StorageException($"{file.Path} has version {version}; this program reads up to {schema.Version}. Use the program that wrote it.");
        }
    }

    private bool TryHold()
    {
        foreach (var file in _files)
        {
            file.RollbackIfOpen();
            file.Execute("BEGIN");
            file.ReadInt64("SELECT count(*) FROM sqlite_master"); // The first read is what fixes the moment.
        }

        var trims = Log.Prepare("SELECT shard, sequence FROM trims");
        while (trims.Step())
        {
            if (trims.Int64(1) > (History.ReadInt64($"SELECT sealed FROM progress WHERE shard = {trims.Int32(0)}") ?? 0))
            {
                return false;
            }
        }

        return true;
    }
}

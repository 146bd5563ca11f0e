namespace Vantage.Storage.Sqlite;

/// <summary>One file of the folder: its writing connection, and a pool of reading ones.</summary>
/// <remarks>
/// Only the writing connection ever checkpoints: readers stay out of the way of the writer, and two checkpoints never meet.
/// A commit returns after the write-ahead log was synced to the disk (<c>synchronous=FULL</c>).
/// </remarks>
internal sealed class DatabaseFile : IDisposable
{
    private const int MaxPooledReaders = 16;
    private const int WalBytesKept = 64 << 20;

    private readonly Stack<Database> _readers = new();
    private readonly Lock _gate = new();
    private bool _disposed;

    private DatabaseFile(string path, Database writer)
    {
        Path = path;
        Writer = writer;
    }

    public string Path { get; }

    /// <summary>For the one thread that writes.</summary>
    public Database Writer { get; }

    /// <summary>Opens or creates, checks whose file it is, and migrates it.</summary>
    /// <exception cref="StorageException">Damaged, foreign, newer than this program, or not writable.</exception>
    public static DatabaseFile Open(string folder, FileSchema schema, int cacheKibibytes)
    {
        var path = System.IO.Path.Combine(folder, schema.Name);
        var writer = Database.Open(path, create: true);
        try
        {
            Prepare(writer, schema, cacheKibibytes);
            return new DatabaseFile(path, writer);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Lends a reading connection. Dispose the loan to give it back.</summary>
    public Loan Read()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_readers.TryPop(out var pooled))
            {
                return new Loan(this, pooled);
            }
        }

        var reader = Database.Open(Path, create: false);
        // Not mapped into memory: a disk error would end the process instead of the call.
        reader.Execute("PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-4096;");
        return new Loan(this, reader);
    }

    /// <summary>Empties the write-ahead log into the file and closes it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            while (_readers.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }

        // The last connection to close checkpoints and removes the write-ahead log.
        Writer.Dispose();
    }

    private static void Prepare(Database writer, FileSchema schema, int cacheKibibytes)
    {
        var isNew = (writer.ReadInt64("SELECT count(*) FROM sqlite_master") ?? 0) == 0;
        if (isNew)
        {
            writer.Execute($"PRAGMA page_size={schema.PageSizeBytes}; PRAGMA application_id={schema.ApplicationId};");
        }
        else if (writer.ReadInt64("PRAGMA application_id") != schema.ApplicationId)
        {
            throw new StorageException($"{writer.Path} is a database, but not {schema.Name} of Vantage: two files were swapped, or it is another program's.");
        }

        if (!string.Equals(writer.ReadText("PRAGMA journal_mode=WAL"), "wal", StringComparison.Ordinal))
        {
            throw new StorageException($"{writer.Path}: write-ahead logging is not possible here; the folder must be on a local disk.");
        }

        writer.Execute(
            $"PRAGMA synchronous=FULL; PRAGMA foreign_keys=0; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-{cacheKibibytes}; "
            + $"PRAGMA journal_size_limit={WalBytesKept};");
        Migrate(writer, schema);
        writer.Execute("PRAGMA temp_store=MEMORY"); // Not before: a step may sort a year of rows.
    }

    private static void Migrate(Database writer, FileSchema schema)
    {
        var version = writer.ReadInt64("PRAGMA user_version") ?? 0;
        if (version > schema.Version)
        {
            throw new StorageException(
                $"{writer.Path} has version {version}; this program reads up to {schema.Version}. Run a newer program, or restore an older backup.");
        }

        for (; version < schema.Version; version++)
        {
            try
            {
                writer.Execute("BEGIN IMMEDIATE");
                writer.Execute(schema.Migrations[(int)version]);
                writer.Execute($"PRAGMA user_version={version + 1}");
                writer.Execute("COMMIT");
            }
            catch
            {
                writer.RollbackIfOpen();
                throw;
            }
        }
    }

    private void Return(Database reader)
    {
        reader.ResetAll();
        lock (_gate)
        {
            if (!_disposed && _readers.Count < MaxPooledReaders)
            {
                _readers.Push(reader);
                return;
            }
        }

        reader.Dispose();
    }

    /// <summary>A borrowed reading connection.</summary>
    internal readonly struct Loan(DatabaseFile owner, Database database) : IDisposable
    {
        public Database Database => database;

        public void Dispose() => owner.Return(database);
    }
}

using SQLitePCL;

namespace Vantage.Storage.Sqlite;

/// <summary>One connection to one SQLite file: a thin layer over the C interface, because frames and chunks pass as spans.</summary>
/// <remarks>Used by one thread at a time. Statements are prepared once, kept by their text, and end with the connection.</remarks>
internal sealed class Database : IDisposable
{
    private const int BusyTimeoutMs = 10_000;

    private readonly sqlite3 _handle;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    private Database(string path, sqlite3 handle)
    {
        Path = path;
        _handle = handle;
    }

    public string Path { get; }

    public string FileName => System.IO.Path.GetFileName(Path);

    internal sqlite3 Handle => _handle;

    /// <summary>Rows that the last finished statement inserted, updated or deleted.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(_handle);

    /// <exception cref="StorageException">The file cannot be opened.</exception>
    public static Database Open(string path, bool create)
    {
        SqliteLibrary.Load();
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null!);
        var database = new Database(path, handle);
        if (code != raw.SQLITE_OK)
        {
            handle.Dispose();
            throw new StorageException($"{path} cannot be opened: {raw.sqlite3_errstr(code).utf8_to_string()}.");
        }

        raw.sqlite3_busy_timeout(handle, BusyTimeoutMs);
        return database;
    }

    /// <summary>Runs one or more statements that give no rows.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code);
        }
    }

    /// <summary>A statement of this connection, ready to be bound.</summary>
    public Statement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var known))
        {
            known.Reset();
            return known;
        }

        var code = raw.sqlite3_prepare_v2(_handle, sql, out var handle);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code);
        }

        var statement = new Statement(this, handle);
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>The first column of the first row, or null when there is no row or the value is NULL.</summary>
    public long? ReadInt64(string sql)
    {
        var statement = Prepare(sql);
        try
        {
            return statement.Step() && !statement.IsNull(0) ? statement.Int64(0) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    public string? ReadText(string sql)
    {
        var statement = Prepare(sql);
        try
        {
            return statement.Step() ? statement.Text(0) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Undoes a transaction if one is open: SQLite ends some by itself when they fail.</summary>
    public void RollbackIfOpen()
    {
        ResetAll();
        // A failing ROLLBACK says only that there was nothing left to undo.
        _ = raw.sqlite3_exec(_handle, "ROLLBACK");
    }

    public void ResetAll()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }
    }

    /// <summary>Copies the write-ahead log into the file as far as readers allow. Never waits for them.</summary>
    /// <returns>The size of the write-ahead log in pages.</returns>
    public int CheckpointPassive()
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, null!, raw.SQLITE_CHECKPOINT_PASSIVE, out var pages, out _);
        if (code is not raw.SQLITE_OK and not raw.SQLITE_BUSY)
        {
            throw Failure(code);
        }

        return pages;
    }

    public StorageException Failure(int code)
    {
        var reason = raw.sqlite3_errmsg(_handle).utf8_to_string();
        var extended = raw.sqlite3_extended_errcode(_handle);
        return (code & 0xFF) switch
        {
            raw.SQLITE_FULL => new($"{Path}: the disk, or the size allowed to this file, is full."),
            raw.SQLITE_IOERR when extended == raw.SQLITE_IOERR_SHMSIZE => new($"{Path}: the disk, or the size allowed to this file, is full."),
            raw.SQLITE_NOTADB => new($"{Path} is not a database: it was damaged, or is another program's file. Restore it from a backup."),
            raw.SQLITE_CORRUPT => new($"{Path} is damaged ({reason}). Restore it from a backup."),
            raw.SQLITE_READONLY => new($"{Path} cannot be written: check who owns the file and its folder."),
            _ => new($"{Path}: {reason} (SQLite error {extended})."),
        };
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _handle.Dispose();
    }
}

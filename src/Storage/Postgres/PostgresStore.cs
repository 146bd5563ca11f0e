using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Postgres;

/// <summary>Track log, history, journal and accounts in one PostgreSQL database, for installations with a database server.</summary>
/// <remarks>A commit that has returned is on the server's disk. Any number of processes may use it at the same time.</remarks>
public sealed class PostgresStore : IDisposable
{
    private readonly StorageMetrics _metrics = new();
    private readonly PostgresDatabase _database;
    private readonly PostgresTrackLog _trackLog;
    private readonly PostgresJournal _journal;

    private PostgresStore(string connectionString, StorageOptions options)
    {
        try
        {
            _database = PostgresDatabase.Open(connectionString);
            _trackLog = new PostgresTrackLog(_database, options, _metrics);
            _journal = new PostgresJournal(_database, _metrics);
            History = new PostgresHistory(_database, _metrics);
            Accounts = new PostgresAccounts(_database);
        }
        catch
        {
            _database?.Dispose();
            _metrics.Dispose();
            throw;
        }
    }

    public ITrackLog TrackLog => _trackLog;

    public IHistory History { get; }

    public IJournal Journal => _journal;

    public IAccounts Accounts { get; }

    /// <summary>False while the database refuses positions or events: <c>/readyz</c> should answer 503.</summary>
    public bool IsHealthy => LastError is null;

    /// <summary>Why not <see cref="IsHealthy"/>, or null.</summary>
    public string? LastError => _trackLog.LastError ?? _journal.LastError;

    /// <summary>Connects, and makes the tables or brings them to this version. The database itself must exist.</summary>
    /// <exception cref="StorageException">Not reachable, not safe, or written by a newer program.</exception>
    public static PostgresStore Open(string connectionString, StorageOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        return new PostgresStore(connectionString, options ?? new StorageOptions());
    }

    public void Dispose()
    {
        _journal.Dispose();
        _trackLog.Dispose();
        _database.Dispose();
        _metrics.Dispose();
    }
}

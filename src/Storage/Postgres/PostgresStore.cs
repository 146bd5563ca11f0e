using Vantage.Actors.Areas;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Pictures;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Tours;
using Vantage.Storage.History;
using Vantage.Storage.Migration;

namespace Vantage.Storage.Postgres;

/// <summary>Track log, history, journal, accounts and records in one PostgreSQL database, for installations with a database server.</summary>
/// <remarks>A commit that has returned is on the server's disk. Any number of processes may use it at the same time.</remarks>
public sealed class PostgresStore : IStore
{
    private readonly StorageMetrics _metrics = new();
    private readonly PostgresDatabase _database;
    private readonly PostgresHold? _hold;
    private readonly PostgresTrackLog _trackLog;
    private readonly PostgresJournal _journal;
    private readonly PostgresRecords _records;

    private PostgresStore(string connectionString, PostgresUse? use, StorageOptions options)
    {
        try
        {
            _database = PostgresDatabase.Open(connectionString);
            _hold = use is { } how ? PostgresHold.Take(_database, how) : null;
            MigrationMark.RequireWhole(_database);
            _trackLog = new PostgresTrackLog(_database, options, _metrics);
            _journal = new PostgresJournal(_database, _metrics);
            var damage = new DamageReport(_database.Name, unit => DamageReport.NameOf(_trackLog, unit), options.OnDamage, _metrics);
            History = new PostgresHistory(_database, _metrics, damage);
            Accounts = new PostgresAccounts(_database);
            _records = new PostgresRecords(_database);
            Areas = new PostgresAreas(_database);
            Pictures = new PostgresPictures(_database);
            TourLog = new PostgresTourLog(_database);
        }
        catch
        {
            _hold?.Dispose();
            _database?.Dispose();
            _metrics.Dispose();
            throw;
        }
    }

    public ITrackLog TrackLog => _trackLog;

    public IHistory History { get; }

    public IJournal Journal => _journal;

    public IAccounts Accounts { get; }

    public IRecords Records => _records;

    public IAreas Areas { get; }

    public IPictures Pictures { get; }

    public ITourLog TourLog { get; }

    public bool IsHealthy => LastError is null;

    public string? LastError => _trackLog.LastError ?? _journal.LastError;

    /// <summary>Connects, and makes the tables or brings them to this version. The database itself must exist.</summary>
    /// <exception cref="StorageException">Not reachable, not safe, written by a newer program, or left half way by a migration.</exception>
    public static PostgresStore Open(string connectionString, StorageOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        return new PostgresStore(connectionString, use: null, options ?? new StorageOptions());
    }

    /// <summary>Opens it for a host, and sees to it that no host has it that would not share it.</summary>
    /// <exception cref="StorageException">As above; or a host has it that does not share, or that this one would not share with.</exception>
    public static PostgresStore Open(string connectionString, PostgresUse use, StorageOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        return new PostgresStore(connectionString, use, options ?? new StorageOptions());
    }

    public void Dispose()
    {
        _journal.Dispose();
        _records.Dispose();
        _trackLog.Dispose();
        _hold?.Dispose();
        _database.Dispose();
        _metrics.Dispose();
    }
}

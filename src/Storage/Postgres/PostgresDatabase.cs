using System.Data;
using System.Diagnostics;
using Npgsql;

namespace Vantage.Storage.Postgres;

/// <summary>One database on a PostgreSQL server: its pool of connections, and its tables, which stand in a schema of their own.</summary>
/// <remarks>After an attempt to connect that failed, none is made for a while that doubles up to 2 s: calls fail at once meanwhile. Thread-safe.</remarks>
internal sealed class PostgresDatabase : IDisposable
{
    private const string SchemaName = "vantage";
    private const int DriverThreads = 64;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Where the connection string says nothing else: a start that finds nobody says so within 15 s.</summary>
    private const int ConnectSeconds = 5;

    private readonly NpgsqlDataSource _pool;
    private readonly NpgsqlDataSource _own;
    private readonly Lock _gate = new();
    private TimeSpan _pause;
    private long _failedAt;
    private string _failure = "";

    private PostgresDatabase(NpgsqlConnectionStringBuilder settings)
    {
        Name = $"{settings.Database} on {settings.Host}:{settings.Port}";
        settings.ApplicationName ??= "Vantage";
        settings.SearchPath = SchemaName;
        settings.MaxAutoPrepare = 20;
        settings.Timeout = settings.ShouldSerialize("Timeout") ? settings.Timeout : ConnectSeconds;

        // Whatever the server's own settings say: a COMMIT returns when it is on the disk, a statement that waited for a lock sees what
        // others did meanwhile, a process that vanished lets go of its locks within half a minute, and one that stands still in the middle of a
        // transaction within 5 s: all nodes of a cluster wait for it.
        settings.Options = (settings.Options + @" -c synchronous_commit=on -c default_transaction_isolation=read\ committed" +
            " -c idle_in_transaction_session_timeout=5000 -c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3").TrimStart();
        _pool = NpgsqlDataSource.Create(settings);
        _own = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false });
    }

    /// <summary>For messages; without the password.</summary>
    public string Name { get; }

    /// <summary>Connects, checks that commits are safe there, and brings the tables to this program's version.</summary>
    /// <exception cref="StorageException">Not reachable, not safe, or written by a newer program.</exception>
    public static PostgresDatabase Open(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException wrong)
        {
            throw new StorageException($"The connection string is not one of PostgreSQL: {wrong.Message}", wrong);
        }

        EnsureThreads();
        var database = new PostgresDatabase(settings);
        try
        {
            using var connection = database.Connect();
            database.Prepare(connection);
            return database;
        }
        catch (NpgsqlException failure)
        {
            database.Dispose();
            throw database.Failure(failure);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A connection of the pool. Dispose it to give it back.</summary>
    /// <exception cref="StorageException">The database cannot be reached, or could not a moment ago.</exception>
    public NpgsqlConnection Connect() => Connect(_pool);

    /// <summary>A connection that is closed when it is disposed of, and with it the locks that it holds.</summary>
    /// <exception cref="StorageException">The database cannot be reached, or could not a moment ago.</exception>
    public NpgsqlConnection ConnectAlone() => Connect(_own);

    /// <summary>What to throw for an error of the database: names it.</summary>
    public StorageException Failure(Exception reason)
    {
        if (reason is PostgresException refused ? refused.SqlState.StartsWith("57P", StringComparison.Ordinal) : reason is NpgsqlException)
        {
            _pool.Clear(); // One connection broke or was ended: the idle ones probably were too, and each would fail a call.
        }

        return reason as StorageException ?? new StorageException($"{Name}: {reason.Message}", reason);
    }

    /// <summary>What to throw when a row does not decode: names it.</summary>
    /// <param name="remedy">What to do about it, as a sentence.</param>
    public StorageException Damaged(string row, Exception reason, string remedy = DamagedStorageException.Restore)
        => new DamagedStorageException(row, $"{Name} is damaged at {row}: {reason.Message} {remedy}", reason);

    public void Dispose()
    {
        _pool.Dispose();
        _own.Dispose();
    }

    private NpgsqlConnection Connect(NpgsqlDataSource source)
    {
        lock (_gate)
        {
            if (_pause > TimeSpan.Zero && Stopwatch.GetElapsedTime(_failedAt) < _pause)
            {
                throw new StorageException(_failure);
            }
        }

        try
        {
            var connection = source.OpenConnection();
            lock (_gate)
            {
                _pause = TimeSpan.Zero;
            }

            return connection;
        }
        catch (Exception reason) when (reason is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            _pool.Clear();
            var failure = new StorageException($"{Name} cannot be reached: {reason.Message}", reason);
            lock (_gate)
            {
                _failedAt = Stopwatch.GetTimestamp();
                _pause = _pause == TimeSpan.Zero ? ShortestPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
                _failure = failure.Message;
            }

            throw failure;
        }
    }

    private void Prepare(NpgsqlConnection connection)
    {
        if ((string)Scalar(connection, "SHOW fsync")! != "on")
        {
            throw new StorageException($"{Name} runs with fsync=off: what it acknowledges would not survive a power failure. Turn it on.");
        }

        using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);

        // Here nobody is fenced off who stands still: a machine that slept while its program started goes on.
        Scalar(connection, "SET LOCAL idle_in_transaction_session_timeout = '1min'");

        // Two programs that start at once wait for each other here.
        Scalar(connection, $"SELECT pg_advisory_xact_lock({(long)PostgresLock.Schema})");
        Scalar(connection, $"CREATE SCHEMA IF NOT EXISTS {SchemaName}; CREATE TABLE IF NOT EXISTS versions (version integer NOT NULL)");
        var version = (int)Scalar(connection, "SELECT coalesce(max(version), 0) FROM versions")!;
        if (version > PostgresSchema.Version)
        {
            throw new StorageException(
                $"{Name} has version {version}; this program reads up to {PostgresSchema.Version}. Run a newer program, or restore an older backup.");
        }

        for (; version < PostgresSchema.Version; version++)
        {
            Scalar(connection, PostgresSchema.Migrations[version]);
            Scalar(connection, $"INSERT INTO versions (version) VALUES ({version + 1})");
        }

        transaction.Commit();
    }

    /// <summary>
    /// Has threads of the pool at hand: the driver has calls that wait on one for another, and a server ends a transaction whose process stands still.
    /// Not for every process: as long as the pool has many threads that take turns on few cores, terminals get half the acknowledgements.
    /// </summary>
    private static void EnsureThreads()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(DriverThreads, workers), completions);
    }

    private static object? Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only texts of this program come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = 0; // A step may go over a year of rows, and others wait for it.
        return command.ExecuteScalar();
    }
}

/// <summary>The keys of the advisory locks, which are the whole database's.</summary>
internal enum PostgresLock : long
{
    /// <summary>Whoever makes or changes tables.</summary>
    Schema = 0x56_53_43_48,

    /// <summary>Whoever appends to the journal, until the end of the transaction: offsets are visible in their order.</summary>
    Journal = 0x56_4A_52_4E,

    /// <summary>Hosts, for as long as they live: one alone, or those of a cluster together.</summary>
    Host = 0x56_48_53_54,

    /// <summary>Whoever gives units their numbers, until the end of the transaction: numbers have no gaps.</summary>
    Units = 0x56_55_4E_54,

    /// <summary>Whoever writes records of other systems, until the end of the transaction: each is compared with what is kept.</summary>
    Records = 0x56_52_45_43,

    /// <summary>Whoever changes heat shares it, and whoever builds sums of heat has it alone, until the end of the transaction.</summary>
    HeatSums = 0x56_48_53_4D,
}

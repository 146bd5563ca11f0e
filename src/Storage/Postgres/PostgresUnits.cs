using System.Data;
using Npgsql;
using Vantage.Actors;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Postgres;

/// <summary>The numbers of units, which the database gives and each process remembers. Thread-safe.</summary>
/// <remarks>
/// Whoever gives numbers holds a lock until its commit is visible, so numbers have no gaps and become visible in their order: what a
/// process knows is always all of them up to one. Those who ask while others register wait, and are registered together.
/// </remarks>
internal sealed class PostgresUnits(PostgresDatabase database, UnitNumbers known)
{
    private readonly Lock _gate = new();
    private readonly Lock _registering = new();
    private Round _next = new();

    /// <summary>The number of a unit, which is given one if it has none. It is durable when this returns.</summary>
    /// <exception cref="StorageException">The database refuses.</exception>
    public int Register(ActorId unit)
    {
        Round round;
        bool isFirst;
        lock (_gate)
        {
            round = _next;
            isFirst = round.Units.Count == 0;
            round.Units.Add(unit.ToString());
        }

        if (isFirst)
        {
            RunNext();
        }

        round.Done.Task.Wait();

        // Each caller its own exception: they are thrown on different threads.
        return round.Failure is { } failure ? throw new StorageException(failure.Message, failure)
            : known.TryGet(unit, out var number) ? number
            : throw new StorageException($"The track log in {database.Name} is damaged: {unit} was registered and is not there.");
    }

    /// <summary>Asks the database when a number is not known here.</summary>
    /// <exception cref="StorageException">The database does not answer.</exception>
    public void Require(int number)
    {
        if (number < known.Count)
        {
            return;
        }

        try
        {
            using var connection = database.Connect();
            Load(connection);
        }
        catch (NpgsqlException failure)
        {
            throw database.Failure(failure);
        }
    }

    /// <summary>Learns the numbers that were given since, by whoever.</summary>
    public void Load(NpgsqlConnection connection) => Learn(Read(connection));

    private List<(int Number, string Id)> Read(NpgsqlConnection connection)
    {
        List<(int, string)> read = [];
        using var select = connection.Command("SELECT number, id FROM units WHERE number >= $1 ORDER BY number", known.Count);
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            read.Add((rows.GetInt32(0), rows.GetString(1)));
        }

        return read;
    }

    /// <summary>Several may have read the same at once: each adds them in their order, or finds them added.</summary>
    private void Learn(List<(int Number, string Id)> read)
    {
        foreach (var (number, id) in read)
        {
            if (!ActorId.TryParse(id, out var unit) || known.GetOrAdd(unit, out _) != number)
            {
                throw new StorageException($"The track log in {database.Name} is damaged: unit {number} ({id}) does not follow the one before.");
            }
        }
    }

    /// <summary>One round at a time: whoever asks during one is in the next.</summary>
    private void RunNext()
    {
        lock (_registering)
        {
            Round round;
            lock (_gate)
            {
                (round, _next) = (_next, new Round());
            }

            round.Failure = Run(round.Units);
            round.Done.SetResult();
        }
    }

    /// <returns>Why it failed, or null.</returns>
    private StorageException? Run(HashSet<string> asked)
    {
        try
        {
            using var connection = database.Connect();
            using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
            using (var take = connection.Command($"SELECT pg_advisory_xact_lock({(long)PostgresLock.Units})"))
            {
                take.ExecuteNonQuery();
            }

            using (var insert = connection.Command(
                """
                INSERT INTO units (number, id)
                SELECT (SELECT coalesce(max(number), -1) FROM units) + row_number() OVER (ORDER BY asked.place)::integer, asked.id
                FROM unnest($1) WITH ORDINALITY AS asked (id, place) WHERE NOT EXISTS (SELECT FROM units WHERE units.id = asked.id)
                """,
                asked.ToList()))
            {
                insert.ExecuteNonQuery();
            }

            var read = Read(connection);
            transaction.Commit();
            Learn(read); // Not sooner: a number that was taken back would be given to another.
            return null;
        }
        catch (Exception reason) // Whatever it was, all who asked must hear of it.
        {
            return database.Failure(reason);
        }
    }

    /// <summary>Those who are registered together.</summary>
    private sealed class Round
    {
        public HashSet<string> Units { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource Done { get; } = new();

        public StorageException? Failure { get; set; }
    }
}

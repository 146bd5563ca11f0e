using System.Data;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace Vantage.Storage.Postgres;

/// <summary>Statements on one connection of the pool. They wait until a result is needed, and then go to the server in one message.</summary>
/// <remarks>
/// Rows are written as arrays, one a column, which the server unfolds: one statement whatever their number. COPY into temporary tables would take
/// round trips of its own for each table, and grow the server's catalogs with every commit.
/// </remarks>
internal sealed class PostgresStatements : IDisposable
{
    /// <summary>So many a server writes in a second even while it has much else to do.</summary>
    private const int SlowestRowsASecond = 1_000;

    private readonly PostgresDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction? _transaction;
    private readonly NpgsqlBatch _batch;
    private readonly List<Action<NpgsqlDataReader>> _onRow = [];

    private PostgresStatements(PostgresDatabase database, IsolationLevel? isolation)
    {
        _database = database;
        _connection = database.Connect();
        _transaction = isolation is { } level ? Guard(() => _connection.BeginTransaction(level)) : null;
        _batch = new NpgsqlBatch(_connection, _transaction);
    }

    /// <summary>For one statement, which sees whole commits by itself.</summary>
    /// <exception cref="StorageException">The database cannot be reached.</exception>
    public static PostgresStatements Single(PostgresDatabase database) => new(database, isolation: null);

    /// <summary>For several that see the same commits.</summary>
    /// <exception cref="StorageException">The database cannot be reached.</exception>
    public static PostgresStatements Snapshot(PostgresDatabase database) => new(database, IsolationLevel.RepeatableRead);

    /// <summary>For writing: each statement sees what was committed when it begins, and so what it waited for. Undone unless committed.</summary>
    /// <exception cref="StorageException">The database cannot be reached.</exception>
    public static PostgresStatements Transaction(PostgresDatabase database) => new(database, IsolationLevel.ReadCommitted);

    /// <param name="onRow">Told of each row; null for a statement that gives none.</param>
    [SuppressMessage("Security", "CA2100", Justification = "Only texts of this program come here; values are parameters.")]
    public Statement Add(string sql, Action<NpgsqlDataReader>? onRow = null)
    {
        var command = new NpgsqlBatchCommand(sql);
        _batch.BatchCommands.Add(command);
        if (onRow is not null)
        {
            _onRow.Add(onRow);
        }

        return new Statement(command);
    }

    /// <summary>Runs what was added since the last time.</summary>
    /// <param name="rows">How many it writes. The driver's command timeout is for few: with many it is longer, or they would never be written.</param>
    /// <exception cref="StorageException">The server refused, or went away.</exception>
    public void Run(int rows = 0)
    {
        if (_batch.BatchCommands.Count == 0)
        {
            return;
        }

        var timeout = _connection.CommandTimeout; // In seconds; 0: none.
        _batch.Timeout = timeout == 0 ? 0 : timeout + (rows / SlowestRowsASecond);
        try
        {
            using var reader = _batch.ExecuteReader();
            foreach (var onRow in _onRow)
            {
                while (reader.Read())
                {
                    onRow(reader);
                }

                reader.NextResult();
            }
        }
        catch (NpgsqlException failure)
        {
            throw _database.Failure(failure);
        }
        finally
        {
            _batch.BatchCommands.Clear();
            _onRow.Clear();
        }
    }

    /// <summary>Returns when the transaction is on the server's disk.</summary>
    /// <exception cref="StorageException">It is not, or nobody knows.</exception>
    public void Commit() => Guard(() =>
    {
        _transaction!.Commit();
        return true;
    });

    public void Dispose()
    {
        try
        {
            _batch.Dispose();
            _transaction?.Dispose();
            _connection.Dispose();
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or InvalidOperationException or TimeoutException)
        {
            // It was broken already; the server ends its side.
        }
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (NpgsqlException failure)
        {
            throw _database.Failure(failure);
        }
    }

    /// <summary>A statement that was added. Its parameters are numbered in the order in which they are given.</summary>
    internal readonly struct Statement(NpgsqlBatchCommand command)
    {
        public Statement With<T>(T value)
        {
            command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
            return this;
        }

        public void With(NpgsqlParameter[] values) => command.Parameters.AddRange(values);

        /// <summary>One column of rows, as an array.</summary>
        public Statement With<TRow, T>(NpgsqlDbType type, IReadOnlyCollection<TRow> rows, Func<TRow, T> of)
        {
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. rows.Select(of)], NpgsqlDbType = NpgsqlDbType.Array | type });
            return this;
        }
    }
}

using Npgsql;
using NpgsqlTypes;
using Vantage.Actors.History;
using Vantage.Storage.History;

namespace Vantage.Storage.Postgres;

/// <summary>The heat cube: a row for each hour and block, to which several processes may add at a time.</summary>
internal static class PostgresHeat
{
    /// <summary>Blocks that are read and written at a time: a bound on memory.</summary>
    private const int Slice = 64;

    /// <summary>
    /// Makes rows that are missing, and locks those that are there, in one pass and in the order of their keys: two processes that add to the same
    /// blocks wait for each other, but never both.
    /// </summary>
    private const string Lock = """
        INSERT INTO heat (hour, block, cells) SELECT hour, block, ''::bytea FROM unnest($1, $2) AS key (hour, block) ORDER BY hour, block
        ON CONFLICT (hour, block) DO UPDATE SET cells = excluded.cells WHERE false
        """;

    private const string Select = """
        SELECT hour, block, cells, crc FROM unnest($1, $2) AS key (hour, block) JOIN heat USING (hour, block)
        """;

    private const string Update = """
        UPDATE heat SET cells = now.cells, crc = now.crc FROM unnest($1, $2, $3, $4) AS now (hour, block, cells, crc)
            WHERE heat.hour = now.hour AND heat.block = now.block
        """;

    private const string KeepAside = "INSERT INTO damaged_heat (hour, block, cells, crc) SELECT hour, block, cells, crc FROM heat WHERE hour = $1 AND block = $2";

    private const string Delete = """
        DELETE FROM heat USING unnest($1, $2) AS gone (hour, block) WHERE heat.hour = gone.hour AND heat.block = gone.block
        """;

    /// <summary>Adds up what commits add to each block, in the order in which blocks are written.</summary>
    /// <exception cref="ArgumentException">A cell is not of the base resolution.</exception>
    public static SortedDictionary<(int Hour, long Block), HeatBlock> Gather(IReadOnlyList<ShardCommit> commits)
    {
        SortedDictionary<(int Hour, long Block), HeatBlock> blocks = [];
        foreach (var commit in commits)
        {
            GatherInto(blocks, commit.Heat);
        }

        return blocks;
    }

    /// <param name="added">As <see cref="Gather"/> gave it; it is used up.</param>
    /// <returns>The bytes written.</returns>
    public static long Write(PostgresStatements transaction, SortedDictionary<(int Hour, long Block), HeatBlock> added, DamageReport damage)
    {
        var bytes = 0L;
        if (added.Count > 0)
        {
            PostgresHeatSums.Drop(transaction, added.Keys.Select(key => key.Hour).Distinct());
        }

        foreach (var slice in added.Chunk(Slice))
        {
            List<(int Hour, long Block)> damaged = [];
            WithKeys(transaction.Add(Lock), slice);
            WithKeys(
                transaction.Add(Select, row =>
                {
                    var key = (Hour: row.GetInt32(0), Block: row.GetInt64(1));
                    try
                    {
                        added[key].Add(HeatBlock.Decode(CellsOf(row)));
                    }
                    catch (InvalidDataException reason)
                    {
                        damaged.Add(key);
                        damage.Add(key.Hour, (ulong)key.Block, reason.Message);
                    }
                }),
                slice);
            transaction.Run();

            // What comes does not suffer from a damaged row: who reads the hour is told.
            damaged.ForEach(key => transaction.Add(KeepAside).With(key.Hour).With(key.Block));
            bytes += WriteLocked(transaction, slice);
        }

        return bytes;
    }

    /// <inheritdoc cref="HeatBlocks.Damaged"/>
    public static IReadOnlyList<int> Damaged(PostgresStatements snapshot, int fromHour, int toHour)
    {
        SortedSet<int> hours = [];
        snapshot.Add("SELECT hour, block, cells, crc FROM heat WHERE hour >= $1 AND hour < $2", row =>
        {
            if (!HeatBlock.IsWhole(row.GetFieldValue<byte[]>(2), row.IsDBNull(3) ? null : row.GetInt64(3)))
            {
                hours.Add(row.GetInt32(0));
            }
        }).With(fromHour).With(toHour);
        snapshot.Add("SELECT hour FROM damaged_heat WHERE hour >= $1 AND hour < $2", row => hours.Add(row.GetInt32(0))).With(fromHour).With(toHour);
        snapshot.Run();
        return [.. hours];
    }

    /// <summary>Adds statements that put heat in the place of what is stored of hours.</summary>
    /// <exception cref="ArgumentException">A cell is not of the base resolution, or an hour is another.</exception>
    public static void Replace(PostgresStatements transaction, int fromHour, int toHour, List<HeatDelta> heat)
    {
        HeatBlock.CheckHours(fromHour, toHour, heat);
        SortedDictionary<(int Hour, long Block), HeatBlock> blocks = [];
        GatherInto(blocks, heat);
        PostgresHeatSums.Drop(transaction, Enumerable.Range(fromHour, toHour - fromHour));
        transaction.Add("DELETE FROM heat WHERE hour >= $1 AND hour < $2").With(fromHour).With(toHour);
        transaction.Add("DELETE FROM damaged_heat WHERE hour >= $1 AND hour < $2").With(fromHour).With(toHour);
        byte[] buffer = [];
        ushort[] order = [];
        foreach (var slice in blocks.Where(entry => entry.Value.Count > 0).Chunk(Slice))
        {
            var rows = Array.ConvertAll(slice, entry => (entry.Key.Hour, entry.Key.Block, Cells: entry.Value.Encode(ref buffer, ref order).ToArray()));
            transaction.Add("INSERT INTO heat (hour, block, cells, crc) SELECT * FROM unnest($1, $2, $3, $4)")
                .With(NpgsqlDbType.Integer, rows, row => row.Hour)
                .With(NpgsqlDbType.Bigint, rows, row => row.Block)
                .With(NpgsqlDbType.Bytea, rows, row => row.Cells)
                .With(NpgsqlDbType.Bigint, rows, row => HeatBlock.Checksum(row.Cells));
        }
    }

    public static void Read(PostgresDatabase database, int fromHour, int toHour, Func<ulong, bool>? inside, Action<HeatDelta> add)
    {
        using var snapshot = PostgresStatements.Snapshot(database);
        long[]? wanted = null;
        if (inside is not null)
        {
            // What lies elsewhere is not even sent.
            List<long> blocks = [];
            snapshot.Add("SELECT DISTINCT block FROM heat WHERE hour >= $1 AND hour < $2", row => blocks.Add(row.GetInt64(0))).With(fromHour).With(toHour);
            snapshot.Run();
            wanted = [.. blocks.Where(block => inside((ulong)block))];
        }

        AddRead(database, snapshot, fromHour, toHour, wanted, (hour, block, cells) => HeatBlock.Read(cells, hour, block, add));
        snapshot.Run();
    }

    /// <summary>Adds a statement that reads the rows of a range.</summary>
    /// <param name="wanted">The blocks to read; null: all.</param>
    public static void AddRead(
        PostgresDatabase database, PostgresStatements statements, int fromHour, int toHour, long[]? wanted, Action<int, ulong, byte[]> onRow)
    {
        statements.Add("SELECT hour, block, cells, crc FROM heat WHERE hour >= $1 AND hour < $2 AND ($3 IS NULL OR block = ANY ($3))", row =>
        {
            try
            {
                onRow(row.GetInt32(0), (ulong)row.GetInt64(1), CellsOf(row));
            }
            catch (InvalidDataException damage)
            {
                throw database.Damaged(HeatBlock.NameOf(row.GetInt32(0), (ulong)row.GetInt64(1)), damage, HeatBlock.Remedy);
            }
        }).With(fromHour).With(toHour).With(wanted);
        statements.Add("SELECT hour, block FROM damaged_heat WHERE hour >= $1 AND hour < $2 AND ($3 IS NULL OR block = ANY ($3))", row =>
            throw database.Damaged(HeatBlock.NameOf(row.GetInt32(0), (ulong)row.GetInt64(1)), new InvalidDataException(HeatBlock.KeptAside), HeatBlock.Remedy))
            .With(fromHour).With(toHour).With(wanted);
    }

    /// <exception cref="InvalidDataException">They are not those of the row's checksum.</exception>
    private static byte[] CellsOf(NpgsqlDataReader row)
    {
        var cells = row.GetFieldValue<byte[]>(2);
        HeatBlock.Checked(cells, row.IsDBNull(3) ? null : row.GetInt64(3));
        return cells;
    }

    private static void GatherInto(SortedDictionary<(int Hour, long Block), HeatBlock> blocks, List<HeatDelta> heat) => HeatBlock.Add(heat, key =>
    {
        if (!blocks.TryGetValue((key.Hour, (long)key.Block), out var block))
        {
            blocks.Add((key.Hour, (long)key.Block), block = new HeatBlock());
        }

        return block;
    });

    private static long WriteLocked(PostgresStatements transaction, KeyValuePair<(int Hour, long Block), HeatBlock>[] slice)
    {
        List<(int Hour, long Block, byte[] Cells)> written = [];
        byte[] buffer = [];
        ushort[] order = [];
        foreach (var (key, block) in slice)
        {
            written.Add((key.Hour, key.Block, block.Encode(ref buffer, ref order).ToArray()));
            block.Clear();
        }

        var empty = written.FindAll(row => row.Cells.Length == 0);
        if (empty.Count > 0)
        {
            transaction.Add(Delete).With(NpgsqlDbType.Integer, empty, row => row.Hour).With(NpgsqlDbType.Bigint, empty, row => row.Block);
        }

        var filled = written.FindAll(row => row.Cells.Length > 0);
        if (filled.Count > 0)
        {
            transaction.Add(Update)
                .With(NpgsqlDbType.Integer, filled, row => row.Hour)
                .With(NpgsqlDbType.Bigint, filled, row => row.Block)
                .With(NpgsqlDbType.Bytea, filled, row => row.Cells)
                .With(NpgsqlDbType.Bigint, filled, row => HeatBlock.Checksum(row.Cells));
        }

        return written.Sum(row => (long)row.Cells.Length);
    }

    private static void WithKeys(PostgresStatements.Statement statement, KeyValuePair<(int Hour, long Block), HeatBlock>[] slice) => statement
        .With(NpgsqlDbType.Integer, slice, entry => entry.Key.Hour)
        .With(NpgsqlDbType.Bigint, slice, entry => entry.Key.Block);
}

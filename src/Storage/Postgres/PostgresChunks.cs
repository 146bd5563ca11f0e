using Npgsql;
using NpgsqlTypes;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Storage.History;

namespace Vantage.Storage.Postgres;

/// <summary>Sealed tracks: chunks of one unit each, in time order, that never overlap.</summary>
internal sealed class PostgresChunks(PostgresDatabase database)
{
    /// <summary>How many rewrites are read and written at a time: a bound on memory, and on the round trips of a commit.</summary>
    private const int Slice = 256;

    /// <summary>Chunks of a track that are read at a time.</summary>
    private const int Page = 64;

    /// <summary>The chunks that overlap each range, one or two before them, and one after them; their fixes only where the merge needs them.</summary>
    private const string Around = """
        SELECT range.number, chunk.first_ms, chunk.last_ms, chunk.count,
            CASE WHEN chunk.last_ms < range.from_ms OR chunk.first_ms > range.to_ms THEN CASE WHEN chunk.count < $4 THEN chunk.fixes END
                 WHEN chunk.first_ms < range.from_ms OR chunk.last_ms > range.to_ms THEN chunk.fixes END
        FROM unnest($1, $2, $3) WITH ORDINALITY AS range (unit, from_ms, to_ms, number) CROSS JOIN LATERAL (
            SELECT first_ms, last_ms, count, fixes FROM chunks WHERE unit = range.unit
                AND first_ms >= coalesce(
                    (SELECT first_ms FROM chunks WHERE unit = range.unit AND first_ms <= range.from_ms ORDER BY first_ms DESC LIMIT 1 OFFSET 1), $5)
                AND first_ms <= coalesce(
                    (SELECT first_ms FROM chunks WHERE unit = range.unit AND first_ms > range.to_ms ORDER BY first_ms LIMIT 1), range.to_ms)
        ) AS chunk ORDER BY range.number, chunk.first_ms
        """;

    private const string Delete = """
        DELETE FROM chunks USING unnest($1, $2) AS gone (unit, first_ms) WHERE chunks.unit = gone.unit AND chunks.first_ms = gone.first_ms
        """;

    private const string Insert = "INSERT INTO chunks (unit, first_ms, last_ms, count, fixes) SELECT * FROM unnest($1, $2, $3, $4, $5)";

    /// <summary>The chunk in which the first fix at or after a time is.</summary>
    private const string AtOrAfter = """
        SELECT first_ms, last_ms, count, CASE WHEN first_ms < $2 THEN fixes END FROM chunks WHERE unit = $1 AND last_ms >= $2
            AND first_ms >= coalesce((SELECT first_ms FROM chunks WHERE unit = $1 AND first_ms <= $2 ORDER BY first_ms DESC LIMIT 1), $2)
        ORDER BY first_ms LIMIT 1
        """;

    private const string AtOrBefore = """
        SELECT first_ms, last_ms, count, CASE WHEN last_ms > $2 THEN fixes END FROM chunks WHERE unit = $1 AND first_ms <= $2
        ORDER BY first_ms DESC LIMIT 1
        """;

    /// <summary>From the chunk that begins at or before the start on. Only that one can end before the start.</summary>
    private const string Overlapping = """
        SELECT first_ms, last_ms, count, fixes FROM chunks WHERE unit = $1 AND first_ms <= $3 AND first_ms >= $4
            AND first_ms >= coalesce((SELECT first_ms FROM chunks WHERE unit = $1 AND first_ms <= $2 ORDER BY first_ms DESC LIMIT 1), $2)
        ORDER BY first_ms LIMIT $5
        """;

    private readonly ChunkMerge _merge = new();
    private byte[] _bytes = new byte[ChunkCodec.MaxBytes(ChunkMerge.MaxFixes)];

    /// <returns>The size of the chunks written, in bytes.</returns>
    public long Write(PostgresStatements transaction, IReadOnlyList<ShardCommit> commits)
    {
        var bytes = 0L;
        List<TrackRewrite> slice = [];
        HashSet<int> units = [];
        foreach (var rewrite in commits.SelectMany(commit => commit.Tracks))
        {
            // A second rewrite of a unit must find what the first one wrote.
            if (slice.Count == Slice || !units.Add(rewrite.Unit))
            {
                bytes += WriteSlice(transaction, slice);
                slice.Clear();
                units.Clear();
                units.Add(rewrite.Unit);
            }

            slice.Add(rewrite);
        }

        return bytes + (slice.Count > 0 ? WriteSlice(transaction, slice) : 0);
    }

    public void Read(int unit, long fromMs, long toMs, List<Fix> into, int atMost)
    {
        using var snapshot = PostgresStatements.Snapshot(database);
        Fix[] buffer = [];
        long? next = long.MinValue;
        while (next is { } nextMs && atMost > 0)
        {
            var rows = 0;
            snapshot.Add(Overlapping, row =>
            {
                next = ++rows == Page ? row.GetInt64(0) + 1 : null;
                if (row.GetInt64(1) >= fromMs && atMost > 0)
                {
                    atMost = AddInside(Decode(row, unit, ref buffer), fromMs, toMs, into, atMost);
                }
            }).With(unit).With(fromMs).With(toMs).With(nextMs).With(Page);
            next = null;
            snapshot.Run();
        }
    }

    public (long FirstMs, long LastMs)? Range(int unit)
    {
        (long, long)? range = null;
        using var statements = PostgresStatements.Single(database);
        statements.Add(
            """
            SELECT * FROM (SELECT first_ms FROM chunks WHERE unit = $1 ORDER BY first_ms LIMIT 1) AS oldest,
                (SELECT last_ms FROM chunks WHERE unit = $1 ORDER BY first_ms DESC LIMIT 1) AS newest
            """,
            row => range = (row.GetInt64(0), row.GetInt64(1))).With(unit);
        statements.Run();
        return range;
    }

    public long? LastAtOrBefore(int unit, long timeMs)
    {
        long? found = null;
        Fix[] buffer = [];
        using var statements = PostgresStatements.Single(database);
        statements.Add(AtOrBefore, row =>
        {
            found = row.GetInt64(1);
            if (found > timeMs)
            {
                foreach (ref readonly var fix in Decode(row, unit, ref buffer))
                {
                    found = fix.TimeMs <= timeMs ? fix.TimeMs : found;
                }
            }
        }).With(unit).With(timeMs);
        statements.Run();
        return found;
    }

    public long? FirstAtOrAfter(int unit, long timeMs)
    {
        long? found = null;
        Fix[] buffer = [];
        using var statements = PostgresStatements.Single(database);
        statements.Add(AtOrAfter, row =>
        {
            found = row.GetInt64(0);
            if (found < timeMs)
            {
                found = null;
                foreach (ref readonly var fix in Decode(row, unit, ref buffer))
                {
                    found ??= fix.TimeMs >= timeMs ? fix.TimeMs : null;
                }
            }
        }).With(unit).With(timeMs);
        statements.Run();
        return found;
    }

    private static int AddInside(ReadOnlySpan<Fix> fixes, long fromMs, long toMs, List<Fix> into, int atMost)
    {
        foreach (ref readonly var fix in fixes)
        {
            if (fix.TimeMs >= fromMs && fix.TimeMs <= toMs && atMost > 0)
            {
                into.Add(fix);
                atMost--;
            }
        }

        return atMost;
    }

    private long WriteSlice(PostgresStatements transaction, List<TrackRewrite> rewrites)
    {
        var stored = rewrites.ConvertAll(_ => new List<Chunk>());
        transaction.Add(
            Around,
            row => stored[(int)row.GetInt64(0) - 1].Add(
                new Chunk(row.GetInt64(1), row.GetInt64(2), row.GetInt32(3), row.IsDBNull(4) ? [] : row.GetFieldValue<byte[]>(4))))
            .With(NpgsqlDbType.Integer, rewrites, rewrite => rewrite.Unit)
            .With(NpgsqlDbType.Bigint, rewrites, rewrite => rewrite.FromMs)
            .With(NpgsqlDbType.Bigint, rewrites, rewrite => rewrite.ToMs)
            .With(ChunkMerge.MergedBelow)
            .With(long.MinValue);
        transaction.Run();

        List<(int Unit, long FirstMs)> gone = [];
        List<(int Unit, Chunk Chunk)> written = [];
        foreach (var (rewrite, chunks) in rewrites.Zip(stored))
        {
            Merge(rewrite, chunks);
            gone.AddRange(_merge.Replaced.Select(firstMs => (rewrite.Unit, firstMs)));
            while (_merge.TryTake(out var piece))
            {
                written.Add((rewrite.Unit, Encode(piece)));
            }
        }

        Add(transaction, gone, written);
        return written.Sum(row => (long)row.Chunk.Fixes.Length);
    }

    private static void Add(PostgresStatements transaction, List<(int Unit, long FirstMs)> gone, List<(int Unit, Chunk Chunk)> written)
    {
        if (gone.Count > 0)
        {
            transaction.Add(Delete).With(NpgsqlDbType.Integer, gone, key => key.Unit).With(NpgsqlDbType.Bigint, gone, key => key.FirstMs);
        }

        if (written.Count > 0)
        {
            transaction.Add(Insert)
                .With(NpgsqlDbType.Integer, written, row => row.Unit)
                .With(NpgsqlDbType.Bigint, written, row => row.Chunk.FirstMs)
                .With(NpgsqlDbType.Bigint, written, row => row.Chunk.LastMs)
                .With(NpgsqlDbType.Integer, written, row => row.Chunk.Count)
                .With(NpgsqlDbType.Bytea, written, row => row.Chunk.Fixes);
        }
    }

    private void Merge(TrackRewrite rewrite, List<Chunk> stored)
    {
        _merge.Begin(in rewrite);
        foreach (var chunk in stored)
        {
            try
            {
                _merge.Add(chunk.FirstMs, chunk.FirstMs, chunk.LastMs, chunk.Count, chunk.Fixes);
            }
            catch (InvalidDataException damage)
            {
                throw Damaged(rewrite.Unit, chunk.FirstMs, damage);
            }
        }

        _merge.End();
    }

    private Chunk Encode(ReadOnlySpan<Fix> fixes)
    {
        if (_bytes.Length < ChunkCodec.MaxBytes(fixes.Length))
        {
            _bytes = new byte[ChunkCodec.MaxBytes(fixes.Length)];
        }

        var length = ChunkCodec.Encode(fixes, _bytes);
        return new Chunk(fixes[0].TimeMs, fixes[^1].TimeMs, fixes.Length, _bytes.AsSpan(0, length).ToArray());
    }

    private ReadOnlySpan<Fix> Decode(NpgsqlDataReader row, int unit, ref Fix[] buffer)
    {
        try
        {
            return ChunkMerge.Decode(row.GetFieldValue<byte[]>(3), row.GetInt32(2), ref buffer);
        }
        catch (InvalidDataException damage)
        {
            throw Damaged(unit, row.GetInt64(0), damage);
        }
    }

    private StorageException Damaged(int unit, long firstMs, InvalidDataException damage)
        => database.Damaged($"the chunk of unit {unit} from {firstMs}", damage);

    private readonly record struct Chunk(long FirstMs, long LastMs, int Count, byte[] Fixes);
}

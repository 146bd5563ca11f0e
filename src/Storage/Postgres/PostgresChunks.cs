using Npgsql;
using NpgsqlTypes;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Storage.History;

namespace Vantage.Storage.Postgres;

/// <summary>Sealed tracks: chunks of one unit each, in time order, that never overlap, and the outlines of those that are long.</summary>
internal sealed class PostgresChunks(PostgresDatabase database, DamageReport damage)
{
    /// <summary>How many rewrites are read and written at a time: a bound on memory, and on the round trips of a commit.</summary>
    private const int Slice = 256;

    /// <summary>Chunks of a track that are read at a time.</summary>
    private const int Page = 64;

    /// <summary>Outlines are some dozen bytes each.</summary>
    private const int OutlinePage = 4096;

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

    private const string DeleteOutlines = """
        DELETE FROM outlines USING unnest($1, $2) AS gone (unit, first_ms), unnest(ARRAY[1, 2, 3]) AS gone_level
            WHERE outlines.level = gone_level AND outlines.unit = gone.unit AND outlines.first_ms = gone.first_ms
        """;

    private const string KeepAside = """
        INSERT INTO damaged_chunks SELECT chunks.unit, chunks.first_ms, last_ms, count, fixes
            FROM chunks JOIN unnest($1, $2) AS damaged (unit, first_ms) USING (unit, first_ms)
        """;

    private const string Insert = """
        INSERT INTO chunks (unit, first_ms, last_ms, count, fixes, span, west, south, east, north)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private const string InsertOutlines = "INSERT INTO outlines (level, unit, first_ms, count, fixes) SELECT * FROM unnest($1, $2, $3, $4, $5)";

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
        WHERE chunks.unit = $1 AND chunks.first_ms <= $3
            AND chunks.first_ms >= coalesce((SELECT first_ms FROM chunks WHERE unit = $1 AND first_ms <= $2 ORDER BY first_ms DESC LIMIT 1), $2)
        """;

    private const string WithOutlines = """
        FROM chunks LEFT JOIN outlines ON outlines.level = $4 AND outlines.unit = chunks.unit AND outlines.first_ms = chunks.first_ms

        """ + Overlapping;

    /// <summary>The chunk itself is read only where there is no outline: never of level 0, which stands for every fix.</summary>
    private const string Pieces = """
        SELECT chunks.first_ms, last_ms, chunks.count, CASE WHEN outlines.fixes IS NULL THEN chunks.fixes END, coalesce(outlines.count, 0), outlines.fixes

        """ + WithOutlines + " AND chunks.first_ms >= $5 ORDER BY chunks.first_ms LIMIT $6";

    private const string KeptAside = "SELECT first_ms, last_ms, count FROM damaged_chunks WHERE unit = $1 AND first_ms <= $3 AND last_ms >= $2";

    /// <summary>All but the newest chunk, which says where the unit was last. Chunks of a unit never overlap: the oldest end first.</summary>
    private const string Forgotten = """
        WITH gone AS MATERIALIZED (SELECT chunk.unit, chunk.first_ms FROM unnest($1, $2) AS forget (unit, before_ms) CROSS JOIN LATERAL (
            SELECT unit, first_ms FROM chunks WHERE unit = forget.unit AND last_ms < forget.before_ms
                AND first_ms < (SELECT max(first_ms) FROM chunks WHERE unit = forget.unit) ORDER BY first_ms LIMIT $3) AS chunk)
        """;

    private static readonly string[] ForgetAll =
    [
        Forgotten + " DELETE FROM outlines USING gone WHERE outlines.level IN (1, 2, 3) AND outlines.unit = gone.unit AND outlines.first_ms = gone.first_ms",
        Forgotten + " DELETE FROM chunks USING gone WHERE chunks.unit = gone.unit AND chunks.first_ms = gone.first_ms",
        "DELETE FROM damaged_chunks USING unnest($1, $2) AS forget (unit, before_ms) WHERE damaged_chunks.unit = forget.unit AND last_ms < before_ms AND $3 > 0",
    ];

    private readonly ChunkMerge _merge = new();
    private readonly TrackOutline _outline = new();
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

    /// <summary>Drops what need not be kept, and what was kept aside of that time.</summary>
    public static void Forget(PostgresStatements transaction, IReadOnlyList<ShardCommit> commits)
    {
        List<TrackForget> forgets = [.. commits.SelectMany(commit => commit.Forgets)];
        if (forgets.Count == 0)
        {
            return;
        }

        foreach (var statement in ForgetAll)
        {
            transaction.Add(statement)
                .With(NpgsqlDbType.Integer, forgets, forget => forget.Unit)
                .With(NpgsqlDbType.Bigint, forgets, forget => forget.BeforeMs)
                .With(TrackChunks.ForgottenAtOnce);
        }
    }

    public IReadOnlyList<DamagedTrack> Read(int unit, long fromMs, long toMs, List<Fix> into, int atMost, TrackDetail? detail)
    {
        using var snapshot = PostgresStatements.Snapshot(database);
        var slice = new TrackSlice(unit, fromMs, toMs, into, atMost, detail, (firstMs, reason) => Whole(unit, firstMs, detail?.Level ?? 0, reason));
        snapshot.Add(KeptAside, row => slice.AddDamaged(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2))).With(unit).With(fromMs).With(toMs);
        var page = detail is null ? Page : OutlinePage;
        long? next = long.MinValue;
        while (next is { } nextMs && !slice.IsFull)
        {
            var rows = 0;
            snapshot.Add(Pieces, row =>
            {
                next = ++rows == page ? row.GetInt64(0) + 1 : null;
                Add(slice, row, unit, fromMs);
            }).With(unit).With(fromMs).With(toMs).With(detail?.Level ?? 0).With(nextMs).With(page);
            next = null;
            snapshot.Run();
        }

        return slice.Damaged;
    }

    /// <summary>A chunk whose outline is damaged, which is told of. By a connection of its own: the snapshot's is being read.</summary>
    private byte[] Whole(int unit, long firstMs, int level, string reason)
    {
        damage.AddOutline(unit, firstMs, level, reason);
        byte[] whole = [];
        using var statements = PostgresStatements.Single(database);
        statements.Add("SELECT fixes FROM chunks WHERE unit = $1 AND first_ms = $2", row => whole = Bytes(row, 0).ToArray()).With(unit).With(firstMs);
        statements.Run();
        return whole;
    }

    public long Count(int unit, long fromMs, long toMs, TrackDetail? detail)
    {
        var count = 0L;
        using var statements = PostgresStatements.Single(database);
        statements.Add("SELECT coalesce(sum(coalesce(outlines.count, chunks.count)), 0)::bigint " + WithOutlines, row => count = row.GetInt64(0))
            .With(unit).With(fromMs).With(toMs).With(detail?.Level ?? 0);
        statements.Run();
        return count;
    }

    /// <summary>Units that may have been in a box within [from, to]: one that was is never missing, and one that was near may be among them.</summary>
    public IReadOnlySet<int> UnitsNear(GeoBox box, long fromMs, long toMs)
    {
        var inside = ChunkBox.Around(box);
        var spans = new PostgresSpans("SELECT unit FROM chunks", "first_ms", fromMs, toMs);
        spans.Where($"last_ms >= {spans.From}");
        spans.Where($"(west IS NULL OR (west <= {spans.Value(inside.East)} AND east >= {spans.Value(inside.West)} AND south <= {spans.Value(inside.North)} AND north >= {spans.Value(inside.South)}))");
        var units = new HashSet<int>();
        spans.Run(database, row => units.Add(row.GetInt32(0)));
        return units;
    }

    /// <summary>The range of each of some units, in their order.</summary>
    public (long FirstMs, long LastMs)?[] Ranges(IReadOnlyList<int> units)
    {
        var ranges = new (long, long)?[units.Count];
        using var statements = PostgresStatements.Single(database);
        statements.Add(
            """
            SELECT asked.place, oldest.first_ms, newest.last_ms FROM unnest($1) WITH ORDINALITY AS asked (unit, place),
                LATERAL (SELECT first_ms FROM chunks WHERE unit = asked.unit ORDER BY first_ms LIMIT 1) AS oldest,
                LATERAL (SELECT last_ms FROM chunks WHERE unit = asked.unit ORDER BY first_ms DESC LIMIT 1) AS newest
            """,
            row => ranges[row.GetInt64(0) - 1] = (row.GetInt64(1), row.GetInt64(2))).With(units.ToArray());
        statements.Run();
        return ranges;
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
                found = row.GetInt64(0);
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
                found = row.GetInt64(1);
                var fixes = Decode(row, unit, ref buffer);
                for (var i = fixes.Length - 1; i >= 0 && fixes[i].TimeMs >= timeMs; i--)
                {
                    found = fixes[i].TimeMs;
                }
            }
        }).With(unit).With(timeMs);
        statements.Run();
        return found;
    }

    private void Add(TrackSlice slice, NpgsqlDataReader row, int unit, long fromMs)
    {
        var (firstMs, lastMs, count) = (row.GetInt64(0), row.GetInt64(1), row.GetInt32(2));
        if (lastMs >= fromMs && !slice.IsFull && slice.Add(firstMs, lastMs, count, Bytes(row, 3), row.GetInt32(4), Bytes(row, 5)) is { } reason)
        {
            damage.Add(new DamagedTrack(unit, firstMs, lastMs, count), reason);
        }
    }

    private static byte[] Bytes(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<byte[]>(column);

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

        var changes = new Changes();
        foreach (var (rewrite, chunks) in rewrites.Zip(stored))
        {
            Merge(rewrite, chunks);
            changes.Damaged.AddRange(_merge.Damaged.Select(firstMs => (rewrite.Unit, firstMs)));
            changes.Gone.AddRange(_merge.Replaced.Select(firstMs => (rewrite.Unit, firstMs)));
            while (_merge.TryTake(out var piece))
            {
                changes.Written.Add((rewrite.Unit, Encode(piece)));
                AddOutlines(changes, rewrite.Unit, piece);
            }
        }

        Add(transaction, changes);
        return changes.Written.Sum(row => (long)row.Chunk.Fixes.Length) + changes.Outlines.Sum(row => (long)row.Fixes.Length);
    }

    private static void Add(PostgresStatements transaction, Changes changes)
    {
        if (changes.Damaged.Count > 0)
        {
            transaction.Add(KeepAside).With(NpgsqlDbType.Integer, changes.Damaged, key => key.Unit).With(NpgsqlDbType.Bigint, changes.Damaged, key => key.FirstMs);
        }

        if (changes.Gone.Count > 0)
        {
            transaction.Add(DeleteOutlines).With(NpgsqlDbType.Integer, changes.Gone, key => key.Unit).With(NpgsqlDbType.Bigint, changes.Gone, key => key.FirstMs);
            transaction.Add(Delete).With(NpgsqlDbType.Integer, changes.Gone, key => key.Unit).With(NpgsqlDbType.Bigint, changes.Gone, key => key.FirstMs);
        }

        if (changes.Written.Count > 0)
        {
            transaction.Add(Insert)
                .With(NpgsqlDbType.Integer, changes.Written, row => row.Unit)
                .With(NpgsqlDbType.Bigint, changes.Written, row => row.Chunk.FirstMs)
                .With(NpgsqlDbType.Bigint, changes.Written, row => row.Chunk.LastMs)
                .With(NpgsqlDbType.Integer, changes.Written, row => row.Chunk.Count)
                .With(NpgsqlDbType.Bytea, changes.Written, row => row.Chunk.Fixes)
                .With(NpgsqlDbType.Smallint, changes.Written, row => (short)SpanClass.Of(row.Chunk.FirstMs, row.Chunk.LastMs))
                .With(NpgsqlDbType.Integer, changes.Written, row => row.Chunk.Box.West)
                .With(NpgsqlDbType.Integer, changes.Written, row => row.Chunk.Box.South)
                .With(NpgsqlDbType.Integer, changes.Written, row => row.Chunk.Box.East)
                .With(NpgsqlDbType.Integer, changes.Written, row => row.Chunk.Box.North);
        }

        if (changes.Outlines.Count > 0)
        {
            transaction.Add(InsertOutlines)
                .With(NpgsqlDbType.Smallint, changes.Outlines, row => (short)row.Level)
                .With(NpgsqlDbType.Integer, changes.Outlines, row => row.Unit)
                .With(NpgsqlDbType.Bigint, changes.Outlines, row => row.FirstMs)
                .With(NpgsqlDbType.Integer, changes.Outlines, row => row.Count)
                .With(NpgsqlDbType.Bytea, changes.Outlines, row => row.Fixes);
        }
    }

    private void Merge(TrackRewrite rewrite, List<Chunk> stored)
    {
        _merge.Begin(in rewrite);
        foreach (var chunk in stored)
        {
            if (_merge.TryAdd(chunk.FirstMs, chunk.FirstMs, chunk.LastMs, chunk.Count, chunk.Fixes) is { } reason)
            {
                damage.Add(new DamagedTrack(rewrite.Unit, chunk.FirstMs, chunk.LastMs, chunk.Count), reason);
            }
        }

        _merge.End();
    }

    private Chunk Encode(ReadOnlySpan<Fix> fixes)
        => new(fixes[0].TimeMs, fixes[^1].TimeMs, fixes.Length, BytesOf(fixes), ChunkBox.Of(fixes));

    private void AddOutlines(Changes changes, int unit, ReadOnlySpan<Fix> fixes)
    {
        if (!ChunkMerge.IsLong(fixes.Length))
        {
            return;
        }

        _outline.Begin(fixes);
        foreach (var detail in TrackDetail.Levels)
        {
            var kept = _outline.Next();
            changes.Outlines.Add(new Outline(detail.Level, unit, fixes[0].TimeMs, kept.Length, BytesOf(kept)));
        }
    }

    private byte[] BytesOf(ReadOnlySpan<Fix> fixes)
    {
        if (_bytes.Length < ChunkCodec.MaxBytes(fixes.Length))
        {
            _bytes = new byte[ChunkCodec.MaxBytes(fixes.Length)];
        }

        return _bytes.AsSpan(0, ChunkCodec.Encode(fixes, _bytes)).ToArray();
    }

    /// <summary>Nothing when the chunk is damaged, which is then told of.</summary>
    private ReadOnlySpan<Fix> Decode(NpgsqlDataReader row, int unit, ref Fix[] buffer)
    {
        var (firstMs, lastMs, count) = (row.GetInt64(0), row.GetInt64(1), row.GetInt32(2));
        try
        {
            return ChunkMerge.Decode(Bytes(row, 3), count, firstMs, lastMs, ref buffer);
        }
        catch (InvalidDataException reason)
        {
            damage.Add(new DamagedTrack(unit, firstMs, lastMs, count), reason.Message);
            return default;
        }
    }

    private readonly record struct Chunk(long FirstMs, long LastMs, int Count, byte[] Fixes, ChunkBox Box = default);

    private readonly record struct Outline(int Level, int Unit, long FirstMs, int Count, byte[] Fixes);

    private sealed class Changes
    {
        public List<(int Unit, long FirstMs)> Damaged { get; } = [];

        public List<(int Unit, long FirstMs)> Gone { get; } = [];

        public List<(int Unit, Chunk Chunk)> Written { get; } = [];

        public List<Outline> Outlines { get; } = [];
    }
}

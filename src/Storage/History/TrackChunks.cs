using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.History;

/// <summary>Sealed tracks: chunks of one unit each, in time order, that never overlap, and the outlines of those that are long.</summary>
internal sealed class TrackChunks
{
    public const string Schema = """
        CREATE TABLE chunks (id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
            count INTEGER NOT NULL, fixes BLOB NOT NULL);
        CREATE UNIQUE INDEX chunks_by_unit ON chunks (unit, first_ms, last_ms);
        """;

    /// <summary>Chunks of before have no box, which is then anywhere, and no outlines: those are made when they are asked for.</summary>
    public static readonly string BoxesAndOutlines = $"""
        ALTER TABLE chunks ADD COLUMN span INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE chunks ADD COLUMN west INTEGER;
        ALTER TABLE chunks ADD COLUMN south INTEGER;
        ALTER TABLE chunks ADD COLUMN east INTEGER;
        ALTER TABLE chunks ADD COLUMN north INTEGER;
        UPDATE chunks SET span = {SpanClass.Sql("(last_ms - first_ms)")};
        CREATE INDEX chunks_by_time ON chunks (span, first_ms, last_ms, west, south, east, north, unit);
        CREATE TABLE outlines (level INTEGER NOT NULL, unit INTEGER NOT NULL, first_ms INTEGER NOT NULL, count INTEGER NOT NULL, fixes BLOB NOT NULL,
            PRIMARY KEY (level, unit, first_ms)) WITHOUT ROWID;
        CREATE TABLE damaged_chunks (unit INTEGER NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, count INTEGER NOT NULL,
            fixes BLOB NOT NULL);
        CREATE INDEX damaged_by_unit ON damaged_chunks (unit, first_ms);
        """;

    private const string Columns = "SELECT id, first_ms, last_ms, count, fixes FROM chunks ";

    /// <summary>The chunks that overlap a range, one or two before them, and one after them.</summary>
    private const string Around = Columns + """
        WHERE unit = ?1
          AND first_ms >= ifnull((SELECT first_ms FROM chunks WHERE unit = ?1 AND first_ms <= ?2 ORDER BY first_ms DESC LIMIT 1 OFFSET 1), ?4)
          AND first_ms <= ifnull((SELECT first_ms FROM chunks WHERE unit = ?1 AND first_ms > ?3 ORDER BY first_ms LIMIT 1), ?3)
        ORDER BY first_ms
        """;

    /// <summary>The chunk that begins at or before the start, and all that begin by the end. Only the first can end before the start.</summary>
    private const string Overlapping = """
        WHERE chunks.unit = ?1 AND chunks.first_ms <= ?3
          AND chunks.first_ms >= ifnull((SELECT first_ms FROM chunks WHERE unit = ?1 AND first_ms <= ?2 ORDER BY first_ms DESC LIMIT 1), ?2)
        """;

    private const string WithOutlines = """
        FROM chunks LEFT JOIN outlines ON outlines.level = ?4 AND outlines.unit = chunks.unit AND outlines.first_ms = chunks.first_ms

        """ + Overlapping;

    /// <summary>The chunk itself is read only where there is no outline: never of level 0, which stands for every fix.</summary>
    private const string Pieces = """
        SELECT chunks.first_ms, chunks.last_ms, chunks.count, CASE WHEN outlines.fixes IS NULL THEN chunks.fixes END, outlines.count, outlines.fixes

        """ + WithOutlines + " ORDER BY chunks.first_ms";

    /// <summary>All but the newest chunk, which says where the unit was last. Chunks of a unit never overlap: the oldest end first.</summary>
    private const string Forgotten = """
        FROM chunks WHERE unit = ?1 AND last_ms < ?2 AND first_ms < (SELECT max(first_ms) FROM chunks WHERE unit = ?1) ORDER BY first_ms LIMIT ?3)
        """;

    /// <summary>Of a unit in one commit.</summary>
    public const int ForgottenAtOnce = 1_000;

    private readonly DamageReport _damage;
    private readonly ChunkMerge _merge = new();
    private readonly TrackOutline _outline = new();
    private long _classes;
    private byte[] _bytes = new byte[ChunkCodec.MaxBytes(ChunkMerge.MaxFixes)];

    public TrackChunks(DamageReport damage) => _damage = damage;

    public void Load(Database database) => _classes = SpanClass.Load(database, "chunks");

    /// <summary>Writes one rewrite within the caller's transaction. A damaged chunk in its way is kept aside.</summary>
    /// <returns>The size of the chunks written, in bytes.</returns>
    /// <exception cref="ArgumentException">Fixes are out of order or outside the range: nothing was written.</exception>
    public long Rewrite(Database writer, TrackRewrite rewrite)
    {
        ChunkMerge.Check(in rewrite);
        _merge.Begin(in rewrite);
        var select = writer.Prepare(Around).Bind(1, rewrite.Unit).Bind(2, rewrite.FromMs).Bind(3, rewrite.ToMs).Bind(4, long.MinValue);
        while (select.Step())
        {
            var (id, firstMs, lastMs, count) = (select.Int64(0), select.Int64(1), select.Int64(2), select.Int32(3));
            if (_merge.TryAdd(id, firstMs, lastMs, count, _merge.Needs(firstMs, lastMs, count) ? select.Blob(4) : default) is { } reason)
            {
                _damage.Add(new DamagedTrack(rewrite.Unit, firstMs, lastMs, count), reason);
            }
        }

        select.Reset();
        _merge.End();
        foreach (var id in _merge.Damaged)
        {
            writer.Prepare("INSERT INTO damaged_chunks SELECT unit, first_ms, last_ms, count, fixes FROM chunks WHERE id = ?1").Bind(1, id).Run();
        }

        foreach (var id in _merge.Replaced)
        {
            writer.Prepare("DELETE FROM outlines WHERE level IN (1, 2, 3) AND (unit, first_ms) = (SELECT unit, first_ms FROM chunks WHERE id = ?1)")
                .Bind(1, id).Run();
            writer.Prepare("DELETE FROM chunks WHERE id = ?1").Bind(1, id).Run();
        }

        var bytes = 0L;
        while (_merge.TryTake(out var piece))
        {
            bytes += InsertChunk(writer, rewrite.Unit, piece);
        }

        return bytes;
    }

    /// <summary>Drops what need not be kept, within the caller's transaction, and what was kept aside of that time.</summary>
    public static void Forget(Database writer, TrackForget forget)
    {
        writer.Prepare("DELETE FROM outlines WHERE level IN (1, 2, 3) AND unit = ?1 AND first_ms IN (SELECT first_ms " + Forgotten)
            .Bind(1, forget.Unit).Bind(2, forget.BeforeMs).Bind(3, ForgottenAtOnce).Run();
        writer.Prepare("DELETE FROM chunks WHERE id IN (SELECT id " + Forgotten).Bind(1, forget.Unit).Bind(2, forget.BeforeMs).Bind(3, ForgottenAtOnce).Run();
        writer.Prepare("DELETE FROM damaged_chunks WHERE unit = ?1 AND last_ms < ?2").Bind(1, forget.Unit).Bind(2, forget.BeforeMs).Run();
    }

    public IReadOnlyList<DamagedTrack> Read(
        Database reader, int unit, long fromMs, long toMs, List<Fix> into, int atMost, TrackDetail? detail)
    {
        var slice = new TrackSlice(unit, fromMs, toMs, into, atMost, detail, (firstMs, reason) => Whole(reader, unit, firstMs, LevelOf(detail), reason));
        var select = reader.Prepare(Pieces).Bind(1, unit).Bind(2, fromMs).Bind(3, toMs).Bind(4, LevelOf(detail));
        while (!slice.IsFull && select.Step())
        {
            var (firstMs, lastMs, count) = (select.Int64(0), select.Int64(1), select.Int32(2));
            if (lastMs >= fromMs && slice.Add(firstMs, lastMs, count, select.Blob(3), select.Int32(4), select.Blob(5)) is { } reason)
            {
                _damage.Add(new DamagedTrack(unit, firstMs, lastMs, count), reason);
            }
        }

        select.Reset();
        select = reader.Prepare("SELECT first_ms, last_ms, count FROM damaged_chunks WHERE unit = ?1 AND first_ms <= ?3 AND last_ms >= ?2")
            .Bind(1, unit).Bind(2, fromMs).Bind(3, toMs);
        while (select.Step())
        {
            slice.AddDamaged(select.Int64(0), select.Int64(1), select.Int32(2));
        }

        select.Reset();
        return slice.Damaged;
    }

    public static long Count(Database reader, int unit, long fromMs, long toMs, TrackDetail? detail)
    {
        var select = reader.Prepare("SELECT ifnull(sum(ifnull(outlines.count, chunks.count)), 0) " + WithOutlines)
            .Bind(1, unit).Bind(2, fromMs).Bind(3, toMs).Bind(4, LevelOf(detail));
        select.Step();
        var count = select.Int64(0);
        select.Reset();
        return count;
    }

    public static (long FirstMs, long LastMs)? Range(Database reader, int unit)
    {
        var select = reader.Prepare(
            """
            SELECT (SELECT first_ms FROM chunks WHERE unit = ?1 ORDER BY first_ms LIMIT 1),
                   (SELECT last_ms FROM chunks WHERE unit = ?1 ORDER BY first_ms DESC LIMIT 1)
            """).Bind(1, unit);
        select.Step();
        (long, long)? range = select.IsNull(0) ? null : (select.Int64(0), select.Int64(1));
        select.Reset();
        return range;
    }

    public long? LastAtOrBefore(Database reader, int unit, long timeMs)
    {
        var select = reader.Prepare(Columns + "WHERE unit = ?1 AND first_ms <= ?2 ORDER BY first_ms DESC LIMIT 1").Bind(1, unit).Bind(2, timeMs);
        long? found = null;
        if (select.Step())
        {
            found = select.Int64(2);
            if (found > timeMs)
            {
                found = select.Int64(1);
                foreach (var fix in Decode(select, unit))
                {
                    found = fix.TimeMs <= timeMs ? fix.TimeMs : found;
                }
            }
        }

        select.Reset();
        return found;
    }

    public long? FirstAtOrAfter(Database reader, int unit, long timeMs)
    {
        var select = reader.Prepare(Columns + Overlapping + " ORDER BY chunks.first_ms").Bind(1, unit).Bind(2, timeMs).Bind(3, long.MaxValue);
        long? found = null;
        while (found is null && select.Step())
        {
            var (firstMs, lastMs) = (select.Int64(1), select.Int64(2));
            if (lastMs < timeMs)
            {
                continue;
            }

            found = firstMs >= timeMs ? firstMs : lastMs;
            var fixes = firstMs >= timeMs ? [] : Decode(select, unit);
            for (var i = fixes.Length - 1; i >= 0 && fixes[i].TimeMs >= timeMs; i--)
            {
                found = fixes[i].TimeMs;
            }
        }

        select.Reset();
        return found;
    }

    /// <summary>Units that may have been in a box within [from, to]: one that was is never missing, and one that was near may be among them.</summary>
    public void UnitsNear(Database reader, GeoBox box, long fromMs, long toMs, ISet<int> into)
    {
        var (west, south, east, north) = ChunkBox.Around(box);
        foreach (var span in SpanClass.In(Interlocked.Read(ref _classes)))
        {
            var select = reader.Prepare(
                """
                SELECT DISTINCT unit FROM chunks INDEXED BY chunks_by_time WHERE span = ?1 AND first_ms BETWEEN ?2 AND ?3 AND last_ms >= ?4
                    AND (west IS NULL OR (west <= ?5 AND east >= ?6 AND south <= ?7 AND north >= ?8))
                """)
                .Bind(1, span).Bind(2, SpanClass.EarliestStart(span, fromMs)).Bind(3, toMs).Bind(4, fromMs)
                .Bind(5, east).Bind(6, west).Bind(7, north).Bind(8, south);
            while (select.Step())
            {
                into.Add(select.Int32(0));
            }

            select.Reset();
        }
    }

    /// <summary>A chunk whose outline is damaged, which is told of.</summary>
    private byte[] Whole(Database reader, int unit, long firstMs, int level, string reason)
    {
        _damage.AddOutline(unit, firstMs, level, reason);
        var select = reader.Prepare("SELECT fixes FROM chunks WHERE unit = ?1 AND first_ms = ?2").Bind(1, unit).Bind(2, firstMs);
        var whole = select.Step() ? select.Blob(0).ToArray() : [];
        select.Reset();
        return whole;
    }

    private static int LevelOf(TrackDetail? detail) => detail?.Level ?? 0;

    /// <summary>Nothing when the chunk is damaged, which is then told of.</summary>
    private Fix[] Decode(Statement row, int unit)
    {
        var (firstMs, lastMs, count) = (row.Int64(1), row.Int64(2), row.Int32(3));
        try
        {
            Fix[] buffer = [];
            return ChunkMerge.Decode(row.Blob(4), count, firstMs, lastMs, ref buffer).ToArray();
        }
        catch (InvalidDataException damage)
        {
            _damage.Add(new DamagedTrack(unit, firstMs, lastMs, count), damage.Message);
            return [];
        }
    }

    private int InsertChunk(Database writer, int unit, ReadOnlySpan<Fix> fixes)
    {
        var encoded = Encode(fixes);
        var (box, span) = (ChunkBox.Of(fixes), SpanClass.Of(fixes[0].TimeMs, fixes[^1].TimeMs));
        writer.Prepare(
            """
            INSERT INTO chunks (unit, first_ms, last_ms, count, fixes, span, west, south, east, north) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """)
            .Bind(1, unit).Bind(2, fixes[0].TimeMs).Bind(3, fixes[^1].TimeMs).Bind(4, fixes.Length).Bind(5, encoded)
            .Bind(6, span).Bind(7, box.West).Bind(8, box.South).Bind(9, box.East).Bind(10, box.North).Run();
        Interlocked.Or(ref _classes, 1L << span);
        return encoded.Length + InsertOutlines(writer, unit, fixes);
    }

    private int InsertOutlines(Database writer, int unit, ReadOnlySpan<Fix> fixes)
    {
        if (!ChunkMerge.IsLong(fixes.Length))
        {
            return 0;
        }

        var bytes = 0;
        _outline.Begin(fixes);
        foreach (var detail in TrackDetail.Levels)
        {
            var kept = _outline.Next();
            var encoded = Encode(kept);
            bytes += encoded.Length;
            writer.Prepare("INSERT OR REPLACE INTO outlines (level, unit, first_ms, count, fixes) VALUES (?1, ?2, ?3, ?4, ?5)")
                .Bind(1, detail.Level).Bind(2, unit).Bind(3, fixes[0].TimeMs).Bind(4, kept.Length).Bind(5, encoded).Run();
        }

        return bytes;
    }

    private ReadOnlySpan<byte> Encode(ReadOnlySpan<Fix> fixes)
    {
        if (_bytes.Length < ChunkCodec.MaxBytes(fixes.Length))
        {
            _bytes = new byte[ChunkCodec.MaxBytes(fixes.Length)];
        }

        return _bytes.AsSpan(0, ChunkCodec.Encode(fixes, _bytes));
    }
}

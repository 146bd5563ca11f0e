using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.History;

/// <summary>Sealed tracks: chunks of one unit each, in time order, that never overlap.</summary>
internal sealed class TrackChunks
{
    public const string Schema = """
        CREATE TABLE chunks (id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
            count INTEGER NOT NULL, fixes BLOB NOT NULL);
        CREATE UNIQUE INDEX chunks_by_unit ON chunks (unit, first_ms, last_ms);
        """;

    private const string Columns = "SELECT id, first_ms, last_ms, count, fixes FROM chunks ";

    /// <summary>The chunks that overlap a range, one or two before them, and one after them.</summary>
    private const string Around = Columns + """
        WHERE unit = ?1
          AND first_ms >= ifnull((SELECT first_ms FROM chunks WHERE unit = ?1 AND first_ms <= ?2 ORDER BY first_ms DESC LIMIT 1 OFFSET 1), ?4)
          AND first_ms <= ifnull((SELECT first_ms FROM chunks WHERE unit = ?1 AND first_ms > ?3 ORDER BY first_ms LIMIT 1), ?3)
        ORDER BY first_ms
        """;

    private readonly ChunkMerge _merge = new();
    private byte[] _bytes = new byte[ChunkCodec.MaxBytes(ChunkMerge.MaxFixes)];

    /// <summary>Writes one rewrite within the caller's transaction.</summary>
    /// <returns>The size of the chunks written, in bytes.</returns>
    /// <exception cref="ArgumentException">Fixes are out of order or outside the range: nothing was written.</exception>
    public long Rewrite(Database writer, TrackRewrite rewrite)
    {
        ChunkMerge.Check(in rewrite);
        _merge.Begin(in rewrite);
        var select = writer.Prepare(Around).Bind(1, rewrite.Unit).Bind(2, rewrite.FromMs).Bind(3, rewrite.ToMs).Bind(4, long.MinValue);
        while (select.Step())
        {
            Add(select);
        }

        select.Reset();
        _merge.End();
        foreach (var id in _merge.Replaced)
        {
            writer.Prepare("DELETE FROM chunks WHERE id = ?1").Bind(1, id).Run();
        }

        var bytes = 0L;
        while (_merge.TryTake(out var piece))
        {
            bytes += InsertChunk(writer, rewrite.Unit, piece);
        }

        return bytes;
    }

    public static void Read(Database reader, int unit, long fromMs, long toMs, List<Fix> into, int atMost)
    {
        Fix[] buffer = [];
        var select = SelectOverlapping(reader, unit, fromMs, toMs);
        while (atMost > 0 && select.Step())
        {
            if (select.Int64(2) < fromMs)
            {
                continue;
            }

            foreach (ref readonly var fix in Decode(select, ref buffer))
            {
                if (fix.TimeMs >= fromMs && fix.TimeMs <= toMs && atMost > 0)
                {
                    into.Add(fix);
                    atMost--;
                }
            }
        }

        select.Reset();
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

    public static long? LastAtOrBefore(Database reader, int unit, long timeMs)
    {
        var select = reader.Prepare(Columns + "WHERE unit = ?1 AND first_ms <= ?2 ORDER BY first_ms DESC LIMIT 1").Bind(1, unit).Bind(2, timeMs);
        long? found = null;
        if (select.Step())
        {
            found = select.Int64(2);
            if (found > timeMs)
            {
                Fix[] buffer = [];
                foreach (ref readonly var fix in Decode(select, ref buffer))
                {
                    found = fix.TimeMs <= timeMs ? fix.TimeMs : found;
                }
            }
        }

        select.Reset();
        return found;
    }

    public static long? FirstAtOrAfter(Database reader, int unit, long timeMs)
    {
        Fix[] buffer = [];
        var select = SelectOverlapping(reader, unit, timeMs, long.MaxValue);
        while (select.Step())
        {
            if (select.Int64(1) >= timeMs)
            {
                var first = select.Int64(1);
                select.Reset();
                return first;
            }

            if (select.Int64(2) < timeMs)
            {
                continue;
            }

            foreach (ref readonly var fix in Decode(select, ref buffer))
            {
                if (fix.TimeMs >= timeMs)
                {
                    select.Reset();
                    return fix.TimeMs;
                }
            }
        }

        return null;
    }

    /// <summary>The chunk that begins at or before the start, and all that begin by the end. Only the first can end before the start.</summary>
    private static Statement SelectOverlapping(Database reader, int unit, long fromMs, long toMs) => reader.Prepare(
        Columns + """
        WHERE unit = ?1 AND first_ms <= ?3
          AND first_ms >= ifnull((SELECT first_ms FROM chunks WHERE unit = ?1 AND first_ms <= ?2 ORDER BY first_ms DESC LIMIT 1), ?2)
        ORDER BY first_ms
        """).Bind(1, unit).Bind(2, fromMs).Bind(3, toMs);

    private static ReadOnlySpan<Fix> Decode(Statement row, ref Fix[] buffer)
    {
        try
        {
            return ChunkMerge.Decode(row.Blob(4), row.Int32(3), ref buffer);
        }
        catch (InvalidDataException damage)
        {
            throw row.Damaged($"chunk {row.Int64(0)}", damage);
        }
    }

    private void Add(Statement row)
    {
        var (id, firstMs, lastMs, count) = (row.Int64(0), row.Int64(1), row.Int64(2), row.Int32(3));
        try
        {
            _merge.Add(id, firstMs, lastMs, count, _merge.Needs(firstMs, lastMs, count) ? row.Blob(4) : default);
        }
        catch (InvalidDataException damage)
        {
            throw row.Damaged($"chunk {id}", damage);
        }
    }

    private int InsertChunk(Database writer, int unit, ReadOnlySpan<Fix> fixes)
    {
        if (_bytes.Length < ChunkCodec.MaxBytes(fixes.Length))
        {
            _bytes = new byte[ChunkCodec.MaxBytes(fixes.Length)];
        }

        var length = ChunkCodec.Encode(fixes, _bytes);
        writer.Prepare("INSERT INTO chunks (unit, first_ms, last_ms, count, fixes) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(1, unit).Bind(2, fixes[0].TimeMs).Bind(3, fixes[^1].TimeMs).Bind(4, fixes.Length).Bind(5, _bytes.AsSpan(0, length)).Run();
        return length;
    }
}

using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.History;

/// <summary>Sealed tracks: chunks of one unit each, in time order, that never overlap.</summary>
/// <remarks>Fixes of one millisecond stay in one chunk, which for that alone may be longer than <see cref="MaxFixes"/>.</remarks>
internal sealed class TrackChunks
{
    public const string Schema = """
        CREATE TABLE chunks (id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
            count INTEGER NOT NULL, fixes BLOB NOT NULL);
        CREATE UNIQUE INDEX chunks_by_unit ON chunks (unit, first_ms, last_ms);
        """;

    /// <summary>The usual upper bound of a chunk.</summary>
    public const int MaxFixes = 1024;

    /// <summary>A neighbour shorter than this is written anew with what is added beside it.</summary>
    public const int MergedBelow = 256;

    private const string Columns = "SELECT id, first_ms, last_ms, count, fixes FROM chunks ";

    private readonly List<Fix> _fixes = [];
    private readonly List<long> _replaced = [];
    private Fix[] _buffer = new Fix[MaxFixes];
    private byte[] _bytes = new byte[ChunkCodec.MaxBytes(MaxFixes)];

    /// <summary>Writes one rewrite within the caller's transaction.</summary>
    /// <returns>The size of the chunks written, in bytes.</returns>
    /// <exception cref="ArgumentException">Fixes are out of order or outside the range: nothing was written.</exception>
    public long Rewrite(Database writer, TrackRewrite rewrite)
    {
        Check(rewrite);
        _fixes.Clear();
        _replaced.Clear();
        AddKept(writer, rewrite, isBefore: true);
        _fixes.AddRange(rewrite.Fixes.Span);
        AddKept(writer, rewrite, isBefore: false);
        if (_fixes.Count > 0)
        {
            AddSmallNeighbours(writer, rewrite.Unit);
        }

        foreach (var id in _replaced)
        {
            writer.Prepare("DELETE FROM chunks WHERE id = ?1").Bind(1, id).Run();
        }

        return Insert(writer, rewrite.Unit);
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
        var count = row.Int32(3);
        if (buffer.Length < count)
        {
            buffer = new Fix[Math.Max(count, MaxFixes)];
        }

        try
        {
            ChunkCodec.Decode(row.Blob(4), buffer.AsSpan(0, count));
            return buffer.AsSpan(0, count);
        }
        catch (InvalidDataException damage)
        {
            throw row.Damaged($"chunk {row.Int64(0)}", damage);
        }
    }

    private static void Check(TrackRewrite rewrite)
    {
        var fixes = rewrite.Fixes.Span;
        for (var i = 0; i < fixes.Length; i++)
        {
            if (fixes[i].TimeMs < rewrite.FromMs || fixes[i].TimeMs > rewrite.ToMs)
            {
                throw new ArgumentException(
                    $"Unit {rewrite.Unit}: fix {i} at {fixes[i].TimeMs} is outside [{rewrite.FromMs}, {rewrite.ToMs}].", nameof(rewrite));
            }

            if (i > 0 && Fix.Compare(in fixes[i - 1], in fixes[i]) > 0)
            {
                throw new ArgumentException($"Unit {rewrite.Unit}: fix {i} is out of order.", nameof(rewrite));
            }
        }
    }

    /// <summary>What the rewritten chunks hold outside the range stays.</summary>
    private void AddKept(Database writer, TrackRewrite rewrite, bool isBefore)
    {
        var select = SelectOverlapping(writer, rewrite.Unit, rewrite.FromMs, rewrite.ToMs);
        while (select.Step())
        {
            if (select.Int64(2) < rewrite.FromMs)
            {
                continue;
            }

            if (isBefore)
            {
                _replaced.Add(select.Int64(0));
            }

            if (isBefore ? select.Int64(1) >= rewrite.FromMs : select.Int64(2) <= rewrite.ToMs)
            {
                continue;
            }

            foreach (ref readonly var fix in Decode(select, ref _buffer))
            {
                if (isBefore ? fix.TimeMs < rewrite.FromMs : fix.TimeMs > rewrite.ToMs)
                {
                    _fixes.Add(fix);
                }
            }
        }

        select.Reset();
    }

    private void AddSmallNeighbours(Database writer, int unit)
    {
        var before = writer.Prepare(Columns + "WHERE unit = ?1 AND first_ms < ?2 ORDER BY first_ms DESC LIMIT 1")
            .Bind(1, unit).Bind(2, _fixes[0].TimeMs);
        AddIfSmall(before, 0);
        var after = writer.Prepare(Columns + "WHERE unit = ?1 AND first_ms > ?2 ORDER BY first_ms LIMIT 1")
            .Bind(1, unit).Bind(2, _fixes[^1].TimeMs);
        AddIfSmall(after, _fixes.Count);
    }

    private void AddIfSmall(Statement neighbour, int at)
    {
        if (neighbour.Step() && neighbour.Int32(3) < MergedBelow && !_replaced.Contains(neighbour.Int64(0)))
        {
            _replaced.Add(neighbour.Int64(0));
            _fixes.InsertRange(at == 0 ? 0 : _fixes.Count, Decode(neighbour, ref _buffer));
        }

        neighbour.Reset();
    }

    /// <summary>Cuts what was gathered into even pieces, so that none is so small that it will be rewritten soon.</summary>
    private long Insert(Database writer, int unit)
    {
        var fixes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_fixes);
        var pieces = (fixes.Length + MaxFixes - 1) / MaxFixes;
        var bytes = 0L;
        for (; pieces > 0 && !fixes.IsEmpty; pieces--)
        {
            var length = (fixes.Length + pieces - 1) / pieces;
            while (length < fixes.Length && fixes[length].TimeMs == fixes[length - 1].TimeMs)
            {
                length++;
            }

            bytes += InsertChunk(writer, unit, fixes[..length]);
            fixes = fixes[length..];
        }

        return bytes;
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

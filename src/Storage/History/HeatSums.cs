using System.Collections.Concurrent;
using System.Diagnostics;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.History;

/// <summary>Heat summed over spans of hours: what a question over months reads instead of every hour.</summary>
/// <remarks>
/// Sums follow from the hours alone. A span is noted when all its sums are written, and a commit that changes an hour drops the spans over it, in its own
/// transaction: so what is noted is right, and what is not is read from shorter spans and hours.
/// </remarks>
internal sealed class HeatSums(DamageReport damage)
{
    public const string Schema = """
        ALTER TABLE heat ADD COLUMN crc INTEGER;
        CREATE TABLE heat_spans (resolution INTEGER NOT NULL, start INTEGER NOT NULL, hours INTEGER NOT NULL,
            PRIMARY KEY (resolution, start, hours)) WITHOUT ROWID;
        CREATE TABLE heat_sums (resolution INTEGER NOT NULL, hours INTEGER NOT NULL, start INTEGER NOT NULL, block INTEGER NOT NULL,
            crc INTEGER NOT NULL, cells BLOB NOT NULL, PRIMARY KEY (resolution, hours, start, block));
        CREATE TABLE damaged_heat (hour INTEGER NOT NULL, block INTEGER NOT NULL, cells BLOB NOT NULL, crc INTEGER);
        CREATE INDEX damaged_by_hour ON damaged_heat (hour);
        """;

    /// <summary>How long spans are built at a time: commits wait meanwhile.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<HeatSpan> _damaged = new();
    private readonly HashSet<HeatSpan> _impossible = [];
    private int _until = int.MinValue;
    private byte[] _buffer = [];
    private ushort[] _order = [];

    public void Load(Database database) => _until = (int)(database.ReadInt64("SELECT max(start + hours) FROM heat_spans") ?? int.MinValue);

    /// <summary>Drops the sums that an hour is part of. Costs nothing for an hour that is newer than all sums.</summary>
    public void Drop(Database writer, int hour)
    {
        if (hour < _until)
        {
            foreach (var span in HeatSpan.Over(hour))
            {
                Drop(writer, span);
            }
        }
    }

    /// <summary>Hours were damaged, and are not any more: there may be sums over them.</summary>
    public void Mend(int fromHour, int toHour) => _impossible.RemoveWhere(span => span.Start < toHour && fromHour < span.End);

    /// <summary>Builds spans that are missing, within the caller's transaction.</summary>
    /// <returns>The bytes written, how many spans were built, and whether time was up before all were.</returns>
    public (long Bytes, int Spans, bool IsMore) Build(Database writer, int beforeHour)
    {
        var began = Stopwatch.GetTimestamp();
        var (bytes, spans) = (0L, 0);
        while (_damaged.TryDequeue(out var span))
        {
            Drop(writer, span);
        }

        if (writer.ReadInt64("SELECT min(hour) FROM heat") is not { } firstHour)
        {
            return (0, 0, false);
        }

        foreach (var span in HeatSpan.Missing((int)firstHour, beforeHour, ReadBuilt(writer)).Where(span => !_impossible.Contains(span)))
        {
            if (spans > 0 && Stopwatch.GetElapsedTime(began) > Turn)
            {
                return (bytes, spans, true);
            }

            if (TryBuild(writer, span) is { } written)
            {
                (bytes, spans) = (bytes + written, spans + 1);
            }
        }

        return (bytes, spans, false);
    }

    /// <summary>Adds up heat, within the caller's snapshot.</summary>
    /// <exception cref="StorageException">An hour is damaged. Sums that are damaged are made up for from the hours.</exception>
    public void Read(Database snapshot, int fromHour, int toHour, Func<ulong, bool>? inside, HeatTally tally)
        => Read(snapshot, fromHour, toHour, int.MaxValue, inside, tally);

    /// <param name="shorterThan">Only spans that are shorter are used.</param>
    private void Read(Database snapshot, int fromHour, int toHour, int shorterThan, Func<ulong, bool>? inside, HeatTally tally)
    {
        foreach (var piece in HeatSpan.Cover(fromHour, toHour, ReadBuilt(snapshot, fromHour, toHour, HeatSpan.SourceOf(tally.Resolution), shorterThan)))
        {
            if (piece.IsHours)
            {
                HeatBlocks.Sum(snapshot, piece.From, piece.To, inside, tally);
                continue;
            }

            foreach (var (span, block) in ReadPiece(snapshot, piece, inside, tally))
            {
                Read(snapshot, span.Start, span.End, span.Hours, candidate => candidate == block, tally);
            }
        }
    }

    /// <returns>The rows that are damaged, of which nothing was added.</returns>
    private List<(HeatSpan Span, ulong Block)> ReadPiece(Database snapshot, HeatPiece piece, Func<ulong, bool>? inside, HeatTally tally)
    {
        List<(HeatSpan, ulong)> lost = [];
        var source = HeatSpan.SourceOf(tally.Resolution);
        var select = snapshot.Prepare("SELECT start, block, crc, cells FROM heat_sums WHERE resolution = ?1 AND hours = ?2 AND start >= ?3 AND start < ?4")
            .Bind(1, source).Bind(2, piece.Hours).Bind(3, piece.From).Bind(4, piece.To);
        while (select.Step())
        {
            var block = (ulong)select.Int64(1);
            if (inside is not null && !inside(block))
            {
                continue;
            }

            try
            {
                tally.Add(HeatBlock.Checked(select.Blob(3), select.Int64(2)), block, source);
            }
            catch (InvalidDataException reason)
            {
                var span = new HeatSpan(source, piece.Hours, select.Int32(0));
                lost.Add((span, block));
                _damaged.Enqueue(span);
                damage.Add(span, block, reason.Message);
            }
        }

        select.Reset();
        return lost;
    }

    private static List<HeatSpan> ReadBuilt(Database snapshot, int fromHour, int toHour, int resolution, int shorterThan)
    {
        List<HeatSpan> built = [];
        var select = snapshot.Prepare(
            """
            SELECT hours, start FROM heat_spans WHERE resolution = ?1 AND start >= ?2 AND start < ?3 AND start + hours <= ?3 AND hours < ?4
            ORDER BY start, hours DESC
            """).Bind(1, resolution).Bind(2, fromHour).Bind(3, toHour).Bind(4, shorterThan);
        while (select.Step())
        {
            built.Add(new HeatSpan(resolution, select.Int32(0), select.Int32(1)));
        }

        select.Reset();
        return built;
    }

    private static HashSet<HeatSpan> ReadBuilt(Database writer)
    {
        HashSet<HeatSpan> built = [];
        var select = writer.Prepare("SELECT resolution, hours, start FROM heat_spans");
        while (select.Step())
        {
            built.Add(new HeatSpan(select.Int32(0), select.Int32(1), select.Int32(2)));
        }

        select.Reset();
        return built;
    }

    private static void Drop(Database writer, HeatSpan span)
    {
        Bind(writer.Prepare("DELETE FROM heat_spans WHERE resolution = ?1 AND hours = ?2 AND start = ?3"), span).Run();
        if (writer.Changes > 0)
        {
            Bind(writer.Prepare("DELETE FROM heat_sums WHERE resolution = ?1 AND hours = ?2 AND start = ?3"), span).Run();
        }
    }

    /// <returns>The bytes written; null when an hour of the span is damaged: then there is no sum over it.</returns>
    private long? TryBuild(Database writer, HeatSpan span)
    {
        var tally = new HeatTally(span.Resolution);
        try
        {
            Read(writer, span.Start, span.End, span.Hours, inside: null, tally);
        }
        catch (StorageException refused) when (refused.InnerException is InvalidDataException)
        {
            _impossible.Add(span); // Questions over it will say so.
            return null;
        }

        var bytes = 0L;
        foreach (var (block, sum) in HeatBlock.Of(tally))
        {
            var cells = sum.Encode(ref _buffer, ref _order);
            Bind(writer.Prepare("INSERT INTO heat_sums (resolution, hours, start, block, crc, cells) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"), span)
                .Bind(4, (long)block).Bind(5, HeatBlock.Checksum(cells)).Bind(6, cells).Run();
            bytes += cells.Length;
        }

        Bind(writer.Prepare("INSERT INTO heat_spans (resolution, hours, start) VALUES (?1, ?2, ?3)"), span).Run();
        _until = Math.Max(_until, span.End);
        return bytes;
    }

    private static Statement Bind(Statement statement, HeatSpan span) => statement.Bind(1, span.Resolution).Bind(2, span.Hours).Bind(3, span.Start);
}

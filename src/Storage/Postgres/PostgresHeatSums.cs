using System.Collections.Concurrent;
using System.Diagnostics;
using NpgsqlTypes;
using Vantage.Actors.Heat;
using Vantage.Storage.History;

namespace Vantage.Storage.Postgres;

/// <summary>Heat summed over spans of hours, as <see cref="HeatSums"/> keeps it, with several processes that change hours and build sums. Thread-safe.</summary>
/// <remarks>
/// Whoever changes hours shares a lock until its transaction ends, and whoever builds sums has it alone: no hour changes between the reading of a span
/// and the end of the transaction that notes it.
/// </remarks>
internal sealed class PostgresHeatSums(PostgresDatabase database, DamageReport damage)
{
    private const string LockShared = "SELECT pg_advisory_xact_lock_shared($1)";

    private const string LockAlone = "SELECT pg_advisory_xact_lock($1)";

    /// <summary>In the order of their keys: two processes that drop the same spans wait for each other, but never both.</summary>
    private const string DropSpans = """
        WITH dropped AS MATERIALIZED (SELECT span.resolution, span.hours, span.start
            FROM unnest($1, $2, $3) AS over (resolution, hours, start) JOIN heat_spans AS span USING (resolution, hours, start)
            ORDER BY span.resolution, span.start, span.hours FOR UPDATE OF span),
        sums AS (DELETE FROM heat_sums AS sum USING dropped WHERE (sum.resolution, sum.hours, sum.start) = (dropped.resolution, dropped.hours, dropped.start))
        DELETE FROM heat_spans AS span USING dropped WHERE (span.resolution, span.hours, span.start) = (dropped.resolution, dropped.hours, dropped.start)
        """;

    private const string SelectBuilt = """
        SELECT hours, start FROM heat_spans WHERE resolution = $1 AND start >= $2 AND start < $3 AND start::bigint + hours <= $3 AND hours < $4
        ORDER BY start, hours DESC
        """;

    private const string SumsOfPiece = "FROM heat_sums WHERE resolution = $1 AND hours = $2 AND start >= $3 AND start < $4";

    private const string HoursOfPiece = "FROM heat WHERE hour >= $1 AND hour < $2";

    /// <summary>How long spans are built at a time: commits wait meanwhile.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<HeatSpan> _damaged = new();
    private readonly ConcurrentDictionary<HeatSpan, bool> _impossible = new();

    /// <summary>Drops the sums that hours are part of, before those are written in the same transaction.</summary>
    public static void Drop(PostgresStatements transaction, IEnumerable<int> hours)
    {
        transaction.Add(LockShared, static _ => { }).With((long)PostgresLock.HeatSums);
        Drop(transaction, [.. hours.SelectMany(HeatSpan.Over).Distinct()]);
    }

    /// <summary>Hours were damaged, and are not any more: there may be sums over them.</summary>
    public void Mend(int fromHour, int toHour)
    {
        foreach (var span in _impossible.Keys.Where(span => span.Start < toHour && fromHour < span.End))
        {
            _impossible.TryRemove(span, out _);
        }
    }

    /// <summary>Adds up heat, all of it as it is at one moment.</summary>
    /// <exception cref="StorageException">An hour is damaged. Sums that are damaged are made up for from the hours.</exception>
    public void Read(int fromHour, int toHour, Func<ulong, bool>? inside, HeatTally tally)
    {
        using var snapshot = PostgresStatements.Snapshot(database);
        Read(snapshot, fromHour, toHour, int.MaxValue, inside, tally);
    }

    /// <summary>Builds spans that are missing, in a transaction.</summary>
    /// <returns>The bytes written, and whether time was up before all spans were built.</returns>
    public (long Bytes, bool IsMore) Build(int beforeHour)
    {
        using var transaction = PostgresStatements.Transaction(database);
        transaction.Add(LockAlone, static _ => { }).With((long)PostgresLock.HeatSums);
        List<HeatSpan> damaged = [];
        while (_damaged.TryDequeue(out var span))
        {
            damaged.Add(span);
        }

        Drop(transaction, damaged);
        var result = Build(transaction, beforeHour);
        transaction.Run();
        transaction.Commit();
        return result;
    }

    private (long Bytes, bool IsMore) Build(PostgresStatements transaction, int beforeHour)
    {
        int? firstHour = null;
        HashSet<HeatSpan> built = [];
        transaction.Add("SELECT min(hour) FROM heat", row => firstHour = row.IsDBNull(0) ? null : row.GetInt32(0));
        transaction.Add("SELECT resolution, hours, start FROM heat_spans", row => built.Add(new HeatSpan(row.GetInt16(0), row.GetInt32(1), row.GetInt32(2))));
        transaction.Run();
        if (firstHour is null)
        {
            return (0, false);
        }

        var (bytes, spans, began) = (0L, 0, Stopwatch.GetTimestamp());
        foreach (var span in HeatSpan.Missing(firstHour.Value, beforeHour, built).Where(span => !_impossible.ContainsKey(span)))
        {
            if (spans > 0 && Stopwatch.GetElapsedTime(began) > Turn)
            {
                return (bytes, true);
            }

            if (TryBuild(transaction, span) is { } written)
            {
                (bytes, spans) = (bytes + written, spans + 1);
            }
        }

        return (bytes, false);
    }

    /// <returns>The bytes written; null when an hour of the span is damaged: then there is no sum over it.</returns>
    private long? TryBuild(PostgresStatements transaction, HeatSpan span)
    {
        var tally = new HeatTally(span.Resolution);
        try
        {
            Read(transaction, span.Start, span.End, span.Hours, inside: null, tally);
        }
        catch (StorageException refused) when (refused.InnerException is InvalidDataException)
        {
            _impossible.TryAdd(span, true); // Questions over it will say so.
            return null;
        }

        byte[] buffer = [];
        ushort[] order = [];
        (long Block, byte[] Cells)[] rows = [.. HeatBlock.Of(tally).Select(sum => ((long)sum.Key, sum.Value.Encode(ref buffer, ref order).ToArray()))];
        transaction.Add("INSERT INTO heat_sums SELECT $1, $2, $3, * FROM unnest($4, $5, $6)")
            .With((short)span.Resolution).With(span.Hours).With(span.Start)
            .With(NpgsqlDbType.Bigint, rows, row => row.Block)
            .With(NpgsqlDbType.Bigint, rows, row => HeatBlock.Checksum(row.Cells))
            .With(NpgsqlDbType.Bytea, rows, row => row.Cells);
        transaction.Add("INSERT INTO heat_spans (resolution, hours, start) VALUES ($1, $2, $3)")
            .With((short)span.Resolution).With(span.Hours).With(span.Start);
        return rows.Sum(row => (long)row.Cells.Length);
    }

    private static void Drop(PostgresStatements transaction, List<HeatSpan> spans)
    {
        if (spans.Count > 0)
        {
            transaction.Add(DropSpans)
                .With(NpgsqlDbType.Smallint, spans, span => (short)span.Resolution)
                .With(NpgsqlDbType.Integer, spans, span => span.Hours)
                .With(NpgsqlDbType.Integer, spans, span => span.Start);
        }
    }

    /// <param name="shorterThan">Only spans that are shorter are used.</param>
    private void Read(PostgresStatements statements, int fromHour, int toHour, int shorterThan, Func<ulong, bool>? inside, HeatTally tally)
    {
        var source = HeatSpan.SourceOf(tally.Resolution);
        List<HeatSpan> built = [];
        statements.Add(SelectBuilt, row => built.Add(new HeatSpan(source, row.GetInt32(0), row.GetInt32(1))))
            .With((short)source).With(fromHour).With(toHour).With(shorterThan);
        statements.Run();
        var pieces = HeatSpan.Cover(fromHour, toHour, built);
        var wanted = inside is null ? null : Wanted(statements, pieces, source, inside);
        List<(HeatSpan Span, ulong Block)> lost = [];
        foreach (var piece in pieces)
        {
            if (piece.IsHours)
            {
                PostgresHeat.AddRead(
                    database, statements, piece.From, piece.To, wanted, (_, block, cells) => tally.Add(cells, block, HeatCube.BaseResolution));
                continue;
            }

            statements.Add($"SELECT start, block, crc, cells {SumsOfPiece} AND ($5 IS NULL OR block = ANY ($5))", row =>
            {
                var block = (ulong)row.GetInt64(1);
                try
                {
                    tally.Add(HeatBlock.Checked(row.GetFieldValue<byte[]>(3), row.GetInt64(2)), block, source);
                }
                catch (InvalidDataException reason)
                {
                    var span = new HeatSpan(source, piece.Hours, row.GetInt32(0));
                    lost.Add((span, block));
                    _damaged.Enqueue(span);
                    damage.Add(span, block, reason.Message);
                }
            }).With((short)source).With(piece.Hours).With(piece.From).With(piece.To).With(wanted);
        }

        statements.Run();
        foreach (var (span, block) in lost)
        {
            Read(statements, span.Start, span.End, span.Hours, candidate => candidate == block, tally);
        }
    }

    /// <summary>The blocks of the pieces that may matter: what lies elsewhere is not even sent.</summary>
    private static long[] Wanted(PostgresStatements statements, List<HeatPiece> pieces, int source, Func<ulong, bool> inside)
    {
        HashSet<long> blocks = [];
        foreach (var piece in pieces)
        {
            if (piece.IsHours)
            {
                statements.Add($"SELECT DISTINCT block {HoursOfPiece}", row => blocks.Add(row.GetInt64(0))).With(piece.From).With(piece.To);
            }
            else
            {
                statements.Add($"SELECT DISTINCT block {SumsOfPiece}", row => blocks.Add(row.GetInt64(0)))
                    .With((short)source).With(piece.Hours).With(piece.From).With(piece.To);
            }
        }

        statements.Run();
        return [.. blocks.Where(block => inside((ulong)block))];
    }
}

using Npgsql;
using Vantage.Actors.Tours;
using Vantage.Storage.Records;

namespace Vantage.Storage.Postgres;

/// <summary>The record of what tours showed on PostgreSQL, for any number of processes. Thread-safe.</summary>
internal sealed class PostgresTourLog(PostgresDatabase database) : ITourLog
{
    /// <remarks>The work is the caller's thread's.</remarks>
    public ValueTask SaveAsync(IReadOnlyList<TourPage> pages, int most, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pages);
        if (pages.Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        using var transaction = PostgresStatements.Transaction(database);
        foreach (var page in pages)
        {
            transaction.Add($"INSERT INTO tour_pages ({TourList.Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING")
                .With(page.Id).With(page.Tour).With(page.Stage).With(page.Screen).With(page.Page).With(page.FromMs).With(page.ToMs)
                .With(page.InterruptedBy).With(page.Who).With(TourList.Write(page.Cameras));
        }

        transaction.Add(
            "DELETE FROM tour_pages WHERE (from_ms, id) <= (SELECT from_ms, id FROM tour_pages ORDER BY from_ms DESC, id DESC LIMIT 1 OFFSET $1)")
            .With((long)most);
        transaction.Run();
        transaction.Commit();
        return ValueTask.CompletedTask;
    }

    public IReadOnlyList<TourPage> Read(TourQuestion question, int limit)
    {
        ArgumentNullException.ThrowIfNull(question);
        var list = new TourList(question, limit, '$');
        List<TourPage> pages = [];
        using var statements = PostgresStatements.Single(database);
        var select = statements.Add(list.Sql, row => pages.Add(new TourPage(
            row.GetString(0), row.GetString(1), TextOf(row, 2), TextOf(row, 3), row.GetInt32(4), row.GetInt64(5), row.GetInt64(6), TextOf(row, 7), row.GetString(8),
            TourList.ReadCameras(row.GetString(9)))));
        foreach (var value in list.Values)
        {
            _ = value is string text ? select.With(text) : select.With((long)value);
        }

        statements.Run();
        return pages;
    }

    private static string? TextOf(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

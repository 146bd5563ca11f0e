using Vantage.Actors.Tours;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Records;

/// <summary>The record of what tours showed on SQLite, beside records. Thread-safe.</summary>
internal sealed class SqliteTourLog(RecordsFile file) : ITourLog
{
    public const string Schema = """
        CREATE TABLE tour_pages (id TEXT PRIMARY KEY, tour TEXT NOT NULL, stage TEXT, screen TEXT, page INTEGER NOT NULL, from_ms INTEGER NOT NULL,
            to_ms INTEGER NOT NULL, interrupted_by TEXT, who TEXT NOT NULL, cameras TEXT NOT NULL);
        CREATE INDEX tour_pages_by_time ON tour_pages (from_ms, id);
        """;

    /// <summary>A page of nine cameras.</summary>
    private const int RowBytes = 1000;

    public async ValueTask SaveAsync(IReadOnlyList<TourPage> pages, int most, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pages);
        if (pages.Count > 0)
        {
            await file.WriteAsync(database => Save(database, pages, most), pages.Count * (long)RowBytes, cancellationToken).ConfigureAwait(false);
        }
    }

    public IReadOnlyList<TourPage> Read(TourQuestion question, int limit)
    {
        ArgumentNullException.ThrowIfNull(question);
        var list = new TourList(question, limit, '?');
        using var loan = file.File.Read();
        var select = loan.Database.Prepare(list.Sql);
        foreach (var (i, value) in list.Values.Index())
        {
            _ = value is string text ? select.Bind(i + 1, text) : select.Bind(i + 1, (long)value);
        }

        List<TourPage> pages = [];
        while (select.Step())
        {
            pages.Add(new TourPage(
                select.Text(0), select.Text(1), select.NullableText(2), select.NullableText(3), select.Int32(4), select.Int64(5), select.Int64(6),
                select.NullableText(7), select.Text(8), TourList.ReadCameras(select.Text(9))));
        }

        return pages;
    }

    private static bool Save(Database database, IReadOnlyList<TourPage> pages, int most)
    {
        foreach (var page in pages)
        {
            database.Prepare($"INSERT OR IGNORE INTO tour_pages ({TourList.Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
                .Bind(1, page.Id).Bind(2, page.Tour).Bind(3, page.Stage).Bind(4, page.Screen).Bind(5, (long)page.Page).Bind(6, page.FromMs)
                .Bind(7, page.ToMs).Bind(8, page.InterruptedBy).Bind(9, page.Who).Bind(10, TourList.Write(page.Cameras)).Run();
        }

        database.Prepare(
            "DELETE FROM tour_pages WHERE (from_ms, id) <= (SELECT from_ms, id FROM tour_pages ORDER BY from_ms DESC, id DESC LIMIT 1 OFFSET ?1)")
            .Bind(1, (long)most).Run();
        return true;
    }
}

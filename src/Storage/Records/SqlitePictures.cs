using Vantage.Actors.Pictures;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Records;

/// <summary>Pictures on SQLite, beside records: neither holds up positions. Thread-safe.</summary>
internal sealed class SqlitePictures(RecordsFile file) : IPictures
{
    public const string Schema = """
        CREATE TABLE pictures (incident TEXT NOT NULL, id TEXT NOT NULL, unit TEXT NOT NULL, at_ms INTEGER NOT NULL, type TEXT NOT NULL,
            bytes BLOB NOT NULL, PRIMARY KEY (incident, id));
        """;

    public async ValueTask<bool> SaveAsync(Picture picture, int most, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return await file.WriteAsync(database => Save(database, picture, most), picture.Bytes.Length, cancellationToken).ConfigureAwait(false);
    }

    public Picture? Find(string incident, string id)
    {
        using var loan = file.File.Read();
        var select = loan.Database.Prepare("SELECT unit, at_ms, type, bytes FROM pictures WHERE incident = ?1 AND id = ?2").Bind(1, incident).Bind(2, id);
        var found = select.Step() ? new Picture(
            incident, id, select.Text(0), DateTimeOffset.FromUnixTimeMilliseconds(select.Int64(1)), select.Text(2), select.Blob(3).ToArray()) : null;
        select.Reset();
        return found;
    }

    private static bool Save(Database database, Picture picture, int most)
    {
        var others = database.Prepare("SELECT count(*), sum(id = ?3) FROM pictures WHERE incident = ?1 AND (unit = ?2 OR id = ?3)")
            .Bind(1, picture.Incident).Bind(2, picture.Unit).Bind(3, picture.Id);
        others.Step();
        var (count, isThere) = (others.Int64(0), others.NullableInt64(1) > 0);
        others.Reset();
        if (isThere || count >= most)
        {
            return isThere;
        }

        database.Prepare("INSERT INTO pictures (incident, id, unit, at_ms, type, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, picture.Incident).Bind(2, picture.Id).Bind(3, picture.Unit).Bind(4, picture.At.ToUnixTimeMilliseconds())
            .Bind(5, picture.ContentType).Bind(6, picture.Bytes.AsSpan()).Run();
        return true;
    }
}

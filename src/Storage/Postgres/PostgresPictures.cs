using Vantage.Actors.Pictures;

namespace Vantage.Storage.Postgres;

/// <summary>Pictures on PostgreSQL, for any number of processes. Thread-safe.</summary>
internal sealed class PostgresPictures(PostgresDatabase database) : IPictures
{
    /// <remarks>
    /// The work is the caller's thread's. Of two processes that write for one unit at the same moment both may take the last place: the bound is against
    /// a phone gone wild, and one more does no harm.
    /// </remarks>
    public ValueTask<bool> SaveAsync(Picture picture, int most, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var isThere = false;
        using var transaction = PostgresStatements.Transaction(database);
        transaction.Add(
            """
            INSERT INTO pictures (incident, id, unit, at_ms, type, bytes) SELECT $1, $2, $3, $4, $5, $6
            WHERE (SELECT count(*) FROM pictures WHERE incident = $1 AND unit = $3) < $7 ON CONFLICT (incident, id) DO NOTHING
            """)
            .With(picture.Incident).With(picture.Id).With(picture.Unit).With(picture.At.ToUnixTimeMilliseconds()).With(picture.ContentType)
            .With(picture.Bytes).With((long)most);
        transaction.Add("SELECT EXISTS (SELECT FROM pictures WHERE incident = $1 AND id = $2)", row => isThere = row.GetBoolean(0))
            .With(picture.Incident).With(picture.Id);
        transaction.Run();
        transaction.Commit();
        return ValueTask.FromResult(isThere);
    }

    public Picture? Find(string incident, string id)
    {
        Picture? found = null;
        using var statements = PostgresStatements.Single(database);
        statements.Add(
            "SELECT unit, at_ms, type, bytes FROM pictures WHERE incident = $1 AND id = $2",
            row => found = new Picture(
                incident, id, row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2), row.GetFieldValue<byte[]>(3)))
            .With(incident).With(id);
        statements.Run();
        return found;
    }
}

using NpgsqlTypes;
using Vantage.Actors.Areas;

namespace Vantage.Storage.Postgres;

/// <summary>Areas on PostgreSQL, for any number of processes. Thread-safe.</summary>
internal sealed class PostgresAreas(PostgresDatabase database) : IAreas
{
    private const string SelectVersion = "SELECT version FROM area_layers WHERE layer = $1";

    /// <remarks>The work is the caller's thread's: an import is rare, and some hundred polygons.</remarks>
    public ValueTask ReplaceAsync(string layer, IReadOnlyList<Area> areas, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(areas);
        using var transaction = PostgresStatements.Transaction(database);

        // The row of the version comes first: whoever imports the same layer at the same time waits for it.
        transaction.Add("INSERT INTO area_layers AS known (layer, version) VALUES ($1, 1) ON CONFLICT (layer) DO UPDATE SET version = known.version + 1")
            .With(layer);
        transaction.Add("DELETE FROM areas WHERE layer = $1").With(layer);
        transaction.Add("INSERT INTO areas (layer, key, name, geometry) SELECT $1, * FROM unnest($2, $3, $4)")
            .With(layer)
            .With(NpgsqlDbType.Text, areas, area => area.Key)
            .With(NpgsqlDbType.Text, areas, area => area.Name)
            .With(NpgsqlDbType.Text, areas, area => area.GeometryJson);
        transaction.Run();
        transaction.Commit();
        return ValueTask.CompletedTask;
    }

    public long VersionOf(string layer)
    {
        var version = 0L;
        using var statements = PostgresStatements.Single(database);
        statements.Add(SelectVersion, row => version = row.GetInt64(0)).With(layer);
        statements.Run();
        return version;
    }

    public AreaLayer Read(string layer)
    {
        var version = 0L;
        List<Area> areas = [];
        using var statements = PostgresStatements.Snapshot(database);
        statements.Add(SelectVersion, row => version = row.GetInt64(0)).With(layer);
        statements.Add(
            "SELECT key, name, geometry FROM areas WHERE layer = $1 ORDER BY key",
            row => areas.Add(new Area(row.GetString(0), row.GetString(1), row.GetString(2)))).With(layer);
        statements.Run();
        return new AreaLayer(version, areas);
    }
}

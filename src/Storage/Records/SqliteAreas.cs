using Vantage.Actors.Areas;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Records;

/// <summary>Areas on SQLite. Thread-safe.</summary>
internal sealed class SqliteAreas(RecordsFile file) : IAreas
{
    public const string Schema = """
        CREATE TABLE areas (layer TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, geometry TEXT NOT NULL, PRIMARY KEY (layer, key)) WITHOUT ROWID;
        CREATE TABLE area_layers (layer TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;

        """;

    public async ValueTask ReplaceAsync(string layer, IReadOnlyList<Area> areas, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(areas);
        await file.WriteAsync(
            database =>
            {
                Replace(database, layer, areas);
                return true;
            },
            areas.Sum(area => (long)area.GeometryJson.Length),
            cancellationToken).ConfigureAwait(false);
    }

    public long VersionOf(string layer)
    {
        using var loan = file.File.Read();
        return VersionOf(loan.Database, layer);
    }

    public AreaLayer Read(string layer)
    {
        using var loan = file.File.Read();
        loan.Database.Execute("BEGIN"); // Version and areas of the same import.
        try
        {
            return new AreaLayer(VersionOf(loan.Database, layer), ReadAreas(loan.Database, layer));
        }
        finally
        {
            loan.Database.RollbackIfOpen();
        }
    }

    private static void Replace(Database database, string layer, IReadOnlyList<Area> areas)
    {
        database.Prepare("DELETE FROM areas WHERE layer = ?1").Bind(1, layer).Run();
        foreach (var area in areas)
        {
            database.Prepare("INSERT INTO areas (layer, key, name, geometry) VALUES (?1, ?2, ?3, ?4)")
                .Bind(1, layer).Bind(2, area.Key).Bind(3, area.Name).Bind(4, area.GeometryJson).Run();
        }

        database.Prepare("INSERT INTO area_layers (layer, version) VALUES (?1, 1) ON CONFLICT (layer) DO UPDATE SET version = version + 1")
            .Bind(1, layer).Run();
    }

    private static long VersionOf(Database database, string layer)
    {
        var select = database.Prepare("SELECT version FROM area_layers WHERE layer = ?1").Bind(1, layer);
        var version = select.Step() ? select.Int64(0) : 0;
        select.Reset();
        return version;
    }

    private static List<Area> ReadAreas(Database database, string layer)
    {
        var select = database.Prepare("SELECT key, name, geometry FROM areas WHERE layer = ?1 ORDER BY key").Bind(1, layer);
        List<Area> areas = [];
        while (select.Step())
        {
            areas.Add(new Area(select.Text(0), select.Text(1), select.Text(2)));
        }

        return areas;
    }
}

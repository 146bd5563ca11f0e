using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Storage.Sqlite;

namespace Vantage.Bench.Store;

/// <summary>A row for each fix in SQLite, by unit and time: what one writes first.</summary>
internal sealed class SqliteRows : IPeer
{
    private readonly Database _database;
    private readonly string _path;

    public SqliteRows(string folder)
    {
        _path = Path.Combine(folder, "rows.db");
        _database = Database.Open(_path, create: true);
        _database.ReadText("PRAGMA journal_mode=WAL");
        _database.Execute(
            """
            PRAGMA synchronous=FULL;
            CREATE TABLE points (unit INTEGER NOT NULL, time INTEGER NOT NULL, lat INTEGER NOT NULL, lon INTEGER NOT NULL, speed INTEGER, heading INTEGER,
                PRIMARY KEY (unit, time)) WITHOUT ROWID;
            """);
    }

    public string Name => "SQLite, a row a fix";

    public TrackDetail? Coarse => null;

    public void Write(int unit, ReadOnlyMemory<Fix> fixes)
    {
        _database.Execute("BEGIN IMMEDIATE");
        foreach (ref readonly var fix in fixes.Span)
        {
            _database.Prepare("INSERT INTO points VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .Bind(1, unit).Bind(2, fix.TimeMs).Bind(3, fix.LatitudeE7).Bind(4, fix.LongitudeE7).Bind(5, fix.SpeedHundredths).Bind(6, fix.HeadingTenths).Run();
        }

        _database.Execute("COMMIT");
    }

    public void Settle()
    {
        _database.Execute("CREATE INDEX points_by_time ON points (time)");
        _database.ReadInt64("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public long Bytes() => new FileInfo(_path).Length;

    public void Read(int unit, long fromMs, long toMs, List<Fix> into)
    {
        var select = _database.Prepare("SELECT time, lat, lon, speed, heading FROM points WHERE unit = ?1 AND time >= ?2 AND time < ?3 ORDER BY time")
            .Bind(1, unit).Bind(2, fromMs).Bind(3, toMs);
        while (select.Step())
        {
            into.Add(new Fix
            {
                TimeMs = select.Int64(0),
                LatitudeE7 = select.Int32(1),
                LongitudeE7 = select.Int32(2),
                SpeedHundredths = select.Int32(3),
                HeadingTenths = (ushort)select.Int32(4),
            });
        }

        select.Reset();
    }

    public void ReadCoarse(int unit, long fromMs, long toMs, List<Fix> into) => throw new NotSupportedException();

    public HashSet<int> WhoWasHere(GeoBox box, long fromMs, long toMs)
    {
        var select = _database.Prepare(
            "SELECT DISTINCT unit FROM points WHERE time >= ?1 AND time < ?2 AND lon BETWEEN ?3 AND ?4 AND lat BETWEEN ?5 AND ?6")
            .Bind(1, fromMs).Bind(2, toMs).Bind(3, (long)(box.West * 1e7)).Bind(4, (long)(box.East * 1e7)).Bind(5, (long)(box.South * 1e7)).Bind(6, (long)(box.North * 1e7));
        HashSet<int> here = [];
        while (select.Step())
        {
            here.Add(select.Int32(0));
        }

        select.Reset();
        return here;
    }

    public void Dispose() => _database.Dispose();
}

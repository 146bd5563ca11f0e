using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Vantage.Geo;

namespace Vantage.Bench.Heat;

/// <summary>A row for each fix in PostGIS with indexes by time and place, and heat by grouping on a grid of cells as large as those of resolution 9.</summary>
internal sealed class PostGisHeat : IDisposable
{
    private readonly NpgsqlConnection _connection;

    public PostGisHeat(string connectionString)
    {
        _connection = new NpgsqlConnection(connectionString);
        _connection.Open();
        Execute("CREATE EXTENSION IF NOT EXISTS postgis");
    }

    /// <summary>Writes every so-manieth fix of the year, with its indexes, unless that is done.</summary>
    public long Fill(int units, int every)
    {
        var table = $"heat_points_{units}_{every}";
        if (Scalar($"SELECT count(*) FROM pg_class WHERE relname = '{table}_by_place'") == 0)
        {
            Execute($"DROP TABLE IF EXISTS {table}");
            Execute($"CREATE TABLE {table} (unit integer NOT NULL, time timestamptz NOT NULL, place geometry(Point, 4326) NOT NULL)");
            Copy(table, units, every);
            Execute($"CREATE INDEX {table}_by_time ON {table} (time)");
            Execute($"CREATE INDEX {table}_by_place ON {table} USING gist (place)");
            Execute($"VACUUM ANALYZE {table}");
        }

        Execute($"CREATE OR REPLACE VIEW heat_points AS SELECT * FROM {table}");
        return Scalar("SELECT count(*) FROM heat_points");
    }

    /// <returns>How many cells hold something; by month, those of all months.</returns>
    public long Ask(int fromHour, int toHour, GeoBox? box, bool byMonth)
    {
        var month = byMonth ? "date_trunc('month', time, 'Asia/Shanghai')" : "1";
        var place = box is { } b
            ? string.Create(CultureInfo.InvariantCulture, $"AND place && ST_MakeEnvelope({b.West}, {b.South}, {b.East}, {b.North}, 4326)")
            : "";
        return Scalar(
            $"""
            SELECT count(*) FROM (SELECT {month}, ST_SnapToGrid(place, 0.0034, 0.0029), count(*) FROM heat_points
                WHERE time >= to_timestamp({fromHour} * 3600.0) AND time < to_timestamp({toHour} * 3600.0) {place} GROUP BY 1, 2) AS heat
            """);
    }

    public void Dispose() => _connection.Dispose();

    private void Copy(string table, int units, int every)
    {
        var district = new District(units);
        using var copy = _connection.BeginBinaryImport($"COPY {table} FROM STDIN (FORMAT BINARY)");
        var seen = 0L;
        for (var hour = 0; hour < District.Hours; hour++)
        {
            district.Drive(District.FirstHour + hour, (unit, ms, point) =>
            {
                if (seen++ % every == 0)
                {
                    var (longitude, latitude) = District.PlaceOf(point);
                    copy.StartRow();
                    copy.Write(unit, NpgsqlDbType.Integer);
                    copy.Write(DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime, NpgsqlDbType.TimestampTz);
                    copy.Write(WellKnownBinary(longitude, latitude), NpgsqlDbType.Bytea);
                }
            });
        }

        copy.Complete();
    }

    /// <summary>A point with its system, as PostGIS reads it: little endian.</summary>
    private static byte[] WellKnownBinary(double longitude, double latitude)
    {
        var bytes = new byte[25];
        bytes[0] = 1;
        BitConverter.TryWriteBytes(bytes.AsSpan(1), 0x2000_0001);
        BitConverter.TryWriteBytes(bytes.AsSpan(5), 4326);
        BitConverter.TryWriteBytes(bytes.AsSpan(9), longitude);
        BitConverter.TryWriteBytes(bytes.AsSpan(17), latitude);
        return bytes;
    }

    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }

    private long Scalar(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        return (long)command.ExecuteScalar()!;
    }
}

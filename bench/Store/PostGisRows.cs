using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Vantage.Actors.Positions;
using Vantage.Geo;

namespace Vantage.Bench.Store;

/// <summary>A row for each fix in PostGIS with the indexes that are usual: unit and time, and the place.</summary>
internal sealed class PostGisRows : IPeer
{
    private readonly NpgsqlConnection _connection;

    public PostGisRows(string connectionString)
    {
        _connection = new NpgsqlConnection(connectionString);
        _connection.Open();
        Execute(
            """
            CREATE EXTENSION IF NOT EXISTS postgis;
            DROP TABLE IF EXISTS points;
            CREATE TABLE points (unit integer NOT NULL, time timestamptz NOT NULL, place geometry(Point, 4326) NOT NULL, speed real, heading real);
            """);
    }

    public string Name => "PostGIS, a row a fix";

    public TrackDetail? Coarse => null;

    public void Write(int unit, ReadOnlyMemory<Fix> fixes)
    {
        using var copy = _connection.BeginBinaryImport("COPY points FROM STDIN (FORMAT BINARY)");
        foreach (ref readonly var fix in fixes.Span)
        {
            copy.StartRow();
            copy.Write(unit, NpgsqlDbType.Integer);
            copy.Write(DateTimeOffset.FromUnixTimeMilliseconds(fix.TimeMs).UtcDateTime, NpgsqlDbType.TimestampTz);
            copy.Write(WellKnownBinary(fix), NpgsqlDbType.Bytea);
            copy.Write((float)(fix.Speed ?? 0), NpgsqlDbType.Real);
            copy.Write((float)(fix.Heading ?? 0), NpgsqlDbType.Real);
        }

        copy.Complete();
    }

    public void Settle() => Execute(
        """
        CREATE INDEX points_by_unit ON points (unit, time);
        CREATE INDEX points_by_time ON points (time);
        CREATE INDEX points_by_place ON points USING gist (place);
        VACUUM ANALYZE points;
        """);

    public long Bytes()
    {
        using var command = new NpgsqlCommand("SELECT pg_total_relation_size('points')", _connection);
        return (long)command.ExecuteScalar()!;
    }

    public void Read(int unit, long fromMs, long toMs, List<Fix> into)
    {
        using var command = Command("SELECT time, ST_X(place), ST_Y(place), speed, heading FROM points WHERE unit = $3 AND time >= $1 AND time < $2 ORDER BY time", fromMs, toMs);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = unit });
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            into.Add(new Fix
            {
                TimeMs = new DateTimeOffset(rows.GetDateTime(0)).ToUnixTimeMilliseconds(),
                LongitudeE7 = (int)Math.Round(rows.GetDouble(1) * 1e7),
                LatitudeE7 = (int)Math.Round(rows.GetDouble(2) * 1e7),
                SpeedHundredths = (int)Math.Round(rows.GetFloat(3) * 100),
                HeadingTenths = (ushort)Math.Round(rows.GetFloat(4) * 10),
            });
        }
    }

    public void ReadCoarse(int unit, long fromMs, long toMs, List<Fix> into) => throw new NotSupportedException();

    public HashSet<int> WhoWasHere(GeoBox box, long fromMs, long toMs)
    {
        using var command = Command(
            string.Create(CultureInfo.InvariantCulture, $"SELECT DISTINCT unit FROM points WHERE place && ST_MakeEnvelope({box.West}, {box.South}, {box.East}, {box.North}, 4326) AND time >= $1 AND time < $2"),
            fromMs,
            toMs);
        using var rows = command.ExecuteReader();
        HashSet<int> here = [];
        while (rows.Read())
        {
            here.Add(rows.GetInt32(0));
        }

        return here;
    }

    public void Dispose() => _connection.Dispose();

    private NpgsqlCommand Command(string sql, long fromMs, long toMs)
    {
        var command = new NpgsqlCommand(sql, _connection);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTimeOffset.FromUnixTimeMilliseconds(fromMs).UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTimeOffset.FromUnixTimeMilliseconds(toMs).UtcDateTime });
        return command;
    }

    /// <summary>A point with its system, as PostGIS reads it: little endian.</summary>
    private static byte[] WellKnownBinary(in Fix fix)
    {
        var bytes = new byte[25];
        bytes[0] = 1;
        BitConverter.TryWriteBytes(bytes.AsSpan(1), 0x2000_0001);
        BitConverter.TryWriteBytes(bytes.AsSpan(5), 4326);
        BitConverter.TryWriteBytes(bytes.AsSpan(9), fix.Longitude);
        BitConverter.TryWriteBytes(bytes.AsSpan(17), fix.Latitude);
        return bytes;
    }

    private void Execute(string sql)
    {
        foreach (var statement in sql.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            using var command = new NpgsqlCommand(statement, _connection) { CommandTimeout = 0 };
            command.ExecuteNonQuery();
        }
    }
}

using System.Diagnostics;
using Npgsql;
using Vantage.Geo;
using Vantage.Geo.Zones;

namespace Vantage.Bench.Geo;

/// <summary>The same fences in PostGIS, with the index that is usual, and the same question.</summary>
internal sealed class PostGisZones : IDisposable
{
    private const int Rounds = 5;

    private readonly NpgsqlConnection _connection;

    public PostGisZones(string connectionString, IReadOnlyList<LatLng[]> fences)
    {
        _connection = new NpgsqlConnection(connectionString);
        _connection.Open();
        Execute("CREATE EXTENSION IF NOT EXISTS postgis; DROP TABLE IF EXISTS zones; CREATE TABLE zones (id integer NOT NULL, shape geometry(Polygon, 4326) NOT NULL)");
        using (var copy = _connection.BeginTextImport("COPY zones FROM STDIN"))
        {
            foreach (var (at, fence) in fences.Index())
            {
                var ring = string.Join(',', fence.Select(vertex => FormattableString.Invariant($"{vertex.Longitude:R} {vertex.Latitude:R}")));
                copy.Write($"{at + 1}\tSRID=4326;POLYGON(({ring}))\n");
            }
        }

        Execute("CREATE INDEX zones_by_shape ON zones USING gist (shape)");
        Execute("VACUUM ANALYZE zones");
    }

    /// <summary>Prints what a position takes, asked about one by one and a thousand at once.</summary>
    /// <exception cref="InvalidOperationException">PostGIS names other zones than the index.</exception>
    public void Print(ReadOnlySpan<LatLng> positions, ZoneIndex index)
    {
        var lists = new ZoneHitLists();
        index.Query(positions, lists);
        var sum = 0L;
        foreach (var id in lists.All)
        {
            sum += id;
        }

        var places = positions.ToArray();
        Time("PostGIS", places, sum, OneByOne);
        Time("PostGIS, a thousand at once", places, sum, AtOnce);
    }

    public void Dispose() => _connection.Dispose();

    private static string Covers(string longitude, string latitude) => $"ST_Covers(shape, ST_SetSRID(ST_MakePoint({longitude}, {latitude}), 4326))";

    private static void Time(string name, LatLng[] positions, long expected, Func<LatLng[], long> ask)
    {
        List<double> times = [];
        for (var round = 0; round <= Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            var sum = ask(positions);
            times.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / positions.Length);
            if (sum != expected)
            {
                throw new InvalidOperationException($"{name}: the ids come to {sum}, not {expected}.");
            }
        }

        Contest.Print(name, times.Skip(1).Order().ElementAt(Rounds / 2), "–");
    }

    private long OneByOne(LatLng[] positions)
    {
        using var command = new NpgsqlCommand($"SELECT coalesce(sum(id), 0) FROM zones WHERE {Covers("$1", "$2")}", _connection);
        var (longitude, latitude) = (new NpgsqlParameter<double>(), new NpgsqlParameter<double>());
        command.Parameters.Add(longitude);
        command.Parameters.Add(latitude);
        command.Prepare();
        var sum = 0L;
        foreach (var position in positions)
        {
            (longitude.TypedValue, latitude.TypedValue) = (position.Longitude, position.Latitude);
            sum += (long)command.ExecuteScalar()!;
        }

        return sum;
    }

    private long AtOnce(LatLng[] positions)
    {
        using var command = new NpgsqlCommand(
            $"SELECT coalesce(sum(id), 0) FROM unnest($1, $2) AS places (x, y) JOIN zones ON {Covers("x", "y")}", _connection);
        var (longitudes, latitudes) = (new NpgsqlParameter<double[]>(), new NpgsqlParameter<double[]>());
        command.Parameters.Add(longitudes);
        command.Parameters.Add(latitudes);
        var sum = 0L;
        foreach (var chunk in positions.Chunk(1_000))
        {
            longitudes.TypedValue = Array.ConvertAll(chunk, position => position.Longitude);
            latitudes.TypedValue = Array.ConvertAll(chunk, position => position.Latitude);
            sum += (long)command.ExecuteScalar()!;
        }

        return sum;
    }

    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }
}

using Vantage.Geo;
using Vantage.Geo.Zones;

namespace Vantage.Bench.Geo;

/// <summary>Positions and fences over a part of Shanghai, the same with every run.</summary>
internal static class Field
{
    public const double West = 121.3, East = 121.6, South = 31.1, North = 31.35;
    private const double MetresPerDegree = 111_195;

    /// <param name="scale">How many times wider and higher the box is, to the east and the north.</param>
    public static LatLng[] Positions(int count, int seed, double scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Position(random, scale))];
    }

    /// <summary>Evenly over the globe.</summary>
    public static LatLng[] Globe(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => At(Math.Asin((2 * random.NextDouble()) - 1) * 180 / Math.PI, (360 * random.NextDouble()) - 180))];
    }

    /// <summary>Ragged rings of some 40 vertices, 100 to 500 m about their centres.</summary>
    public static List<LatLng[]> Fences(int count, int seed, double scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Ring(Position(random, scale), 100 + (400 * random.NextDouble()), 40, () => 0.75 + (0.25 * random.NextDouble())))];
    }

    /// <summary>A closed ring about a centre.</summary>
    /// <param name="share">Of the radius, vertex by vertex.</param>
    public static LatLng[] Ring(LatLng centre, double metres, int vertices, Func<double> share)
    {
        var ring = new LatLng[vertices + 1];
        for (var i = 0; i < vertices; i++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * i / vertices);
            var degrees = metres * share() / MetresPerDegree;
            ring[i] = At(centre.Latitude + (degrees * sine), centre.Longitude + (degrees * cosine / Math.Cos(centre.Latitude * Math.PI / 180)));
        }

        ring[vertices] = ring[0];
        return ring;
    }

    public static ZoneIndex IndexOf(IReadOnlyList<LatLng[]> fences)
        => ZoneIndex.Build([.. fences.Select((fence, id) => new ZoneEntry(id + 1, ZoneShape.OfRings([fence])))]);

    private static LatLng Position(Random random, double scale)
        => At(South + ((North - South) * scale * random.NextDouble()), West + ((East - West) * scale * random.NextDouble()));

    private static LatLng At(double latitude, double longitude)
        => LatLng.TryCreate(latitude, longitude, out var position) ? position : throw new ArgumentOutOfRangeException(nameof(latitude));
}

using NetTopologySuite.Geometries;
using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>A visit as the API shows it; times in epoch milliseconds.</summary>
internal sealed record VisitSeen(
    string Zone, string Unit, long From, long? To, long LastInside, long EnteredAt, long? LeftAt, bool Passage, int ZoneVersion);

/// <summary>Visits by brute force, from the rules VIS-1 to VIS-6 and nothing of the product: NetTopologySuite for areas, haversine for circles.</summary>
internal static class VisitOracle
{
    private const long GapMs = 300_000;
    private const double MaxMetresPerSecond = 70;
    private const double EarthMetres = 6_371_008.8;
    private static readonly GeometryFactory Factory = new();

    public static List<VisitSeen> Visits(IEnumerable<CabRow> rows, IReadOnlyList<RandomZone> zones)
    {
        var visits = new List<VisitSeen>();
        foreach (var track in CabRows.Tracks(rows).Values)
        {
            var fixes = CabRows.Counting(track);
            var counts = new bool[fixes.Length]; // The segment that ends at this fix (VIS-5).
            for (var i = 1; i < fixes.Length; i++)
            {
                var ms = fixes[i].TimeMs - fixes[i - 1].TimeMs;
                counts[i] = ms <= GapMs
                    && Metres(fixes[i - 1].Lon, fixes[i - 1].Lat, fixes[i].Lon, fixes[i].Lat) <= MaxMetresPerSecond * ms / 1000;
            }

            foreach (var zone in zones)
            {
                Walk(zone, fixes, counts, visits);
            }
        }

        return visits;
    }

    private static void Walk(RandomZone zone, CabRow[] fixes, bool[] counts, List<VisitSeen> visits)
    {
        VisitSeen? visit = null;
        var wasInside = false;
        for (var i = 0; i < fixes.Length; i++)
        {
            var fix = fixes[i];
            if (visit is not null && fix.TimeMs - fixes[i - 1].TimeMs > GapMs)
            {
                visits.Add(visit with { To = visit.LastInside, LeftAt = visit.LastInside });
                visit = null;
            }

            var isInside = Covers(zone, fix);
            var crossing = (isInside && visit is not null) || !counts[i] ? null : Crossing(zone, fixes[i - 1], fix);
            if (isInside)
            {
                visit ??= new(zone.Key, fix.Unit, fix.TimeMs, null, 0, crossing?.Entry ?? fix.TimeMs, null, false, 1);
                visit = visit with { LastInside = fix.TimeMs };
            }
            else if (visit is not null)
            {
                visits.Add(visit with { To = visit.LastInside, LeftAt = crossing?.Exit ?? visit.LastInside });
                visit = null;
            }
            else if (crossing is { } passed && !wasInside)
            {
                visits.Add(new(zone.Key, fix.Unit, passed.Entry, passed.Exit, passed.Exit, passed.Entry, passed.Exit, true, 1));
            }

            wasInside = isInside;
        }

        if (visit is not null)
        {
            visits.Add(visit);
        }
    }

    /// <summary>VIS-1.</summary>
    public static bool Covers(RandomZone zone, CabRow fix)
        => zone.Bounds.Contains(fix.Lon, fix.Lat)
        && (zone.Circle is { } circle
            ? Metres(circle.Lon, circle.Lat, fix.Lon, fix.Lat) <= circle.Radius
            : zone.Prepared!.Covers(Factory.CreatePoint(new Coordinate(fix.Lon, fix.Lat))));

    private static (long Entry, long Exit)? Crossing(RandomZone zone, CabRow from, CabRow to)
    {
        if (!zone.Bounds.Intersects(new Coordinate(from.Lon, from.Lat), new Coordinate(to.Lon, to.Lat)))
        {
            return null;
        }

        var fractions = zone.Circle is { } circle ? CrossingOf(circle, from, to) : CrossingOf(zone, from, to);
        return fractions is { } crossed ? (At(crossed.Entry), At(crossed.Exit)) : null;

        long At(double fraction) => Math.Max(from.TimeMs + 1, from.TimeMs + (long)Math.Round(fraction * (to.TimeMs - from.TimeMs)));
    }

    private static (double Entry, double Exit)? CrossingOf(RandomZone zone, CabRow from, CabRow to)
    {
        var (east, north) = (to.Lon - from.Lon, to.Lat - from.Lat);
        if (east == 0 && north == 0)
        {
            return null;
        }

        var segment = Factory.CreateLineString([new(from.Lon, from.Lat), new(to.Lon, to.Lat)]);
        if (!zone.Prepared!.Intersects(segment))
        {
            return null;
        }

        var fractions = segment.Intersection(zone.Prepared.Geometry).Coordinates
            .Select(at => ((at.X - from.Lon) * east + (at.Y - from.Lat) * north) / (east * east + north * north));
        return (fractions.Min(), fractions.Max());
    }

    /// <summary>The distance to the centre falls and then rises along a segment: find its least, then each side's root.</summary>
    private static (double Entry, double Exit)? CrossingOf((double Lon, double Lat, double Radius) circle, CabRow from, CabRow to)
    {
        var (low, high) = (0.0, 1.0);
        for (var n = 0; n < 200; n++)
        {
            var (a, b) = (low + (high - low) / 3, high - (high - low) / 3);
            (low, high) = Beyond(a) < Beyond(b) ? (low, b) : (a, high);
        }

        var nearest = (low + high) / 2;
        return Beyond(nearest) > 0 ? null : (Root(nearest, 0), Root(nearest, 1));

        double Beyond(double t)
            => Metres(circle.Lon, circle.Lat, from.Lon + t * (to.Lon - from.Lon), from.Lat + t * (to.Lat - from.Lat)) - circle.Radius;

        double Root(double inside, double outside)
        {
            if (Beyond(outside) <= 0)
            {
                return outside;
            }

            for (var n = 0; n < 60; n++)
            {
                var middle = (inside + outside) / 2;
                (inside, outside) = Beyond(middle) <= 0 ? (middle, outside) : (inside, middle);
            }

            return inside;
        }
    }

    private static double Metres(double lonA, double latA, double lonB, double latB)
    {
        const double Radian = Math.PI / 180;
        var (north, east) = (Math.Sin((latB - latA) * Radian / 2), Math.Sin((lonB - lonA) * Radian / 2));
        var chord = north * north + Math.Cos(latA * Radian) * Math.Cos(latB * Radian) * east * east;
        return 2 * EarthMetres * Math.Asin(Math.Sqrt(Math.Min(1, chord)));
    }
}

using NetTopologySuite.Geometries;
using NetTopologySuite.Index.HPRtree;
using NetTopologySuite.Index.Quadtree;
using NetTopologySuite.Index.Strtree;
using NetTopologySuite.Operation.Distance;
using Vantage.Geo;
using Vantage.Geo.Nearby;

namespace Vantage.Bench.Geo;

/// <summary>What is near: boundaries of zones, and moving units, beside what a user of NetTopologySuite would write.</summary>
internal static class NearBench
{
    /// <summary>In the peer's plane a degree to the east is as long as one to the north, so that it finds the same neighbours.</summary>
    private static readonly double EastScale = Math.Cos((Field.South + Field.North) / 2 * Math.PI / 180);

    /// <summary>The nearest boundary of many zones.</summary>
    public static void Edges(int zones)
    {
        const int Positions = 5_000;
        const double Within = 5_000;
        var fences = Field.Fences(zones, seed: 2);
        var index = Field.IndexOf(fences);
        index.TryNearestEdge(default, 0, out _); // Sorts the entries.
        var tree = new STRtree<Facets>();
        foreach (var fence in fences)
        {
            var ring = new LinearRing(Array.ConvertAll(fence, CoordinateOf));
            tree.Insert(ring.EnvelopeInternal, new(ring, new(ring)));
        }

        tree.Build();
        Hold("in the city", Field.Positions(Positions, seed: 8));
        Hold("20 km outside", [.. Field.Positions(Positions, seed: 9).Select(position => LatLng.Trusted(position.Latitude + 0.45, position.Longitude))]);
        Hold("over the globe", Field.Globe(Positions, seed: 10), withPeer: false);

        void Hold(string where, LatLng[] positions, bool withPeer = true)
        {
            var points = Array.ConvertAll(positions, position => new Point(CoordinateOf(position)));
            List<Contender> contenders =
            [
                new("Vantage", () => positions.Sum(position => index.TryNearestEdge(position, double.PositiveInfinity, out var nearest) ? (long)nearest.Metres : 0)),
                new($"Vantage, within {Within:N0} m", () => positions.Sum(position => index.TryNearestEdge(position, Within, out var nearest) ? (long)nearest.Metres : 0)),
            ];
            if (withPeer)
            {
                contenders.Add(new("STRtree, IndexedFacetDistance", () => points.Sum(point =>
                {
                    var query = new Facets(point, null);
                    var nearest = tree.NearestNeighbour(point.EnvelopeInternal, query, query);
                    return (long)(nearest.Index!.Distance(point) * GreatCircle.MetresPerDegree);
                })));
            }

            Contest.Hold($"nearest edge of {zones:N0} zones, {where}", Positions, sameSum: false, contenders);
        }
    }

    /// <summary>Units that move, and which are near a place.</summary>
    public static void Units(int count)
    {
        const int Questions = 1_000;
        const double Metres = 500;
        var from = Field.Positions(count, seed: 11);
        var random = new Random(12);
        LatLng[] to = [.. from.Select(position => GreatCircle.Destination(position, 360 * random.NextDouble(), 100))];
        var centres = Field.Positions(Questions, seed: 13);
        var index = new RoamingIndex();
        var hits = new RoamingHits();
        var (now, next) = (from, to);
        Move(index.Set);
        var points = Array.ConvertAll(from, CoordinateOf);
        var others = Array.ConvertAll(to, CoordinateOf);
        var (quadtree, quadtreeNow, quadtreeNext) = (new Quadtree<int>(), points, others);
        for (var unit = 0; unit < count; unit++)
        {
            quadtree.Insert(new(points[unit]), unit);
        }

        Contest.Hold(
            $"{count:N0} units move by 100 m",
            count,
            sameSum: false,
            new Contender("Vantage", () => Move(index.Set)),
            new Contender("Quadtree, taken out and put in", () =>
            {
                for (var unit = 0; unit < count; unit++)
                {
                    quadtree.Remove(new(quadtreeNow[unit]), unit);
                    quadtree.Insert(new(quadtreeNext[unit]), unit);
                }

                (quadtreeNow, quadtreeNext) = (quadtreeNext, quadtreeNow);
                return count;
            }),
            new Contender("STRtree, built anew", () => Strtree().Count),
            new Contender("HPRtree, built anew", () => Hprtree().Count));

        foreach (var (unit, position) in from.Index())
        {
            index.Set(unit, position);
        }

        var (strtree, hprtree) = (Strtree(), Hprtree());
        Contest.Hold(
            $"which of {count:N0} units are within {Metres} m",
            Questions,
            sameSum: true,
            new Contender("Vantage", () => centres.Sum(centre => (long)index.Within(centre, Metres, hits))),
            new Contender("Vantage, all measured", () => centres.Sum(centre => (long)from.Count(position => GreatCircle.DistanceMetres(centre, position) <= Metres))),
            new Contender("STRtree, measured", () => centres.Sum(centre => (long)strtree.Query(Around(centre)).Count(unit => GreatCircle.DistanceMetres(centre, from[unit]) <= Metres))),
            new Contender("HPRtree, measured", () => centres.Sum(centre => (long)hprtree.Query(Around(centre)).Count(unit => GreatCircle.DistanceMetres(centre, from[unit]) <= Metres))));
        var (pointTree, distance) = (new STRtree<Coordinate>(), new PointDistance());
        foreach (var point in points)
        {
            pointTree.Insert(new(point), point);
        }

        Contest.Hold(
            $"the 5 of {count:N0} units that are nearest",
            Questions,
            sameSum: false,
            new Contender("Vantage", () => centres.Sum(centre => (long)index.Nearest(centre, 5, double.PositiveInfinity, hits))),
            new Contender("STRtree.NearestNeighbour", () => centres.Sum(centre => (long)pointTree.NearestNeighbour(new(CoordinateOf(centre)), CoordinateOf(centre), distance, 5).Length)));

        long Move(Action<int, LatLng> set)
        {
            for (var unit = 0; unit < count; unit++)
            {
                set(unit, next[unit]);
            }

            (now, next) = (next, now);
            return count;
        }

        STRtree<int> Strtree()
        {
            var tree = new STRtree<int>();
            for (var unit = 0; unit < count; unit++)
            {
                tree.Insert(new(points[unit]), unit);
            }

            tree.Build();
            return tree;
        }

        HPRtree<int> Hprtree()
        {
            var tree = new HPRtree<int>();
            for (var unit = 0; unit < count; unit++)
            {
                tree.Insert(new(points[unit]), unit);
            }

            tree.Build();
            return tree;
        }

        static Envelope Around(LatLng centre)
        {
            const double Degrees = Metres / GreatCircle.MetresPerDegree * 1.01;
            var around = new Envelope(CoordinateOf(centre));
            around.ExpandBy(Degrees);
            return around;
        }
    }

    private static Coordinate CoordinateOf(LatLng position) => new(position.Longitude * EastScale, position.Latitude);

    /// <summary>A ring with its facets; the position that is asked about has none.</summary>
    private sealed record Facets(Geometry Geometry, IndexedFacetDistance? Index) : IItemDistance<Envelope, Facets>
    {
        public double Distance(IBoundable<Envelope, Facets> item1, IBoundable<Envelope, Facets> item2)
            => item1.Item.Index is { } index ? index.Distance(item2.Item.Geometry) : item2.Item.Index!.Distance(item1.Item.Geometry);
    }

    private sealed class PointDistance : IItemDistance<Envelope, Coordinate>
    {
        public double Distance(IBoundable<Envelope, Coordinate> item1, IBoundable<Envelope, Coordinate> item2) => item1.Item.Distance(item2.Item);
    }
}

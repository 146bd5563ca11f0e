using System.Globalization;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;
using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Geo.Zones;

namespace Vantage.Bench.Geo;

/// <summary>The spatial library against what a user would pick instead, on the same inputs, on one thread: NetTopologySuite here, packages of Node.js in a process beside it.</summary>
internal static class GeoBench
{
    private const int Positions = 20_000;

    public static int Run(string[] args)
    {
        var options = args.Chunk(2).ToDictionary(pair => pair[0][2..], pair => pair[1], StringComparer.Ordinal);
        var parts = options.GetValueOrDefault("parts", "h3,zones,polygon,distance,near").Split(',');
        if (parts.Contains("h3"))
        {
            H3();
        }

        if (parts.Contains("zones"))
        {
            var postgres = options.GetValueOrDefault("postgres");
            Zones(1_000, scale: 1, withPeer: true, postgres);
            Zones(10_000, scale: 1, withPeer: true, postgres);
            Zones(100_000, scale: 10, withPeer: false, postgres);
        }

        if (parts.Contains("polygon"))
        {
            Polygon(10);
            Polygon(100);
            Polygon(1_000);
        }

        if (parts.Contains("distance"))
        {
            Distance("in a city", Field.Positions(Positions, seed: 6));
            Distance("over the globe", Field.Globe(Positions, seed: 7));
        }

        if (parts.Contains("near"))
        {
            NearBench.Edges(1_000);
            NearBench.Edges(10_000);
            NearBench.Units(10_000);
            NearBench.Units(100_000);
        }

        return 0;
    }

    private static void H3()
    {
        var positions = Field.Positions(Positions, seed: 1);
        var found = new H3Cell[positions.Length];
        using var js = NodePeer.H3Js(positions);
        foreach (var resolution in new[] { 9, 11 })
        {
            Contest.Hold($"position → cell, resolution {resolution}", Positions, sameSum: true, new Contender("Vantage", () =>
            {
                var sum = 0L;
                foreach (var position in positions)
                {
                    sum += (long)H3Cell.Of(position, resolution).Value;
                }

                return sum;
            }), new Contender("Vantage, all at once", () =>
            {
                H3Cell.Of(positions, resolution, found);
                var sum = 0L;
                foreach (var cell in found)
                {
                    sum += (long)cell.Value;
                }

                return sum;
            }));
            js.Print($"cell {resolution}");
        }

        var cells = Array.ConvertAll(positions, position => H3Cell.Of(position, 9));
        Contest.Hold("cell → boundary, resolution 9", Positions, sameSum: true, new Contender("Vantage", () =>
        {
            Span<LatLng> vertices = stackalloc LatLng[H3Cell.MaxBoundary];
            var sum = 0L;
            foreach (var cell in cells)
            {
                sum += cell.Boundary(vertices);
            }

            return sum;
        }));
        js.Print("boundary 9");
        foreach (var k in new[] { 1, 5 })
        {
            var room = new H3Cell[H3Cell.MaxDiskSize(k)];
            Contest.Hold($"disk, k = {k}", Positions, sameSum: true, new Contender("Vantage", () =>
            {
                var sum = 0L;
                foreach (var cell in cells)
                {
                    sum += cell.Disk(k, room);
                }

                return sum;
            }));
            js.Print($"disk {k}");
        }

        var centre = positions[0];
        Relations(js, cells, centre);
        Cover("polygon of 1,000 vertices, 3 km, → cells of resolution 10", "smooth", Field.Ring(centre, 3_000, 1_000, () => 1));
        Cover("fence of 40 vertices, 300 m, → cells of resolution 10", "fence", Field.Ring(centre, 300, 40, () => 1));

        void Cover(string title, string kind, LatLng[] ring)
        {
            var list = new List<H3Cell>();
            foreach (var containment in Enum.GetValues<H3Containment>())
            {
                int Fill()
                {
                    H3Polygon.Cells([ring], 10, containment, list);
                    return list.Count;
                }

                Contest.Hold($"{title}, {containment} ({Fill():N0})", 1, sameSum: true, new Contender("Vantage", () => Fill()));
                js.Print($"{kind} {containment}");
            }

            var inside = H3Polygon.Cells([ring], 10, H3Containment.Center).ToArray();
            Contest.Hold($"{inside.Length:N0} cells → outline", 1, sameSum: true, new Contender("Vantage", () => H3Polygon.Outlines(inside).Count));
            js.Print($"{kind}-outline");
        }
    }

    /// <summary>Rings, distances, areas and sets of the cells.</summary>
    private static void Relations(NodePeer js, H3Cell[] cells, LatLng centre)
    {
        var ring = new H3Cell[H3Cell.MaxRingSize(20)];
        Contest.Hold("ring, k = 5", Positions, sameSum: true, new Contender("Vantage", () =>
        {
            var sum = 0L;
            foreach (var cell in cells)
            {
                sum += cell.Ring(5, ring);
            }

            return sum;
        }));
        js.Print("ring 5");

        var others = cells.Select((cell, n) => ring[n % cell.Ring(20, ring)]).ToArray();
        Contest.Hold("distance, 20 steps", Positions, sameSum: true, new Contender("Vantage", () =>
        {
            var sum = 0L;
            for (var n = 0; n < cells.Length; n++)
            {
                sum += cells[n].TryDistance(others[n], out var steps) ? steps : 0;
            }

            return sum;
        }));
        js.Print("distance 20");

        Contest.Hold("area, resolution 9", Positions, sameSum: true, new Contender("Vantage", () =>
        {
            var sum = 0.0;
            foreach (var cell in cells)
            {
                sum += cell.AreaSquareMetres();
            }

            return (long)sum;
        }));
        js.Print("area 9");

        H3Cell[] covering = [.. H3Polygon.Cells([Field.Ring(centre, 3_000, 1_000, () => 1)], 10, H3Containment.Center)];
        var (compacted, all) = (new H3Cell[covering.Length], new H3Cell[covering.Length]);
        Contest.Hold($"{covering.Length:N0} cells of a polygon, compacted and expanded", 1, sameSum: true, new Contender("Vantage", () =>
            H3Set.Uncompact(compacted.AsSpan(0, H3Set.Compact(covering, compacted)), 10, all)));
        js.Print("set");
    }

    private static void Zones(int count, double scale, bool withPeer, string? postgres)
    {
        var fences = Field.Fences(count, seed: 2, scale);
        var positions = Field.Positions(10 * Positions, seed: 3, scale);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var index = Field.IndexOf(fences);
        var built = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} zones: built in {built.TotalMilliseconds:N0} ms, {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6:N1} MB, {index.LeafCount:N0} leaves"));
        var (hits, lists) = (new ZoneHits(), new ZoneHitLists());
        List<Contender> contenders =
        [
            new("Vantage", () =>
            {
                var sum = 0L;
                foreach (var position in positions)
                {
                    index.Query(position, hits);
                    foreach (var id in hits.Ids)
                    {
                        sum += id;
                    }
                }

                return sum;
            }),
            new("Vantage, a thousand at once", () =>
            {
                var sum = 0L;
                for (var at = 0; at < positions.Length; at += 1_000)
                {
                    index.Query(positions.AsSpan(at, 1_000), lists);
                    foreach (var id in lists.All)
                    {
                        sum += id;
                    }
                }

                return sum;
            }),
        ];
        if (withPeer)
        {
            var coordinates = Array.ConvertAll(positions, position => new Coordinate(position.Longitude, position.Latitude));
            var tree = new STRtree<(int Id, IndexedPointInAreaLocator Locator)>();
            foreach (var (at, fence) in fences.Index())
            {
                var polygon = PolygonOf(fence);
                tree.Insert(polygon.EnvelopeInternal, (at + 1, new IndexedPointInAreaLocator(polygon)));
            }

            contenders.Add(new("NetTopologySuite STRtree + locators", () =>
            {
                var sum = 0L;
                foreach (var coordinate in coordinates)
                {
                    foreach (var (id, locator) in tree.Query(new Envelope(coordinate)))
                    {
                        sum += locator.Locate(coordinate) == Location.Exterior ? 0 : id;
                    }
                }

                return sum;
            }));
        }

        Contest.Hold($"which of {count:N0} zones hold a position", positions.Length, sameSum: true, contenders);
        if (postgres is not null)
        {
            using var database = new PostGisZones(postgres, fences);
            database.Print(positions.AsSpan(0, Positions), index);
        }
    }

    private static void Polygon(int vertices)
    {
        var random = new Random(4);
        var centre = Field.Positions(1, seed: 5)[0];
        var ring = Field.Ring(centre, 1_000, vertices, () => 0.5 + (0.5 * random.NextDouble()));
        var shape = ZoneShape.OfRings([ring]);
        var (south, west, north, east) = (ring.Min(at => at.Latitude), ring.Min(at => at.Longitude), ring.Max(at => at.Latitude), ring.Max(at => at.Longitude));
        var positions = Enumerable.Range(0, Positions).Select(_ => LatLng.Trusted(south + ((north - south) * random.NextDouble()), west + ((east - west) * random.NextDouble()))).ToArray();
        var coordinates = Array.ConvertAll(positions, position => new Coordinate(position.Longitude, position.Latitude));
        var locator = new IndexedPointInAreaLocator(PolygonOf(ring));
        var index = Field.IndexOf([ring]);
        var hits = new ZoneHits();
        Contest.Hold(
            $"one polygon of {vertices:N0} vertices, any position in its box",
            Positions,
            sameSum: true,
            new Contender("Vantage, its shape", () =>
            {
                var sum = 0L;
                foreach (var position in positions)
                {
                    sum += shape.Contains(position) ? 1 : 0;
                }

                return sum;
            }),
            new Contender("Vantage, an index of it alone", () =>
            {
                var sum = 0L;
                foreach (var position in positions)
                {
                    sum += index.Query(position, hits);
                }

                return sum;
            }),
            new Contender("IndexedPointInAreaLocator", () =>
            {
                var sum = 0L;
                foreach (var coordinate in coordinates)
                {
                    sum += locator.Locate(coordinate) == Location.Exterior ? 0 : 1;
                }

                return sum;
            }));
    }

    private static void Distance(string where, LatLng[] positions)
    {
        var origin = positions[0];
        var metres = new double[positions.Length];
        using var js = NodePeer.Geodesic(positions);
        Contest.Hold(
            $"distance {where}",
            Positions,
            sameSum: false,
            new Contender("Vantage, ellipsoid", () => (long)positions.Sum(position => Geodesic.DistanceMetres(origin, position))),
            new Contender("Vantage, ellipsoid, all at once", () =>
            {
                Geodesic.DistancesMetres(origin, positions, metres);
                return (long)metres[^1];
            }),
            new Contender("Vantage, sphere", () => (long)positions.Sum(position => GreatCircle.DistanceMetres(origin, position))),
            new Contender("Vantage, sphere, all at once", () =>
            {
                GreatCircle.DistancesMetres(origin, positions, metres);
                return (long)metres[^1];
            }));
        js.Print("distance");
    }

    private static Polygon PolygonOf(LatLng[] ring) => new(new LinearRing(Array.ConvertAll(ring, at => new Coordinate(at.Longitude, at.Latitude))));
}

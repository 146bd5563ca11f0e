using System.Text;
using System.Text.Json;
using Vantage.Geo.GeoJson;
using Vantage.Geo.Zones;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.GeoJson;

public sealed class GeometryReaderTests
{
    [Theory(DisplayName = "What is wrong is refused by name, with its place")]
    [InlineData("""null""", "geometry", "A geometry is an object")]
    [InlineData("""[1,2]""", "geometry", "A geometry is an object")]
    [InlineData("""{}""", "geometry.type", "The type is missing")]
    [InlineData("""{"type":7,"coordinates":[]}""", "geometry.type", "The type is missing")]
    [InlineData("""{"type":"LineString","coordinates":[[0,0],[1,1]]}""", "geometry.type", "A zone is a Polygon")]
    [InlineData("""{"type":"GeometryCollection","geometries":[]}""", "geometry.type", "A zone is a Polygon")]
    [InlineData("""{"type":"Polygon"}""", "geometry.coordinates", "The coordinates are missing")]
    [InlineData("""{"type":"Polygon","coordinates":{}}""", "geometry.coordinates", "The coordinates are missing")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""", "geometry.coordinates", "A polygon is an array of rings")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[]}""", "geometry.coordinates", "at least one polygon")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[[]]}""", "geometry.coordinates[0]", "A polygon is an array of rings")]
    [InlineData("""{"type":"Polygon","coordinates":[[]]}""", "geometry.coordinates[0]", "at least 4 positions")]
    [InlineData("""{"type":"Polygon","coordinates":[7]}""", "geometry.coordinates[0]", "A ring is an array of positions")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}""", "geometry.coordinates[0]", "here are 3")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}""", "geometry.coordinates[0][3]", "not closed")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,0],[0,0]]]}""", "geometry.coordinates[0]", "at least 3 different vertices")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[181,0],[1,1],[0,0]]]}""", "geometry.coordinates[0][1][0]", "longitude")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,-90.1],[1,1],[0,0]]]}""", "geometry.coordinates[0][1][1]", "latitude")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1e999,0],[1,1],[0,0]]]}""", "geometry.coordinates[0][1][0]", "longitude")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],["1",0],[1,1],[0,0]]]}""", "geometry.coordinates[0][1][0]", "longitude")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[null,0],[1,1],[0,0]]]}""", "geometry.coordinates[0][1][0]", "longitude")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1],[1,1],[0,0]]]}""", "geometry.coordinates[0][1]", "A position is an array")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],{},[1,1],[0,0]]]}""", "geometry.coordinates[0][1]", "A position is an array")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}""", "geometry.coordinates[0]", "at [1,1]")] // Bow tie.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[2,0],[2,2],[0,0]]]}""", "geometry.coordinates[0]", "lies upon")] // Doubles back.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2],[0,0]]]}""", "geometry.coordinates[0]", "lies upon")] // No area.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]}""", "geometry.coordinates[1][0]", "A hole lies inside")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[3,1],[5,1],[5,2],[3,1]]]}""", "geometry.coordinates[", "crosses")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[8,1],[8,8],[1,8],[1,1]],[[2,2],[3,2],[3,3],[2,2]]]}""", "geometry.coordinates[2][0]", "A hole lies inside")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[0,0],[4,0],[4,4],[0,4],[0,0]]]}""", "geometry.coordinates[", "lies upon")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,0]]],[[[5,1],[6,1],[6,2],[5,1]]]]}""", "geometry.coordinates[1][0][0]", "Polygons of a MultiPolygon")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,0]]],[[[5,1],[6,1],[6,20],[5,1]]]]}""", "geometry.coordinates[", "crosses")]
    public void Refused(string json, string path, string reason)
    {
        var reading = Read(json);
        Assert.Null(reading.Shape);
        var error = Assert.Single(reading.Errors);
        Assert.StartsWith(path, error.Path, StringComparison.Ordinal);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A Point needs a radius that is one; other types may have none")]
    [InlineData("Point", null, false)]
    [InlineData("Point", 0d, false)]
    [InlineData("Point", -5d, false)]
    [InlineData("Point", double.NaN, false)]
    [InlineData("Point", double.PositiveInfinity, false)]
    [InlineData("Point", 1_000_001d, false)]
    [InlineData("Point", 1_000_000d, true)]
    [InlineData("Point", 0.5, true)]
    public void Radius(string type, double? radius, bool isRight)
    {
        var reading = Read($$"""{"type":"{{type}}","coordinates":[121.42,31.22]}""", radius);
        Assert.Equal(isRight, reading.Shape is CircleShape);
        Assert.Equal(isRight, reading.Errors.IsEmpty);
        Assert.All(reading.Errors, error => Assert.Equal("properties.radius", error.Path));
    }

    [Fact(DisplayName = "A radius beside a polygon is refused")]
    public void Radius_of_polygon()
        => Assert.Equal("properties.radius", Assert.Single(Read("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}""", 5).Errors).Path);

    [Fact(DisplayName = "Everything that is wrong is reported at once, each with its value, up to a hundred")]
    public void All_at_once()
    {
        var reading = Read("""{"type":"Polygon","coordinates":[[[200,0],[1,95],[1,1]],[[0,0],["x",0],[1,1],[5,5]],8]}""");
        Assert.Equal(
            ["geometry.coordinates[0][0][0]", "geometry.coordinates[0][1][1]", "geometry.coordinates[0]", "geometry.coordinates[1][1][0]", "geometry.coordinates[2]"],
            reading.Errors.Select(error => error.Path));
        Assert.Equal(["200", "95", "[[200,0],[1,95],[1,1]]", "\"x\"", "8"], reading.Errors.Select(error => error.Value));

        var many = Read($$"""{"type":"Polygon","coordinates":[[{{string.Join(',', Enumerable.Repeat("[999,999]", 400))}}]]}""");
        Assert.Equal(101, many.Errors.Length);
        Assert.Contains("more errors", many.Errors[^1].Reason, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "What is unusual but sound is taken")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,0]]]}""")] // Clockwise.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0,7],[1,0,7],[1,1,8],[0,0,7]]]}""")] // Altitude.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[0,0],[1,0],[1,0],[1,0],[1,1],[0,0],[0,0]]]}""")] // Repeated vertices.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[2,2],[4,4],[0,4],[2,2],[0,0]]]}""")] // Touches itself at a vertex.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[2,0],[0,4],[0,0]]]}""")] // A vertex on an edge.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[0,0],[2,1],[1,2],[0,0]]]}""")] // A hole that touches at a vertex.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[2,0],[3,1],[2,4],[1,1],[2,0]]]}""")] // A hole from edge to edge.
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]],[[2,2],[3,2],[3,3],[2,2]]]}""")] // Holes that touch.
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[8,1],[8,8],[1,8],[1,1]]],[[[2,2],[3,2],[3,3],[2,2]]]]}""")] // An island in a lake.
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[1,1],[2,1],[2,2],[1,1]]]]}""")] // Parts that touch.
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[179,0],[180,0],[180,1],[179,1],[179,0]]],[[[-180,0],[-179,0],[-179,1],[-180,1],[-180,0]]]]}""")]
    [InlineData("""{"type":"Polygon","bbox":[0,0,1,1],"coordinates":[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]}""")]
    public void Taken(string json)
    {
        var reading = Read(json);
        Assert.Empty(reading.Errors);
        Assert.NotNull(reading.Shape);
        Assert.True(reading.Shape.AreaSquareMetres > 0);
        Assert.True(reading.Shape.Contains(reading.Shape.LabelPoint));
    }

    [Theory(DisplayName = "Chains that meet in a vertex: those that go across each other are refused, those that turn away are not")]
    [InlineData("[[0,0],[2,2],[4,4],[4,0],[2,2],[0,4],[0,0]]", false)] // A bow tie with a vertex at its knot, drawn across.
    [InlineData("[[0,0],[2,2],[4,0],[4,4],[2,2],[0,4],[0,0]]", true)] // The same outline, drawn as two wings that touch.
    public void Knots(string ring, bool isTaken)
        => Assert.Equal(isTaken, Read($$"""{"type":"Polygon","coordinates":[{{ring}}]}""").Errors.IsEmpty);

    [Theory(DisplayName = "A hundred thousand vertices are taken, one more is not")]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public void Vertex_limit(int vertices, bool isTaken)
    {
        var reading = Read(Json(ZoneShape.OfRings(Star(new Random(1), At(121.4, 31.2), 0.5, vertices, 1e-9))));
        Assert.Equal(isTaken, reading.Errors.IsEmpty);
        Assert.All(reading.Errors, error => Assert.Contains("at most 100000 vertices", error.Reason, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "A comb of 25,000 slanting teeth is taken, and refused for one tooth too long")]
    public void Comb()
    {
        Assert.Empty(Read(Json(Comb(25_000, 0))).Errors);
        Assert.Contains("crosses", Assert.Single(Read(Json(Comb(25_000, 0.3))).Errors).Reason, StringComparison.Ordinal);

        static PolygonShape Comb(int teeth, double excess)
        {
            var ring = new List<LatLng>();
            for (var i = 0; i < teeth; i++)
            {
                var t = (double)i / teeth;
                ring.Add(At(100 + t, 30 - t));
                ring.Add(At(102 + t + 0.2 / teeth, 32 - t - 0.2 / teeth));
            }

            // The back of the comb, near the teeth's roots; the last tooth may reach through it.
            ring.Add(At(100.9 - excess, 28.8 - excess));
            ring.Add(At(99.8, 29.8));
            if (excess > 0)
            {
                ring[20_001] = At(99, 29);
            }

            ring.Add(ring[0]);
            return ZoneShape.OfRings(ring);
        }
    }

    [Fact(DisplayName = "Random rings are judged as by a search of all pairs of edges")]
    public void Differential_crossing()
    {
        var random = new Random(3);
        var (taken, refused) = (0, 0);
        for (var i = 0; i < 30_000; i++)
        {
            // Few vertices on a small grid: touching, crossing, overlapping and repeated ones are all common.
            var size = random.Next(2, 7);
            var ring = Enumerable.Range(0, random.Next(3, 7)).Select(_ => (random.Next(0, size) * 1d, random.Next(0, size) * 1d)).ToArray();
            if (ring.Distinct().Count() < 3)
            {
                continue;
            }

            var shape = ZoneShape.OfRings(Ring(ring));
            var reading = Read(Json(shape));
            var expected = !HasCrossingByBruteForce(ring);
            Assert.True(expected == reading.Errors.IsEmpty, $"{Json(shape)}: {string.Join(';', reading.Errors)}");
            _ = expected ? taken++ : refused++;
            if (Zones.Shapes.ToNts(shape).IsValid)
            {
                Assert.Empty(reading.Errors);
            }
        }

        Assert.True(taken > 3_000 && refused > 3_000, $"{taken} taken, {refused} refused");
    }

    [Fact(DisplayName = "Random polygons with holes that NetTopologySuite finds valid are taken, and the others only for touching")]
    public void Differential_holes()
    {
        var random = new Random(4);
        var (taken, refused) = (0, 0);
        for (var i = 0; i < 4_000; i++)
        {
            var rings = Enumerable.Range(0, random.Next(1, 4)).Select(r => Star(
                random, At(random.Next(0, r == 0 ? 1 : 10), random.Next(0, r == 0 ? 1 : 10)), r == 0 ? 12 : 1 + random.Next(4), random.Next(3, 12), 1)).ToArray();
            if (rings.Any(ring => ring.Distinct().Count() < 3))
            {
                continue;
            }

            var shape = ZoneShape.OfRings(rings);
            var check = new NetTopologySuite.Operation.Valid.IsValidOp(ToNts(shape)) { SelfTouchingRingFormingHoleValid = true };
            var reading = Read(Json(shape));
            if (check.IsValid)
            {
                taken++;
                Assert.True(reading.Errors.IsEmpty, $"{Json(shape)}: {string.Join(';', reading.Errors)}");
            }
            else if (!reading.Errors.IsEmpty)
            {
                refused++;
            }
            else
            {
                // Sound for us, and not for NTS: touching in a way that it does not allow, which must be all there is.
                Assert.Contains(check.ValidationError.ErrorType, new[]
                {
                    NetTopologySuite.Operation.Valid.TopologyValidationErrors.DisconnectedInteriors,
                    NetTopologySuite.Operation.Valid.TopologyValidationErrors.RingSelfIntersection,
                    NetTopologySuite.Operation.Valid.TopologyValidationErrors.SelfIntersection,
                });
            }
        }

        Assert.True(taken > 300 && refused > 300, $"{taken} taken, {refused} refused");
    }

    private static bool HasCrossingByBruteForce((double X, double Y)[] vertices)
    {
        var ring = vertices.Where((v, i) => v != vertices[(i + 1) % vertices.Length]).ToArray();
        var n = ring.Length;
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                var (a, b, c, d) = (ring[i], ring[(i + 1) % n], ring[j], ring[(j + 1) % n]);
                if (Turn(a, b, c) * Turn(a, b, d) < 0 && Turn(c, d, a) * Turn(c, d, b) < 0)
                {
                    return true;
                }

                if (Turn(a, b, c) == 0 && Turn(a, b, d) == 0 && OverlapsAlongLine(a, b, c, d))
                {
                    return true;
                }
            }
        }

        // Ways through one point: the vertices there, and edges that pass. Two cross when exactly one arm of the one is to the left of the other.
        var points = ring.Distinct();
        foreach (var p in points)
        {
            var ways = new List<((double X, double Y) From, (double X, double Y) To)>();
            for (var i = 0; i < n; i++)
            {
                var (a, b) = (ring[i], ring[(i + 1) % n]);
                if (a == p)
                {
                    ways.Add((ring[(i + n - 1) % n], b));
                }
                else if (b != p && Turn(a, b, p) == 0 && IsBetween(a, b, p))
                {
                    ways.Add((a, b));
                }
            }

            for (var i = 0; i < ways.Count; i++)
            {
                for (var j = i + 1; j < ways.Count; j++)
                {
                    if (IsLeft(ways[i], p, ways[j].From) != IsLeft(ways[i], p, ways[j].To))
                    {
                        return true;
                    }
                }
            }
        }

        return false;

        static bool IsLeft(((double X, double Y) From, (double X, double Y) To) way, (double X, double Y) p, (double X, double Y) q)
        {
            var (back, ahead, at) = (Angle(p, way.From), Angle(p, way.To), Angle(p, q));
            return Wrap(at - ahead) < Wrap(back - ahead);
        }

        static double Angle((double X, double Y) p, (double X, double Y) q) => Math.Atan2(q.Y - p.Y, q.X - p.X);
        static double Wrap(double angle) => angle < 0 ? angle + 2 * Math.PI : angle;
        static double Turn((double X, double Y) a, (double X, double Y) b, (double X, double Y) c)
            => Math.Sign((b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X));
        static bool IsBetween((double X, double Y) a, (double X, double Y) b, (double X, double Y) p)
            => p.X >= Math.Min(a.X, b.X) && p.X <= Math.Max(a.X, b.X) && p.Y >= Math.Min(a.Y, b.Y) && p.Y <= Math.Max(a.Y, b.Y);
        static bool OverlapsAlongLine((double X, double Y) a, (double X, double Y) b, (double X, double Y) c, (double X, double Y) d)
        {
            var isSteep = a.X == b.X;
            var (a1, b1, c1, d1) = isSteep ? (a.Y, b.Y, c.Y, d.Y) : (a.X, b.X, c.X, d.X);
            return Math.Min(Math.Max(a1, b1), Math.Max(c1, d1)) > Math.Max(Math.Min(a1, b1), Math.Min(c1, d1));
        }
    }

    private static GeometryReading Read(string json, double? radius = null)
    {
        using var document = JsonDocument.Parse(json);
        return GeometryReader.Read(document.RootElement, radius);
    }

    private static string Json(ZoneShape shape)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            GeometryWriter.Write(json, shape);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

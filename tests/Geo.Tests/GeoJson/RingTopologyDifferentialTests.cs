using System.Text.Json;
using NetTopologySuite.Operation.Valid;
using Vantage.Geo.GeoJson;
using Vantage.Geo.Zones;
using static NetTopologySuite.Operation.Valid.TopologyValidationErrors;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.GeoJson;

/// <summary>How rings lie, beside NetTopologySuite's IsValidOp and beside a search of all pairs of edges.</summary>
public sealed class RingTopologyDifferentialTests
{
    private const string Square = "[[0,0],[9,0],[9,9],[0,9],[0,0]]";

    [Theory(DisplayName = "What both refuse, and by what name")]
    [InlineData("[[[[0,0],[2,2],[2,0],[0,2],[0,0]]]]", SelfIntersection, "crosses")] // A bow tie.
    [InlineData("[[[[0,0],[2,2],[4,4],[4,0],[2,2],[0,4],[0,0]]]]", RingSelfIntersection, "crosses")] // With a vertex at its knot, drawn across.
    [InlineData("[[[[0,0],[9,0],[9,5],[12,5],[9,5],[9,9],[0,9],[0,0]]]]", SelfIntersection, "lies upon")] // A spike.
    [InlineData("[[[[0,0],[1,1],[2,2],[0,0]]]]", SelfIntersection, "lies upon")] // Collapsed.
    [InlineData($"[[{Square},[[3,3],[6,6],[3,3],[6,6],[3,3]]]]", SelfIntersection, "3 different vertices")] // A collapsed hole.
    [InlineData($"[[{Square},[[10,1],[12,1],[12,3],[10,1]]]]", HoleOutsideShell, "A hole lies inside")]
    [InlineData($"[[{Square},[[9,1],[12,1],[12,3],[9,1]]]]", HoleOutsideShell, "A hole lies inside")] // Touching from outside.
    [InlineData($"[[{Square},[[7,1],[12,1],[12,3],[7,1]]]]", SelfIntersection, "crosses")]
    [InlineData($"[[{Square},{Square}]]", SelfIntersection, "lies upon")]
    [InlineData($"[[{Square},[[1,1],[8,1],[8,8],[1,8],[1,1]],[[2,2],[3,2],[3,3],[2,2]]]]", NestedHoles, "A hole lies inside")]
    [InlineData($"[[{Square},[[1,1],[8,1],[8,8],[1,8],[1,1]],[[1,1],[3,2],[3,3],[1,1]]]]", NestedHoles, "A hole lies inside")] // Touching from inside.
    [InlineData($"[[{Square}],[[[5,1],[6,1],[6,2],[5,1]]]]", NestedShells, "Polygons of a MultiPolygon")]
    [InlineData($"[[{Square}],[[[0,0],[6,1],[6,2],[0,0]]]]", NestedShells, "Polygons of a MultiPolygon")] // Touching from inside.
    [InlineData($"[[{Square}],[[[9,0],[18,0],[18,9],[9,9],[9,0]]]]", SelfIntersection, "lies upon")] // A common border.
    [InlineData($"[[{Square},[[2,2],[5,2],[5,5],[2,5],[2,2]]],[[[2,2],[5,2],[5,5],[2,5],[2,2]]]]", SelfIntersection, "lies upon")] // An island that fills its lake.
    public void Both_refuse(string polygons, TopologyValidationErrors expected, string reason)
    {
        var (error, reading) = Judge(polygons);
        Assert.Equal(expected, error);
        Assert.Contains(reason, Assert.Single(reading.Errors).Reason, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "What we take on purpose and IsValidOp refuses: rings that touch, whatever they cut apart; inside is in no doubt there")]
    [InlineData("[[[[0,0],[2,2],[4,0],[4,4],[2,2],[0,4],[0,0]]]]", RingSelfIntersection)] // Two wings that touch.
    [InlineData("[[[[0,0],[4,0],[4,4],[2,0],[0,4],[0,0]]]]", RingSelfIntersection)] // A vertex on an edge of its own.
    [InlineData($"[[{Square},[[0,4],[4,0],[9,4],[4,9],[0,4]]]]", DisconnectedInteriors)] // A hole from side to side.
    [InlineData($"[[{Square},[[2,2],[5,1],[7,2],[5,3],[2,2]],[[7,2],[8,5],[7,7],[6,5],[7,2]],[[7,7],[5,8],[2,2],[7,7]]]]", DisconnectedInteriors)] // Three holes in a ring.
    public void Only_we_take(string polygons, TopologyValidationErrors expected)
    {
        var (error, reading) = Judge(polygons);
        Assert.Equal(expected, error);
        Assert.Empty(reading.Errors);
    }

    [Theory(DisplayName = "What both take")]
    [InlineData($"[[{Square}]]")]
    [InlineData("[[[[0,0],[0,0],[1,0],[1,0],[1,0],[1,1],[0,0],[0,0]]]]")] // Repeated vertices.
    [InlineData($"[[{Square},[[0,0],[2,1],[1,2],[0,0]]]]")] // A hole at a vertex.
    [InlineData($"[[{Square},[[0,4],[2,3],[2,5],[0,4]]]]")] // A hole's vertex on a side.
    [InlineData($"[[{Square},[[1,1],[2,1],[2,2],[1,1]],[[2,2],[3,2],[3,3],[2,2]]]]")] // Holes that touch.
    [InlineData($"[[{Square},[[1,1],[8,1],[8,8],[1,8],[1,1]]],[[[1,1],[3,2],[3,3],[1,1]]]]")] // An island that touches its lake's corner.
    [InlineData($"[[{Square}],[[[9,9],[12,9],[12,12],[9,9]]]]")] // Parts at a corner.
    [InlineData($"[[{Square}],[[[9,4],[12,3],[12,5],[9,4]]]]")] // A part's vertex on a side.
    public void Both_take(string polygons)
    {
        var (error, reading) = Judge(polygons);
        Assert.Null(error);
        Assert.Empty(reading.Errors);
    }

    [Fact(DisplayName = "Random rings on a coarse grid: ours as by a search of all pairs, and as IsValidOp but for what touches")]
    public void Random_rings()
    {
        var random = new Random(5);
        var (taken, onlyOurs, refused) = (0, 0, new Dictionary<TopologyValidationErrors, int>());
        for (var left = Inputs.Of(30_000); left > 0; left--)
        {
            var polygons = RandomPolygons(random);
            if (polygons.Any(rings => rings.Any(ring => ring.Distinct().Count() < 3)))
            {
                continue;
            }

            var shape = ZoneShape.OfPolygons([.. polygons.Select(rings => rings.Select(ring => Ring(ring)).ToArray())]);
            var text = GeometryWriterTests.Write(shape);
            var (error, reading) = (Error(shape), Read(text));
            var expected = !RingOracle.IsCrossed([.. polygons.SelectMany(rings => rings)]) && RingOracle.IsNested(polygons);
            Assert.True(expected == reading.Errors.IsEmpty, $"{text}: {string.Join(';', reading.Errors)}");
            if (error is not { } kind)
            {
                taken++;
                Assert.True(expected, text);
            }
            else if (expected)
            {
                onlyOurs++;
                Assert.True(kind is RingSelfIntersection or SelfIntersection or DisconnectedInteriors, $"{kind}: {text}");
            }
            else
            {
                refused[kind] = refused.GetValueOrDefault(kind) + 1;
            }
        }

        var counts = $"{taken} taken by both, {onlyOurs} by us alone, refused {string.Join(", ", refused)}";
        TestContext.Current.TestOutputHelper?.WriteLine(counts);
        Assert.True(taken > 3_000 && onlyOurs > 30 && refused.Keys.ToHashSet().IsSupersetOf([SelfIntersection, HoleOutsideShell, NestedHoles, NestedShells]), counts);
    }

    [Fact(DisplayName = "Random rings whose corners are not whole numbers: nearly on an edge is not on it")]
    public void Random_fractions()
    {
        var (random, taken, refused, undecided) = (new Random(6), 0, 0, 0);
        for (var left = Inputs.Of(20_000); left > 0; left--)
        {
            var (cosine, sine) = (0.1 * Math.Cos(left), 0.1 * Math.Sin(left));
            (double X, double Y)[][][] polygons = [.. RandomPolygons(random).Select(rings => rings.Select(ring => ring.Select(v => ((cosine * v.X) - (sine * v.Y), (sine * v.X) + (cosine * v.Y))).ToArray()).ToArray())];
            if (polygons.Any(rings => rings.Any(ring => ring.Distinct().Count() < 3)))
            {
                continue;
            }

            var shape = ZoneShape.OfPolygons([.. polygons.Select(rings => rings.Select(ring => Ring(ring)).ToArray())]);
            var reading = Read(GeometryWriterTests.Write(shape));
            TopologyValidationErrors? error;
            try
            {
                error = Error(shape);
            }
            catch (ArgumentException)
            {
                undecided++; // IsValidOp itself fails where a vertex is within rounding of another ring.
                continue;
            }

            var isTaken = reading.Errors.IsEmpty;
            _ = isTaken ? taken++ : refused++;
            Assert.True(
                isTaken ? error is null or RingSelfIntersection or SelfIntersection or DisconnectedInteriors : error is not null,
                $"{error}: {GeometryWriterTests.Write(shape)}: {string.Join(';', reading.Errors)}");
        }

        var counts = $"{taken} taken, {refused} refused, in {undecided} IsValidOp threw";
        TestContext.Current.TestOutputHelper?.WriteLine(counts);
        Assert.True(taken > 1_000 && refused > 1_000 && undecided < refused / 10, counts);
    }

    // A large square or a random ring, with small rings about: as its holes, as more polygons, as holes of those.
    private static (double X, double Y)[][][] RandomPolygons(Random random)
    {
        var size = random.Next(3, 10);
        List<List<(double X, double Y)[]>> polygons = [[random.Next(3) > 0 ? [(0, 0), (size, 0), (size, size), (0, size)] : RandomRing(random, 0, 0, size)]];
        for (var more = random.Next(4); more > 0; more--)
        {
            var reach = random.Next(1, Math.Max(2, size - 1));
            var ring = RandomRing(random, random.Next(-1, size), random.Next(-1, size), reach);
            if (random.Next(3) == 0)
            {
                polygons.Add([ring]);
            }
            else
            {
                polygons[random.Next(polygons.Count)].Add(ring);
            }
        }

        return [.. polygons.Select(rings => rings.ToArray())];
    }

    private static (double X, double Y)[] RandomRing(Random random, int west, int south, int size)
        => random.Next(4) == 0
            ? [(west, south), (west + size, south), (west + size, south + size), (west, south + size)]
            : [.. Enumerable.Range(0, random.Next(3, 6)).Select(_ => ((double)west + random.Next(0, size + 1), (double)south + random.Next(0, size + 1)))];

    private static (TopologyValidationErrors? Error, GeometryReading Reading) Judge(string polygons)
    {
        using var document = JsonDocument.Parse(polygons);
        var shape = ZoneShape.OfPolygons([.. document.RootElement.EnumerateArray().Select(rings => rings.EnumerateArray()
            .Select(ring => ring.EnumerateArray().Select(v => At(v[0].GetDouble(), v[1].GetDouble())).ToArray()).ToArray())]);
        return (Error(shape), Read($$"""{"type":"MultiPolygon","coordinates":{{polygons}}}"""));
    }

    private static TopologyValidationErrors? Error(PolygonShape shape) => new IsValidOp(ToNts(shape)).ValidationError?.ErrorType;

    private static GeometryReading Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return GeometryReader.Read(document.RootElement);
    }
}

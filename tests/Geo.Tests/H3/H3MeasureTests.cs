using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.H3;
using TestData = Vantage.Support.TestData;
using Vantage.Support;

namespace Vantage.Geo.Tests.H3;

public sealed class H3MeasureTests
{
    private const int Seed = 20_260_804;

    private static readonly Config Thousands = Config.QuickThrowOnFailure.WithMaxTest(Inputs.Of(2_000));

    private static readonly (LatLng From, LatLng To)[] Edges = BuildEdges();

    /// <summary>One in four lies on an edge of the icosahedron.</summary>
    private static readonly Arbitrary<H3Cell> Cells = (
        from latitude in Gen.Choose(-90_000_000, 90_000_000)
        from longitude in Gen.Choose(-180_000_000, 180_000_000)
        from resolution in Gen.Choose(0, 15)
        from edge in Gen.Choose(0, 119)
        from part in Gen.Choose(0, 1_000_000)
        select H3Cell.Of(edge < 30 ? GreatCircle.Interpolate(Edges[edge].From, Edges[edge].To, part / 1e6) : LatLng.Trusted(latitude / 1e6, longitude / 1e6), resolution)).ToArbitrary();

    /// <summary>
    /// The reference takes areas and lengths from positions. Of those in radians it has the last two or three bits wrong, and near a pole
    /// more, as it takes latitudes as arc sines: by 1e-15 over the distance from the pole, up to the root of that. That moves a side by
    /// millionths of a centimetre, which of the half metre of a side of resolution 15 is the eighth digit. Its areas are sums over longitudes, and a cell across the
    /// antimeridian leaves 2π of them to cancel: by up to 1e-14 on a sphere of radius one, 0.4 m² here.
    /// </summary>
    [Fact(DisplayName = "areas and sides are those of h3-js, to what its vertices are exact to: pentagons, poles and edges of the icosahedron included")]
    public void Measures_of_the_reference()
    {
        var count = Inputs.Of(16_000);
        var compared = 0;
        foreach (var line in H3Js.Lines("measures", Seed, count))
        {
            var cell = H3Assert.Cell(line[0].GetString()!);
            var fromPole = FromPole(cell);
            var off = H3Cell.EarthRadiusMetres * (2e-15 + Math.Min(4e-8, 1e-15 / fromPole));
            double[] expected = [.. line[2].EnumerateArray().Select(length => length.GetDouble())];
            var lengths = Lengths(cell);

            Assert.Equal(expected.Length, lengths.Length);
            foreach (var (length, actual) in expected.Zip(lengths))
            {
                AssertNear(length, actual, (2 * off) + (1e-14 * length), $"A side of {cell}");
            }

            var area = line[1].GetDouble();
            var uncancelled = IsAcrossAntimeridian(cell) ? 1e-14 * H3Cell.EarthRadiusMetres * H3Cell.EarthRadiusMetres : 0;
            AssertNear(area, cell.AreaSquareMetres(), (lengths.Sum() * off) + (1e-14 * area) + uncancelled, $"The area of {cell}");
            compared++;
        }

        Assert.Equal(count, compared);
    }

    /// <summary>
    /// Computed with 60 digits, and other formulas: areas by L'Huilier's theorem, lengths from chords, and what lies beyond an edge of
    /// the icosahedron as the mirror image of a point on this side.
    /// </summary>
    [Theory(DisplayName = "areas and sides are exact to thirteen digits: in Shanghai, on edges of the icosahedron, on the antimeridian, of pentagons")]
    [InlineData("8530995bfffffff", 192676764.52368872, new[] { 8124.667093175104, 8574.293169606272, 9258.160332100056, 8127.034217358611, 8568.273716862386, 9246.482611863899 })]
    [InlineData("89309959d73ffff", 80346.735393863305, new[] { 165.9553988188225, 175.0376444334955, 188.9024230841991, 165.9563853305103, 175.0351353063075, 188.8975611507396 })]
    [InlineData("8f309959d7218ea", 0.68291632316659799, new[] { 0.4838267182327467, 0.5103044866124421, 0.5507228641784311, 0.4838267266171003, 0.5103044652846759, 0.5507228228526912 })]
    [InlineData("8f1b71a4a62ed60", 0.85343089952841794, new[] { 0.5959738021846166, 0.5608479138437857, 0.5916192716171737, 0.5769241184210035, 0.5568498041960416, 0.5605925676067514 })]
    [InlineData("8e6c8164a69dc4f", 6.006650490309538, new[] { 1.566383159412151, 1.466701322658246, 1.466701322658246, 1.566383159412151, 1.53347634811602, 1.53347634811602 })]
    [InlineData("8fc730003902518", 0.84110447246902621, new[] { 0.5531319473212181, 0.5924987129771575, 0.558779433135785, 0.590315344436192, 0.5696327247484461, 0.5540034159143065 })]
    [InlineData("8d47b02d691b03f", 49.729401706372693, new[] { 4.393707196567907, 4.330031334476804, 4.402404239456098, 4.393708077779954, 4.330031278608736, 4.40240329411002 })]
    [InlineData("8f3000000000000", 0.45173053340306746, new[] { 0.491527722642383, 0.491527722642383, 0.491527722642383, 0.491527722642383, 0.491527722642383 })]
    [InlineData("8e0800000000007", 3.1621141717985434, new[] { 1.355702157325146, 1.355702157325146, 1.355702157325146, 1.355702157325146, 1.355702157325146 })]
    [InlineData("8031fffffffffff", 2562182162955.4926, new[] { 1215371.503443868, 1215371.503443868, 1215371.503443868, 1215371.503443868, 1215371.503443868 })]
    public void Exact_measures(string name, double area, double[] sides)
    {
        var cell = H3Assert.Cell(name);
        var lengths = Lengths(cell);

        AssertNear(area, cell.AreaSquareMetres(), 1e-13 * area, name);
        Assert.Equal(sides.Length, lengths.Length);
        Assert.All(sides.Zip(lengths), side => AssertNear(side.First, side.Second, 1e-13 * side.First, name));
    }

    [Fact(DisplayName = "areas in Shanghai are the reference's, at all resolutions")]
    public void Shanghai_areas()
    {
        var reference = H3Assert.Json(File.ReadAllText(TestData.Require("h3/shanghai_reference.json")));
        foreach (var outline in reference.GetProperty("boundaries").EnumerateObject())
        {
            var area = double.Parse(outline.Value.GetString()!.Split(' ')[2], CultureInfo.InvariantCulture);
            AssertNear(area, H3Assert.Cell(outline.Name).AreaSquareMetres(), 0.0005 + (1e-13 * area), outline.Name); // It has three decimals.
        }
    }

    [Theory(DisplayName = "the cells of a resolution together are the sphere")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whole_sphere(int resolution)
    {
        var sphere = 4 * Math.PI * H3Cell.EarthRadiusMetres * H3Cell.EarthRadiusMetres;
        var sum = H3Globe.BaseCells().Sum(cell => H3Assert.Children(cell, resolution).Sum(child => child.AreaSquareMetres()));

        AssertNear(sphere, sum, 1e-12 * sphere, $"Resolution {resolution}");
    }

    [Fact(DisplayName = "two neighbours agree on the length of the side between them, however the icosahedron bends there")]
    public void Neighbours_share_sides()
        => Prop.ForAll(Cells, cell =>
        {
            var lengths = Lengths(cell);
            var around = H3Assert.Neighbours(cell).SelectMany(Lengths).ToArray();
            return lengths.All(length => around.Any(other => Math.Abs(other - length) <= 1e-13 * length));
        }).Check(Thousands);

    [Fact(DisplayName = "the first side leads from the first vertex to the next that is no bend")]
    public void Order_of_sides()
        => Prop.ForAll(Cells, cell =>
        {
            var (vertices, lengths) = (Vertices(cell), Lengths(cell));
            var count = vertices.Length;
            var pieces = Enumerable.Range(0, count).Select(n => MetresBetween(vertices[n], vertices[(n + 1) % count])).ToArray();
            var (piece, tolerance) = (0, 1e-7 + (1e-9 * lengths[0]));
            foreach (var length in lengths)
            {
                var sum = pieces[piece++];
                if (piece < count && sum < length - tolerance)
                {
                    sum += pieces[piece++];
                }

                if (Math.Abs(sum - length) > tolerance)
                {
                    return false;
                }
            }

            return piece == count;
        }).Check(Thousands);

    [Fact(DisplayName = "a span that is too short for the sides is refused, and one that is longer keeps its end")]
    public void Spans()
    {
        var (cell, pentagon) = (H3Assert.Cell("8930995911bffff"), H3Assert.Cell("8f3000000000000"));
        var metres = Enumerable.Repeat(-1.0, 7).ToArray();

        Assert.Throws<ArgumentException>(() => cell.EdgeLengthsMetres(new double[5]));
        Assert.Throws<ArgumentException>(() => pentagon.EdgeLengthsMetres(new double[4]));
        Assert.Equal(5, pentagon.EdgeLengthsMetres(metres.AsSpan(0, 5)));
        Assert.Equal(6, cell.EdgeLengthsMetres(metres));
        Assert.Equal(-1, metres[6]);
        Assert.InRange(metres[..6].Min(), 160, 200);
    }

    [Fact(DisplayName = "areas and sides allocate nothing")]
    public void No_allocation()
    {
        var metres = new double[6];
        Assert.Equal(0, Allocation.Of(() => Sum(metres)));
    }

    private static void Sum(Span<double> metres)
    {
        for (var n = 0; n < 1_000; n++)
        {
            var cell = H3Cell.Of(31.1 + (n * 0.00025), 121.3 + (n * 0.0003), n % 16);
            cell.AreaSquareMetres();
            cell.EdgeLengthsMetres(metres);
        }
    }

    private static double[] Lengths(H3Cell cell)
    {
        var lengths = new double[6];
        return lengths[..cell.EdgeLengthsMetres(lengths)];
    }

    private static void AssertNear(double expected, double actual, double tolerance, string what)
        => Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: expected {expected:R}, not {actual:R}.");

    /// <summary>How near the cell comes to a pole, in radians.</summary>
    private static double FromPole(H3Cell cell) => Vertices(cell).Min(vertex => Math.Cos(vertex.Latitude * Math.PI / 180));

    private static bool IsAcrossAntimeridian(H3Cell cell)
        => Vertices(cell).Max(vertex => vertex.Longitude) - Vertices(cell).Min(vertex => vertex.Longitude) > 180;

    private static LatLng[] Vertices(H3Cell cell)
    {
        var vertices = new LatLng[H3Cell.MaxBoundary];
        return vertices[..cell.Boundary(vertices)];
    }

    private static double MetresBetween(LatLng from, LatLng to) => GreatCircle.DistanceMetres(from, to) * (H3Cell.EarthRadiusMetres / GreatCircle.EarthRadiusMetres);

    /// <summary>The thirty edges, each between the middles of two pentagons.</summary>
    private static (LatLng From, LatLng To)[] BuildEdges()
    {
        var corners = H3Globe.BaseCells().Where(cell => cell.IsPentagon).Select(cell => cell.Center()).ToArray();
        return [.. corners.SelectMany((from, n) => corners.Skip(n + 1).Select(to => (From: from, To: to)))
            .OrderBy(pair => GreatCircle.DistanceMetres(pair.From, pair.To)).Take(30)];
    }
}

using Vantage.Geo.H3;

namespace Vantage.Geo.Tests.H3;

public sealed class H3PolygonTests
{
    /// <summary>The polygon of H3's own tests, in radians.</summary>
    private static readonly LatLng[] SanFrancisco = FromRadians(
    [
        (0.659966917655, -2.1364398519396), (0.6595011102219, -2.1359434279405), (0.6583348114025, -2.1354884206045),
        (0.6581220034068, -2.1382437718946), (0.6594479998527, -2.1384597563896), (0.6599990002976, -2.1376771158464),
    ]);

    private static readonly LatLng[] Hole = FromRadians(
        [(0.6595072188743, -2.1371053983433), (0.6591482046471, -2.1373141048153), (0.6592295020837, -2.1365222838402)]);

    [Fact(DisplayName = "San Francisco has the published 1,253 cells of resolution 9, and 1,214 with its hole")]
    public void San_Francisco()
    {
        Assert.Equal(1_253, Centered([SanFrancisco], 9).Count);
        Assert.Equal(1_214, Centered([SanFrancisco, Hole], 9).Count);
    }

    [Fact(DisplayName = "closing a ring, or reversing it, changes nothing")]
    public void Spelling_of_a_ring()
    {
        var expected = Centered([SanFrancisco], 9);

        Assert.Equal(expected, Centered([[.. SanFrancisco, SanFrancisco[0]]], 9));
        Assert.Equal(expected, Centered([[.. SanFrancisco.Reverse()]], 9));
    }

    [Fact(DisplayName = "the result is in order, each cell once")]
    public void In_order()
    {
        var cells = Centered([SanFrancisco], 10);
        Assert.Equal(cells.Order().Distinct(), cells);
    }

    [Theory(DisplayName = "two halves share no cell and together have all of the whole, wherever it lies")]
    [InlineData(31.1, 121.3)]
    [InlineData(-0.1, -0.15)]
    [InlineData(-17, 179.85)]
    [InlineData(64.6, 10.4)] // A pentagon's.
    public void Halves(double south, double west)
    {
        var (middle, east, north) = (west + 0.15, west + 0.3, south + 0.25);
        var whole = Centered([Box(south, west, north, east)], 8);
        var halves = Centered([Box(south, west, north, middle)], 8)
            .Concat(Centered([Box(south, middle, north, east)], 8));

        Assert.NotEmpty(whole);
        Assert.Equal(whole, halves.Order());
    }

    [Fact(DisplayName = "a box over the whole globe has every cell but none twice")]
    public void Globe()
        => Assert.Equal(5_882, Centered([[.. Quarters(-90), .. Quarters(90).Reverse()]], 2).Count);

    [Theory(DisplayName = "a polygon without area has no cells")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void No_area(int vertices) => Assert.Empty(Centered([SanFrancisco[..vertices]], 9));

    [Fact(DisplayName = "no ring, no cells")]
    public void No_rings() => Assert.Empty(Centered([], 9));

    [Fact(DisplayName = "islands on a thread too thin for any centre are both found")]
    public void Islands()
    {
        LatLng[] dumbbell =
        [
            LatLng.Trusted(31.10, 121.30), LatLng.Trusted(31.10, 121.32), LatLng.Trusted(31.11, 121.32), LatLng.Trusted(31.11, 121.50),
            LatLng.Trusted(31.10, 121.50), LatLng.Trusted(31.10, 121.52), LatLng.Trusted(31.12, 121.52), LatLng.Trusted(31.12, 121.50),
            LatLng.Trusted(31.110000001, 121.50), LatLng.Trusted(31.110000001, 121.32), LatLng.Trusted(31.12, 121.32),
            LatLng.Trusted(31.12, 121.30),
        ];

        var islands = Centered([Box(31.10, 121.30, 31.12, 121.32)], 9)
            .Concat(Centered([Box(31.10, 121.50, 31.12, 121.52)], 9));

        Assert.Equal(islands.Order(), Centered([dumbbell], 9));
    }

    private static List<H3Cell> Centered(LatLng[][] rings, int resolution) => H3Polygon.Cells(rings, resolution, H3Containment.Center);

    private static LatLng[] Box(double south, double west, double north, double east)
        => [At(south, west), At(south, east), At(north, east), At(north, west)];

    private static LatLng At(double latitude, double longitude) => LatLng.Trusted(latitude, longitude > 180 ? longitude - 360 : longitude);

    private static IEnumerable<LatLng> Quarters(double latitude)
        => new[] { -180.0, -90, 0, 90, 180 }.Select(longitude => LatLng.Trusted(latitude, longitude));

    private static LatLng[] FromRadians((double Latitude, double Longitude)[] ring)
        => [.. ring.Select(at => LatLng.Trusted(at.Latitude * 180 / Math.PI, at.Longitude * 180 / Math.PI))];
}

using Vantage.Geo.GeoJson;
using Vantage.Geo.H3;
using Vantage.Geo.Zones;

namespace Vantage.Geo.Tests.GeoJson;

public class CellRingTests
{
    [Theory(DisplayName = "a cell's ring is closed, counter-clockwise, and of its own vertices")]
    [InlineData(31.22, 121.4, 9)]
    [InlineData(31.22, 121.4, 0)]
    [InlineData(-33.9, -70.6, 5)]
    public void Plain(double latitude, double longitude, int resolution)
    {
        var cell = H3Cell.Of(latitude, longitude, resolution);
        var vertices = new LatLng[H3Cell.MaxBoundary];
        var count = cell.Boundary(vertices);

        var ring = Assert.Single(CellRings.Of(cell));

        Assert.Equal(vertices[..count].Append(vertices[0]), ring);
        Assert.True(DoubledArea(ring) > 0);
    }

    [Fact(DisplayName = "cells over the antimeridian and about the poles come in valid pieces that hold the cell's positions and no others")]
    public void Over_the_antimeridian()
    {
        var random = new Random(3);
        var (split, polar) = (0, 0);
        for (var i = 0; i < 2_000; i++)
        {
            var resolution = random.Next(0, 8);
            var latitude = random.Next(4) == 0 ? (random.Next(2) == 0 ? 90 : -90) : (random.NextDouble() * 170) - 85;
            var cell = H3Cell.Of(latitude, random.Next(2) == 0 ? 180 : -179.999, resolution);
            var rings = CellRings.Of(cell);
            split += rings.Count > 1 ? 1 : 0;
            polar += Math.Abs(latitude) == 90 ? 1 : 0;

            foreach (var ring in rings)
            {
                Assert.Equal(ring[0], ring[^1]);
                Assert.True(ring.Distinct().Count() >= 3, $"{cell}");
                Assert.True(DoubledArea(ring) > 0, $"{cell} runs clockwise.");
                Assert.All(ring, vertex => Assert.InRange(vertex.Longitude, -180, 180));
                Assert.All(ring.Zip(ring[1..]), side => Assert.True(Math.Abs(side.First.Longitude - side.Second.Longitude) < 180 || Math.Abs(side.First.Latitude) == 90, $"{cell} jumps."));
            }

            // Positions well inside a cell are in one piece, those of other cells in none; at its edge straight lines and great circles differ.
            var shape = ZoneShape.OfPolygons([.. rings.Select(ring => new[] { ring })]);
            var centre = cell.Center();
            Assert.True(shape.Contains(centre), $"{cell} lacks its centre {centre}.");
            var around = new H3Cell[7];
            foreach (var other in around[..cell.Disk(1, around)])
            {
                Assert.True(other == cell || !shape.Contains(other.Center()), $"{cell} holds the centre of {other}.");
            }
        }

        Assert.True(split > 500 && polar > 100, $"{split} {polar}");
    }

    private static double DoubledArea(LatLng[] ring)
        => ring.Zip(ring[1..]).Sum(side => (side.First.Longitude * side.Second.Latitude) - (side.Second.Longitude * side.First.Latitude));
}

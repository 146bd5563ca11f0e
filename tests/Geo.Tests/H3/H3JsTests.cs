using System.Buffers.Binary;
using System.Text.Json;
using Vantage.Geo.H3;

namespace Vantage.Geo.Tests.H3;

/// <summary>Against h3-js, on random input that favours poles, antimeridian, pentagons and edges of the icosahedron.</summary>
public sealed class H3JsTests
{
    private const int Seed = 20_260_801;

    [Fact(DisplayName = "a million positions, over all resolutions, have the same cells as in h3-js")]
    public void Cells_of_positions()
    {
        const int Count = 1_000_000;
        const int Size = 24;
        ReadOnlySpan<byte> records = H3Js.Bytes("cells", Seed, Count);
        Assert.Equal(Count * Size, records.Length);

        for (; records.Length > 0; records = records[Size..])
        {
            var latitude = BinaryPrimitives.ReadDoubleLittleEndian(records);
            var longitude = BinaryPrimitives.ReadDoubleLittleEndian(records[8..]);
            var expected = new H3Cell(BinaryPrimitives.ReadUInt64LittleEndian(records[16..]));
            var actual = H3Cell.Of(latitude, longitude, expected.Resolution);
            if (actual != expected)
            {
                Assert.Fail($"({latitude:R}, {longitude:R}) is in {expected}, not {actual}.");
            }
        }
    }

    [Fact(DisplayName = "cells have the same centre and the same vertices in the same order as in h3-js")]
    public void Centres_and_vertices()
    {
        Span<LatLng> vertices = stackalloc LatLng[H3Cell.MaxBoundary];
        var compared = 0;
        foreach (var line in H3Js.Lines("shapes", Seed, 40_000))
        {
            var name = line[0].GetString()!;
            var cell = H3Assert.Cell(name);

            AssertNear(line[1], cell.Center(), name);
            var count = cell.Boundary(vertices);
            Assert.Equal(line[2].GetArrayLength(), count);
            for (var n = 0; n < count; n++)
            {
                AssertNear(line[2][n], vertices[n], $"{name}, vertex {n}");
            }

            compared++;
        }

        Assert.Equal(40_000, compared);
    }

    [Fact(DisplayName = "cells have the same parents and children as in h3-js")]
    public void Parents_and_children()
    {
        var compared = 0;
        foreach (var line in H3Js.Lines("families", Seed, 4_000))
        {
            var cell = H3Assert.Cell(line[0].GetString()!);
            var (parents, centres, children) = (Cells(line[1]), Cells(line[2]), line[3]);

            Assert.Equal(parents, Enumerable.Range(0, cell.Resolution + 1).Select(cell.Parent));
            Assert.Equal(centres, Enumerable.Range(cell.Resolution, 16 - cell.Resolution).Select(cell.CenterChild));
            for (var down = 1; down <= 2 && cell.Resolution + down <= 15; down++)
            {
                Assert.Equal(Cells(children[down - 1]), H3Assert.Children(cell, cell.Resolution + down));
            }

            compared++;
        }

        Assert.Equal(4_000, compared);
    }

    [Fact(DisplayName = "disks of one to five steps are the same as in h3-js, about every pentagon and elsewhere")]
    public void Disks()
    {
        var compared = 0;
        foreach (var line in H3Js.Lines("disks", Seed, 6_000))
        {
            var cell = H3Assert.Cell(line[0].GetString()!);
            for (var k = 1; k <= 5; k++)
            {
                Assert.Equal(Cells(line[1][k - 1]), H3Assert.Disk(cell, k));
            }

            Assert.Equal(Cells(line[1][0]), H3Assert.Neighbours(cell).Append(cell).Order());
            compared++;
        }

        Assert.Equal(6_000, compared);
    }

    [Fact(DisplayName = "polygons are covered by the same cells as in h3-js: with holes, slivers, across the antimeridian")]
    public void Polygons()
    {
        var compared = 0;
        foreach (var line in H3Js.Lines("polygons", Seed, 600))
        {
            LatLng[][] rings = [.. line[1].EnumerateArray().Select(ring => ring.EnumerateArray().Select(Position).ToArray())];
            var actual = H3Polygon.Cells(rings, line[0].GetInt32(), H3Containment.Center);

            Assert.True(Cells(line[2]).SequenceEqual(actual), $"Polygon {compared} differs: {line[1].GetRawText()}");
            Assert.Subset(actual.ToHashSet(), Cells(line[3]).ToHashSet()); // A flood misses islands, so not always the same.
            compared++;
        }

        Assert.Equal(600, compared);
    }

    /// <summary>
    /// Within 1e-9 degrees. The reference takes latitudes as the arc sine of a number near one, which near a pole turns an error in its
    /// last bits into a larger one: divided by the distance from the pole, up to the root of it.
    /// </summary>
    private static void AssertNear(JsonElement expected, LatLng actual, string what)
    {
        var fromPole = Math.Cos(actual.Latitude * Math.PI / 180);
        H3Assert.Near(Position(expected), actual, 1e-9 + Math.Min(2e-6, 5e-14 / fromPole), what);
    }

    private static LatLng Position(JsonElement pair) => LatLng.Trusted(pair[0].GetDouble(), pair[1].GetDouble());

    private static H3Cell[] Cells(JsonElement names) => [.. names.EnumerateArray().Select(name => H3Assert.Cell(name.GetString()!))];
}

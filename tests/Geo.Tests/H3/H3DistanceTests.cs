using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.H3;
using Vantage.Support;

namespace Vantage.Geo.Tests.H3;

public sealed class H3DistanceTests
{
    private const int Seed = 20_260_803;

    private static readonly LatLng PeoplesSquare = LatLng.Trusted(31.2304, 121.4737);

    /// <summary>A ring is a hundred cells or so.</summary>
    private static readonly Config Hundreds = Config.QuickThrowOnFailure.WithMaxTest(Inputs.Of(50_000) / 100);

    /// <summary>One in eight is a pentagon, and one in eight near one.</summary>
    private static readonly Arbitrary<H3Cell> Cells = (
        from latitude in Gen.Choose(-90_000_000, 90_000_000)
        from longitude in Gen.Choose(-180_000_000, 180_000_000)
        from resolution in Gen.Choose(0, 15)
        from pentagon in Gen.Choose(0, 95)
        from step in Gen.Choose(0, int.MaxValue)
        select pentagon < 12 ? Pentagon(pentagon, resolution)
            : pentagon < 24 ? Pick(H3Assert.Disk(Pentagon(pentagon - 12, resolution), 4), step)
            : H3Cell.Of(latitude / 1e6, longitude / 1e6, resolution)).ToArbitrary();

    [Fact(DisplayName = "rings are those of h3-js, and its disks less the next smaller: about every pentagon and elsewhere")]
    public void Rings_of_the_reference()
    {
        var count = Inputs.Of(6_000);
        var compared = 0;
        foreach (var line in H3Js.Lines("rings", Seed, count))
        {
            var ring = Ring(H3Assert.Cell(line[0].GetString()!), line[1].GetInt32());

            Assert.Equal(Listed(line[2]), ring);
            if (line[3].ValueKind != JsonValueKind.Null)
            {
                Assert.Equal(Listed(line[3]), ring);
            }

            compared++;
        }

        Assert.Equal(count, compared);
    }

    [Fact(DisplayName = "cells are as many steps apart as in h3-js, wherever that has an answer, and there is one everywhere")]
    public void Distances_of_the_reference()
    {
        var count = Inputs.Of(40_000);
        var (answered, refused) = (0, 0);
        foreach (var line in H3Js.Lines("distances", Seed, count))
        {
            var (cell, other) = (H3Assert.Cell(line[0].GetString()!), H3Assert.Cell(line[1].GetString()!));
            var steps = Steps(cell, other);
            Assert.Equal(steps, Steps(other, cell));
            if (line[2].ValueKind == JsonValueKind.Null)
            {
                refused++;
                continue;
            }

            Assert.True(line[2].GetInt32() == steps, $"{cell} and {other} are {line[2]} apart, not {steps}.");
            answered++;
        }

        Assert.Equal(count, answered + refused);
        Assert.True(answered > count / 3 && refused > count / 10, $"{answered} answered, {refused} refused");
    }

    [Theory(DisplayName = "steps between cells are those of a walk from neighbour to neighbour, over the whole globe, and rings are where it comes at last")]
    [InlineData(0, 1)]
    [InlineData(1, 17)]
    [InlineData(2, 173)]
    [InlineData(3, 5_503)]
    public void Walks(int resolution, int every)
    {
        var globe = new H3Globe(resolution);
        for (var from = 0; from < globe.Cells.Length; from += every)
        {
            var (cell, walked) = (globe.Cells[from], globe.Walk(from));
            for (var to = 0; to < walked.Length; to++)
            {
                var steps = Steps(cell, globe.Cells[to]);
                Assert.True(walked[to] == steps, $"{cell} and {globe.Cells[to]} are {walked[to]} apart, not {steps}.");
            }

            var furthest = walked.Max();
            for (var k = 0; k <= furthest + 1; k += resolution < 2 ? 1 : 1 + (furthest / 4))
            {
                Assert.Equal(globe.Cells.Where((_, to) => walked[to] == k), Ring(cell, k));
            }
        }
    }

    [Fact(DisplayName = "a ring has each cell once, all of them k steps away, both ways")]
    public void Rings_are_distances()
        => Prop.ForAll(Cells, Gen.Choose(0, 30).ToArbitrary(), (cell, k) =>
        {
            var ring = Ring(cell, k);
            return ring.Distinct().Count() == ring.Length
                && ring.Length <= H3Cell.MaxRingSize(k)
                && ring.All(other => other.IsValid && Steps(cell, other) == k && Steps(other, cell) == k);
        }).Check(Hundreds);

    [Fact(DisplayName = "the rings of every cell of resolution 2 lie as many steps away as they should, over every edge of every face")]
    public void Rings_over_edges()
    {
        foreach (var cell in new H3Globe(2).Cells)
        {
            for (var k = 5; k <= 7; k++)
            {
                Assert.All(Ring(cell, k), other => Assert.Equal(k, Steps(cell, other)));
            }
        }
    }

    [Fact(DisplayName = "the rings of a disk, one after the other, are the disk")]
    public void Rings_make_a_disk()
        => Prop.ForAll(Cells, Gen.Choose(0, 12).ToArbitrary(), (cell, k) =>
            Enumerable.Range(0, k + 1).SelectMany(n => Ring(cell, n)).Order().SequenceEqual(H3Assert.Disk(cell, k))).Check(Hundreds);

    [Fact(DisplayName = "a way by a third cell is not shorter, from one end of the globe to the other")]
    public void Triangles()
        => Prop.ForAll(Cells, Cells, Cells, (from, by, to) =>
        {
            var resolution = Math.Min(from.Resolution, Math.Min(by.Resolution, to.Resolution));
            (from, by, to) = (from.Parent(resolution), by.Parent(resolution), to.Parent(resolution));
            return Steps(from, to) <= Steps(from, by) + Steps(by, to) && Steps(from, to) == 0 == (from == to);
        }).Check(Hundreds);

    [Fact(DisplayName = "a ring of 20,000 steps at resolution 15 lies 20,000 steps away")]
    public void Wide_ring()
    {
        var cell = H3Cell.Of(PeoplesSquare, 15);
        var ring = Ring(cell, 20_000);

        Assert.Equal(120_000, ring.Length);
        Assert.All(ring, other => Assert.Equal(20_000, Steps(cell, other)));
    }

    [Fact(DisplayName = "there is no distance between cells of two resolutions, nor to what is no cell")]
    public void No_distance()
    {
        var cell = H3Cell.Of(PeoplesSquare, 9);

        Assert.False(cell.TryDistance(H3Cell.Of(PeoplesSquare, 10), out var steps));
        Assert.Equal(0, steps);
        Assert.False(cell.TryDistance(default, out _));
        Assert.False(default(H3Cell).TryDistance(default, out _));
        Assert.False(cell.TryDistance(new(cell.Value | (7UL << 18)), out _)); // A digit of seven at resolution 9.
        Assert.False(new H3Cell(ulong.MaxValue).TryDistance(cell, out _));
        Assert.True(cell.TryDistance(cell, out steps));
        Assert.Equal(0, steps);
    }

    [Theory(DisplayName = "a k that is negative or whose disk cannot be counted is refused, and so is a span that is too short")]
    [InlineData(-1)]
    [InlineData(26_755)]
    [InlineData(int.MaxValue)]
    public void Wrong_rings(int k)
    {
        var cell = H3Cell.Of(PeoplesSquare, 9);

        Assert.Throws<ArgumentOutOfRangeException>(() => H3Cell.MaxRingSize(k));
        Assert.Throws<ArgumentOutOfRangeException>(() => cell.Ring(k, []));
        Assert.Throws<ArgumentException>(() => cell.Ring(0, []));
        Assert.Throws<ArgumentException>(() => cell.Ring(2, new H3Cell[11]));
        Assert.Equal([1, 6, 12, 160_524], new[] { 0, 1, 2, 26_754 }.Select(H3Cell.MaxRingSize));
    }

    [Fact(DisplayName = "rings and distances in Shanghai allocate nothing")]
    public void No_allocation()
    {
        var cells = new H3Cell[H3Cell.MaxRingSize(5)];
        Assert.Equal(0, Allocation.Of(() => AllOnce(cells)));
    }

    private static void AllOnce(Span<H3Cell> cells)
    {
        for (var n = 0; n < 1_000; n++)
        {
            var cell = H3Cell.Of(31.1 + (n * 0.00025), 121.3 + (n * 0.0003), 9);
            cell.Ring(5, cells);
            cell.TryDistance(cells[n % 30], out _);
            cell.TryDistance(H3Cell.Of(-31.2, n * 0.18, 9), out _);
        }
    }

    private static int Steps(H3Cell cell, H3Cell other)
    {
        Assert.True(cell.TryDistance(other, out var steps), $"No distance between {cell} and {other}.");
        return steps;
    }

    /// <summary>A ring, in order.</summary>
    private static H3Cell[] Ring(H3Cell cell, int k)
    {
        var cells = new H3Cell[H3Cell.MaxRingSize(k)];
        var ring = cells[..cell.Ring(k, cells)];
        Array.Sort(ring);
        return ring;
    }

    private static H3Cell Pentagon(int n, int resolution) => H3Globe.BaseCells().Where(cell => cell.IsPentagon).ElementAt(n).CenterChild(resolution);

    private static H3Cell Pick(H3Cell[] cells, int n) => cells[n % cells.Length];

    /// <summary>Cells, in order.</summary>
    private static IEnumerable<H3Cell> Listed(JsonElement names) => names.EnumerateArray().Select(name => H3Assert.Cell(name.GetString()!)).Order();
}

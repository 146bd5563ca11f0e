using Vantage.Geo.H3;
using Vantage.Support;

namespace Vantage.Geo.Tests.H3;

public sealed class H3CellTests
{
    private static readonly LatLng PeoplesSquare = LatLng.Trusted(31.2304, 121.4737);

    [Theory(DisplayName = "a resolution outside 0 to 15 is refused")]
    [InlineData(-1)]
    [InlineData(16)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Wrong_resolution(int resolution)
    {
        var cell = H3Cell.Of(PeoplesSquare, 9);

        Assert.Throws<ArgumentOutOfRangeException>(() => H3Cell.Of(PeoplesSquare, resolution));
        Assert.Throws<ArgumentOutOfRangeException>(() => H3Cell.Of(31, 121, resolution));
        Assert.Throws<ArgumentOutOfRangeException>(() => H3Cell.Of([PeoplesSquare], resolution, new H3Cell[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cell.Parent(resolution));
        Assert.Throws<ArgumentOutOfRangeException>(() => cell.CenterChild(resolution));
        Assert.Throws<ArgumentOutOfRangeException>(() => cell.ChildCount(resolution));
        Assert.Throws<ArgumentOutOfRangeException>(() => cell.Children(resolution));
        Assert.Throws<ArgumentOutOfRangeException>(() => H3Polygon.Cells([], resolution, H3Containment.Center));
    }

    [Fact(DisplayName = "a parent is not finer, nor a child coarser, than the cell")]
    public void Wrong_direction()
    {
        var cell = H3Cell.Of(PeoplesSquare, 9);

        Assert.Throws<ArgumentOutOfRangeException>(() => cell.Parent(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => cell.CenterChild(8));
        Assert.Equal(cell, cell.Parent(9));
        Assert.Equal(cell, cell.CenterChild(9));
        Assert.Equal([cell], H3Assert.Children(cell, 9));
    }

    [Theory(DisplayName = "numbers that are no position are refused")]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.NaN)]
    [InlineData(90.000001, 0)]
    [InlineData(0, -180.000001)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(0, double.NegativeInfinity)]
    public void No_position(double latitude, double longitude)
        => Assert.Throws<ArgumentOutOfRangeException>(() => H3Cell.Of(latitude, longitude, 9));

    [Theory(DisplayName = "a k that is negative or whose disk cannot be counted is refused")]
    [InlineData(-1)]
    [InlineData(26_755)]
    [InlineData(int.MaxValue)]
    public void Wrong_radius(int k)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => H3Cell.MaxDiskSize(k));
        Assert.Throws<ArgumentOutOfRangeException>(() => H3Cell.Of(PeoplesSquare, 9).Disk(k, []));
    }

    [Theory(DisplayName = "the size of a disk")]
    [InlineData(0, 1)]
    [InlineData(1, 7)]
    [InlineData(2, 19)]
    [InlineData(26_754, 2_147_409_811)]
    public void Disk_size(int k, int expected) => Assert.Equal(expected, H3Cell.MaxDiskSize(k));

    [Fact(DisplayName = "spans that are too short are refused")]
    public void Short_spans()
    {
        var cell = H3Cell.Of(PeoplesSquare, 9);

        Assert.Throws<ArgumentException>(() => cell.Disk(1, new H3Cell[6]));
        Assert.Throws<ArgumentException>(() => cell.Neighbours(new H3Cell[5]));
        Assert.Throws<ArgumentException>(() => cell.Boundary(new LatLng[5]));
        Assert.Throws<ArgumentException>(() => cell.Children(10, new H3Cell[6]));
        Assert.Throws<ArgumentException>(() => H3Cell.Of([PeoplesSquare, PeoplesSquare], 9, new H3Cell[1]));
    }

    [Theory(DisplayName = "text that is no cell is refused")]
    [InlineData("")]
    [InlineData("8930995911bfff")]
    [InlineData("08930995911bffff")]
    [InlineData("8930995911bffff ")]
    [InlineData(" 8930995911bfff")]
    [InlineData("0x30995911bffff")]
    [InlineData("8930995911bfffg")]
    [InlineData("8930995911bfffe")] // A digit finer than the resolution.
    [InlineData("8930995911fffff")] // No digit at resolution 9.
    [InlineData("80f5fffffffffff")] // Base cell 122.
    [InlineData("81087ffffffffff")] // In the gap of a pentagon.
    [InlineData("8c080100001e1ff")] // There too, after zeros.
    [InlineData("123456789012345")]
    [InlineData("000000000000000")]
    public void Refused_text(string text)
    {
        Assert.False(H3Cell.TryParse(text, out var cell));
        Assert.Equal(default, cell);
    }

    [Fact(DisplayName = "there are 122 base cells, 12 of them pentagons, and as many cells a resolution as there should be")]
    public void Whole_globe()
    {
        H3Cell[] globe = [.. Enumerable.Range(0, 122).Select(n => new H3Cell(0x8001fffffffffff + ((ulong)n << 45)))];

        Assert.All(globe, cell => Assert.True(cell.IsValid));
        Assert.Equal([4, 14, 24, 38, 49, 58, 63, 72, 83, 97, 107, 117], globe.Where(cell => cell.IsPentagon).Select(cell => cell.BaseCell));
        for (var resolution = 0; resolution <= 15; resolution++)
        {
            Assert.Equal(2 + (120 * (long)Math.Pow(7, resolution)), globe.Sum(cell => cell.ChildCount(resolution)));
        }
    }

    [Theory(DisplayName = "at a pole all longitudes are one position, as are both spellings of the antimeridian")]
    [InlineData(90, 0, 90, 77)]
    [InlineData(90, -180, 90, 180)]
    [InlineData(-90, 0, -90, -123.456)]
    [InlineData(0, 180, 0, -180)]
    [InlineData(31.2, 180, 31.2, -180)]
    [InlineData(-66.6, 180, -66.6, -180)]
    [InlineData(0.0, 0, -0.0, -0.0)]
    public void Same_position(double latitude, double longitude, double otherLatitude, double otherLongitude)
    {
        for (var resolution = 0; resolution <= 15; resolution++)
        {
            var cell = H3Cell.Of(latitude, longitude, resolution);
            Assert.True(cell.IsValid);
            Assert.Equal(cell, H3Cell.Of(otherLatitude, otherLongitude, resolution));
        }
    }

    [Fact(DisplayName = "cells, centres, outlines, parents, children and disks allocate nothing")]
    public void No_allocation()
    {
        var cells = new H3Cell[H3Cell.MaxDiskSize(3)];
        var vertices = new LatLng[H3Cell.MaxBoundary];
        Assert.Equal(0, Allocation.Of(() => AllOnce(cells, vertices)));
    }

    private static void AllOnce(Span<H3Cell> cells, Span<LatLng> vertices)
    {
        for (var n = 0; n < 1_000; n++)
        {
            var cell = H3Cell.Of(LatLng.Trusted(31.1 + (n * 0.00025), 121.3 + (n * 0.0003)), n % 12);
            cell.Boundary(vertices);
            cell.Parent(0);
            cell.Children(cell.Resolution + 1, cells);
            H3Cell.Of(31.2, 121.3 + (n * 0.0003), 11).Disk(3, cells);
            H3Cell.Of(vertices, n % 12, cells);
            cell.Center();
        }
    }
}

using System.Text.Json;
using Vantage.Geo.H3;

namespace Vantage.Geo.Tests.H3;

internal static class H3Assert
{
    /// <summary>Within so many degrees of arc, which near a pole is not a difference of longitudes.</summary>
    public static void Near(LatLng expected, LatLng actual, double degrees, string what)
    {
        var (x, y, z) = Vector(expected);
        var (u, v, w) = Vector(actual);
        var apart = Math.Sqrt(((x - u) * (x - u)) + ((y - v) * (y - v)) + ((z - w) * (z - w))) * 180 / Math.PI;
        Assert.True(apart <= degrees, $"{what}: expected {expected}, not {actual}, which is {apart:G3}° away.");
    }

    public static H3Cell Cell(string text)
    {
        Assert.True(H3Cell.TryParse(text, out var cell), $"{text} is no cell.");
        return cell;
    }

    /// <summary>A disk, in order.</summary>
    public static H3Cell[] Disk(H3Cell cell, int k)
    {
        var cells = new H3Cell[H3Cell.MaxDiskSize(k)];
        var disk = cells[..cell.Disk(k, cells)];
        Array.Sort(disk);
        return disk;
    }

    public static H3Cell[] Neighbours(H3Cell cell)
    {
        var cells = new H3Cell[6];
        return cells[..cell.Neighbours(cells)];
    }

    public static H3Cell[] Children(H3Cell cell, int resolution)
    {
        var cells = new H3Cell[cell.ChildCount(resolution)];
        Assert.Equal(cells.Length, cell.Children(resolution, cells));
        return cells;
    }

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static (double X, double Y, double Z) Vector(LatLng position)
    {
        var (z, fromAxis) = Math.SinCos(position.Latitude * Math.PI / 180);
        var (sine, cosine) = Math.SinCos(position.Longitude * Math.PI / 180);
        return (fromAxis * cosine, fromAxis * sine, z);
    }
}

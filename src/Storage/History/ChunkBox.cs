using Vantage.Actors.Positions;
using Vantage.Geo;

namespace Vantage.Storage.History;

/// <summary>The box around a chunk's fixes, in degrees × 10⁷, both ends included.</summary>
internal readonly record struct ChunkBox(int West, int South, int East, int North)
{
    /// <summary>The smallest that has all of a box of degrees.</summary>
    public static ChunkBox Around(GeoBox box)
        => new((int)Math.Floor(box.West * 1e7), (int)Math.Floor(box.South * 1e7), (int)Math.Ceiling(box.East * 1e7), (int)Math.Ceiling(box.North * 1e7));

    public static ChunkBox Of(ReadOnlySpan<Fix> fixes)
    {
        var (west, south, east, north) = (int.MaxValue, int.MaxValue, int.MinValue, int.MinValue);
        foreach (ref readonly var fix in fixes)
        {
            west = Math.Min(west, fix.LongitudeE7);
            east = Math.Max(east, fix.LongitudeE7);
            south = Math.Min(south, fix.LatitudeE7);
            north = Math.Max(north, fix.LatitudeE7);
        }

        return new ChunkBox(west, south, east, north);
    }
}

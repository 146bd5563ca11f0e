using System.Globalization;

namespace Vantage.Host.Basemaps;

/// <summary>A tile of the web mercator square: zoom, column from the west, row from the north.</summary>
internal readonly record struct TileId(int Z, int X, int Y)
{
    public const int MaxZoom = 22;

    /// <summary>The tile that holds this one and three others.</summary>
    public TileId Parent => new(Z - 1, X >> 1, Y >> 1);

    public static TileId? TryParse(string z, string x, string y)
        => TryWhole(z, out var zoom) && zoom <= MaxZoom && TryWhole(x, out var column) && TryWhole(y, out var row) && column < 1 << zoom && row < 1 << zoom
            ? new TileId(zoom, column, row) : null;

    /// <summary>The number that PMTiles gives it: along a Hilbert curve, after all tiles of lesser zooms.</summary>
    public ulong HilbertNumber()
    {
        var number = ((1UL << (2 * Z)) - 1) / 3;
        var (x, y) = (X, Y);
        for (var side = (1 << Z) >> 1; side > 0; side >>= 1)
        {
            var (right, lower) = ((x & side) != 0, (y & side) != 0);
            number += (ulong)side * (ulong)side * (((right ? 3UL : 0) ^ (lower ? 1UL : 0)));
            if (!lower)
            {
                if (right)
                {
                    (x, y) = (side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1)));
                }

                (x, y) = (y, x);
            }
        }

        return number;
    }

    private static bool TryWhole(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

/// <summary>What came of asking for a tile.</summary>
/// <param name="Bytes">Empty: nothing is there.</param>
internal sealed record Tile(ReadOnlyMemory<byte> Bytes, string ContentType, bool IsGzipped = false)
{
    public static Tile Nothing { get; } = new(default, "");

    public bool IsNothing => Bytes.IsEmpty;
}

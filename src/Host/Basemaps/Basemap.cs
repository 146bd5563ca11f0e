using Vantage.Geo;

namespace Vantage.Host.Basemaps;

/// <summary>Where the tiles of the base map come from. Safe from any thread.</summary>
internal abstract class Basemap(BasemapSettings settings, BasemapHealth health)
{
    protected BasemapSettings Settings { get; } = settings;

    /// <summary>Whether it can be had at this moment.</summary>
    public BasemapHealth Health { get; } = health;

    /// <summary>What it is now: a file may be replaced while the host runs. While it cannot be had, it is also tried again by this.</summary>
    public abstract BasemapInfo Look();

    /// <summary>One tile; null: it cannot be had now.</summary>
    public abstract ValueTask<Tile?> ReadAsync(TileId tile, CancellationToken cancellationToken);
}

/// <summary>What the wall has to know of a base map.</summary>
/// <param name="Schema">Of vector tiles, what their layers are called after; null: pictures.</param>
/// <param name="Attribution">Plain text; null: none is known.</param>
/// <param name="Revision">Another one: other tiles.</param>
internal sealed record BasemapInfo(string? Schema, int MinZoom, int MaxZoom, GeoBox? Bounds, string? Attribution, string Revision);

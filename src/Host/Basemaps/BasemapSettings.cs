using Vantage.Geo.Crs;

namespace Vantage.Host.Basemaps;

/// <summary>The base map that an installation has chosen.</summary>
internal sealed record BasemapSettings
{
    /// <summary>A PMTiles file; null where tiles come from an <see cref="Address"/>.</summary>
    public string? File { get; init; }

    /// <summary>A template of addresses of tiles; null where they come from a <see cref="File"/>.</summary>
    public TileAddress? Address { get; init; }

    /// <summary>What its tiles are drawn in: <see cref="CoordinateSystem.Wgs84"/> or <see cref="CoordinateSystem.Gcj02"/>. Vector tiles are WGS-84.</summary>
    public CoordinateSystem Crs { get; init; } = CoordinateSystem.Wgs84;

    /// <summary>Pictures are drawn for a light ground, and shown inverted; otherwise (dark maps, aerial pictures) they are only dimmed.</summary>
    public bool IsLight { get; init; } = true;

    /// <summary>What the wall's legend calls it; null: "base map".</summary>
    public string? Label { get; init; }

    /// <summary>What its licence asks to be shown; null: what the file itself says.</summary>
    public string? Attribution { get; init; }

    /// <summary>The deepest zoom that an address has tiles of; deeper ones are drawn from these. A file says its own.</summary>
    public int MaxZoom { get; init; } = 18;
}

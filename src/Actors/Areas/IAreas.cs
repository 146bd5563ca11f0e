namespace Vantage.Actors.Areas;

/// <summary>A part of the city by which figures are told, such as a street (街道) or what a squad looks after.</summary>
/// <param name="GeometryJson">A GeoJSON Polygon or MultiPolygon in WGS-84 that <see cref="Geo.GeoJson.GeometryReader"/> takes.</param>
public sealed record Area(string Key, string Name, string GeometryJson);

/// <summary>All areas of a layer, as one import put them there.</summary>
/// <param name="Version">Grows with every import; 0 before the first.</param>
/// <param name="Areas">By key, in ordinal order of UTF-8.</param>
public sealed record AreaLayer(long Version, IReadOnlyList<Area> Areas);

/// <summary>The layers of areas.</summary>
public static class AreaLayers
{
    public const string Street = "street";
    public const string Squad = "squad";

    public static IReadOnlyList<string> All { get; } = [Street, Squad];
}

/// <summary>Areas, by layer. Writes are durable when they complete; reads see whole imports, and block. Thread-safe.</summary>
public interface IAreas
{
    /// <summary>Puts these areas in place of all that the layer had.</summary>
    /// <param name="areas">Each with a key of its own.</param>
    /// <exception cref="IOException">Storage refused: the layer is as it was.</exception>
    ValueTask ReplaceAsync(string layer, IReadOnlyList<Area> areas, CancellationToken cancellationToken = default);

    /// <summary>The version of a layer: cheap, to find out whether <see cref="Read"/> would give something new.</summary>
    long VersionOf(string layer);

    AreaLayer Read(string layer);
}

using System.Text.Json;
using Vantage.Actors.Areas;
using Vantage.Geo;
using Vantage.Geo.GeoJson;
using Vantage.Geo.Zones;

namespace Vantage.Host.Areas;

/// <summary>The areas of one layer as one import put them there, with an index. Immutable; safe to read from any thread.</summary>
internal sealed class AreaSet
{
    /// <summary>The number of what no area holds.</summary>
    public const int Outside = -1;

    private readonly ZoneIndex _index;

    private AreaSet(AreaLayer layer, ZoneIndex index) => (Layer, _index) = (layer, index);

    public AreaLayer Layer { get; }

    /// <summary>The areas by number.</summary>
    public IReadOnlyList<Area> Areas => Layer.Areas;

    /// <summary>The rows of a table by area: each area, and last, without key and name, what lies outside all of them.</summary>
    public IEnumerable<(string? Key, string? Name, int Area)> Rows
        => Areas.Select((area, number) => ((string?)area.Key, (string?)area.Name, number)).Append((null, null, Outside));

    public static AreaSet Build(AreaLayer layer)
        => new(layer, ZoneIndex.Build([.. layer.Areas.Index().Select(area => new ZoneEntry(area.Index, ShapeOf(area.Item)))]));

    /// <summary>
    /// Tells the number of the area that holds a position, or <see cref="Outside"/>. A boundary is inside, and of several areas the first by key
    /// counts (AREA-3): nothing is counted twice. For one thread.
    /// </summary>
    public Func<LatLng, int> Locator()
    {
        var hits = new ZoneHits();
        return place => _index.Query(place, hits) > 0 ? hits.Ids[0] : Outside;
    }

    private static ZoneShape ShapeOf(Area area)
    {
        using var geometry = JsonDocument.Parse(area.GeometryJson);
        return GeometryReader.Read(geometry.RootElement).Shape ?? throw new InvalidDataException($"The area '{area.Key}' is stored with a geometry that does not read.");
    }
}

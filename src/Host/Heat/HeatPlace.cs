using Vantage.Actors.Heat;
using Vantage.Geo;
using Vantage.Geo.GeoJson;
using Vantage.Geo.H3;
using Vantage.Geo.Zones;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Which base cells and positions a question is about.</summary>
/// <param name="Contains">Whether a position, or the centre of a base cell, belongs to it.</param>
/// <param name="MayHold">Whether base cells under a coarser cell may: never false when one does.</param>
internal sealed record HeatArea(Func<LatLng, bool> Contains, Func<H3Cell, bool> MayHold)
{
    /// <summary>What is in some cells of a resolution, as the parent of its base cell says (HEAT-3).</summary>
    public static HeatArea OfCells(IReadOnlyCollection<H3Cell> cells, int resolution)
    {
        var all = cells.ToHashSet();
        var blocks = resolution < HeatCube.BlockResolution ? all : cells.Select(cell => cell.Parent(HeatCube.BlockResolution)).ToHashSet();
        return new HeatArea(
            place => all.Contains(H3Cell.Of(place, HeatCube.BaseResolution).Parent(resolution)),
            block => blocks.Contains(resolution < HeatCube.BlockResolution ? block.Parent(resolution) : block));
    }
}

/// <summary>Where heat is asked about: a box, a zone or a polygon.</summary>
internal sealed class HeatPlace
{
    /// <summary>On the sphere; the most that a cell's area differs from the mean of its resolution is in no limit here.</summary>
    private const double EarthSquareMetres = 5.101e14;

    /// <summary>A rectangle wider than half the globe would be taken for one over the antimeridian.</summary>
    private const double WidestDegrees = 90;

    /// <summary>Cells are looked for a little beyond the edge, and then tested exactly.</summary>
    private const double MarginDegrees = 1e-6;

    private readonly IReadOnlyList<GeoBox> _boxes;

    /// <param name="contains">Whether a position is inside or on the boundary.</param>
    private HeatPlace(Func<LatLng, bool> contains, IReadOnlyList<GeoBox> boxes)
    {
        _boxes = boxes;
        Area = new HeatArea(contains, block => boxes.Any(block.MayHaveCentresIn));
    }

    public HeatArea Area { get; }

    /// <summary><c>bbox</c>, <c>zone</c> or <c>polygon</c>, one of them at most. Null when none is asked for, or it is wrong.</summary>
    public static HeatPlace? Read(Fields fields, Situation situation)
    {
        var box = fields.Box();
        var zone = ZoneOf(fields, situation);
        var polygon = PolygonOf(fields);
        if (box is not null && (zone ?? polygon) is not null)
        {
            fields.Wrong(zone is null ? "polygon" : "zone", "Goes without bbox.");
        }

        if (zone is not null && polygon is not null)
        {
            fields.Wrong("polygon", "Goes without zone.");
        }

        return (zone ?? polygon) is { } shape ? new HeatPlace(shape.Contains, [shape.Bounds])
            : box is { } area ? new HeatPlace(place => area.Contains(place.Longitude, place.Latitude), Records.RecordFilters.BoxesOf(area)!)
            : null;
    }

    /// <summary>All cells of a resolution whose centre is inside, in order.</summary>
    /// <param name="most">What may be found.</param>
    /// <returns>Null: that are more, or so many more lie around it that it was not looked into.</returns>
    public List<H3Cell>? CellsOf(int resolution, int most)
    {
        var cellSquareMetres = EarthSquareMetres / (2 + (120 * Math.Pow(7, resolution)));
        if (_boxes.Sum(SquareMetresOf) / cellSquareMetres > 4.0 * most)
        {
            return null;
        }

        // Rings meet where a box is cut in two.
        var found = _boxes.SelectMany(Rings).SelectMany(ring => H3Polygon.Cells([ring], resolution, H3Containment.Center)).Where(cell => Area.Contains(cell.Center()))
            .Distinct().Order().ToList();
        return found.Count > most ? null : found;
    }

    private static double SquareMetresOf(GeoBox box)
    {
        var (south, north) = (double.DegreesToRadians(box.South), double.DegreesToRadians(box.North));
        return EarthSquareMetres / 2 * (Math.Sin(north) - Math.Sin(south)) * (box.East - box.West) / 360;
    }

    private static IEnumerable<LatLng[]> Rings(GeoBox box)
    {
        var (south, north) = (Math.Max(box.South - MarginDegrees, -90), Math.Min(box.North + MarginDegrees, 90));
        var east = Math.Min(box.East + MarginDegrees, 180);
        for (var west = Math.Max(box.West - MarginDegrees, -180); west < east; west += WidestDegrees)
        {
            var end = Math.Min(west + WidestDegrees, east);
            yield return [LatLng.Trusted(south, west), LatLng.Trusted(south, end), LatLng.Trusted(north, end), LatLng.Trusted(north, west)];
        }
    }

    private static ZoneShape? ZoneOf(Fields fields, Situation situation)
    {
        if (fields.Text("zone") is not { } key)
        {
            return null;
        }

        // A zone that has ended is asked about its past.
        if (situation.Zones.TryNumberOf(key, out var zone) && situation.Zones.Current.VersionsOf(zone).LastOrDefault(version => !version.IsEnd) is { } last)
        {
            return last.Shape;
        }

        fields.Wrong("zone", $"There is no zone '{key}'.");
        return null;
    }

    private static ZoneShape? PolygonOf(Fields fields)
    {
        if (fields.IsOfQuery)
        {
            if (fields.Text("polygon", int.MaxValue) is not null)
            {
                fields.Wrong("polygon", "Goes into the body of a POST to this path: {\"from\": …, \"polygon\": a GeoJSON Polygon or MultiPolygon}.");
            }

            return null;
        }

        if (fields.Value("polygon") is not { } geometry)
        {
            return null;
        }

        var reading = GeometryReader.Read(geometry, radiusMetres: null, "polygon", "polygon");
        foreach (var error in reading.Errors)
        {
            fields.Wrong(error.Path, error.Value is null ? error.Reason : $"{error.Reason} Found {error.Value}");
        }

        return reading.Shape;
    }
}

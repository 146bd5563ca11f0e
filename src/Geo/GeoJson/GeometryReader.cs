using System.Globalization;
using System.Text.Json;
using Vantage.Geo.Zones;

namespace Vantage.Geo.GeoJson;

/// <summary>Reads the geometry of a zone from GeoJSON (RFC 7946): Polygon, MultiPolygon, or Point with a radius.</summary>
/// <remarks>
/// The one door for shapes from outside. It refuses what would make "inside" doubtful and says where; it never throws for what
/// the JSON holds. Either orientation of a ring will do, vertices repeated one after the other are kept, rings may touch at
/// points. Positions are longitude first; an altitude is dropped.
/// </remarks>
public static class GeometryReader
{
    /// <summary>The most vertices of a shape, closing positions not counted.</summary>
    public const int MaxVertices = 100_000;

    /// <param name="geometry">The geometry object.</param>
    /// <param name="radiusMetres">For a Point, above 0 and at most <see cref="CircleShape.MaxRadiusMetres"/>; else absent.</param>
    /// <param name="path">How errors name the geometry.</param>
    /// <param name="radiusPath">How errors name the radius.</param>
    public static GeometryReading Read(
        JsonElement geometry, double? radiusMetres = null, string path = "geometry", string radiusPath = "properties.radius")
    {
        var errors = new ErrorList();
        var shape = ReadShape(geometry, radiusMetres, path, radiusPath, errors);
        return errors.IsEmpty ? new(shape, []) : new(null, errors.ToImmutable());
    }

    private static ZoneShape? ReadShape(JsonElement geometry, double? radiusMetres, string path, string radiusPath, ErrorList errors)
    {
        if (geometry.ValueKind is not JsonValueKind.Object)
        {
            errors.Add(path, geometry, "A geometry is an object with type and coordinates.");
            return null;
        }

        var hasCoordinates = TryGet(geometry, "coordinates", out var coordinates);
        if (!TryGet(geometry, "type", out var type) || type.ValueKind is not JsonValueKind.String)
        {
            errors.Add($"{path}.type", type, "The type is missing: Polygon, MultiPolygon, or Point with a radius.");
            return null;
        }

        var isPoint = IsText(type, "Point");
        var isPolygon = IsText(type, "Polygon");
        if (!isPoint && !isPolygon && !IsText(type, "MultiPolygon"))
        {
            errors.Add($"{path}.type", type, "A zone is a Polygon, a MultiPolygon, or a Point with a radius.");
            return null;
        }

        if (!isPoint && radiusMetres is { } unexpected)
        {
            errors.Add(radiusPath, Text(unexpected), "A radius goes with a Point only.");
        }

        var coordinatesPath = $"{path}.coordinates";
        if (!hasCoordinates || coordinates.ValueKind is not JsonValueKind.Array)
        {
            errors.Add(coordinatesPath, coordinates, "The coordinates are missing: an array.");
            return null;
        }

        return isPoint
            ? ReadCircle(coordinates, coordinatesPath, radiusMetres, radiusPath, errors)
            : new PolygonReader(errors).Read(coordinates, coordinatesPath, isMultiPolygon: !isPolygon);
    }

    private static CircleShape? ReadCircle(
        JsonElement coordinates, string path, double? radiusMetres, string radiusPath, ErrorList errors)
    {
        if (radiusMetres is not (> 0 and <= CircleShape.MaxRadiusMetres))
        {
            errors.Add(
                radiusPath,
                radiusMetres is { } radius ? Text(radius) : null,
                $"A Point needs a radius in metres, above 0 and at most {CircleShape.MaxRadiusMetres:0}.");
        }

        var isPosition = PositionReader.TryRead(coordinates, path, errors, out var centre);
        return isPosition && errors.IsEmpty ? ZoneShape.OfCircle(centre, radiusMetres.GetValueOrDefault()) : null;
    }

    // A name or a string with half a surrogate pair cannot be compared; it is not one of ours then.
    private static bool TryGet(JsonElement element, string name, out JsonElement value)
    {
        try
        {
            return element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            value = default;
            return false;
        }
    }

    private static bool IsText(JsonElement element, string text)
    {
        try
        {
            return element.ValueEquals(text);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Text.Json;
using Vantage.Geo.Zones;

namespace Vantage.Geo.GeoJson;

/// <summary>Reads the coordinates of a Polygon or a MultiPolygon: form first, then how the rings lie.</summary>
internal sealed class PolygonReader(ErrorList errors)
{
    private readonly List<IReadOnlyList<IReadOnlyList<LatLng>>> _polygons = [];
    private readonly List<RingSource> _rings = [];

    public PolygonShape? Read(JsonElement coordinates, string path, bool isMultiPolygon)
    {
        if (IsTooLarge(coordinates, path, isMultiPolygon))
        {
            return null;
        }

        if (!isMultiPolygon)
        {
            ReadPolygon(coordinates, path);
        }
        else if (coordinates.GetArrayLength() == 0)
        {
            errors.Add(path, coordinates, "A MultiPolygon needs at least one polygon.");
        }
        else
        {
            var index = 0;
            foreach (var polygon in coordinates.EnumerateArray())
            {
                ReadPolygon(polygon, $"{path}[{index++}]");
            }
        }

        if (errors.IsEmpty)
        {
            CheckTopology();
        }

        return !errors.IsEmpty ? null : isMultiPolygon ? ZoneShape.OfPolygons(_polygons) : ZoneShape.OfRings(_polygons[0]);
    }

    // Counted before anything is read, so that a giant is refused at the price of a look.
    private bool IsTooLarge(JsonElement coordinates, string path, bool isMultiPolygon)
    {
        var vertices = isMultiPolygon ? coordinates.EnumerateArray().Sum(CountVertices) : CountVertices(coordinates);
        if (vertices <= GeometryReader.MaxVertices)
        {
            return false;
        }

        errors.Add(
            path,
            vertices.ToString(CultureInfo.InvariantCulture),
            $"A shape has at most {GeometryReader.MaxVertices} vertices, closing positions not counted.");
        return true;
    }

    private static long CountVertices(JsonElement polygon) => polygon.ValueKind is not JsonValueKind.Array
        ? 0
        : polygon.EnumerateArray().Sum(ring => ring.ValueKind is JsonValueKind.Array ? Math.Max(0L, ring.GetArrayLength() - 1) : 0);

    private void ReadPolygon(JsonElement polygon, string path)
    {
        if (polygon.ValueKind is not JsonValueKind.Array || polygon.GetArrayLength() == 0)
        {
            errors.Add(path, polygon, "A polygon is an array of rings: the outer one, then its holes.");
            return;
        }

        var rings = new List<IReadOnlyList<LatLng>>();
        foreach (var ring in polygon.EnumerateArray())
        {
            if (errors.IsFull)
            {
                break;
            }

            var ringPath = $"{path}[{rings.Count}]";
            var positions = ReadRing(ring, ringPath);
            _rings.Add(new(positions, ringPath, _polygons.Count, IsHole: rings.Count > 0));
            rings.Add(positions);
        }

        _polygons.Add(rings);
    }

    private List<LatLng> ReadRing(JsonElement ring, string path)
    {
        var positions = new List<LatLng>();
        if (ring.ValueKind is not JsonValueKind.Array)
        {
            errors.Add(path, ring, "A ring is an array of positions.");
            return positions;
        }

        var areAllPositions = true;
        var index = 0;
        foreach (var element in ring.EnumerateArray())
        {
            if (errors.IsFull)
            {
                return positions;
            }

            areAllPositions &= PositionReader.TryRead(element, $"{path}[{index++}]", errors, out var position);
            positions.Add(position);
        }

        if (positions.Count < 4)
        {
            errors.Add(path, ring, $"A ring has at least 4 positions, the last equal to the first; here are {positions.Count}.");
        }
        else if (areAllPositions && positions[0] != positions[^1])
        {
            errors.Add($"{path}[{positions.Count - 1}]", Text(positions[^1]), $"The ring is not closed: it ends elsewhere than it starts, at {Text(positions[0])}.");
        }
        else if (areAllPositions && positions.Distinct().Take(3).Count() < 3)
        {
            errors.Add(path, ring, "A ring has at least 3 different vertices.");
        }

        return positions;
    }

    private void CheckTopology()
    {
        foreach (var problem in RingTopology.Check(_rings))
        {
            errors.Add(PathOf(problem.Edge), Text(problem.Longitude, problem.Latitude), problem.Kind switch
            {
                RingProblemKind.Crossing => $"The edge from here crosses the one from {PathOf(problem.Other)}, at {Text(problem.Longitude, problem.Latitude)}.",
                RingProblemKind.Overlap => $"The edge from here lies upon the one from {PathOf(problem.Other)}, at {Text(problem.Longitude, problem.Latitude)}.",
                RingProblemKind.HoleOutside => "A hole lies inside its polygon's outer ring and in no other hole; this one does not.",
                _ => "Polygons of a MultiPolygon do not overlap; this one lies inside another.",
            });
        }
    }

    private string PathOf(RingEdge edge) => $"{_rings[edge.Ring].Path}[{edge.Position}]";

    private static string Text(LatLng position) => Text(position.Longitude, position.Latitude);

    private static string Text(double longitude, double latitude)
        => string.Create(CultureInfo.InvariantCulture, $"[{longitude},{latitude}]");
}

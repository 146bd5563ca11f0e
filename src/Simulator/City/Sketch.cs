using System.Text.Json;

namespace Vantage.Simulator.City;

/// <summary>How important a road of the sketch is.</summary>
public enum RoadClass
{
    Motorway,
    Primary,
    Secondary,
}

/// <summary>A road of the sketch, as a line. Roads that cross share a vertex exactly.</summary>
public sealed record Road(string Name, RoadClass Class, IReadOnlyList<Point> Points);

/// <summary>A named place of the sketch: a metro station, a park, a street's label.</summary>
/// <param name="Kind"><c>metro</c>, <c>park</c>, <c>place</c>.</param>
/// <param name="LineCount">Metro lines that meet here; 0 for what is no station.</param>
public sealed record Place(string Kind, string? Class, string Name, Point At, int LineCount);

/// <summary>The built-in sketch of the district, read from the file that the wall shows.</summary>
public sealed class Sketch
{
    private Sketch(IReadOnlyList<Road> roads, IReadOnlyList<Place> places, IReadOnlyList<Point> outline)
    {
        Roads = roads;
        Places = places;
        Outline = outline;
    }

    public IReadOnlyList<Road> Roads { get; }

    public IReadOnlyList<Place> Places { get; }

    /// <summary>The district's ring, closed.</summary>
    public IReadOnlyList<Point> Outline { get; }

    public static Sketch Load()
    {
        using var stream = typeof(Sketch).Assembly.GetManifestResourceStream("changning.geojson")
            ?? throw new InvalidOperationException("The sketch is not in the assembly.");
        using var json = JsonDocument.Parse(stream);
        List<Road> roads = [];
        List<Place> places = [];
        IReadOnlyList<Point> outline = [];
        foreach (var feature in json.RootElement.GetProperty("features").EnumerateArray())
        {
            var properties = feature.GetProperty("properties");
            var kind = properties.GetProperty("kind").GetString()!;
            var name = properties.GetProperty("name").GetString()!;
            var @class = properties.TryGetProperty("class", out var value) ? value.GetString() : null;
            var geometry = feature.GetProperty("geometry");
            switch (kind)
            {
                case "road":
                    roads.Add(new(name, Enum.Parse<RoadClass>(@class!, ignoreCase: true), Line(geometry.GetProperty("coordinates"))));
                    break;
                case "district":
                    outline = Ring(geometry);
                    break;
                case "metro" or "park" or "place":
                    var lines = properties.TryGetProperty("lines", out var all) ? all.GetArrayLength() : 0;
                    places.Add(new(kind, @class, name, Centre(geometry), lines));
                    break;
            }
        }

        return new(roads, places, outline);
    }

    private static Point[] Line(JsonElement coordinates) => [.. coordinates.EnumerateArray().Select(ReadPoint)];

    private static Point[] Ring(JsonElement polygon) => Line(polygon.GetProperty("coordinates")[0]);

    private static Point ReadPoint(JsonElement pair) => Plane.FromDegrees(pair[0].GetDouble(), pair[1].GetDouble());

    private static Point Centre(JsonElement geometry)
    {
        if (geometry.GetProperty("type").GetString() == "Point")
        {
            return ReadPoint(geometry.GetProperty("coordinates"));
        }

        var ring = Ring(geometry)[..^1]; // The last vertex repeats the first.
        return new(ring.Average(p => p.X), ring.Average(p => p.Y));
    }
}

using System.Text.Json.Nodes;

namespace Vantage.Wallboard.Tests;

/// <summary>The part of the world that the map shows, in degrees.</summary>
public sealed record MapArea(double West, double South, double East, double North)
{
    /// <summary>The page tells the host of this much more than is seen, on each side, in parts of what is seen.</summary>
    private const double Margin = 0.06;

    internal static MapArea Of(JsonNode viewport)
    {
        double west = (double)viewport["west"]!, south = (double)viewport["south"]!, east = (double)viewport["east"]!, north = (double)viewport["north"]!;
        var (across, up) = ((east - west) * Margin / (1 + 2 * Margin), (north - south) * Margin / (1 + 2 * Margin));
        return new(west + across, south + up, east - across, north - up);
    }

    /// <summary>Where a place lies on a map of this size in pixels, from the upper left corner. Web Mercator.</summary>
    public (double X, double Y) Project(double longitude, double latitude, double width, double height) => (
        (longitude - West) / (East - West) * width,
        (Mercator(North) - Mercator(latitude)) / (Mercator(North) - Mercator(South)) * height);

    private static double Mercator(double latitude) => Math.Asinh(Math.Tan(latitude * Math.PI / 180));
}

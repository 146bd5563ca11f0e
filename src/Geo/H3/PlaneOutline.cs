namespace Vantage.Geo.H3;

/// <summary>Cells as areas of the plane of longitude and latitude, with straight sides.</summary>
internal static class PlaneOutline
{
    public const int MaxSize = H3Cell.MaxBoundary + 3;

    /// <summary>How much further than the longest side a cell's box reaches, which is enough for its descendants; as other H3s have it.</summary>
    private const double BoxScale = 1.4;

    private const double DegreesPerRadian = 180 / Math.PI;

    /// <summary>By resolution, in radians. A hexagon about a face's centre is the largest: in the plane its sides are a step / √3.</summary>
    private static readonly double[] LongestSides = [.. Enumerable.Range(0, H3Cell.MaxResolution + 1).Select(LongestSide)];

    /// <summary>Longitudes that go on beyond ±180 instead of jumping; about a pole they end a whole turn from where they began, and close along it.</summary>
    /// <param name="vertices">A ring of at most <see cref="H3Cell.MaxBoundary"/> vertices.</param>
    /// <param name="outline">Has room for <see cref="MaxSize"/> points.</param>
    /// <returns>How many points were written.</returns>
    public static int Unwrap(ReadOnlySpan<LatLng> vertices, Span<PlanePoint> outline)
    {
        var count = 0;
        var x = vertices[0].Longitude;
        foreach (var vertex in vertices)
        {
            x = Near(vertex.Longitude, x);
            outline[count++] = new(x, vertex.Latitude);
        }

        var (first, endX) = (outline[0], Near(vertices[0].Longitude, x));
        if (Math.Abs(endX - first.X) > 180)
        {
            var pole = Math.CopySign(90, first.Y);
            outline[count++] = new(endX, first.Y);
            outline[count++] = new(endX, pole);
            outline[count++] = new(first.X, pole);
        }

        return count;
    }

    /// <summary>The box of <see cref="H3Containment.OverlappingBounds"/>.</summary>
    /// <param name="centre">Of the cell. If a pole is in the cell, the box reaches it.</param>
    /// <param name="box">Has room for four points.</param>
    /// <returns>Four.</returns>
    public static int Box(LatLng centre, int resolution, Span<PlanePoint> box)
    {
        var height = LongestSides[resolution] * BoxScale * DegreesPerRadian;
        var width = height / Math.Cos(centre.Latitude / DegreesPerRadian);
        var (south, north) = (Math.Max(centre.Latitude - height, -90), Math.Min(centre.Latitude + height, 90));
        var (west, east) = south == -90 || north == 90 ? (-180.0, 180.0) : (centre.Longitude - width, centre.Longitude + width);
        box[0] = new(west, south);
        box[1] = new(east, south);
        box[2] = new(east, north);
        box[3] = new(west, north);
        return 4;
    }

    /// <summary>A longitude with so many whole turns added that it is as near to another as can be: the same number for every cell that has it.</summary>
    private static double Near(double longitude, double other) => longitude + (360 * Math.Round((other - longitude) / 360));

    private static double LongestSide(int resolution)
    {
        var inPlane = FaceProjection.StepLength / Math.Sqrt(3) / FaceProjection.StepsPerUnitAt(resolution);
        return 2 * Math.Asin(inPlane / (2 * Math.Sqrt(1 + (inPlane * inPlane))));
    }
}

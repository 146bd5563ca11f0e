namespace Vantage.Geo.Zones;

/// <summary>What is measured once, when a polygon is made.</summary>
internal static class PolygonMeasures
{
    /// <summary>The area between edges that are straight in longitude and latitude, on the sphere.</summary>
    /// <remarks>
    /// The area is R² ∮ sin φ dλ. Along a straight edge the mean of sin φ is sin φm · sin(h)/h, with φm the middle latitude and h half
    /// the difference. What is summed is that mean less sin of a reference latitude within the shape (the closed integral of a
    /// constant is nothing): so a courtyard keeps its digits, where full values would cancel.
    /// </remarks>
    public static double AreaSquareMetres(PolygonShape shape)
    {
        var reference = double.DegreesToRadians(shape.Bounds.South);
        var total = 0.0;
        for (var polygon = 0; polygon < shape.PolygonCount; polygon++)
        {
            var (first, end) = (shape.RingsOf(polygon).Start.Value, shape.RingsOf(polygon).End.Value);
            for (var ring = first; ring < end; ring++)
            {
                var area = Math.Abs(SignedArea(shape.Longitudes(ring), shape.Latitudes(ring), reference));
                total += ring == first ? area : -area;
            }
        }

        return Math.Max(0, total) * GreatCircle.EarthRadiusMetres * GreatCircle.EarthRadiusMetres;
    }

    /// <summary>The centre of area in the plane of longitude and latitude; of the vertices where there is no area.</summary>
    public static LatLng Centroid(PolygonShape shape)
    {
        var (originX, originY) = (shape.Bounds.West, shape.Bounds.South);
        var (sumX, sumY, sumArea) = (0.0, 0.0, 0.0);
        for (var polygon = 0; polygon < shape.PolygonCount; polygon++)
        {
            var (first, end) = (shape.RingsOf(polygon).Start.Value, shape.RingsOf(polygon).End.Value);
            for (var ring = first; ring < end; ring++)
            {
                var (x, y, area) = RingMoments(shape.Longitudes(ring), shape.Latitudes(ring), originX, originY);
                var sign = (area < 0 ? -1 : 1) * (ring == first ? 1 : -1);
                sumX += sign * x;
                sumY += sign * y;
                sumArea += sign * area;
            }
        }

        var (east, north) = sumArea > 0 ? (sumX / (3 * sumArea), sumY / (3 * sumArea)) : (0, 0);
        // Rounding may push the centre of a sliver out of the box.
        return LatLng.Trusted(
            Math.Clamp(originY + north, shape.Bounds.South, shape.Bounds.North),
            Math.Clamp(originX + east, shape.Bounds.West, shape.Bounds.East));
    }

    /// <summary>The centroid when it is inside, else the middle of the longest stretch inside at a latitude near it.</summary>
    public static LatLng LabelPoint(PolygonShape shape)
    {
        if (shape.Contains(shape.Centroid))
        {
            return shape.Centroid;
        }

        var latitude = LatitudeBetweenVertices(shape);
        var label = MiddleOfLongestStretch(shape, latitude);
        return shape.Contains(label) ? label : LatLng.Trusted(shape.Latitudes(0)[0], shape.Longitudes(0)[0]);
    }

    private static double SignedArea(ReadOnlySpan<double> longitudes, ReadOnlySpan<double> latitudes, double reference)
    {
        var sum = 0.0;
        for (var i = 0; i + 1 < longitudes.Length; i++)
        {
            var (from, to) = (double.DegreesToRadians(latitudes[i]), double.DegreesToRadians(latitudes[i + 1]));
            var (middle, half) = ((from + to) / 2, (to - from) / 2);
            // sin(h)/h − 1; the series is good to 1e-16 where the quotient would cancel.
            var sinc = Math.Abs(half) < 1e-3 ? half * half * (half * half / 120 - 1.0 / 6) : Math.Sin(half) / half - 1;
            var rise = 2 * Math.Cos((middle + reference) / 2) * Math.Sin((middle - reference) / 2);
            sum += double.DegreesToRadians(longitudes[i + 1] - longitudes[i]) * (rise + Math.Sin(middle) * sinc);
        }

        return sum;
    }

    private static (double X, double Y, double Area) RingMoments(
        ReadOnlySpan<double> longitudes, ReadOnlySpan<double> latitudes, double originX, double originY)
    {
        var (momentX, momentY, area) = (0.0, 0.0, 0.0);
        for (var i = 0; i + 1 < longitudes.Length; i++)
        {
            var (x1, y1) = (longitudes[i] - originX, latitudes[i] - originY);
            var (x2, y2) = (longitudes[i + 1] - originX, latitudes[i + 1] - originY);
            var cross = x1 * y2 - x2 * y1;
            momentX += (x1 + x2) * cross;
            momentY += (y1 + y2) * cross;
            area += cross;
        }

        return (momentX, momentY, area);
    }

    // Half-way between the vertices next above and next below the centroid: a line that meets no vertex.
    private static double LatitudeBetweenVertices(PolygonShape shape)
    {
        var (below, above) = (shape.Bounds.South, shape.Bounds.North);
        for (var ring = 0; ring < shape.RingCount; ring++)
        {
            foreach (var latitude in shape.Latitudes(ring))
            {
                if (latitude <= shape.Centroid.Latitude)
                {
                    below = Math.Max(below, latitude);
                }
                else
                {
                    above = Math.Min(above, latitude);
                }
            }
        }

        return below + (above - below) / 2;
    }

    private static LatLng MiddleOfLongestStretch(PolygonShape shape, double latitude)
    {
        var crossings = new List<double>();
        for (var ring = 0; ring < shape.RingCount; ring++)
        {
            var longitudes = shape.Longitudes(ring);
            var latitudes = shape.Latitudes(ring);
            for (var i = 0; i + 1 < latitudes.Length; i++)
            {
                if (latitudes[i] > latitude != latitudes[i + 1] > latitude)
                {
                    var t = (latitude - latitudes[i]) / (latitudes[i + 1] - latitudes[i]);
                    crossings.Add(longitudes[i] + t * (longitudes[i + 1] - longitudes[i]));
                }
            }
        }

        crossings.Sort();
        var (best, length) = (shape.Bounds.West, -1.0);
        for (var i = 0; i + 1 < crossings.Count; i += 2)
        {
            if (crossings[i + 1] - crossings[i] > length)
            {
                length = crossings[i + 1] - crossings[i];
                best = crossings[i] + length / 2;
            }
        }

        return LatLng.Trusted(latitude, Math.Clamp(best, shape.Bounds.West, shape.Bounds.East));
    }
}

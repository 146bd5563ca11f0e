namespace Vantage.Simulator.City;

/// <summary>Measures along a road.</summary>
internal static class Roads
{
    public static double Length(Road road)
    {
        var metres = 0.0;
        for (var i = 1; i < road.Points.Count; i++)
        {
            metres += road.Points[i - 1].DistanceTo(road.Points[i]);
        }

        return metres;
    }

    /// <summary>Where one is after a share of the road, in [0, 1], and which way it goes there.</summary>
    public static (Point Point, double HeadingDegrees) At(Road road, double share)
    {
        var left = Length(road) * Math.Clamp(share, 0, 1);
        for (var i = 1; ; i++)
        {
            var (from, to) = (road.Points[i - 1], road.Points[i]);
            var metres = from.DistanceTo(to);
            if (left <= metres || i == road.Points.Count - 1)
            {
                return (from.Towards(to, Math.Min(1, left / metres)), Plane.Heading(from, to));
            }

            left -= metres;
        }
    }
}

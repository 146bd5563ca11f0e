using Vantage.Simulator.City;

namespace Vantage.Simulator.Scenes;

/// <summary>Where a unit is at every moment of one shift: a line through time. Immutable.</summary>
internal sealed class Itinerary(Shift shift, long[] timesMs, Point[] points)
{
    public Shift Shift { get; } = shift;

    /// <summary>The true place, speed and heading; at rest, the heading of the last move.</summary>
    public (Point At, double Speed, double Heading) At(long timeMs)
    {
        var found = Array.BinarySearch(timesMs, timeMs);
        var next = Math.Clamp(found >= 0 ? found + 1 : ~found, 1, timesMs.Length - 1);
        var (from, to) = (points[next - 1], points[next]);
        var spanMs = timesMs[next] - timesMs[next - 1];
        if (from == to || spanMs <= 0)
        {
            return (to, 0, LastHeading(next));
        }

        var share = Math.Clamp((timeMs - timesMs[next - 1]) / (double)spanMs, 0, 1);
        return (from.Towards(to, share), from.DistanceTo(to) / (spanMs / 1000.0), Plane.Heading(from, to));
    }

    private double LastHeading(int next)
    {
        while (next > 1 && points[next] == points[next - 1])
        {
            next--;
        }

        return Plane.Heading(points[next - 1], points[next]);
    }
}

/// <summary>Puts an itinerary together, leg by leg.</summary>
internal sealed class ItineraryBuilder
{
    private readonly Shift _shift;
    private readonly List<long> _timesMs = [];
    private readonly List<Point> _points = [];

    public ItineraryBuilder(Shift shift, Point start)
    {
        _shift = shift;
        _timesMs.Add(shift.StartMs);
        _points.Add(start);
    }

    public long NowMs => _timesMs[^1];

    public void StayUntil(long timeMs)
    {
        if (timeMs > NowMs)
        {
            Add(timeMs, _points[^1]);
        }
    }

    public void Stay(double seconds) => StayUntil(NowMs + (long)(seconds * 1000));

    /// <summary>Goes along an edge from a node to its other end.</summary>
    public void Go(RoadEdge edge, int from, double metresPerSecond)
    {
        for (var i = 1; i < edge.Points.Count; i++)
        {
            var point = from == edge.From ? edge.Points[i] : edge.Points[^(i + 1)];
            var seconds = _points[^1].DistanceTo(point) / metresPerSecond;
            Add(NowMs + Math.Max(1, (long)(seconds * 1000)), point);
        }
    }

    public Itinerary Build()
    {
        StayUntil(_shift.EndMs);
        return new(_shift, [.. _timesMs], [.. _points]);
    }

    private void Add(long timeMs, Point point)
    {
        _timesMs.Add(timeMs);
        _points.Add(point);
    }
}

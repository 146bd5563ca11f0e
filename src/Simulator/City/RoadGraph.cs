namespace Vantage.Simulator.City;

/// <summary>A stretch of road between two crossings.</summary>
/// <param name="Points">From node <paramref name="From"/> to node <paramref name="To"/>.</param>
public sealed record RoadEdge(int Index, Road Road, int From, int To, IReadOnlyList<Point> Points, double LengthMetres)
{
    public int OtherEnd(int node) => node == From ? To : From;
}

/// <summary>The roads on the ground, joined where they share a vertex. Elevated roads are not part of it.</summary>
public sealed class RoadGraph
{
    private readonly List<Point> _nodes = [];
    private readonly List<RoadEdge> _edges = [];
    private readonly List<List<RoadEdge>> _edgesAt = [];

    public RoadGraph(Sketch sketch)
    {
        Road[] roads = [.. sketch.Roads.Where(road => road.Class != RoadClass.Motorway)];
        var uses = roads.SelectMany(road => road.Points).CountBy(point => point).ToDictionary();
        var known = new Dictionary<Point, int>();
        foreach (var road in roads)
        {
            var start = 0;
            for (var i = 1; i < road.Points.Count; i++)
            {
                if (uses[road.Points[i]] > 1 || i == road.Points.Count - 1)
                {
                    AddEdge(road, [.. road.Points.Skip(start).Take(i - start + 1)], known);
                    start = i;
                }
            }
        }
    }

    public IReadOnlyList<Point> Nodes => _nodes;

    public IReadOnlyList<RoadEdge> Edges => _edges;

    public IReadOnlyList<RoadEdge> EdgesAt(int node) => _edgesAt[node];

    public int NearestNode(Point point)
    {
        var nearest = 0;
        for (var node = 1; node < _nodes.Count; node++)
        {
            if (_nodes[node].DistanceTo(point) < _nodes[nearest].DistanceTo(point))
            {
                nearest = node;
            }
        }

        return nearest;
    }

    /// <summary>The shortest way, by Dijkstra; empty when there is none, or when it is no way at all.</summary>
    /// <param name="mayUse">Roads that are closed to the traveller answer false.</param>
    public IReadOnlyList<RoadEdge> Route(int from, int to, Func<RoadEdge, bool> mayUse)
    {
        var distance = new double[_nodes.Count];
        Array.Fill(distance, double.PositiveInfinity);
        var arrivedBy = new RoadEdge?[_nodes.Count];
        var queue = new PriorityQueue<int, double>();
        distance[from] = 0;
        queue.Enqueue(from, 0);
        while (queue.TryDequeue(out var node, out var metres) && node != to)
        {
            if (metres > distance[node])
            {
                continue; // A shorter way was found after this was queued.
            }

            foreach (var edge in _edgesAt[node])
            {
                var next = edge.OtherEnd(node);
                if (mayUse(edge) && metres + edge.LengthMetres < distance[next])
                {
                    distance[next] = metres + edge.LengthMetres;
                    arrivedBy[next] = edge;
                    queue.Enqueue(next, distance[next]);
                }
            }
        }

        return WayBack(from, to, arrivedBy);
    }

    private static List<RoadEdge> WayBack(int from, int to, RoadEdge?[] arrivedBy)
    {
        List<RoadEdge> route = [];
        for (var node = to; node != from && arrivedBy[node] is { } edge; node = edge.OtherEnd(node))
        {
            route.Add(edge);
        }

        route.Reverse();
        return route;
    }

    private void AddEdge(Road road, Point[] points, Dictionary<Point, int> known)
    {
        var length = 0.0;
        for (var i = 1; i < points.Length; i++)
        {
            length += points[i - 1].DistanceTo(points[i]);
        }

        var edge = new RoadEdge(_edges.Count, road, NodeAt(points[0], known), NodeAt(points[^1], known), points, length);
        _edges.Add(edge);
        _edgesAt[edge.From].Add(edge);
        _edgesAt[edge.To].Add(edge);
    }

    private int NodeAt(Point point, Dictionary<Point, int> known)
    {
        if (!known.TryGetValue(point, out var node))
        {
            node = _nodes.Count;
            known.Add(point, node);
            _nodes.Add(point);
            _edgesAt.Add([]);
        }

        return node;
    }
}

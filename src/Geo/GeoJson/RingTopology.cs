using Vantage.Geo.Exact;

namespace Vantage.Geo.GeoJson;

/// <summary>Finds out whether rings cross themselves or each other, and how they are nested, in O(n log n).</summary>
/// <remarks>
/// <para>
/// A sweep from west to east (Shamos and Hoey, 1976), with exact predicates. At each vertex the ordered list of edges on the sweep
/// line is cut into those below it, through it, and above it; the middle is replaced by what leaves the vertex eastward. Edges
/// cross for the first time only as neighbours in that list, so new neighbours are all that is compared.
/// </para>
/// <para>
/// Rings may touch: a vertex on another vertex, or on an edge. Every way through such a point is a chain of two arms. Going round
/// the point, chains that merely touch nest like brackets; chains that cross do not.
/// </para>
/// <para>
/// Nesting falls out: the edge just below a ring's westernmost vertex tells which ring is around it. After the first crossing the
/// order means nothing any more, so one crossing is all that is reported.
/// </para>
/// </remarks>
internal sealed class RingTopology
{
    private const int NoRing = -1;

    private readonly IReadOnlyList<RingSource> _rings;
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _ring;
    private readonly int[] _position;
    private readonly SweepStatus _status;
    private readonly List<int> _through = [];
    private readonly List<int> _leaving = [];
    private readonly List<Arm> _arms = [];
    private readonly Stack<int> _openChains = [];
    private readonly bool[] _isSeen;
    private readonly bool[] _isCounterClockwise;
    private readonly int[] _parent;
    private int _tree = SweepStatus.None;
    private int _point;
    private RingProblem? _problem;

    private RingTopology(IReadOnlyList<RingSource> rings)
    {
        _rings = rings;
        var (x, y, next, ring, position) = (new List<double>(), new List<double>(), new List<int>(), new List<int>(), new List<int>());
        for (var r = 0; r < rings.Count; r++)
        {
            var positions = rings[r].Positions;
            var first = x.Count;
            for (var i = 0; i < positions.Count - 1; i++)
            {
                if (i > 0 && positions[i] == positions[i - 1])
                {
                    continue; // Repeated.
                }

                x.Add(positions[i].Longitude);
                y.Add(positions[i].Latitude);
                ring.Add(r);
                position.Add(i);
                next.Add(x.Count);
            }

            // The last may repeat the first.
            if (x.Count - first > 1 && x[^1] == x[first] && y[^1] == y[first])
            {
                x.RemoveAt(x.Count - 1);
                y.RemoveAt(y.Count - 1);
                ring.RemoveAt(ring.Count - 1);
                position.RemoveAt(position.Count - 1);
                next.RemoveAt(next.Count - 1);
            }

            next[^1] = first;
        }

        (_x, _y, _next, _ring, _position) = ([.. x], [.. y], [.. next], [.. ring], [.. position]);
        _previous = new int[_next.Length];
        for (var v = 0; v < _next.Length; v++)
        {
            _previous[_next[v]] = v;
        }

        _status = new(_x.Length);
        _isSeen = new bool[rings.Count];
        _isCounterClockwise = new bool[rings.Count];
        _parent = new int[rings.Count];
    }

    /// <param name="rings">Closed rings of at least 3 different vertices.</param>
    public static IEnumerable<RingProblem> Check(IReadOnlyList<RingSource> rings)
    {
        var topology = new RingTopology(rings);
        topology.Sweep();
        return topology._problem is { } problem ? [problem] : topology.WronglyNested();
    }

    private void Sweep()
    {
        var order = new int[_x.Length];
        for (var v = 0; v < order.Length; v++)
        {
            order[v] = v;
        }

        Array.Sort(order, ComparePlaces);
        for (int start = 0, end; start < order.Length && _problem is null; start = end)
        {
            end = start + 1;
            while (end < order.Length && IsSamePlace(order[start], order[end]))
            {
                end++;
            }

            Visit(order.AsSpan(start, end - start));
        }
    }

    // All vertices at one place.
    private void Visit(ReadOnlySpan<int> vertices)
    {
        _point = vertices[0];
        var (below, rest) = _status.Cut(_tree, IsBelowPoint);
        var (through, above) = _status.Cut(rest, IsThroughPoint);
        CollectEdges(vertices, through);
        if (_problem is null)
        {
            CheckChains(vertices);
        }

        if (_problem is null)
        {
            PlaceNewRings(below);
            CheckNeighbours(_status.Highest(below), _status.Lowest(above));
        }

        _tree = below;
        foreach (var edge in _leaving)
        {
            _tree = _status.Join(_tree, _status.Single(edge));
        }

        _tree = _status.Join(_tree, above);
    }

    // What goes on eastward from here: edges that pass, and edges that start. From south to north.
    private void CollectEdges(ReadOnlySpan<int> vertices, int through)
    {
        _through.Clear();
        _leaving.Clear();
        _status.CopyTo(through, _through);
        foreach (var edge in _through)
        {
            if (!IsSamePlace(East(edge), _point))
            {
                _leaving.Add(edge);
            }
        }

        if (_leaving.Count > 1)
        {
            Report(IsOnLine(_leaving[0], East(_leaving[1])) ? RingProblemKind.Overlap : RingProblemKind.Crossing, _leaving[0], _leaving[1]);
            return;
        }

        foreach (var vertex in vertices)
        {
            AddIfStarting(vertex);
            AddIfStarting(_previous[vertex]);
        }

        _leaving.Sort(CompareLeaving);
        for (var i = 1; i < _leaving.Count; i++)
        {
            if (CompareLeaving(_leaving[i - 1], _leaving[i]) == 0)
            {
                Report(RingProblemKind.Overlap, _leaving[i - 1], _leaving[i]);
                return;
            }
        }
    }

    private void AddIfStarting(int edge)
    {
        if (IsSamePlace(West(edge), _point))
        {
            _leaving.Add(edge);
        }
    }

    private void CheckChains(ReadOnlySpan<int> vertices)
    {
        _arms.Clear();
        foreach (var vertex in vertices)
        {
            _arms.Add(new(_previous[vertex], vertex));
            _arms.Add(new(_next[vertex], vertex));
        }

        foreach (var edge in _leaving)
        {
            if (!IsSamePlace(West(edge), _point))
            {
                // A chain is known by a number of its own: a passing edge by the complement of its number.
                _arms.Add(new(East(edge), ~edge));
                _arms.Add(new(West(edge), ~edge));
            }
        }

        if (_arms.Count <= 2)
        {
            return;
        }

        _arms.Sort(CompareArms);
        _openChains.Clear();
        foreach (var arm in _arms)
        {
            if (_openChains.TryPeek(out var open) && open == arm.Chain)
            {
                _openChains.Pop();
            }
            else
            {
                _openChains.Push(arm.Chain);
            }
        }

        if (_openChains.TryPop(out var last))
        {
            Report(RingProblemKind.Crossing, EdgeOf(last), EdgeOf(_openChains.Pop()));
        }
    }

    private static int EdgeOf(int chain) => chain < 0 ? ~chain : chain;

    // A ring is met first at its westernmost vertex. Its lowest edge there has the ring's inside above it.
    private void PlaceNewRings(int below)
    {
        var lower = _status.Highest(below);
        foreach (var edge in _leaving)
        {
            var ring = _ring[edge];
            if (!_isSeen[ring])
            {
                _isSeen[ring] = true;
                _isCounterClockwise[ring] = IsEastward(edge);
                _parent[ring] = lower == SweepStatus.None
                    ? NoRing
                    : IsEastward(lower) == _isCounterClockwise[_ring[lower]] ? _ring[lower] : _parent[_ring[lower]];
            }

            lower = edge;
        }
    }

    private void CheckNeighbours(int lower, int upper)
    {
        if (_leaving.Count == 0)
        {
            CheckCrossing(lower, upper);
            return;
        }

        CheckCrossing(lower, _leaving[0]);
        CheckCrossing(_leaving[^1], upper);
    }

    private void CheckCrossing(int a, int b)
    {
        if (a != SweepStatus.None && b != SweepStatus.None
            && Side(a, West(b)) * Side(a, East(b)) < 0 && Side(b, West(a)) * Side(b, East(a)) < 0)
        {
            ReportCrossing(a, b);
        }
    }

    private IEnumerable<RingProblem> WronglyNested()
    {
        for (var ring = 0; ring < _rings.Count; ring++)
        {
            var parent = _parent[ring];
            var isRight = _rings[ring].IsHole
                ? parent != NoRing && !_rings[parent].IsHole && _rings[parent].Polygon == _rings[ring].Polygon
                : parent == NoRing || _rings[parent].IsHole;
            if (!isRight)
            {
                var kind = _rings[ring].IsHole ? RingProblemKind.HoleOutside : RingProblemKind.PartInside;
                var start = _rings[ring].Positions[0];
                yield return new(kind, start.Longitude, start.Latitude, new(ring, 0), new(ring, 0));
            }
        }
    }

    private void Report(RingProblemKind kind, int edge, int other)
        => _problem ??= new(kind, _x[_point], _y[_point], SourceOf(edge), SourceOf(other));

    private void ReportCrossing(int edge, int other)
    {
        var (x, y, dx, dy) = (_x[edge], _y[edge], _x[_next[edge]] - _x[edge], _y[_next[edge]] - _y[edge]);
        var (otherDx, otherDy) = (_x[_next[other]] - _x[other], _y[_next[other]] - _y[other]);
        var t = ((_x[other] - x) * otherDy - (_y[other] - y) * otherDx) / (dx * otherDy - dy * otherDx);
        t = double.IsFinite(t) ? Math.Clamp(t, 0, 1) : 0;
        _problem ??= new(RingProblemKind.Crossing, x + t * dx, y + t * dy, SourceOf(edge), SourceOf(other));
    }

    private RingEdge SourceOf(int edge) => new(_ring[edge], _position[edge]);

    private bool IsBelowPoint(int edge) => Side(edge, _point) > 0;

    private bool IsThroughPoint(int edge) => Side(edge, _point) == 0;

    private bool IsOnLine(int edge, int vertex) => Side(edge, vertex) == 0;

    // +1 when the vertex is north of the edge; for an edge due north, "north" is west of it.
    private int Side(int edge, int vertex)
    {
        var (west, east) = (West(edge), East(edge));
        return Orientation.Sign(_x[west], _y[west], _x[east], _y[east], _x[vertex], _y[vertex]);
    }

    // All lead from the point into the eastern half-plane, so turning left is an order.
    private int CompareLeaving(int a, int b) => a == b ? 0 : -TurnAtPoint(East(a), East(b));

    private int CompareArms(Arm a, Arm b)
    {
        var (isWestA, isWestB) = (ComparePlaces(a.End, _point) < 0, ComparePlaces(b.End, _point) < 0);
        return isWestA != isWestB ? isWestA.CompareTo(isWestB) : -TurnAtPoint(a.End, b.End);
    }

    private int TurnAtPoint(int a, int b) => Orientation.Sign(_x[_point], _y[_point], _x[a], _y[a], _x[b], _y[b]);

    private bool IsEastward(int edge) => West(edge) == edge;

    private int West(int edge) => ComparePlaces(edge, _next[edge]) < 0 ? edge : _next[edge];

    private int East(int edge) => ComparePlaces(edge, _next[edge]) < 0 ? _next[edge] : edge;

    private bool IsSamePlace(int a, int b) => _x[a] == _x[b] && _y[a] == _y[b];

    // Vertices on one meridian from south to north, as if the line were tilted a little.
    private int ComparePlaces(int a, int b) => _x[a] != _x[b] ? _x[a].CompareTo(_x[b]) : _y[a].CompareTo(_y[b]);

    private readonly record struct Arm(int End, int Chain);
}

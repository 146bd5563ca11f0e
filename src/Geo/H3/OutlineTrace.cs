using System.Runtime.InteropServices;

namespace Vantage.Geo.H3;

/// <summary>Finds the outlines of a set of cells.</summary>
/// <remarks>
/// Each cell brings its sides, directed counter-clockwise. A side that two cells share comes in both directions, and goes. Corners are
/// known by whole numbers, so no rounding can keep two from meeting. At a corner three cells meet, so at most one of the sides that are
/// left begins there, and following them makes rings that never touch.
/// </remarks>
internal ref struct OutlineTrace
{
    private const double RadiansPerDegree = Math.PI / 180;

    private readonly ReadOnlySpan<H3Cell> _cells;

    /// <summary>Sides without a partner yet, by the keys of their ends: the place of the cell, and which of its sides.</summary>
    private readonly Dictionary<(ulong From, ulong To), (int Cell, int Side)> _sides;

    /// <summary>For each cell another one of its group, or itself: a forest (B. Galler and M. Fischer, "An Improved Equivalence Algorithm", 1964).</summary>
    private readonly int[] _parents;

    public OutlineTrace(ReadOnlySpan<H3Cell> cells)
    {
        _cells = cells;
        _sides = [];
        _parents = [.. Enumerable.Range(0, cells.Length)];
    }

    public readonly List<LatLng[][]> Run()
    {
        Span<ulong> keys = stackalloc ulong[CellOutline.MaxCorners];
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            AddSides(cell, keys[..CellOutline.WriteKeys(_cells[cell].Value, keys)]);
        }

        var left = _sides.Select(side => (side.Value.Cell, side.Value.Side, side.Key.From, side.Key.To)).Order().ToList();
        var byFrom = left.ToDictionary(side => side.From, side => (side.Cell, side.Side, side.To));
        var polygons = new Dictionary<int, List<Ring>>();
        var order = new List<List<Ring>>();
        foreach (var side in left)
        {
            if (!byFrom.ContainsKey(side.From))
            {
                continue;
            }

            ref var rings = ref CollectionsMarshal.GetValueRefOrAddDefault(polygons, Root(side.Cell), out _);
            if (rings is null)
            {
                rings = [];
                order.Add(rings);
            }

            rings.Add(Follow(side.From, byFrom));
        }

        return order.ConvertAll(rings => rings.OrderBy(ring => ring.LeftArea).Select(ring => ring.Vertices).ToArray());
    }

    private readonly void AddSides(int cell, ReadOnlySpan<ulong> keys)
    {
        for (var side = 0; side < keys.Length; side++)
        {
            var (from, to) = (keys[side], keys[side + 1 < keys.Length ? side + 1 : 0]);
            if (_sides.Remove((to, from), out var other))
            {
                _parents[Root(other.Cell)] = Root(cell);
            }
            else
            {
                _sides.Add((from, to), (cell, side));
            }
        }
    }

    private readonly int Root(int cell)
    {
        while (_parents[cell] != cell)
        {
            cell = _parents[cell] = _parents[_parents[cell]];
        }

        return cell;
    }

    /// <summary>Takes the sides of one ring out of those that are left.</summary>
    private readonly Ring Follow(ulong from, Dictionary<ulong, (int Cell, int Side, ulong To)> byFrom)
    {
        Span<LatLng> vertices = stackalloc LatLng[H3Cell.MaxBoundary];
        Span<int> starts = stackalloc int[CellOutline.MaxCorners + 1];
        var ring = new List<LatLng>();
        while (byFrom.Remove(from, out var side))
        {
            var cell = _cells[side.Cell].Value;
            var count = CellOutline.Write(cell, FacePoint.OfCell(cell), vertices, starts);
            starts[_cells[side.Cell].IsPentagon ? CellOutline.MaxCorners - 1 : CellOutline.MaxCorners] = count;
            ring.AddRange(vertices[starts[side.Side]..starts[side.Side + 1]]);
            from = side.To;
        }

        ring.Add(ring[0]);
        return new([.. ring], LeftArea(ring));
    }

    /// <summary>
    /// The area to the left of a ring, on a sphere of radius one, with sides straight on the cylinder of equal areas: as good as any to tell
    /// an outer ring from a hole, which has nearly all of the globe to its left.
    /// </summary>
    private static double LeftArea(List<LatLng> ring)
    {
        var (area, turn) = (0.0, 0.0);
        var first = Math.Sin(ring[0].Latitude * RadiansPerDegree);
        for (var n = 1; n < ring.Count; n++)
        {
            // Against the first height, so that small rings lose no digits.
            var eastwards = Math.IEEERemainder(ring[n].Longitude - ring[n - 1].Longitude, 360) * RadiansPerDegree;
            var heights = Math.Sin(ring[n - 1].Latitude * RadiansPerDegree) + Math.Sin(ring[n].Latitude * RadiansPerDegree);
            area -= eastwards * ((heights / 2) - first);
            turn += eastwards;
        }

        turn = Math.Tau * Math.Round(turn / Math.Tau); // About a pole.
        area += Math.Abs(turn) - (turn * first);
        return area < 0 ? area + (4 * Math.PI) : area;
    }

    private readonly record struct Ring(LatLng[] Vertices, double LeftArea);
}

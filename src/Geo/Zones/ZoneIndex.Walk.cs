using Vantage.Geo.Exact;

namespace Vantage.Geo.Zones;

/// <content>The way through all leaves that something meets: a segment, or a box.</content>
public sealed partial class ZoneIndex
{
    /// <summary>In place of a branch's number: the tree whose leaves are branches.</summary>
    private const int TopTree = -1;

    /// <summary>What is looked for: it meets some cells, and some of the entries in them.</summary>
    private interface IProbe
    {
        bool Meets(GeoBox cell);

        bool Meets(ZoneShape shape);
    }

    /// <summary>Begins in the smallest cell that is known to hold the segment.</summary>
    private void WalkSegment(SegmentProbe segment, ZoneHits hits)
    {
        if (_grid.TryPlace(segment.A, out var column, out var row) && _grid.TryPlace(segment.B, out _, out _))
        {
            var branch = _top.Find(column, row);
            var tree = _branches[branch].Tree;
            var (node, cell) = tree.TableCell(column, row);
            if (IsSurelyIn(cell))
            {
                Walk(branch, node, cell, segment, hits);
                return;
            }

            if (IsSurelyIn(tree.Cell))
            {
                Walk(branch, tree.Root, tree.Cell, segment, hits);
                return;
            }
        }

        Walk(TopTree, _top.Root, _top.Cell, segment, hits);

        // Positions on a cell's border, to within rounding, may belong to a neighbour too.
        bool IsSurelyIn(QuadCell cell)
        {
            var box = _grid.BoxOf(cell);
            var inner = new GeoBox(box.South + QuadGrid.Slack, box.West + QuadGrid.Slack, box.North - QuadGrid.Slack, box.East - QuadGrid.Slack);
            return inner.Contains(segment.A) && inner.Contains(segment.B);
        }
    }

    private void Walk<TProbe>(int branch, int node, QuadCell cell, TProbe probe, ZoneHits hits)
        where TProbe : struct, IProbe
    {
        if (!probe.Meets(_grid.BoxOf(cell)))
        {
            return;
        }

        if (node >= 0)
        {
            var tree = branch == TopTree ? _top : _branches[branch].Tree;
            for (var quarter = 0; quarter < 4; quarter++)
            {
                Walk(branch, tree.Child(node, quarter), cell.Child(quarter), probe, hits);
            }
        }
        else if (branch == TopTree)
        {
            Walk(~node, _branches[~node].Tree.Root, cell, probe, hits);
        }
        else
        {
            // The probe is known to meet this leaf, so it meets all that hold the leaf.
            var leaf = _branches[branch].Leaf(~node);
            hits.AddRange(leaf.Inside);
            foreach (var part in leaf)
            {
                if (hits.IsFirstLook(part.Slot) && probe.Meets(_entries[part.Slot].Shape))
                {
                    hits.Add(_entries[part.Slot].Id);
                }
            }
        }
    }

    private readonly struct SegmentProbe(LatLng a, LatLng b) : IProbe
    {
        private readonly GeoBox _around = GeoBox.Around(a, b);

        public LatLng A => a;

        public LatLng B => b;

        // A box that is near is met when its corners are not all on one side of the line: decided exactly.
        public bool Meets(GeoBox cell)
        {
            if (!cell.Intersects(_around))
            {
                return false;
            }

            var first = Side(cell.South, cell.West);
            return first == 0
                || Side(cell.South, cell.East) != first
                || Side(cell.North, cell.West) != first
                || Side(cell.North, cell.East) != first;
        }

        public bool Meets(ZoneShape shape) => shape.Touches(a, b);

        private int Side(double latitude, double longitude)
            => Orientation.Sign(a.Longitude, a.Latitude, b.Longitude, b.Latitude, longitude, latitude);
    }

    private readonly struct BoxProbe(GeoBox box) : IProbe
    {
        public bool Meets(GeoBox cell) => cell.Intersects(box);

        public bool Meets(ZoneShape shape) => shape.Bounds.Intersects(box);
    }
}

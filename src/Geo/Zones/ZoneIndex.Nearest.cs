namespace Vantage.Geo.Zones;

/// <content>The nearest boundary: cells are looked at in the order of the least distance that anything in them can have.</content>
public sealed partial class ZoneIndex
{
    /// <summary>Finds the boundary nearest to a position, be the position inside or out.</summary>
    /// <param name="p">The position.</param>
    /// <param name="withinMetres">What is farther is not looked for; the less, the quicker. Infinity for all.</param>
    /// <param name="id">The entry's; of several at the same distance any.</param>
    /// <param name="metres">As <see cref="ZoneShape.DistanceMetres"/> tells it.</param>
    /// <returns><see langword="false"/> where there is none within that distance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative, or NaN.</exception>
    public bool TryNearestEdge(LatLng p, double withinMetres, out int id, out double metres)
    {
        if (!(withinMetres >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(withinMetres), withinMetres, "A distance is not negative.");
        }

        var search = new NearestSearch(this, p, withinMetres);
        search.Walk(in _top, _top.Root, _top.Cell, branch: -1);
        (id, metres) = (search.Id, search.Metres);
        return search.IsFound;
    }

    private struct NearestSearch(ZoneIndex index, LatLng p, double withinMetres)
    {
        private readonly double _cosLatitude = Math.Max(0, Math.Cos(double.DegreesToRadians(p.Latitude)));

        public bool IsFound { get; private set; }

        public int Id { get; private set; }

        /// <summary>Of the nearest so far; before one is found, what it must not exceed.</summary>
        public double Metres { get; private set; } = withinMetres;

        /// <param name="branch">Whose tree it is, or negative for the tree of branches.</param>
        public void Walk(in QuadTree tree, int node, QuadCell cell, int branch)
        {
            if (node < 0)
            {
                if (branch < 0)
                {
                    var branchTree = index._branches[~node].Tree;
                    Walk(in branchTree, branchTree.Root, cell, ~node);
                }
                else
                {
                    Look(in index._branches[branch], ~node);
                }

                return;
            }

            // The nearest quarter first: what is found there mostly spares the others.
            Span<double> least = stackalloc double[4];
            for (var quarter = 0; quarter < 4; quarter++)
            {
                least[quarter] = LeastMetres(cell.Child(quarter));
            }

            for (var n = 0; n < 4; n++)
            {
                var quarter = 0;
                for (var other = 1; other < 4; other++)
                {
                    quarter = least[other] < least[quarter] ? other : quarter;
                }

                if (least[quarter] > Metres)
                {
                    return;
                }

                least[quarter] = double.PositiveInfinity;
                Walk(in tree, tree.Child(node, quarter), cell.Child(quarter), branch);
            }
        }

        private void Look(in ZoneBranch branch, int leaf)
        {
            foreach (var part in branch.Leaf(leaf))
            {
                var entry = index._entries[part.Slot];
                if (entry.Shape.TryDistanceMetres(p, Metres, out var metres) && (metres < Metres || !IsFound))
                {
                    (IsFound, Id, Metres) = (true, entry.Id, metres);
                }
            }
        }

        /// <summary>No place of a cell is nearer: it is as far at least as the cell's parallels, and as its meridians.</summary>
        private readonly double LeastMetres(QuadCell cell)
        {
            const double Margin = 1e-6; // Degrees: rounding of the cell's borders.
            var box = index._grid.BoxOf(cell);
            var north = Math.Max(0, Math.Max(box.South - p.Latitude, p.Latitude - box.North));
            var east = p.Longitude >= box.West && p.Longitude <= box.East
                ? 0
                : Math.Min(Math.Abs(Math.IEEERemainder(p.Longitude - box.West, 360)), Math.Abs(Math.IEEERemainder(p.Longitude - box.East, 360)));
            var meridian = east >= 90 ? 90 - Math.Abs(p.Latitude) : double.RadiansToDegrees(Math.Asin(Math.Sin(double.DegreesToRadians(east)) * _cosLatitude));
            return Math.Max(0, Math.Max(north, meridian) - Margin) * GreatCircle.MetresPerDegree;
        }
    }
}

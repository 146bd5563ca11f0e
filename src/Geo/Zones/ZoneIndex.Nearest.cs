namespace Vantage.Geo.Zones;

/// <content>The nearest boundary: entries are asked in about the order of the least distance that their boxes allow, and few of them are.</content>
public sealed partial class ZoneIndex
{
    private EntryTree? _entryTree; // Made when it is first asked for. Two threads may both make it, and theirs are alike.

    /// <summary>Finds the boundary of an entry that is nearest to a position, be the position inside or out.</summary>
    /// <param name="p">The position, anywhere.</param>
    /// <param name="withinMetres">What is farther is not looked for; the less, the quicker. Infinity for all.</param>
    /// <param name="nearest">Its distance is the least of all entries' <see cref="ZoneShape.DistanceMetres"/>.</param>
    /// <returns><see langword="false"/> where there is none within that distance.</returns>
    /// <remarks>The first question to an index sorts its entries, which takes some milliseconds for ten thousand; those after it allocate nothing.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative, or NaN.</exception>
    public bool TryNearestEdge(LatLng p, double withinMetres, out NearestEdge nearest)
    {
        if (!(withinMetres >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(withinMetres), withinMetres, "A distance is not negative.");
        }

        return TryNearestEdge(p, withinMetres, out nearest, out _);
    }

    /// <param name="looks">How many shapes were asked.</param>
    internal bool TryNearestEdge(LatLng p, double withinMetres, out NearestEdge nearest, out int looks)
    {
        var tree = _entryTree ??= new(_entries);
        var search = new NearestSearch(_entries, tree, p, withinMetres);
        search.Run();
        (nearest, looks) = (search.Nearest, search.Looks);
        return search.IsFound;
    }

    private ref struct NearestSearch(ZoneEntry[] entries, EntryTree tree, LatLng p, double withinMetres)
    {
        private readonly SphereBox.Origin _origin = new(p);
        private double _leastCos = LeastCosOf(withinMetres);
        private double _limitMetres = withinMetres;

        public bool IsFound { get; private set; }

        public NearestEdge Nearest { get; private set; }

        public int Looks { get; private set; }

        /// <summary>Depth first, and the nearest box of a node first: what is found there mostly spares the others.</summary>
        public void Run()
        {
            // On every level there are at most the boxes of one node, less the one that is open.
            Span<Pending> pending = stackalloc Pending[(EntryTree.MostLevels * (EntryTree.Fanout - 1)) + 1];
            var count = tree.IsEmpty ? 0 : Push(pending, tree.Top, 0);
            while (count > 0)
            {
                var next = pending[--count];
                if (next.Cos < _leastCos)
                {
                    continue;
                }

                if (next.Level == 0)
                {
                    Look(entries[tree.SlotOf(next.Box)]);
                }
                else
                {
                    count += Push(pending[count..], next.Level - 1, next.Box);
                }
            }
        }

        /// <summary>Puts what is near enough of a node onto the pile, the nearest on top; tells how much.</summary>
        private readonly int Push(Span<Pending> pile, int level, int node)
        {
            var count = 0;
            var boxes = tree.BoxesOf(level, node);
            for (var i = 0; i < boxes.Length; i++)
            {
                var cos = boxes[i].GreatestCos(in _origin);
                if (cos < _leastCos)
                {
                    continue;
                }

                var at = count++;
                for (; at > 0 && pile[at - 1].Cos > cos; at--)
                {
                    pile[at] = pile[at - 1];
                }

                pile[at] = new(cos, level, (node * EntryTree.Fanout) + i);
            }

            return count;
        }

        private void Look(ZoneEntry entry)
        {
            Looks++;
            if (entry.Shape.TryNearest(p, _limitMetres, out var point, out var metres)
                && (!IsFound || metres < Nearest.Metres || entry.Id < Nearest.Id))
            {
                (IsFound, Nearest) = (true, new(entry.Id, metres, point));
                (_limitMetres, _leastCos) = (metres, LeastCosOf(metres));
            }
        }

        private static double LeastCosOf(double metres) => Math.Cos(Math.Min(Math.PI, metres / GreatCircle.EarthRadiusMetres)) - SphereBox.Margin;

        private readonly record struct Pending(double Cos, int Level, int Box);
    }
}

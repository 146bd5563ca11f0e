using Vantage.Geo.Exact;

namespace Vantage.Geo.Zones;

/// <summary>One part of an index: a cell with its own tree and all that its leaves say. Built, and built anew, on its own.</summary>
/// <param name="Tree">A leaf's number is where it begins in <paramref name="Leaves"/>.</param>
/// <param name="Leaves">See <see cref="LeafReader"/>.</param>
/// <param name="Positions">Longitude and latitude in turn; edge e leads from position e to e + 1.</param>
/// <param name="Inside">Slots of the entries that hold the cell whole.</param>
/// <param name="Parts">Slots of the entries whose boundary may run through the cell.</param>
/// <param name="LeafCount">Leaves of the tree.</param>
internal readonly record struct ZoneBranch(QuadTree Tree, int[] Leaves, double[] Positions, int[] Inside, int[] Parts, int LeafCount)
{
    public QuadCell Cell => Tree.Cell;

    public LeafReader Leaf(int start) => new(Leaves, start);

    /// <summary>Asks for a leaf: most are on one line of the cache, or two.</summary>
    public void ForeseeLeaf(int start)
    {
        Foresight.Near(Leaves, start);
        Foresight.Near(Leaves, start + LeafReader.UsualLength);
    }

    /// <summary>Asks for the edges of a leaf: a part has few, mostly one after the other.</summary>
    public void ForeseeEdges(int start)
    {
        foreach (var part in Leaf(start))
        {
            if (part.Edges.Length > 0)
            {
                Foresight.Near(Positions, 2 * part.Edges[0]);
                Foresight.Near(Positions, (2 * part.Edges[0]) + 5);
            }
        }
    }

    /// <summary>Whether a part of a leaf holds a position of that leaf, where the part has edges.</summary>
    /// <param name="part">Of the leaf.</param>
    /// <param name="cornerX">The longitude of the leaf's corner in the south-west.</param>
    /// <param name="cornerY">Its latitude.</param>
    /// <param name="p">The position.</param>
    /// <remarks>
    /// What lies between the corner and the position are the leaf's own edges: each that is crossed on the straight way changes the
    /// side. Where the way leads through a vertex, the vertex counts to the left of it, for both of its edges.
    /// </remarks>
    public bool Holds(in LeafPart part, double cornerX, double cornerY, LatLng p)
    {
        var (x, y) = (p.Longitude, p.Latitude);
        var isInside = part.HoldsCorner;
        foreach (var edge in part.Edges)
        {
            var ends = Positions.AsSpan(2 * edge, 4);
            var (x1, y1, x2, y2) = (ends[0], ends[1], ends[2], ends[3]);
            var side = Orientation.Sign(x1, y1, x2, y2, x, y);
            if (side == 0)
            {
                if (x >= Math.Min(x1, x2) && x <= Math.Max(x1, x2) && y >= Math.Min(y1, y2) && y <= Math.Max(y1, y2))
                {
                    return true;
                }
            }
            else if (Orientation.Sign(x1, y1, x2, y2, cornerX, cornerY) == -side)
            {
                isInside ^= Orientation.Sign(cornerX, cornerY, x, y, x1, y1) >= 0 != Orientation.Sign(cornerX, cornerY, x, y, x2, y2) >= 0;
            }
        }

        return isInside;
    }
}

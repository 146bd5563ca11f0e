namespace Vantage.Geo.Zones;

/// <summary>What a branch has to be built from: what holds its cell, and what may have a boundary in it.</summary>
/// <param name="Cell">Where.</param>
/// <param name="Inside">Slots of the entries that hold the cell whole.</param>
/// <param name="Parts">The others that have to do with it, ascending by id.</param>
internal sealed record BranchPlan(QuadCell Cell, int[] Inside, PlannedPart[] Parts)
{
    /// <summary>The plan for a cell within that of this one.</summary>
    public BranchPlan For(QuadCell cell, QuadGrid grid, ZoneEntry[] entries)
    {
        var box = grid.WideBoxOf(cell);
        var (inside, parts) = (new List<int>(Inside), new List<PlannedPart>());
        foreach (var part in Parts)
        {
            part.Place(box, entries, inside, parts);
        }

        return new(cell, [.. inside], [.. parts]);
    }

    /// <summary>About how long the boundaries in the cell are, in degrees.</summary>
    public double Length(QuadGrid grid, ZoneEntry[] entries)
    {
        var size = grid.SizeOf(Cell.Depth);
        return Parts.Sum(part => entries[part.Slot].Shape is PolygonShape polygon
            ? part.Edges.Sum(edge => Math.Min(polygon.EdgeDegrees(edge), 2 * size))
            : Math.Min(4 * size, 4 * (entries[part.Slot].Shape.Bounds.North - entries[part.Slot].Shape.Bounds.South)));
    }
}

/// <summary>An entry whose boundary may run through a cell, and its edges that may; a circle has none.</summary>
internal readonly record struct PlannedPart(int Slot, int[] Edges)
{
    /// <summary>All of an entry, as far as is known before anything was looked at.</summary>
    public static PlannedPart Whole(int slot, ZoneShape shape) => new(slot, shape is PolygonShape polygon ? polygon.EdgeIndices() : []);

    /// <summary>Adds the entry to those that hold a box or to those whose boundary may run through it, or to neither.</summary>
    public void Place(CellBox box, ZoneEntry[] entries, List<int> inside, List<PlannedPart> parts)
    {
        var shape = entries[Slot].Shape;
        int[] edges = shape is PolygonShape polygon ? Array.FindAll(Edges, edge => polygon.MayMeet(edge, box)) : [];
        var place = shape is CircleShape circle ? BranchBuilder.PlaceOf(circle, box)
            : edges.Length > 0 ? BranchBuilder.Place.Edge
            : BranchBuilder.PlaceWithoutEdges(shape, box);
        if (place is BranchBuilder.Place.Inside)
        {
            inside.Add(Slot);
        }
        else if (place is BranchBuilder.Place.Edge)
        {
            parts.Add(new(Slot, edges));
        }
    }
}

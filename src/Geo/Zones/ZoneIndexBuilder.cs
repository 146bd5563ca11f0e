namespace Vantage.Geo.Zones;

/// <summary>Divides a square until each cell has to do with few entries, and builds a branch for each, on all processors.</summary>
internal sealed class ZoneIndexBuilder
{
    public const double SmallestCellDegrees = 1e-4; // About 11 m.

    // A branch is what one change builds anew, and what one processor builds at a time.
    private const int MostParts = 32;
    private const int MaxBranchDepth = 8;
    private const int FewestNodesForPart = 32;

    private readonly ZoneEntry[] _entries;
    private readonly QuadGrid _grid;

    /// <param name="entries">By slot; ascending by id.</param>
    public ZoneIndexBuilder(ZoneEntry[] entries)
    {
        const double Rim = 1e-6;
        _entries = entries;
        var bounds = entries.Length == 0 ? default : entries[0].Shape.Bounds;
        foreach (var entry in entries)
        {
            bounds = bounds.Union(entry.Shape.Bounds);
        }

        var size = Math.Max(bounds.North - bounds.South, bounds.East - bounds.West) + (2 * Rim);
        _grid = new(bounds.South - Rim, bounds.West - Rim, size);
        Bounds = bounds;
    }

    public QuadGrid Grid => _grid;

    /// <summary>The box around all entries.</summary>
    public GeoBox Bounds { get; }

    /// <summary>A tree whose leaves are numbers of branches, the branches, and what each may spend.</summary>
    public (QuadTree Top, ZoneBranch[] Branches, ZoneBudget Budget) Build()
    {
        List<int> nodes = [0];
        List<int> nodesToDepth = [];
        List<BranchPlan> plans = [];
        List<(int Slot, BranchPlan Plan)> level = [(0, new(new(0, 0, 0), [], [.. _entries.Select((entry, slot) => PlannedPart.Whole(slot, entry.Shape))]))];
        while (level.Count > 0)
        {
            nodesToDepth.Add(nodes.Count);
            var divided = level.FindAll(node => IsToDivide(node.Plan));
            foreach (var (slot, plan) in level.Where(node => !IsToDivide(node.Plan)))
            {
                nodes[slot] = ~(ZoneIndex.OutsideBranches + plans.Count);
                plans.Add(plan);
            }

            var quarters = new BranchPlan[4 * divided.Count];
            Parallel.For(0, quarters.Length, i => quarters[i] = divided[i / 4].Plan.For(divided[i / 4].Plan.Cell.Child(i % 4), _grid, _entries));
            level.Clear();
            foreach (var (i, (slot, _)) in divided.Index())
            {
                nodes[slot] = nodes.Count;
                level.AddRange(Enumerable.Range(0, 4).Select(quarter => (nodes.Count + quarter, quarters[(4 * i) + quarter])));
                nodes.AddRange([0, 0, 0, 0]);
            }
        }

        var lengths = plans.ConvertAll(plan => plan.Length(_grid, _entries));
        var budget = ZoneBudget.For(_entries, lengths.Sum());
        var branches = new ZoneBranch[ZoneIndex.OutsideBranches + plans.Count];
        Parallel.For(0, plans.Count, i => branches[ZoneIndex.OutsideBranches + i] = Build(_grid, _entries, plans[i], lengths[i], budget));
        for (var outside = 0; outside < ZoneIndex.OutsideBranches; outside++)
        {
            branches[outside] = BranchBuilder.Build(_grid, _entries, new(new(0, 0, 0), [], []), 0, 0);
        }

        return (new(new(0, 0, 0), [.. nodes], nodesToDepth), branches, budget);
    }

    /// <summary>Builds a branch anew, where some entries are no longer and others are new.</summary>
    /// <param name="entries">By slot.</param>
    /// <param name="slots">What the branch may have to do with, ascending by id.</param>
    /// <returns><see langword="false"/> where there is so much in it now that it should be several.</returns>
    public static bool TryBuildAnew(QuadGrid grid, ZoneEntry[] entries, QuadCell cell, IEnumerable<int> slots, ZoneBudget budget, out ZoneBranch branch)
    {
        var all = new BranchPlan(cell, [], [.. slots.Select(slot => PlannedPart.Whole(slot, entries[slot].Shape))]);
        var plan = all.For(cell, grid, entries);
        var isOverfull = plan.Parts.Length > 4 * MostParts && cell.Depth < MaxBranchDepth;
        branch = isOverfull ? default : Build(grid, entries, plan, plan.Length(grid, entries), budget);
        return !isOverfull;
    }

    private bool IsToDivide(BranchPlan plan)
        => plan.Parts.Length > MostParts && plan.Cell.Depth < MaxBranchDepth && _grid.SizeOf(plan.Cell.Depth) > SmallestCellDegrees;

    private static ZoneBranch Build(QuadGrid grid, ZoneEntry[] entries, BranchPlan plan, double length, ZoneBudget budget)
        => BranchBuilder.Build(
            grid, entries, plan,
            (long)Math.Max(FewestNodesForPart * plan.Parts.Length, length * budget.NodesPerDegree),
            (long)Math.Max(2 * FewestNodesForPart * plan.Parts.Length, length * budget.NumbersPerDegree));
}

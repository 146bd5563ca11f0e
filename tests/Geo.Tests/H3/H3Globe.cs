using Vantage.Geo.H3;

namespace Vantage.Geo.Tests.H3;

/// <summary>All cells of a resolution, and the steps between them by the plainest of ways: a walk from neighbour to neighbour.</summary>
internal sealed class H3Globe
{
    private readonly Dictionary<H3Cell, int> _places = [];
    private readonly int[][] _neighbours;

    public H3Globe(int resolution)
    {
        Cells = [.. BaseCells().SelectMany(cell => H3Assert.Children(cell, resolution))];
        foreach (var (place, cell) in Cells.Index())
        {
            _places[cell] = place;
        }

        _neighbours = [.. Cells.Select(cell => H3Assert.Neighbours(cell).Select(PlaceOf).ToArray())];
    }

    public H3Cell[] Cells { get; }

    public static IEnumerable<H3Cell> BaseCells() => Enumerable.Range(0, 122).Select(n => new H3Cell(0x8001fffffffffff + ((ulong)n << 45)));

    public int PlaceOf(H3Cell cell) => _places[cell];

    /// <summary>The steps from one cell to each.</summary>
    public int[] Walk(int from)
    {
        var steps = new int[Cells.Length];
        Array.Fill(steps, -1);
        steps[from] = 0;
        Queue<int> next = new([from]);
        while (next.TryDequeue(out var at))
        {
            foreach (var neighbour in _neighbours[at])
            {
                if (steps[neighbour] < 0)
                {
                    steps[neighbour] = steps[at] + 1;
                    next.Enqueue(neighbour);
                }
            }
        }

        return steps;
    }
}

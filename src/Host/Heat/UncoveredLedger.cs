using System.Runtime.InteropServices;
using Vantage.Geo.H3;
using Vantage.Host.Figures;

namespace Vantage.Host.Heat;

/// <summary>Demand and presence by cell and UTC hour, demand first, until they are set against each other (HEAT-10).</summary>
/// <param name="ring">How many steps around a cell presence counts for it.</param>
/// <param name="coveredMs">The presence that suffices in an hour.</param>
internal sealed class UncoveredLedger(int ring, long coveredMs)
{
    /// <summary>Pairs of cell and hour that are held at once, some 200 MB.</summary>
    private const int MaxPairs = 5_000_000;

    private readonly Dictionary<(H3Cell Cell, int Hour), long> _demand = [];
    private readonly Dictionary<(H3Cell Cell, int Hour), long> _presence = [];
    private readonly Dictionary<H3Cell, long> _presenceOfCell = [];
    private readonly Dictionary<int, long> _presenceOfHour = [];
    private readonly HashSet<int> _hours = [];
    private readonly HashSet<H3Cell> _cells = [];
    private readonly H3Cell[] _disk = new H3Cell[H3Cell.MaxDiskSize(ring)];

    /// <summary>More came than is held; what is said of it would be wrong.</summary>
    public bool IsTooMuch { get; private set; }

    /// <summary>Cells with demand.</summary>
    public int CellCount => _cells.Count;

    public void AddDemand(H3Cell cell, int hour, long count)
    {
        Add(_demand, (cell, hour), count);
        _cells.Add(cell);
        _hours.Add(hour);
    }

    /// <summary>The cells whose presence matters: those with demand, and those around them.</summary>
    public HashSet<H3Cell> CellsNear()
    {
        var near = new HashSet<H3Cell>();
        foreach (var cell in _cells)
        {
            near.UnionWith(DiskOf(cell));
        }

        return near;
    }

    public void AddPresence(H3Cell cell, int hour, long ms)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_presenceOfCell, cell, out _) += ms;
        if (_cells.Contains(cell))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_presenceOfHour, hour, out _) += ms;
        }

        if (_hours.Contains(hour))
        {
            Add(_presence, (cell, hour), ms);
        }
    }

    /// <summary>Sums by cell, in order, of those with demand; and by hour of the day, all 24.</summary>
    /// <param name="hourOfDay">The hour of the day to which a UTC hour is reckoned.</param>
    public (IReadOnlyList<(H3Cell Cell, CoverageSums Sums)> Cells, CoverageSums[] Hours) Settle(Func<int, int> hourOfDay)
    {
        var hours = new CoverageSums[24];
        foreach (var (hour, ms) in _presenceOfHour)
        {
            hours[hourOfDay(hour)].PresenceMs += ms;
        }

        var cells = new List<(H3Cell Cell, CoverageSums Sums)>();
        foreach (var ofCell in _demand.GroupBy(demand => demand.Key.Cell).OrderBy(group => group.Key))
        {
            var disk = DiskOf(ofCell.Key);
            var sums = new CoverageSums { PresenceMs = disk.Sum(near => _presenceOfCell.GetValueOrDefault(near)) };
            foreach (var ((_, hour), demand) in ofCell)
            {
                var uncovered = disk.Sum(near => _presence.GetValueOrDefault((near, hour))) < coveredMs ? demand : 0;
                sums.Add(demand, uncovered);
                hours[hourOfDay(hour)].Add(demand, uncovered);
            }

            cells.Add((ofCell.Key, sums));
        }

        return (cells, hours);
    }

    private ArraySegment<H3Cell> DiskOf(H3Cell cell) => new(_disk, 0, cell.Disk(ring, _disk));

    private void Add(Dictionary<(H3Cell Cell, int Hour), long> pairs, (H3Cell Cell, int Hour) key, long value)
    {
        if (pairs.Count < MaxPairs)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(pairs, key, out _) += value;
        }
        else
        {
            IsTooMuch = true;
        }
    }
}

/// <summary>Demand, the part of it that was not covered, and presence in milliseconds.</summary>
internal struct CoverageSums
{
    public long Demand { get; private set; }

    public long Uncovered { get; private set; }

    public long PresenceMs { get; set; }

    public readonly double Share => FigureBasis.Share(Uncovered, Demand);

    public readonly object?[] Values => [Demand, Uncovered, PresenceMs / 1000m, Share];

    public void Add(long demand, long uncovered)
    {
        Demand += demand;
        Uncovered += uncovered;
    }

    public readonly CoverageSums With(long demand, long uncovered)
    {
        var sums = this;
        sums.Add(demand, uncovered);
        return sums;
    }
}

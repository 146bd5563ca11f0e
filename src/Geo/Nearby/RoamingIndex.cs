namespace Vantage.Geo.Nearby;

/// <summary>Where many moving things are, and which of them are near a place or near one another.</summary>
/// <remarks>
/// A hash table of cells, each a list of the units in it that runs through one array: a move within a cell writes a position, a move into
/// another relinks a unit, and neither allocates. A query looks at the cells about its circle, or at all units where those are fewer.
/// Units go by numbers from 0, as small as they may be: memory goes by the greatest, about 50 bytes each.
/// Not safe for threads: queries among themselves are, but a change needs all of it for itself.
/// </remarks>
public sealed class RoamingIndex
{
    /// <summary>The least size of a cell.</summary>
    public const double MinCellMetres = 10;

    /// <summary>The greatest size of a cell.</summary>
    public const double MaxCellMetres = 1_000_000;

    /// <summary>The greatest number that a unit can have.</summary>
    public const int MaxUnit = (1 << 26) - 1;

    private const int None = -1;
    private const double HalfwayRoundMetres = GreatCircle.EarthRadiusMetres * 3.2; // A little more: nothing is farther.

    private readonly double _cellMetres;
    private readonly RoamingGrid _grid;
    private Slot[] _slots = new Slot[16]; // By unit.
    private int[] _units = new int[16]; // Those that are there, in no order.
    private int[] _heads = []; // The first unit of each list. The cells that fall together share one.
    private int _hashShift;

    /// <param name="cellMetres">About the distances that are asked about: 10 m to 1,000 km. It changes how long an answer takes, never the answer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of range.</exception>
    public RoamingIndex(double cellMetres = 500)
    {
        if (!(cellMetres is >= MinCellMetres and <= MaxCellMetres))
        {
            throw new ArgumentOutOfRangeException(nameof(cellMetres), cellMetres, $"A cell is {MinCellMetres} to {MaxCellMetres} metres wide.");
        }

        (_cellMetres, _grid) = (cellMetres, new(cellMetres));
        Relink(_units.Length);
    }

    public int Count { get; private set; }

    /// <summary>Where a unit is, if it is there.</summary>
    public bool TryGet(int unit, out LatLng position)
    {
        var isThere = IsThere(unit);
        position = isThere ? _slots[unit].Position : default;
        return isThere;
    }

    /// <summary>Puts a unit at a position, be it new or there already.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or above <see cref="MaxUnit"/>.</exception>
    public void Set(int unit, LatLng position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unit, MaxUnit);
        if (unit >= _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(2 * _slots.Length, unit + 1));
        }

        ref var slot = ref _slots[unit];
        var cell = _grid.CellOf(position);
        slot.Position = position;
        if (!slot.IsThere)
        {
            Add(unit, ref slot);
        }
        else if (slot.Cell == cell)
        {
            return;
        }
        else
        {
            Unlink(in slot);
        }

        slot.Cell = cell;
        Link(unit, ref slot);
    }

    /// <summary>Takes a unit away.</summary>
    /// <returns><see langword="false"/> where it was not there.</returns>
    public bool Remove(int unit)
    {
        if (!IsThere(unit))
        {
            return false;
        }

        ref var slot = ref _slots[unit];
        Unlink(in slot);
        var last = _units[--Count];
        _units[slot.Place] = last;
        _slots[last].Place = slot.Place;
        slot.IsThere = false;
        return true;
    }

    /// <summary>Finds all units within a distance of a place.</summary>
    /// <param name="centre">The place.</param>
    /// <param name="metres">At most so far, by <see cref="GreatCircle.DistanceMetres"/>; infinity for all.</param>
    /// <param name="hits">Takes them, in place of what it held.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative, or NaN.</exception>
    public int Within(LatLng centre, double metres, RoamingHits hits)
    {
        ThrowIfNoDistance(metres, nameof(metres));
        Collect(new(centre, metres, metres, None, null), int.MaxValue, hits);
        return Finish(hits);
    }

    /// <summary>Finds all other units within a distance of a unit; none where that unit is not there.</summary>
    /// <inheritdoc cref="Within"/>
    /// <param name="unit">Whose neighbours.</param>
    public int Near(int unit, double metres, RoamingHits hits)
    {
        ThrowIfNoDistance(metres, nameof(metres));
        hits.Begin(int.MaxValue);
        if (TryGet(unit, out var centre))
        {
            Collect(new(centre, metres, metres, unit, null), int.MaxValue, hits);
        }

        return Finish(hits);
    }

    /// <summary>Finds the units that are nearest to a place.</summary>
    /// <param name="centre">The place.</param>
    /// <param name="count">At most so many, from 1.</param>
    /// <param name="withinMetres">At most so far, by <see cref="GreatCircle.DistanceMetres"/>; infinity for however far.</param>
    /// <param name="hits">Takes them, in place of what it held.</param>
    /// <param name="counts">Which units count; asked about near ones only, some of them more than once. All, without it.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative or NaN, or the count below 1.</exception>
    public int Nearest(LatLng centre, int count, double withinMetres, RoamingHits hits, Func<int, bool>? counts = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ThrowIfNoDistance(withinMetres, nameof(withinMetres));
        withinMetres = Math.Min(withinMetres, HalfwayRoundMetres);
        var reach = _cellMetres / 4; // Where it is crowded that is enough, and elsewhere it takes little time.
        // Each circle is twice as wide as that before, so all of them take about as long as the last. Once all units were looked at, that was it.
        while (!Collect(new(centre, Math.Min(reach, withinMetres), withinMetres, None, counts), count, hits) && !hits.IsFull && reach < withinMetres)
        {
            reach *= 2;
        }

        return Finish(hits);
    }

    private static void ThrowIfNoDistance(double metres, string name)
    {
        if (!(metres >= 0))
        {
            throw new ArgumentOutOfRangeException(name, metres, "A distance is not negative.");
        }
    }

    private static int Finish(RoamingHits hits)
    {
        hits.Sort();
        return hits.Count;
    }

    /// <summary>Looks at the units about the circle.</summary>
    /// <returns>Whether it was at all units, and then within the greatest distance.</returns>
    private bool Collect(in Circle circle, int most, RoamingHits hits)
    {
        hits.Begin(most);
        var filter = new NearFilter(circle.Centre, circle.Metres);
        var cells = _grid.Around(circle.Centre, in filter);
        if (!cells.HasAtMost(Count))
        {
            filter = new(circle.Centre, circle.WithinMetres);
            foreach (var unit in _units.AsSpan(0, Count))
            {
                Look(unit, in circle, circle.WithinMetres, ref filter, hits);
            }

            return true;
        }

        for (var row = cells.FirstRow; row <= cells.LastRow; row++)
        {
            var (first, count) = cells.ColumnsIn(row);
            for (var column = first; column < first + count; column++)
            {
                var cell = cells.CellAt(row, column);
                for (var unit = _heads[ListOf(cell)]; unit != None; unit = _slots[unit].Next)
                {
                    ref readonly var slot = ref _slots[unit];
                    if (slot.Cell == cell)
                    {
                        Look(unit, in circle, circle.Metres, ref filter, hits);
                    }
                }
            }
        }

        return false;
    }

    private void Look(int unit, in Circle circle, double metres, ref NearFilter filter, RoamingHits hits)
    {
        var position = _slots[unit].Position;
        if (!filter.MayHold(position))
        {
            return;
        }

        var hit = new RoamingHit(unit, GreatCircle.DistanceMetres(circle.Centre, position));
        if (hit.Metres > metres || unit == circle.Except || !hits.Wants(hit) || circle.Counts?.Invoke(unit) == false)
        {
            return;
        }

        hits.Keep(hit);
        if (hits.IsFull)
        {
            filter.Narrow(hits.FarthestMetres);
        }
    }

    private bool IsThere(int unit) => (uint)unit < (uint)_slots.Length && _slots[unit].IsThere;

    private void Add(int unit, ref Slot slot)
    {
        if (Count == _units.Length)
        {
            Array.Resize(ref _units, 2 * Count);
            Relink(2 * Count);
        }

        (slot.IsThere, slot.Place) = (true, Count);
        _units[Count++] = unit;
    }

    /// <summary>Links all units anew, into twice as many lists as there may be units before the next time.</summary>
    private void Relink(int units)
    {
        _hashShift = 63 - int.Log2(units);
        _heads = new int[2 * units];
        _heads.AsSpan().Fill(None);
        foreach (var unit in _units.AsSpan(0, Count))
        {
            Link(unit, ref _slots[unit]);
        }
    }

    // The golden ratio's bits: Knuth, The Art of Computer Programming 3, 6.4.
    private int ListOf(long cell) => (int)(unchecked((ulong)cell * 0x9E3779B97F4A7C15) >> _hashShift);

    private void Link(int unit, ref Slot slot)
    {
        ref var head = ref _heads[ListOf(slot.Cell)];
        (slot.Previous, slot.Next) = (None, head);
        if (head != None)
        {
            _slots[head].Previous = unit;
        }

        head = unit;
    }

    private void Unlink(in Slot slot)
    {
        if (slot.Previous == None)
        {
            _heads[ListOf(slot.Cell)] = slot.Next;
        }
        else
        {
            _slots[slot.Previous].Next = slot.Next;
        }

        if (slot.Next != None)
        {
            _slots[slot.Next].Previous = slot.Previous;
        }
    }

    private struct Slot
    {
        public LatLng Position;
        public long Cell;
        public int Next;
        public int Previous;
        public int Place; // Among those that are there.
        public bool IsThere;
    }

    /// <param name="Metres">What is nearer is all looked at.</param>
    /// <param name="WithinMetres">What counts when all units are looked at.</param>
    /// <param name="Except">No hit.</param>
    private readonly record struct Circle(LatLng Centre, double Metres, double WithinMetres, int Except, Func<int, bool>? Counts);
}

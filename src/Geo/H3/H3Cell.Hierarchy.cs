namespace Vantage.Geo.H3;

public readonly partial record struct H3Cell
{
    /// <summary>
    /// How far the centre of a descendant can be from that of a cell of resolution 0, in radians. A step into resolution r + 1 is
    /// √7 shorter than one into r; the first is 0.382 / √7, so all together they are below 0.382 / (√7 − 1), and projection onto
    /// the sphere only shortens them.
    /// </summary>
    private const double Reach = 0.2322;

    /// <summary>The cell of a coarser resolution, or this one, that this cell descends from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in 0 to that of this cell.</exception>
    public H3Cell Parent(int resolution)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resolution);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resolution, Resolution);
        return new(H3Digits.Compose(BaseCell, resolution, H3Digits.Used(Value) & ~H3Digits.Unused(resolution)));
    }

    /// <summary>The descendant with the same centre.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in that of this cell to 15.</exception>
    public H3Cell CenterChild(int resolution)
    {
        CheckFiner(resolution);
        return new(H3Digits.Compose(BaseCell, resolution, H3Digits.Used(Value)));
    }

    /// <summary>How many descendants the cell has at a resolution: 7 to the number of levels, or for a pentagon about 5/6 of that.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in that of this cell to 15.</exception>
    public long ChildCount(int resolution)
    {
        CheckFiner(resolution);
        var count = 1L;
        for (var level = Resolution; level < resolution; level++)
        {
            count *= 7;
        }

        return IsPentagon ? 1 + (5 * (count - 1) / 6) : count;
    }

    /// <summary>The descendants at a resolution, in order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in that of this cell to 15.</exception>
    public H3Children Children(int resolution) => new(CenterChild(resolution), ChildCount(resolution), IsPentagon);

    /// <summary>Writes the descendants at a resolution, in order.</summary>
    /// <returns>How many were written: <see cref="ChildCount"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in that of this cell to 15.</exception>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public int Children(int resolution, Span<H3Cell> cells)
    {
        var children = Children(resolution);
        if (cells.Length < children.Count)
        {
            throw new ArgumentException($"Needs room for {children.Count} cells, not {cells.Length}.", nameof(cells));
        }

        var written = 0;
        foreach (var child in children)
        {
            cells[written++] = child;
        }

        return written;
    }

    /// <summary>
    /// Whether a descendant of any resolution may have its centre in a box: never false where one has. Descendants may lie outside the cell itself.
    /// </summary>
    public bool MayHaveCentresIn(GeoBox box)
    {
        var around = PositionBox.Around(Center(), Reach / Math.Pow(7, Resolution / 2.0));
        return around.South <= box.North && around.North >= box.South && around.MeetsLongitudes(box.West, box.East);
    }

    private void CheckFiner(int resolution)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resolution, Resolution);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resolution, MaxResolution);
    }
}

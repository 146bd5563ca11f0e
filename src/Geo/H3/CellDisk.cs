namespace Vantage.Geo.H3;

/// <summary>The cells around a cell.</summary>
internal static class CellDisk
{
    /// <summary>The sides of a ring, counter-clockwise from its corner on axis i, as digits: j, jk, k, ik, i, ij.</summary>
    private static ReadOnlySpan<byte> Around => [2, 3, 1, 5, 4, 6];

    private static ReadOnlySpan<sbyte> SixSteps => [1, 0, 1, 1, 0, 1, -1, 0, -1, -1, 0, -1];

    /// <summary>By resolution: the face's corner on axis i, as a and b.</summary>
    private static readonly FacePoint[] CornerOnI = BuildCorners();

    /// <summary>Writes the rings from one to another: all from 0 are a disk.</summary>
    public static int Write(ulong cell, int first, int last, Span<H3Cell> cells)
    {
        if (last == 0)
        {
            cells[0] = new(cell);
            return 1;
        }

        return TryWriteByDigits(cell, first, last, cells, out var count) || TryWriteFlat(cell, first, last, cells, out count)
            ? count
            : WriteStepwise(cell, first, last, cells);
    }

    /// <summary>
    /// Ring by ring, each from its corner on axis i around, where digits tell the way throughout. They do among the descendants of one
    /// hexagon, which have no hole: so where they tell the way around, all that is inside is flat, too.
    /// </summary>
    private static bool TryWriteByDigits(ulong cell, int first, int last, Span<H3Cell> cells, out int count)
    {
        var steps = new CellSteps(cell);
        count = 0;
        if (first == 0)
        {
            cells[count++] = new(cell);
        }

        for (var ring = 1; ring <= last; ring++)
        {
            if (!steps.TryStep(ref cell, H3Digits.I))
            {
                return false;
            }

            if (ring < first)
            {
                continue;
            }

            foreach (var side in Around)
            {
                for (var n = 0; n < ring; n++)
                {
                    cells[count++] = new(cell);
                    if (!steps.TryStep(ref cell, side))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    /// <summary>
    /// Away from corners of the icosahedron the disk is flat: a hexagon of lattice points in the plane of the centre's face and
    /// of the one or two unfolded beside it. Unfolding is right as long as no path to a point passes behind a corner, which is so
    /// where all corners are more than twice the radius away: 60° of face on both sides of an edge are then in the way.
    /// </summary>
    private static bool TryWriteFlat(ulong cell, int first, int last, Span<H3Cell> cells, out int count)
    {
        count = 0;
        var resolution = H3Digits.Resolution(cell);
        var centre = FacePoint.OfCell(cell);
        for (var corner = 0; corner < 3; corner++)
        {
            var at = CornerOnI[resolution].Turn(2 * corner);
            if (FacePoint.Steps(centre.A - at.A, centre.B - at.B) <= 2L * last)
            {
                return false;
            }
        }

        if (first == 0)
        {
            cells[count++] = new(cell);
        }

        for (var ring = Math.Max(first, 1); ring <= last; ring++)
        {
            var (a, b) = (centre.A + ring, centre.B);
            foreach (var side in Around)
            {
                for (var n = 0; n < ring; n++)
                {
                    if (!FaceCells.TryEncode(centre.Face, a, b, resolution, out var found))
                    {
                        return false;
                    }

                    cells[count++] = new(found);
                    a += FacePoint.StepA(side);
                    b += FacePoint.StepB(side);
                }
            }
        }

        return true;
    }

    /// <summary>Ring by ring from neighbour to neighbour, which is right anywhere. A neighbour is of the same ring or of one beside it.</summary>
    private static int WriteStepwise(ulong cell, int first, int last, Span<H3Cell> cells)
    {
        HashSet<ulong> before = [], ring = [cell], next = [];
        Span<H3Cell> neighbours = stackalloc H3Cell[6];
        var count = 0;
        for (var n = 0; ; n++)
        {
            if (n >= first)
            {
                foreach (var each in ring)
                {
                    cells[count++] = new(each);
                }
            }

            if (n == last || ring.Count == 0)
            {
                return count;
            }

            foreach (var each in ring)
            {
                foreach (var neighbour in neighbours[..WriteNeighbours(each, neighbours)])
                {
                    if (!before.Contains(neighbour.Value) && !ring.Contains(neighbour.Value))
                    {
                        next.Add(neighbour.Value);
                    }
                }
            }

            (before, ring, next) = (ring, next, before);
            next.Clear();
        }
    }

    public static int WriteNeighbours(ulong cell, Span<H3Cell> neighbours)
    {
        Span<H3Cell> disk = stackalloc H3Cell[7];
        if (TryWriteByDigits(cell, 0, 1, disk, out _))
        {
            disk[1..].CopyTo(neighbours);
            return 6;
        }

        var resolution = H3Digits.Resolution(cell);
        if (H3Tables.IsPentagon(H3Digits.BaseCell(cell)) && H3Digits.Used(cell) == 0)
        {
            return WriteNeighboursOfPentagon(H3Digits.BaseCell(cell), resolution, neighbours);
        }

        var centre = FacePoint.OfCell(cell);
        for (var n = 0; n < 6; n++)
        {
            var point = new FacePoint(centre.Face, centre.A + SixSteps[2 * n], centre.B + SixSteps[(2 * n) + 1]);
            neighbours[n] = Encode(point.SettledAt(resolution), resolution);
        }

        return 6;
    }

    /// <summary>A pentagon is a corner of five faces. On each of them one neighbour lies a step towards the face's middle.</summary>
    private static int WriteNeighboursOfPentagon(int baseCell, int resolution, Span<H3Cell> neighbours)
    {
        var count = 0;
        for (var face = 0; face < H3Tables.FaceCount; face++)
        {
            for (var corner = 0; corner < 3; corner++)
            {
                var atOrigin = (27 * face) + (corner == 0 ? 18 : corner == 1 ? 6 : 2);
                if (H3Tables.BaseCellsOfFace[atOrigin] >> 3 == baseCell)
                {
                    var (onI, turn) = (CornerOnI[resolution], 2 * corner);
                    var point = new FacePoint(face, onI.A - 1, onI.B).Turn(turn);
                    neighbours[count++] = Encode(point, resolution);
                }
            }
        }

        return count;
    }

    private static H3Cell Encode(FacePoint point, int resolution)
    {
        FaceCells.TryEncode(point.Face, point.A, point.B, resolution, out var cell); // Always true: the point is on its face.
        return new(cell);
    }

    private static FacePoint[] BuildCorners()
    {
        var corners = new FacePoint[H3Digits.MaxResolution + 1];
        corners[0] = new(0, 2, 0);
        for (var resolution = 1; resolution < corners.Length; resolution++)
        {
            corners[resolution] = corners[resolution - 1].Finer(resolution);
        }

        return corners;
    }
}

namespace Vantage.Geo.H3;

/// <summary>
/// A point of the hexagonal lattice that one resolution lays over the plane of one face of the icosahedron:
/// a steps along axis i and b along axis j, 120° apart, from the face's centre.
/// </summary>
/// <remarks>
/// Each resolution has seven times the points of the one before, so its steps are √7 shorter and its axes turned by 19.1°:
/// counter-clockwise into odd resolutions, back into even ones. Only on even resolutions do a face's corners lie on the axes,
/// at two units; a unit is 7^(resolution/2) steps.
/// </remarks>
internal readonly record struct FacePoint(int Face, int A, int B)
{
    public const int NoEdge = -1;
    private const int EdgeKi = 1;

    private static readonly int[] Units = [1, 7, 49, 343, 2_401, 16_807, 117_649, 823_543, 5_764_801];

    /// <summary>A unit in steps of an even resolution: the distance of a face's corners is two of them.</summary>
    public static int Unit(int evenResolution) => Units[evenResolution >> 1];

    /// <summary>The digit's step along a: i counts 1 and k, opposite to i and j together, −1.</summary>
    public static int StepA(int digit) => (digit >> 2) - (digit & 1);

    public static int StepB(int digit) => ((digit >> 1) & 1) - (digit & 1);

    /// <summary>How many steps from point to point make a way of a along axis i and b along axis j.</summary>
    public static int Steps(int a, int b) => Math.Max(Math.Abs(a - b), Math.Max(Math.Abs(a), Math.Abs(b)));

    /// <summary>The same point in steps of the next finer resolution, which is the one given.</summary>
    public FacePoint Finer(int resolution)
        => (resolution & 1) != 0 ? new(Face, (2 * A) + B, (3 * B) - A) : new(Face, (3 * A) - B, A + (2 * B));

    /// <summary>The reverse of <see cref="Finer"/> into an even resolution, for points that were reached so.</summary>
    public FacePoint CoarserFromEven() => new(Face, ((2 * A) + B) / 7, ((3 * B) - A) / 7);

    /// <summary>Turns about the face's centre, counter-clockwise.</summary>
    public FacePoint Turn(int sixths)
    {
        var (a, b) = sixths >= 3 ? (-A, -B) : (A, B);
        for (var turns = sixths % 3; turns > 0; turns--)
        {
            (a, b) = (a - b, a);
        }

        return new(Face, a, b);
    }

    /// <summary>
    /// How far out the point is in the direction of an edge (0: between axes i and j, 1: k and i, 2: j and k). The edge is two units out.
    /// </summary>
    public int Outward(int edge) => edge switch
    {
        0 => A + B,
        EdgeKi => A - (2 * B),
        _ => B - (2 * A),
    };

    /// <summary>The edge that the point lies beyond, or <see cref="NoEdge"/>.</summary>
    public int EdgeCrossed(int unit)
    {
        var (ij, ki, jk) = (Outward(0), Outward(1), Outward(2));
        var edge = ij >= ki && ij >= jk ? 0 : ki >= jk ? 1 : 2;
        return Outward(edge) > 2 * unit ? edge : NoEdge;
    }

    /// <summary>The same point in the plane of the face beyond an edge, unfolded along that edge.</summary>
    public FacePoint Across(int edge, int unit)
    {
        var beyond = H3Tables.FaceNeighbours.Slice(((3 * Face) + edge) * 4, 4);
        var turned = Turn(beyond[3]);
        return new(beyond[0], turned.A + (beyond[1] * unit), turned.B + (beyond[2] * unit));
    }

    /// <summary>A point near this one on the line of an edge.</summary>
    public FacePoint MovedTo(int edge, int unit)
    {
        var missing = (2 * unit) - Outward(edge);
        return edge <= EdgeKi ? new(Face, A + missing, B) : new(Face, A, B + missing);
    }

    /// <summary>The sixths of a turn, counter-clockwise, from a face's axes to those of the face beyond an edge.</summary>
    public static int SixthsAcross(int face, int edge) => H3Tables.FaceNeighbours[(((3 * face) + edge) * 4) + 3];

    /// <summary>The point on the face it lies over, at an even resolution. About a corner this may take several edges.</summary>
    public FacePoint Settled(int unit)
    {
        var point = this;
        for (var edge = point.EdgeCrossed(unit); edge != NoEdge; edge = point.EdgeCrossed(unit))
        {
            point = point.Across(edge, unit);
        }

        return point;
    }

    /// <summary>As <see cref="Settled"/>, at any resolution.</summary>
    public FacePoint SettledAt(int resolution)
        => (resolution & 1) == 0
            ? Settled(Unit(resolution))
            : Finer(resolution + 1).Settled(Unit(resolution + 1)).CoarserFromEven();

    /// <summary>The centre of a cell, in steps of the cell's resolution, on the face it lies over.</summary>
    public static FacePoint OfCell(ulong cell)
    {
        var resolution = H3Digits.Resolution(cell);
        var baseCell = H3Digits.BaseCell(cell);
        var digits = H3Digits.Used(cell);
        var isAboutPentagon = H3Tables.IsPentagon(baseCell);
        if (isAboutPentagon && H3Digits.Leading(digits) == H3Digits.Ik)
        {
            digits = H3Digits.Turn(digits, 5); // Lays these cells into the gap, where this face's plane continues.
        }

        var home = H3Tables.BaseCellHomes.Slice(3 * baseCell, 3);
        var point = new FacePoint(home[0], home[1], home[2]);
        for (var finer = 1; finer <= resolution; finer++)
        {
            var digit = (int)(digits >> H3Digits.Shift(finer)) & 7;
            var middle = point.Finer(finer);
            point = new(point.Face, middle.A + StepA(digit), middle.B + StepB(digit));
        }

        return isAboutPentagon && H3Digits.Leading(digits) == H3Digits.I
            ? point.SettledPastGap(resolution)
            : point.SettledAt(resolution);
    }

    /// <summary>
    /// Cells in direction i of a pentagon that lie beyond the edge between k and i are past the gap: they first turn about the
    /// pentagon, which is the corner at axis i, to close it.
    /// </summary>
    private FacePoint SettledPastGap(int resolution)
    {
        var isOdd = (resolution & 1) != 0;
        var unit = Unit(isOdd ? resolution + 1 : resolution);
        var point = isOdd ? Finer(resolution + 1) : this;
        if (point.EdgeCrossed(unit) == EdgeKi)
        {
            var turned = new FacePoint(Face, point.A - (2 * unit), point.B).Turn(5);
            point = new(Face, turned.A + (2 * unit), turned.B);
        }

        point = point.Settled(unit);
        return isOdd ? point.CoarserFromEven() : point;
    }
}

namespace Vantage.Geo.H3;

/// <summary>From a cell to the next by its digits alone, as one adds one to a number: most steps change a digit or two.</summary>
/// <remarks>
/// A step of one lattice point changes the finest digit, and where that leaves the seven of one parent, it is a step of the parent,
/// too. It ends where the base cell would change, and about a pentagon where the leading digit would: within one of its five
/// sectors the lattice is flat.
/// </remarks>
internal readonly struct CellSteps
{
    /// <summary>By parity of the level, digit and step: the new digit, and above it the step of the parent, or zero.</summary>
    private static readonly byte[] Sums = BuildSums();

    private readonly int _resolution;
    private readonly int _coarsest;

    /// <param name="cell">Where steps begin. It may be none that steps are possible from.</param>
    public CellSteps(ulong cell)
    {
        _resolution = H3Digits.Resolution(cell);
        _coarsest = 1;
        if (H3Tables.IsPentagon(H3Digits.BaseCell(cell)))
        {
            _coarsest = H3Digits.LeadingLevel(H3Digits.Used(cell)) + 1;
        }
    }

    /// <summary>Steps once, in the direction of a digit, and leaves the cell alone where digits do not tell.</summary>
    public bool TryStep(ref ulong cell, int step)
    {
        var next = cell;
        var shift = H3Digits.Shift(_resolution);
        for (var level = _resolution; step != 0; level--, shift += 3)
        {
            if (level < _coarsest)
            {
                return false;
            }

            var digit = (next >> shift) & 7;
            ulong sum = Sums[((level & 1) << 6) | ((int)digit << 3) | step];
            next ^= (digit ^ (sum & 7)) << shift;
            step = (int)(sum >> 3);
        }

        cell = next;
        return true;
    }

    /// <summary>The digit of the step that leads from one cell to another, or zero where none does.</summary>
    public static int Between(ulong cell, ulong other)
    {
        var steps = new CellSteps(cell);
        for (var step = 1; step < 7; step++)
        {
            var next = cell;
            if (steps.TryStep(ref next, step) && next == other)
            {
                return step;
            }
        }

        return 0;
    }

    private static byte[] BuildSums()
    {
        var sums = new byte[128];
        for (var at = 0; at < sums.Length; at++)
        {
            var (digit, step) = ((at >> 3) & 7, at & 7);
            if (digit < 7 && step < 7)
            {
                var (a, b) = (FacePoint.StepA(digit) + FacePoint.StepA(step), FacePoint.StepB(digit) + FacePoint.StepB(step));
                var sum = at < 64 ? FaceCells.StripEven(ref a, ref b) : FaceCells.StripOdd(ref a, ref b);
                var carry = Enumerable.Range(0, 7).Single(each => FacePoint.StepA(each) == a && FacePoint.StepB(each) == b);
                sums[at] = (byte)(sum | ((ulong)carry << 3));
            }
        }

        return sums;
    }
}

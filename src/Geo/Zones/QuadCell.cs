namespace Vantage.Geo.Zones;

/// <summary>A cell of a <see cref="QuadGrid"/>: one of the 4 to the power of its depth.</summary>
/// <param name="Depth">0 for the whole square.</param>
/// <param name="Column">From west.</param>
/// <param name="Row">From south.</param>
internal readonly record struct QuadCell(int Depth, int Column, int Row)
{
    /// <summary>One of its quarters: 0 in the south-west, 1 in the south-east, then north.</summary>
    public QuadCell Child(int quarter) => new(Depth + 1, (Column << 1) | (quarter & 1), (Row << 1) | (quarter >> 1));
}

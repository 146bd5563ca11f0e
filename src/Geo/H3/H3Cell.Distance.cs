namespace Vantage.Geo.H3;

public readonly partial record struct H3Cell
{
    /// <summary>Counts the steps, from neighbour to neighbour, of a shortest way to another cell. It is the k of the <see cref="Ring"/> that the other lies in.</summary>
    /// <param name="other">Any cell of the same resolution, however far, behind pentagons and on the far side of the globe, too.</param>
    /// <param name="steps">0 to the same cell; 0 also where the answer is false.</param>
    /// <returns><see langword="false"/> if the resolutions differ or either is no cell.</returns>
    /// <remarks>Other H3 libraries refuse what lies beyond the next base cell or behind a pentagon. Where they answer, the answers agree.</remarks>
    public bool TryDistance(H3Cell other, out int steps)
    {
        var hasDistance = Resolution == other.Resolution && IsValid && other.IsValid;
        steps = hasDistance ? CellDistance.Steps(Value, other.Value) : 0;
        return hasDistance;
    }
}

using Vantage.Actors.Heat;

namespace Vantage.Storage.History;

/// <summary>Splits a base cell of the heat cube into its block and its place within the block: bits of the H3 index, no geometry.</summary>
/// <remarks>
/// An H3 index holds the resolution in bits 52 to 55, and one digit of three bits for each of 15 resolutions below bit 45, unused ones 7.
/// See https://h3geo.org/docs/core-library/h3Indexing.
/// </remarks>
internal static class H3Blocks
{
    private const int ResolutionShift = 52;
    private const ulong ResolutionMask = 0xFUL << ResolutionShift;
    private const int ChildBits = 3 * (HeatCube.BaseResolution - HeatCube.BlockResolution);
    private const int ChildShift = 3 * (15 - HeatCube.BaseResolution);
    private const ulong ChildMask = (1UL << ChildBits) - 1;

    /// <summary>The parent at <see cref="HeatCube.BlockResolution"/>.</summary>
    public static ulong BlockOf(ulong cell)
        => (cell & ~ResolutionMask) | ((ulong)HeatCube.BlockResolution << ResolutionShift) | (ChildMask << ChildShift);

    /// <summary>The digits below the block: 15 bits.</summary>
    public static ushort ChildOf(ulong cell) => (ushort)((cell >> ChildShift) & ChildMask);

    /// <summary>The digits below the block of a cell of a resolution from the block's to the base resolution.</summary>
    public static ushort ChildOf(ulong cell, int resolution)
        => (ushort)((cell >> (3 * (15 - resolution))) & ((1UL << (3 * (resolution - HeatCube.BlockResolution))) - 1));

    public static ulong CellOf(ulong block, ushort child)
        => (block & ~ResolutionMask & ~(ChildMask << ChildShift))
            | ((ulong)HeatCube.BaseResolution << ResolutionShift) | ((ulong)child << ChildShift);

    /// <summary>The cell of a coarser resolution that a cell is part of, or itself.</summary>
    public static ulong ParentOf(ulong cell, int resolution)
        => (cell & ~ResolutionMask) | ((ulong)resolution << ResolutionShift) | ((1UL << (3 * (15 - resolution))) - 1);

    /// <exception cref="ArgumentException">Not of <see cref="HeatCube.BaseResolution"/>.</exception>
    public static void Check(ulong cell)
    {
        if ((cell & ResolutionMask) >> ResolutionShift != HeatCube.BaseResolution)
        {
            throw new ArgumentException($"Cell {cell:x} is not of resolution {HeatCube.BaseResolution}.", nameof(cell));
        }
    }
}

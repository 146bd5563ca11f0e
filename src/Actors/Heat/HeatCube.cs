namespace Vantage.Actors.Heat;

/// <summary>The shape of the heat cube.</summary>
public static class HeatCube
{
    /// <summary>The H3 resolution at which heat is counted; coarser answers are its cells' parents.</summary>
    public const int BaseResolution = 11;

    /// <summary>The H3 resolution of the blocks in which cells are stored together.</summary>
    public const int BlockResolution = 6;

    /// <summary>The longest time for which one fix counts as presence, in milliseconds.</summary>
    public const long MaxPresenceMs = 120_000;

    public const long HourMs = 3_600_000;
}

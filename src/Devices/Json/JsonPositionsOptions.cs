using Vantage.Actors.Positions;

namespace Vantage.Devices.Json;

/// <summary>Bounds on one body of positions.</summary>
public sealed record JsonPositionsOptions
{
    /// <summary>Bytes of the body. Default: 32 MB.</summary>
    public long MaxBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>Items of the body. Default: 100,000.</summary>
    public int MaxItems { get; init; } = 100_000;

    /// <summary>Bytes of one item or line; it must fit in memory at once. Default: 65,536.</summary>
    public int MaxItemBytes { get; init; } = 64 * 1024;

    /// <summary>What the fixes say they came by.</summary>
    public ReportSource Source { get; init; } = ReportSource.Api;
}

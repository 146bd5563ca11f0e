using System.IO.Pipelines;
using Vantage.Actors.Positions;

namespace Vantage.Devices.Json;

/// <summary>The body of <c>POST /api/positions</c>. One for the process; thread-safe.</summary>
public sealed class JsonPositions(
    JsonPositionsOptions options, GateOptions gate, IDeviceDirectory directory, TimeProvider time, DeviceMetrics metrics)
{
    /// <summary>Reads a body to its end, or to its first fault. Memory is the accepted fixes and one item.</summary>
    /// <param name="source">Where the fixes came from; null: what the options say.</param>
    /// <param name="ownUnit">The only unit that the sender may report for, and need not name; null: any.</param>
    public async Task<JsonPositionsResult> ReadAsync(
        PipeReader body, ReportSource? source = null, string? ownUnit = null, CancellationToken cancellationToken = default)
    {
        var parser = new JsonPositionsParser(
            options with { Source = source ?? options.Source }, gate, directory, time, metrics, ownUnit);
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken).ConfigureAwait(false);
            var consumed = parser.Parse(read.Buffer, read.IsCompleted);
            body.AdvanceTo(consumed, read.Buffer.End);
            if (read.IsCompleted || parser.Result.Error is not null)
            {
                return parser.Result;
            }
        }
    }
}

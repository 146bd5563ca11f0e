using Microsoft.Extensions.Logging;
using Vantage.Actors.Positions;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>What every JT/T 808 connection of a process shares.</summary>
public sealed class Jt808Gateway
{
    /// <summary>The protocol's name in the device directory and in metrics.</summary>
    public const string Protocol = "jt808";

    private int _leaving;
    private volatile bool _leavesAtOnce;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Jt808Gateway(
        Jt808Options options, GateOptions gate, IDeviceDirectory directory, IPositionIngest ingest, IDeviceAlarms alarms,
        DeviceMetrics metrics, TimeProvider time, ILogger<Jt808Gateway> logger)
    {
        options.Validate();
        (Options, Gate, Directory, Ingest, Alarms) = (options, gate, directory, ingest, alarms);
        (Metrics, Time, Log) = (metrics, time, new(logger, time));
        AuthCodes = new(options.AuthKey);
        Sessions = new(options, time);
    }

    /// <summary>The terminals that are connected now, and the way to send them commands.</summary>
    public Jt808Sessions Sessions { get; }

    internal Jt808Options Options { get; }

    internal GateOptions Gate { get; }

    internal IDeviceDirectory Directory { get; }

    internal IPositionIngest Ingest { get; }

    internal IDeviceAlarms Alarms { get; }

    internal DeviceMetrics Metrics { get; }

    internal TimeProvider Time { get; }

    internal Jt808Log Log { get; }

    internal Jt808AuthCodes AuthCodes { get; }

    /// <summary>A stop from now on ends all connections at once: nothing that they bring could be acknowledged here.</summary>
    public void LeaveAtOnce() => _leavesAtOnce = true;

    /// <summary>How long the next connection that is asked to end stays: the first not at all.</summary>
    internal TimeSpan NextLeave()
    {
        if (_leavesAtOnce)
        {
            return TimeSpan.Zero;
        }

        var share = Options.LongestLeave / Math.Max(1, Sessions.Count);
        var step = share < Options.LeaveStep ? share : Options.LeaveStep;
        var leave = step * (Interlocked.Increment(ref _leaving) - 1);
        return leave < Options.LongestLeave ? leave : Options.LongestLeave;
    }
}

using System.Diagnostics.Metrics;
using Vantage.Actors.Positions;

namespace Vantage.Devices;

/// <summary>What the gateways count. Tags are few and bounded: no device's name is ever one.</summary>
public sealed class DeviceMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vantage.Devices";

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _cuts;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _frameRefusals;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _reports;
    private readonly Counter<long> _reportRefusals;
    private readonly Counter<long> _commitFailures;

    /// <param name="meters">Without one, the meter is made directly.</param>
    public DeviceMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _connections = _meter.CreateUpDownCounter<long>("vantage.devices.connections", "{connection}", "Open connections of devices.");
        _cuts = _meter.CreateCounter<long>("vantage.devices.cuts", "{connection}", "Connections that the gateway ended, by reason.");
        _frames = _meter.CreateCounter<long>("vantage.devices.frames", "{frame}", "Frames that were read.");
        _frameRefusals = _meter.CreateCounter<long>("vantage.devices.frame_refusals", "{frame}", "Frames that were none, by reason.");
        _messages = _meter.CreateCounter<long>("vantage.devices.messages", "{message}", "Messages, by id.");
        _reports = _meter.CreateCounter<long>("vantage.devices.reports", "{report}", "Positions that passed the gate.");
        _reportRefusals = _meter.CreateCounter<long>("vantage.devices.report_refusals", "{report}", "Positions refused, by reason.");
        _commitFailures = _meter.CreateCounter<long>("vantage.devices.commit_failures", "{batch}", "Batches that storage refused.");
    }

    internal Meter Meter => _meter;

    /// <summary>Refusals by device, for the people who look after devices.</summary>
    public RefusalLedger Refusals { get; } = new();

    /// <summary>Who was refused because nobody registered them.</summary>
    public UnclaimedTerminals Unclaimed { get; } = new();

    public void Dispose() => _meter.Dispose();

    public void ConnectionOpened(string protocol) => _connections.Add(1, Protocol(protocol));

    public void ConnectionClosed(string protocol) => _connections.Add(-1, Protocol(protocol));

    public void ConnectionCut(string protocol, string reason) => _cuts.Add(1, Protocol(protocol), Reason(reason));

    public void FrameRead(string protocol) => _frames.Add(1, Protocol(protocol));

    public void FrameRefused(string protocol, string reason) => _frameRefusals.Add(1, Protocol(protocol), Reason(reason));

    public void MessageRead(string protocol, string id) => _messages.Add(1, Protocol(protocol), new("id", id));

    public void ReportAccepted(string protocol) => _reports.Add(1, Protocol(protocol));

    /// <param name="unit">Whose report it was; null when nobody's.</param>
    public void ReportRefused(string protocol, int? unit, Refusal refusal)
    {
        _reportRefusals.Add(1, Protocol(protocol), Reason(RefusalNames.Of(refusal)));
        if (unit is { } known)
        {
            Refusals.Count(known, refusal);
        }
    }

    public void CommitFailed(string protocol) => _commitFailures.Add(1, Protocol(protocol));

    private static KeyValuePair<string, object?> Protocol(string protocol) => new("protocol", protocol);

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);
}

using Vantage.Actors.Positions;

namespace Vantage.Devices.OsmAnd;

/// <summary>What a request comes to. Nothing is stored yet: commit <see cref="Batch"/>, raise <see cref="Alarms"/>, then answer.</summary>
/// <param name="Status">200, 400 (a field is missing or wrong) or 404 (no such device). Only 200 may store anything.</param>
public sealed record OsmAndOutcome(
    int Status, PositionBatch Batch, IReadOnlyList<DeviceSos> Alarms, IReadOnlyList<OsmAndError> Errors);

/// <summary>Takes the messages of phones through the directory and the gate. Thread-safe.</summary>
public sealed class OsmAndIntake(GateOptions gate, IDeviceDirectory directory, DeviceMetrics metrics)
{
    /// <summary>The protocol's name in the device directory and in metrics.</summary>
    public const string Protocol = "osmand";

    /// <summary>
    /// Judges every message. A phone repeats a request until it is answered with 200 and sends nothing else meanwhile, so fixes
    /// that no repetition can mend (none, 0/0, too old) are counted and listed, and still answered with 200.
    /// </summary>
    public OsmAndOutcome Take(OsmAndRequest request, long nowMs)
    {
        var (batch, alarms, errors) = (new PositionBatch(), new List<DeviceSos>(), new List<OsmAndError>(request.Errors));
        var status = errors.Count > 0 ? 400 : 200;
        for (var i = 0; i < request.Errors.Count; i++)
        {
            metrics.ReportRefused(Protocol, null, Refusal.Malformed);
        }

        for (var i = 0; i < request.Messages.Count; i++)
        {
            var message = request.Messages[i];
            if (!directory.TryFindDevice(Protocol, message.DeviceId, out var unit))
            {
                metrics.ReportRefused(Protocol, null, Refusal.UnknownUnit);
                metrics.Unclaimed.Hear(
                    Protocol, message.DeviceId, nowMs, message.Report is { } where && Gate.TryAccept(in where, nowMs, gate, out var seen) == Refusal.None ? seen : null);
                errors.Add(new(i, "id", "No device of this name is registered."));
                status = status == 200 ? 404 : status;
                continue;
            }

            var refusal = TakeMessage(message, unit, nowMs, batch, alarms);
            if (refusal != Refusal.None)
            {
                metrics.ReportRefused(Protocol, unit, refusal);
                errors.Add(new(i, Gate.FieldOf(refusal), Gate.ReasonOf(refusal)));
                status = status == 200 && !IsBeyondMending(refusal) ? 400 : status;
            }
        }

        if (status != 200)
        {
            batch.Clear(); // All or nothing: the phone sends the whole request again.
            alarms.Clear();
        }

        return new(status, batch, alarms, errors);
    }

    private Refusal TakeMessage(OsmAndMessage message, int unit, long nowMs, PositionBatch batch, List<DeviceSos> alarms)
    {
        var fix = default(Fix);
        var hasFix = false;
        var refusal = Refusal.None;
        if (message.Report is { } report)
        {
            refusal = Gate.TryAccept(in report, nowMs, gate, out fix);
            hasFix = refusal == Refusal.None;
        }

        if (hasFix)
        {
            batch.Add(unit, in fix);
            metrics.ReportAccepted(Protocol);
        }

        if (string.Equals(message.Alarm, "sos", StringComparison.OrdinalIgnoreCase))
        {
            alarms.Add(new(unit, hasFix ? fix.TimeMs : nowMs, hasFix ? fix.Longitude : null, hasFix ? fix.Latitude : null, Protocol));
        }

        return refusal;
    }

    private static bool IsBeyondMending(Refusal refusal) => refusal is Refusal.NoFix or Refusal.NullIsland or Refusal.TimeTooOld;
}

using Vantage.Actors.Positions;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>Takes locations through the gate into a turn, and watches for an SOS among them.</summary>
internal sealed class Jt808Locations(Jt808Gateway gateway)
{
    /// <summary>Takes what is whole of a batch (0x0704).</summary>
    public Jt808Result TakeBatch(in Jt808Incoming message, int unit, Jt808Turn turn)
    {
        if (!Jt808Batch.TryRead(message.Body, out var batch))
        {
            return Jt808Result.BadMessage;
        }

        foreach (var location in batch)
        {
            Take(location, message.Phone, unit, batch.IsCatchUp, turn);
        }

        return Jt808Result.Ok;
    }

    /// <summary>Takes the answer to a query (0x0201), which is a location too.</summary>
    public void TakeReply(in Jt808Incoming message, Jt808Terminal terminal, int unit, Jt808Turn turn)
    {
        if (message.Body.Length >= 2 && Jt808Location.TryReadReply(message.Body, out var serial, out _))
        {
            Take(message.Body[2..], message.Phone, unit, false, turn);
            terminal.Answered(serial, Jt808MessageId.LocationQuery, Jt808Result.Ok);
        }
    }

    /// <summary>Where a terminal that nobody registered says it is, when it says so: nothing of it is taken.</summary>
    public Fix? Glimpse(in Jt808Incoming message)
    {
        Fix? newest = null;
        if (message.Id == Jt808MessageId.Location)
        {
            newest = Glimpse(message.Body);
        }
        else if (message.Id == Jt808MessageId.LocationBatch && Jt808Batch.TryRead(message.Body, out var batch))
        {
            foreach (var location in batch)
            {
                newest = Glimpse(location) is { } fix && (newest is not { } before || fix.TimeMs >= before.TimeMs) ? fix : newest;
            }
        }

        return newest;
    }

    private Fix? Glimpse(ReadOnlySpan<byte> body)
        => Jt808Fix.TryRead(body, out var location) && Jt808Reports.TryRead(in location, false, out var report)
            && Gate.TryAccept(in report, gateway.Time.GetUtcNow().ToUnixTimeMilliseconds(), gateway.Gate, out var fix) == Refusal.None ? fix : null;

    /// <summary>Takes the body of one location (0x0200).</summary>
    public Jt808Result Take(ReadOnlySpan<byte> body, Jt808Phone phone, int unit, bool isBackFilled, Jt808Turn turn)
    {
        if (!Jt808Fix.TryRead(body, out var location))
        {
            gateway.Metrics.ReportRefused(Jt808Gateway.Protocol, unit, Refusal.Malformed);
            return Jt808Result.BadMessage;
        }

        var nowMs = gateway.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var fix = default(Fix);
        var refusal = Jt808Reports.TryRead(in location, isBackFilled, out var report)
            ? Gate.TryAccept(in report, nowMs, gateway.Gate, out fix)
            : Refusal.Malformed;
        if (refusal == Refusal.None)
        {
            turn.Batch.Add(unit, in fix);
            gateway.Metrics.ReportAccepted(Jt808Gateway.Protocol);
        }
        else
        {
            // Refused, yet answered as taken: a terminal that hears of a failure sends the same bytes for ever.
            gateway.Metrics.ReportRefused(Jt808Gateway.Protocol, unit, refusal);
        }

        WatchSos(in location, refusal == Refusal.None ? fix : null, phone, unit, nowMs, turn);
        return Jt808Result.Ok;
    }

    private void WatchSos(in Jt808Fix location, Fix? fix, Jt808Phone phone, int unit, long nowMs, Jt808Turn turn)
    {
        var isPressed = (location.Alarms & Jt808Alarms.Sos) != 0;
        if (gateway.Sessions.IsNewSos(phone, isPressed))
        {
            var time = fix?.TimeMs ?? location.UnixMilliseconds ?? nowMs;
            turn.Alarms.Add((phone, new(unit, time, fix?.Longitude, fix?.Latitude, Jt808Gateway.Protocol)));
        }
    }
}

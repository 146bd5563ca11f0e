using Vantage.Geo.Motion;

namespace Vantage.Geo.Tests.Motion;

/// <summary>Everything that was told, in its order.</summary>
internal sealed class Recording : IMotionSink
{
    public List<MotionTrip> Trips { get; } = [];

    public List<MotionStop> Stops { get; } = [];

    public List<(long FromMs, long ToMs)> Idles { get; } = [];

    public List<(long FromMs, long ToMs)> Gaps { get; } = [];

    public List<(long FromMs, long ToMs, long Centimetres)> Legs { get; } = [];

    /// <summary>What the time between the first and the last fix was, in the order of time.</summary>
    public IEnumerable<(long FromMs, long ToMs, string What)> Spans => Trips.Select(trip => (trip.FromMs, trip.ToMs, "trip"))
        .Concat(Stops.Select(stop => (stop.FromMs, stop.ToMs, "stop")))
        .Concat(Idles.Select(idle => (idle.FromMs, idle.ToMs, "idle")))
        .Concat(Gaps.Select(gap => (gap.FromMs, gap.ToMs, "gap")))
        .OrderBy(span => span.Item1);

    public static Recording Of(IEnumerable<MotionFix> fixes)
    {
        var recording = new Recording();
        Read(fixes, recording);
        return recording;
    }

    public static MotionLedger Ledger(IEnumerable<MotionFix> fixes, params long[] edgesMs)
    {
        var ledger = new MotionLedger(edgesMs);
        Read(fixes, ledger);
        return ledger;
    }

    public void Trip(in MotionTrip trip) => Trips.Add(trip);

    public void Leg(long fromMs, long toMs, long centimetres) => Legs.Add((fromMs, toMs, centimetres));

    public void Stop(in MotionStop stop) => Stops.Add(stop);

    public void Idle(long fromMs, long toMs) => Idles.Add((fromMs, toMs));

    public void Gap(long fromMs, long toMs) => Gaps.Add((fromMs, toMs));

    private static void Read(IEnumerable<MotionFix> fixes, IMotionSink sink)
    {
        var reader = new MotionReader(sink);
        foreach (var fix in fixes)
        {
            reader.Add(fix);
        }

        reader.Complete();
    }
}

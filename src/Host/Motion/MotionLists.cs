using Vantage.Geo.Motion;

namespace Vantage.Host.Motion;

/// <summary>Lists the trips, stops and gaps that begin in [from, to), and keeps the ledger beside.</summary>
/// <param name="most">Entries in all. When there are more, <see cref="IsFull"/> says so, and the rest is left out.</param>
internal sealed class MotionLists(MotionLedger ledger, long fromMs, long toMs, int most) : IMotionSink
{
    public List<MotionTrip> Trips { get; } = [];

    public List<MotionStop> Stops { get; } = [];

    public List<(long FromMs, long ToMs)> Gaps { get; } = [];

    public bool IsFull { get; private set; }

    public void Trip(in MotionTrip trip)
    {
        ledger.Trip(trip);
        if (HasRoom(trip.FromMs))
        {
            Trips.Add(trip);
        }
    }

    public void Leg(long fromMs, long toMs, long centimetres) => ledger.Leg(fromMs, toMs, centimetres);

    public void Stop(in MotionStop stop)
    {
        ledger.Stop(stop);
        if (HasRoom(stop.FromMs))
        {
            Stops.Add(stop);
        }
    }

    public void Idle(long fromMs, long toMs) => ledger.Idle(fromMs, toMs);

    public void Gap(long fromMs, long toMs)
    {
        ledger.Gap(fromMs, toMs);
        if (HasRoom(fromMs))
        {
            Gaps.Add((fromMs, toMs));
        }
    }

    private bool HasRoom(long beginMs)
    {
        var isWanted = beginMs >= fromMs && beginMs < toMs;
        IsFull |= isWanted && Trips.Count + Stops.Count + Gaps.Count >= most;
        return isWanted && !IsFull;
    }
}

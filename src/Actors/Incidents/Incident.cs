using System.Collections.Immutable;
using Vantage.Geo;

namespace Vantage.Actors.Incidents;

/// <summary>How far an incident is (INC-2): the furthest of its orders that stand.</summary>
public enum IncidentState
{
    New,
    Dispatched,
    Accepted,
    Arrived,
    Done,
    Closed,
}

/// <summary>An incident with all that was done about it. Immutable; replaced on change.</summary>
/// <param name="Orders">In the order in which they were given.</param>
public sealed record Incident(
    IncidentReported Reported, IncidentClosed? Closed, ImmutableArray<IncidentNoted> Notes, ImmutableArray<UnitOrder> Orders)
{
    public string Key => Reported.Incident;

    public bool IsOpen => Closed is null;

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long ReportedAtMs => Reported.At.ToUnixTimeMilliseconds();

    /// <summary>Where it is by the newest word on that; null: nobody knows.</summary>
    public LatLng? Place
    {
        get
        {
            var moved = Notes.LastOrDefault(note => note.Lon is not null);
            return (moved is null ? Reported.Lat : moved.Lat, moved is null ? Reported.Lon : moved.Lon) is ({ } lat, { } lon) ? LatLng.Trusted(lat, lon) : null;
        }
    }

    /// <summary>As it was at a time, in milliseconds since 1970-01-01 UTC; null: it had not been reported, or had been closed.</summary>
    public Incident? At(long timeMs) => !HadCome(Reported.At, timeMs) || (Closed is not null && HadCome(Closed.At, timeMs)) ? null : this with
    {
        Closed = null,
        Notes = Notes.RemoveAll(note => !HadCome(note.At, timeMs)),
        Orders = [.. Orders.Where(order => HadCome(order.Moments[0].At, timeMs))
            .Select(order => order with { Moments = order.Moments.RemoveAll(moment => !HadCome(moment.At, timeMs)) })],
    };

    /// <summary>Grows with everything that happens to it.</summary>
    public int Version => 1 + Notes.Length + Orders.Sum(order => order.Moments.Length) + (Closed is null ? 0 : 1);

    public IncidentState State
    {
        get
        {
            if (!IsOpen)
            {
                return IncidentState.Closed;
            }

            var furthest = Orders.Where(order => order.IsOpen).Select(order => order.Step).DefaultIfEmpty(OrderStep.Done).Max();
            return furthest switch
            {
                OrderStep.Arrived => IncidentState.Arrived,
                OrderStep.Accepted => IncidentState.Accepted,
                OrderStep.Delivered or OrderStep.Given => IncidentState.Dispatched,
                _ => Orders.Any(order => order.Step == OrderStep.Done) ? IncidentState.Done : IncidentState.New,
            };
        }
    }

    private static bool HadCome(DateTimeOffset moment, long timeMs) => moment.ToUnixTimeMilliseconds() <= timeMs;
}

/// <summary>An order of a unit for an incident.</summary>
/// <param name="Number">Counts the unit's orders.</param>
/// <param name="Moments">All its steps, the first of which is <see cref="OrderStep.Given"/>.</param>
public sealed record UnitOrder(string Unit, int Number, string Incident, ImmutableArray<OrderMoment> Moments)
{
    public OrderStep Step => Moments[^1].Step;

    public bool IsOpen => Step < OrderStep.Done;

    /// <summary>It was taken back after the unit's device had it, and the device does not know yet.</summary>
    public bool IsToBeRecalled => Step == OrderStep.Withdrawn && Moments.Any(moment => moment.Step is >= OrderStep.Delivered and < OrderStep.Done);
}

/// <param name="By">Who took the step, as people read it; null: the system.</param>
/// <param name="Picture">The id of the picture that shows it, if there is one.</param>
/// <param name="SaidAt">When it was said, where that was well before <paramref name="At"/>, at which the host heard of it.</param>
public sealed record OrderMoment(
    OrderStep Step, DateTimeOffset At, string? By, string? Post, string? Note, string? Picture = null, DateTimeOffset? SaidAt = null);

/// <summary>What a unit has to do.</summary>
/// <param name="Version">See <see cref="OrderGiven"/>; 0 when it never had an order.</param>
public sealed record UnitDuties(long Version, ImmutableArray<UnitOrder> Open)
{
    public static UnitDuties None { get; } = new(0, []);
}

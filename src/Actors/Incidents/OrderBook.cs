using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Incidents;

/// <summary>How far a unit has come with an order. What is before <see cref="Done"/> is open.</summary>
public enum OrderStep
{
    /// <summary>The centre has given it.</summary>
    Given,

    /// <summary>The unit's device has confirmed that it has it.</summary>
    Delivered,
    Accepted,
    Arrived,
    Done,

    /// <summary>The unit cannot.</summary>
    Declined,

    /// <summary>The centre has taken it back.</summary>
    Withdrawn,

    /// <summary>Its incident was closed.</summary>
    Released,

    /// <summary>The unit's device has confirmed that it knows of the withdrawal.</summary>
    Recalled,
}

/// <summary>Sends a unit to an incident.</summary>
/// <param name="SeenVersion">The version of the unit's orders that the sender had before its eyes (ORD-2); null: it does not matter.</param>
/// <param name="IsConfirmed">It is known that the unit is busy or off duty (ORD-3).</param>
public sealed record GiveOrder(string Incident, string? Note, long? SeenVersion, bool IsConfirmed);

/// <summary>Says how far a unit has come with an order.</summary>
/// <param name="Picture">The id of a picture that shows it, if there is one; see <see cref="Pictures.IPictures"/>.</param>
/// <param name="SaidAt">When it was said, where that was well before: the device had no network.</param>
public sealed record StepOrder(int Order, OrderStep Step, string? Note, string? Picture = null, DateTimeOffset? SaidAt = null);

/// <summary>Ends a unit's order for an incident that is closed.</summary>
public sealed record ReleaseOrder(string Incident);

public enum OrderOutcome
{
    /// <summary>It is as asked for, now or already.</summary>
    Done,

    /// <summary>The unit has open orders.</summary>
    Busy,
    OffDuty,

    /// <summary>The unit's orders are not those that the sender saw.</summary>
    Changed,

    /// <summary>The step cannot be taken from where the order is.</summary>
    NotAllowed,

    /// <summary>The unit has no such order.</summary>
    Unknown,

    /// <summary>The unit has as many open orders as one can have.</summary>
    TooMany,
}

/// <summary>Answer to <see cref="GiveOrder"/>, <see cref="StepOrder"/> and <see cref="ReleaseOrder"/>.</summary>
/// <param name="Order">Which order; 0: none.</param>
/// <param name="Incident">Of that order; of a refusal, of the order that is in the way.</param>
/// <param name="By">Who gave or took the last step of that order.</param>
public sealed record OrderReceipt(OrderOutcome Outcome, int Order, OrderStep Step, long Version, string? Incident, string? By);

/// <summary>A unit is sent to an incident. On the wire for ever: add fields, never rename or reuse them.</summary>
/// <param name="Order">Counts the unit's orders, from 1.</param>
/// <param name="Version">Grows with each order that is given or ends.</param>
public sealed record OrderGiven(
    string Unit, DateTimeOffset At, int Order, string Incident, long Version, string? Note, string? By, string? Post);

/// <summary>A unit has come a step on with an order. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record OrderStepped(
    string Unit, DateTimeOffset At, int Order, string Incident, OrderStep Step, long Version, string? Note, string? By, string? Post, string? Picture = null,
    DateTimeOffset? SaidAt = null);

/// <summary>The orders of one unit: the only place that decides whether it is free (ORD-1 to ORD-5). Part of the unit's behaviour.</summary>
public sealed class OrderBook
{
    public const int MaxOpen = 20;

    private readonly List<Entry> _entries = []; // Open ones, and withdrawn ones of which the device does not know yet.
    private OrderGiven? _newest;
    private OrderStepped? _newestStep;
    private OrderStepped? _ended;
    private long _version;

    /// <param name="isOffDuty">At the time of the message.</param>
    /// <returns>What to record, null when nothing changes; and the answer.</returns>
    internal (object? Event, OrderReceipt Receipt) Decide(object message, ActorId unit, Origin origin, DateTimeOffset now, bool isOffDuty) => message switch
    {
        GiveOrder give => Give(give, unit, origin, now, isOffDuty),
        StepOrder step => Step(step, unit, origin, now),
        ReleaseOrder release => Find(release.Incident) is { } open
            ? Step(new StepOrder(open.Given.Order, OrderStep.Released, null), unit, origin, now)
            : Refuse(OrderOutcome.Unknown, null),
        _ => throw new UnreachableException($"No rule for message {message.GetType().Name}."),
    };

    internal void Apply(OrderGiven given)
    {
        _entries.Add(new Entry(given, null));
        (_newest, _newestStep, _version) = (given, null, given.Version);
    }

    internal void Apply(OrderStepped stepped)
    {
        _version = stepped.Version;
        _newestStep = stepped.Order == _newest?.Order ? stepped : _newestStep;
        var at = _entries.FindIndex(entry => entry.Given.Order == stepped.Order);
        if (at < 0)
        {
            _ended = stepped;
            return;
        }

        // A device that never heard of the order need not hear that it is off.
        var mustBeRecalled = stepped.Step == OrderStep.Withdrawn && _entries[at].IsDelivered;
        if (stepped.Step < OrderStep.Done || mustBeRecalled)
        {
            _entries[at] = _entries[at] with { Last = stepped, IsDelivered = _entries[at].IsDelivered || stepped.Step is >= OrderStep.Delivered and < OrderStep.Done };
        }
        else
        {
            _entries.RemoveAt(at);
            _ended = stepped;
        }
    }

    internal IEnumerable<object> Snapshot()
    {
        var kept = new List<object>();
        if (_newest is not null && _entries.TrueForAll(entry => entry.Given.Order != _newest.Order))
        {
            kept.AddRange([_newest, _newestStep!]); // Over, but the next order is the one after it.
        }

        if (_ended is not null && _ended != _newestStep)
        {
            kept.Add(_ended);
        }

        foreach (var entry in _entries)
        {
            kept.Add(entry.Given);
            if (entry.Last is not null)
            {
                if (entry.IsDelivered && entry.Last.Step == OrderStep.Withdrawn)
                {
                    kept.Add(entry.Last with { Step = OrderStep.Delivered }); // Or it would be taken for one that the device never had.
                }

                kept.Add(entry.Last);
            }
        }

        // The version is that of the newest event, which is not always the last of these.
        return kept.OrderBy(@event => @event is OrderGiven given ? given.Version : ((OrderStepped)@event).Version);
    }

    private (object?, OrderReceipt) Give(GiveOrder give, ActorId unit, Origin origin, DateTimeOffset now, bool isOffDuty)
    {
        if (Find(give.Incident) is { } same)
        {
            return (null, ReceiptOf(OrderOutcome.Done, same)); // A retry.
        }

        var open = _entries.FindLast(entry => entry.IsOpen);
        if (give.SeenVersion is { } seen && seen != _version)
        {
            return (null, open is not null ? ReceiptOf(OrderOutcome.Changed, open)
                : new OrderReceipt(OrderOutcome.Changed, _ended?.Order ?? 0, _ended?.Step ?? OrderStep.Given, _version, _ended?.Incident, _ended?.By));
        }

        if (_entries.Count(entry => entry.IsOpen) >= MaxOpen)
        {
            return Refuse(OrderOutcome.TooMany, open);
        }

        if (!give.IsConfirmed && (open is not null || isOffDuty))
        {
            return Refuse(open is not null ? OrderOutcome.Busy : OrderOutcome.OffDuty, open);
        }

        var given = new OrderGiven(unit.ToString(), now, (_newest?.Order ?? 0) + 1, give.Incident, _version + 1, give.Note, origin.Who, origin.Post);
        return (given, new OrderReceipt(OrderOutcome.Done, given.Order, OrderStep.Given, given.Version, given.Incident, given.By));
    }

    private (object?, OrderReceipt) Step(StepOrder step, ActorId unit, Origin origin, DateTimeOffset now)
    {
        if (_entries.Find(entry => entry.Given.Order == step.Order) is not { } entry)
        {
            var isRetry = _ended is { } ended && ended.Order == step.Order && ended.Step == step.Step;
            return isRetry ? (null, new OrderReceipt(OrderOutcome.Done, step.Order, step.Step, _version, _ended!.Incident, _ended.By))
                : Refuse(step.Order > 0 && step.Order <= _newest?.Order ? OrderOutcome.NotAllowed : OrderOutcome.Unknown, null);
        }

        if (step.Step == entry.Step)
        {
            return (null, ReceiptOf(OrderOutcome.Done, entry));
        }

        if (!IsAllowed(entry.Step, step.Step))
        {
            return Refuse(OrderOutcome.NotAllowed, entry);
        }

        var version = step.Step is OrderStep.Done or OrderStep.Declined or OrderStep.Withdrawn or OrderStep.Released ? _version + 1 : _version;
        var stepped = new OrderStepped(
            unit.ToString(), now, step.Order, entry.Given.Incident, step.Step, version, step.Note, origin.Who, origin.Post, step.Picture,
            step.SaidAt);
        return (stepped, new OrderReceipt(OrderOutcome.Done, step.Order, step.Step, version, stepped.Incident, stepped.By));
    }

    /// <summary>Forward only; to decline is late once one is there; what a device confirms late changes nothing.</summary>
    private static bool IsAllowed(OrderStep from, OrderStep to) => to switch
    {
        OrderStep.Delivered or OrderStep.Accepted or OrderStep.Arrived or OrderStep.Done => from < to && from < OrderStep.Done,
        OrderStep.Declined => from < OrderStep.Arrived,
        OrderStep.Withdrawn or OrderStep.Released => from < OrderStep.Done,
        OrderStep.Recalled => from == OrderStep.Withdrawn,
        _ => false,
    };

    private Entry? Find(string incident) => _entries.Find(entry => entry.IsOpen && entry.Given.Incident == incident);

    private (object?, OrderReceipt) Refuse(OrderOutcome outcome, Entry? entry)
        => (null, entry is null ? new OrderReceipt(outcome, 0, OrderStep.Given, _version, null, null) : ReceiptOf(outcome, entry));

    private OrderReceipt ReceiptOf(OrderOutcome outcome, Entry entry)
        => new(outcome, entry.Given.Order, entry.Step, _version, entry.Given.Incident, entry.Last?.By ?? entry.Given.By);

    private sealed record Entry(OrderGiven Given, OrderStepped? Last)
    {
        public bool IsDelivered { get; init; }

        public OrderStep Step => Last?.Step ?? OrderStep.Given;

        public bool IsOpen => Step < OrderStep.Done;
    }
}

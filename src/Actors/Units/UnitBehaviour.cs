using System.Collections.Immutable;
using System.Diagnostics;
using Vantage.Actors.Incidents;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Units;

/// <summary>Registers a unit, or changes what is registered.</summary>
public sealed record RegisterUnit(string Name, string? Squad, string? Plate, ImmutableArray<DeviceKey> Devices);

/// <summary>Answer to <see cref="RegisterUnit"/>.</summary>
public sealed record UnitRegistration(bool IsNew);

/// <summary>A unit is from now on known by this. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record UnitRegistered(string Unit, DateTimeOffset At, string Name, string? Squad, string? Plate, ImmutableArray<DeviceKey> Devices);

/// <summary>Says whether a unit is on duty.</summary>
/// <param name="Until">When that no longer counts; null: until the next report.</param>
public sealed record ReportDuty(bool OnDuty, DateTimeOffset? Until);

/// <summary>Answer to <see cref="ReportDuty"/>.</summary>
public sealed record DutyReceipt(bool OnDuty, DateTimeOffset? Until);

/// <summary>A unit went on or off duty (MOT-5). On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record UnitDutyReported(string Unit, DateTimeOffset At, bool OnDuty, DateTimeOffset? Until);

/// <summary>An officer, vehicle or drone: who it is, and what it has been told to do. Where it is comes from its track, see <see cref="Positions.PositionShard"/>.</summary>
public sealed class UnitBehaviour : IBehaviour
{
    private UnitRegistered? _registered;
    private readonly OrderBook _orders = new();
    private UnitDutyReported? _duty;

    public void Receive(object message, IActorContext context)
    {
        switch (message)
        {
            case RegisterUnit register:
                var isNew = _registered is null;
                Record(Decide(register, context.Self, context.Now), context);
                context.Reply(new UnitRegistration(isNew));
                break;
            case ReportDuty report:
                Record(Decide(report, context.Self, context.Now), context);
                context.Reply(new DutyReceipt(report.OnDuty, report.Until));
                break;
            case GiveOrder or StepOrder or ReleaseOrder:
                var (change, receipt) = _orders.Decide(message, context.Self, context.Origin, context.Now, IsOffDutyAt(context.Now));
                Record(change, context);
                context.Reply(receipt);
                break;
            default:
                throw new UnreachableException($"No rule for message {message.GetType().Name}.");
        }
    }

    public void Apply(object @event)
    {
        switch (@event)
        {
            case UnitRegistered registered:
                _registered = registered;
                break;
            case UnitDutyReported duty:
                _duty = duty;
                break;
            case OrderGiven given:
                _orders.Apply(given);
                break;
            case OrderStepped stepped:
                _orders.Apply(stepped);
                break;
            default:
                throw new UnreachableException($"No rule for event {@event.GetType().Name}.");
        }
    }

    private static void Record(object? @event, IActorContext context)
    {
        if (@event is not null)
        {
            context.Record(@event);
            context.Publish(@event);
        }
    }

    public IReadOnlyList<object>? Snapshot() => [.. new object?[] { _registered, _duty }.OfType<object>(), .. _orders.Snapshot()];

    private bool IsOffDutyAt(DateTimeOffset now) => _duty is { OnDuty: false } off && (off.Until is not { } until || now < until);

    // What is known already is a retry, and changes nothing.
    private UnitRegistered? Decide(RegisterUnit register, ActorId self, DateTimeOffset now)
    {
        var next = new UnitRegistered(self.ToString(), now, register.Name, register.Squad, register.Plate, register.Devices);
        var isRetry = _registered is { } current && current with { At = now, Devices = next.Devices } == next
            && current.Devices.SequenceEqual(next.Devices);
        return isRetry ? null : next;
    }

    private UnitDutyReported? Decide(ReportDuty report, ActorId self, DateTimeOffset now)
    {
        var isRetry = _duty is { } current && current.OnDuty == report.OnDuty && current.Until == report.Until;
        return isRetry ? null : new UnitDutyReported(self.ToString(), now, report.OnDuty, report.Until);
    }
}

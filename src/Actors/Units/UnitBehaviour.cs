using System.Collections.Immutable;
using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Units;

/// <summary>Registers a unit, or changes what is registered.</summary>
public sealed record RegisterUnit(string Name, string? Squad, string? Plate, ImmutableArray<DeviceKey> Devices);

/// <summary>Answer to <see cref="RegisterUnit"/>.</summary>
public sealed record UnitRegistration(bool IsNew);

/// <summary>A unit is from now on known by this. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record UnitRegistered(string Unit, DateTimeOffset At, string Name, string? Squad, string? Plate, ImmutableArray<DeviceKey> Devices);

/// <summary>An officer, vehicle or drone: who it is. Where it is comes from its track, see <see cref="Positions.PositionShard"/>.</summary>
public sealed class UnitBehaviour : IBehaviour
{
    private UnitRegistered? _registered;

    public void Receive(object message, IActorContext context)
    {
        if (message is not RegisterUnit register)
        {
            throw new UnreachableException($"No rule for message {message.GetType().Name}.");
        }

        var isNew = _registered is null;
        foreach (var @event in Decide(register, context.Self, context.Now))
        {
            context.Record(@event);
            context.Publish(@event);
        }

        context.Reply(new UnitRegistration(isNew));
    }

    public void Apply(object @event) => _registered = @event switch
    {
        UnitRegistered registered => registered,
        _ => throw new UnreachableException($"No rule for event {@event.GetType().Name}."),
    };

    public IReadOnlyList<object>? Snapshot() => _registered is null ? [] : [_registered];

    private IEnumerable<UnitRegistered> Decide(RegisterUnit register, ActorId self, DateTimeOffset now)
    {
        var next = new UnitRegistered(self.ToString(), now, register.Name, register.Squad, register.Plate, register.Devices);
        var isRetry = _registered is { } current && current with { At = now, Devices = next.Devices } == next
            && current.Devices.SequenceEqual(next.Devices);
        return isRetry ? [] : [next];
    }
}

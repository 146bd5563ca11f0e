using Vantage.Actors;
using Vantage.Actors.Units;
using Vantage.Devices;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Units;

namespace Vantage.Host.Terminals;

/// <summary>What became of an adoption.</summary>
internal abstract record Adopted
{
    /// <summary>From now on its reports are the unit's.</summary>
    public sealed record Done(UnitInfo Unit) : Adopted;

    /// <summary>It is another unit's.</summary>
    public sealed record Elsewhere(string Unit) : Adopted;

    /// <summary>No such terminal was heard.</summary>
    public sealed record Unheard : Adopted;

    /// <summary>The unit that was to be new is registered.</summary>
    public sealed record Registered(UnitInfo Unit) : Adopted;

    public sealed record Wrong(string Field, string Reason) : Adopted;
}

/// <summary>Gives terminals that nobody registered to units, one after the other: of two who adopt one terminal at once, one does.</summary>
internal sealed class Adoption(DeviceMetrics devices, Situation situation) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <param name="id">The unit.</param>
    /// <param name="registration">What it is to be registered with; null: it is registered, and stays what it is.</param>
    public async Task<Adopted> AdoptAsync(string protocol, string number, ActorId id, RegisterUnit? registration, Caller caller, CancellationToken cancelled)
    {
        await _oneAtATime.WaitAsync(cancelled);
        try
        {
            if (situation.Units.TryFindDevice(protocol, number, out var owner))
            {
                return new Adopted.Elsewhere(situation.Units.Get(owner).IdText);
            }

            if (devices.Unclaimed.Find(protocol, number) is not { } terminal)
            {
                return new Adopted.Unheard();
            }

            var isKnown = situation.Units.TryGet(id, out var unit) && unit.IsRegistered;
            if (isKnown == registration is not null)
            {
                return isKnown
                    ? new Adopted.Registered(unit!)
                    : new Adopted.Wrong("unit", $"There is no unit '{id}'.");
            }

            if (unit?.Devices.Length >= UnitEndpoints.MaxDevices)
            {
                return new Adopted.Wrong("unit", $"Has {UnitEndpoints.MaxDevices} terminals already.");
            }

            var register = registration ?? new RegisterUnit(unit!.Name, unit.Squad, unit.Plate, unit.Devices);
            await situation.RegisterAsync(id, register with { Devices = register.Devices.Add(new DeviceKey(protocol, terminal.Number)) }, caller.Origin, cancelled);
            devices.Unclaimed.Forget(protocol, terminal.Number);
            _ = situation.Units.TryGet(id, out unit);
            return new Adopted.Done(unit!);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}

using System.Collections.Concurrent;
using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Devices.Tests;

/// <summary>Knows the devices it was given; units are registered when it is open.</summary>
internal sealed class FakeDirectory(bool isOpen = true) : IDeviceDirectory
{
    private readonly ConcurrentDictionary<string, int> _units = new();
    private readonly ConcurrentDictionary<string, int> _devices = new();

    public FakeDirectory Add(string protocol, string key, int unit)
    {
        _devices[$"{protocol}:{key}"] = unit;
        return this;
    }

    public void Remove(string protocol, string key) => _devices.TryRemove($"{protocol}:{key}", out _);

    public bool TryFindDevice(string protocol, ReadOnlySpan<char> key, out int unit)
        => _devices.TryGetValue($"{protocol}:{key}", out unit);

    public bool TryFindOrRegisterUnit(ReadOnlySpan<char> id, out int unit)
    {
        unit = -1;
        if (!ActorId.TryParse(id.ToString(), out var actor) || !ActorKinds.IsUnit(actor.Kind))
        {
            return false;
        }

        if (!isOpen)
        {
            return _units.TryGetValue(actor.ToString(), out unit);
        }

        unit = _units.GetOrAdd(actor.ToString(), _ => _units.Count);
        return true;
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Vantage.Actors.Positions;

namespace Vantage.Actors.Units;

/// <summary>All units, by number, id and terminal. Reading is lock-free; writing follows the journal.</summary>
/// <param name="log">Gives units their numbers.</param>
/// <param name="registrationIsOpen">Whether a unit nobody registered comes to be with its first position.</param>
public sealed class UnitDirectory(ITrackLog log, bool registrationIsOpen) : IDeviceDirectory
{
    /// <summary>Longest text that can be an id: kind, slash and key.</summary>
    private const int MaxIdLength = ActorId.MaxKeyLength + 16;

    private readonly ConcurrentDictionary<int, UnitInfo> _byNumber = new();
    private readonly ConcurrentDictionary<string, int> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _byDevice = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();

    /// <summary>Grows with every change.</summary>
    public long Version { get; private set; }

    public IEnumerable<UnitInfo> All => _byNumber.Values;

    /// <summary>The unit of a number; one that was never registered is known by its id alone.</summary>
    public UnitInfo Get(int number) => _byNumber.TryGetValue(number, out var unit) ? unit : AddUnregistered(number);

    public bool TryGet(ActorId id, [NotNullWhen(true)] out UnitInfo? unit)
    {
        unit = null;
        return _byId.TryGetValue(id.ToString(), out var number) && _byNumber.TryGetValue(number, out unit);
    }

    public bool TryFindDevice(string protocol, ReadOnlySpan<char> key, out int unit)
    {
        if (protocol == "jt808")
        {
            key = key.TrimStart('0');
        }

        unit = 0;
        if (key.Length is 0 or > 128)
        {
            return false;
        }

        Span<char> text = stackalloc char[protocol.Length + 1 + key.Length];
        protocol.CopyTo(text);
        text[protocol.Length] = ':';
        key.CopyTo(text[(protocol.Length + 1)..]);
        return _byDevice.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out unit);
    }

    public bool TryFindOrRegisterUnit(ReadOnlySpan<char> id, out int unit)
    {
        if (_byId.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out unit))
        {
            return true;
        }

        var text = registrationIsOpen && id.Length <= MaxIdLength ? id.ToString() : "";
        if (ActorId.FaultOfUnit(text) is not null || !ActorId.TryParse(text, out var actor))
        {
            return false;
        }

        unit = log.NumberOf(actor);
        AddUnregistered(unit);
        return true;
    }

    public void Apply(UnitRegistered registered)
    {
        if (!ActorId.TryParse(registered.Unit, out var id))
        {
            throw new InvalidDataException($"'{registered.Unit}' in the journal is no unit id.");
        }

        lock (_writing)
        {
            var number = log.NumberOf(id);
            _byNumber.TryGetValue(number, out var before);
            var squads = before?.IsRegistered == true ? before.Squads : [];
            if (squads.IsEmpty || squads[^1].Squad != registered.Squad)
            {
                squads = squads.Add((registered.At.ToUnixTimeMilliseconds(), registered.Squad));
            }

            foreach (var device in before?.Devices ?? [])
            {
                _byDevice.TryRemove(new KeyValuePair<string, int>(TextOf(device), number));
            }

            foreach (var device in registered.Devices)
            {
                _byDevice[TextOf(device)] = number;
            }

            Put(new UnitInfo(id, number, registered.Name, registered.Plate, squads, registered.Devices, IsRegistered: true)
            {
                OffDuty = before?.OffDuty,
                IsDutyKnown = before?.IsDutyKnown == true,
            });
        }
    }

    public void Apply(UnitDutyReported duty)
    {
        if (!ActorId.TryParse(duty.Unit, out var id))
        {
            throw new InvalidDataException($"'{duty.Unit}' in the journal is no unit id.");
        }

        lock (_writing)
        {
            var untilMs = duty.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue;
            Put(Get(log.NumberOf(id)) with
            {
                OffDuty = duty.OnDuty ? null : (duty.At.ToUnixTimeMilliseconds(), untilMs),
                IsDutyKnown = true,
            });
        }
    }

    private UnitInfo AddUnregistered(int number)
    {
        lock (_writing)
        {
            if (!_byNumber.TryGetValue(number, out var unit))
            {
                var id = log.UnitOf(number);
                unit = new UnitInfo(id, number, id.Key, null, [], [], IsRegistered: false);
                Put(unit);
            }

            return unit;
        }
    }

    private void Put(UnitInfo unit)
    {
        _byNumber[unit.Number] = unit;
        _byId[unit.IdText] = unit.Number;
        Version++;
    }

    private static string TextOf(DeviceKey device) => $"{device.Protocol}:{device.Normalised.Key}";
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Vantage.Actors.Units;

/// <summary>A terminal that reports for a unit.</summary>
/// <param name="Protocol"><c>jt808</c> or <c>osmand</c>.</param>
/// <param name="Key">The SIM number or device id; leading zeros of a SIM number mean nothing.</param>
public sealed record DeviceKey(string Protocol, string Key)
{
    /// <summary>Both spellings of one terminal made one.</summary>
    [JsonIgnore] // Not part of the event; and written out it would never end.
    public DeviceKey Normalised => Protocol == "jt808" ? this with { Key = Key.TrimStart('0') } : this;
}

/// <summary>What is registered of a unit. Immutable; replaced on change.</summary>
/// <param name="Number">The unit's number in the track log.</param>
/// <param name="Squads">To which squad it has belonged since when, oldest first.</param>
public sealed record UnitInfo(
    ActorId Id,
    int Number,
    string Name,
    string? Plate,
    ImmutableArray<(long FromMs, string? Squad)> Squads,
    ImmutableArray<DeviceKey> Devices,
    bool IsRegistered)
{
    public string IdText { get; } = Id.ToString();

    /// <summary>Since when the unit is off duty, and until when that counts at most; null: nobody said that it is.</summary>
    public (long FromMs, long UntilMs)? OffDuty { get; init; }

    /// <summary>Somebody has said whether the unit is on duty.</summary>
    public bool IsDutyKnown { get; init; }

    /// <summary>MOT-5.</summary>
    public bool IsOffDutyAt(long timeMs) => OffDuty is { } off && timeMs < off.UntilMs;

    /// <summary>The squad of today.</summary>
    public string? Squad => Squads.IsEmpty ? null : Squads[^1].Squad;

    /// <summary>The squad to which the unit belonged at a time; before the first entry, that of the first entry.</summary>
    public string? SquadAt(long timeMs)
    {
        for (var i = Squads.Length - 1; i >= 0; i--)
        {
            if (Squads[i].FromMs <= timeMs || i == 0)
            {
                return Squads[i].Squad;
            }
        }

        return null;
    }
}

using Vantage.Actors.Units;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Incidents;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Units;

/// <summary>A unit as the contract shows it.</summary>
internal sealed record UnitView
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string? Squad { get; init; }

    public required string? Plate { get; init; }

    /// <summary>The first letters of the name's syllables, so that units out of view are found by them too.</summary>
    public required string Pinyin { get; init; }

    public required IReadOnlyList<DeviceView> Devices { get; init; }

    /// <summary>One of <see cref="UnitStates.Names"/>.</summary>
    public required string State { get; init; }

    public required WireMoment? Time { get; init; }

    public required double? Lon { get; init; }

    public required double? Lat { get; init; }

    public required double? Speed { get; init; }

    public required double? Heading { get; init; }

    public required double? Accuracy { get; init; }

    public required WireMoment? ReceivedAt { get; init; }

    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>What it has been told to do.</summary>
    public required IReadOnlyList<DutyOrderView> Orders { get; init; }

    /// <summary>Of its orders: grows with each that is given or ends.</summary>
    public required long OrdersVersion { get; init; }

    public static UnitView Of(UnitInfo unit, Situation situation, CoordinateSystem crs)
    {
        var hasFix = situation.Live.TryGet(unit.Number, out var live);
        var fix = live.Newest;
        var position = hasFix ? CoordinateSystems.FromWgs84(fix.Position, crs) : default(LatLng?);
        return new UnitView
        {
            Id = unit.IdText,
            Kind = unit.Id.Kind,
            Key = unit.Id.Key,
            Name = unit.Name,
            Squad = unit.Squad,
            Plate = unit.Plate,
            Pinyin = Wall.Pinyin.InitialsOf(unit.Name),
            Devices = [.. unit.Devices.Select(device => new DeviceView(device.Protocol, device.Key))],
            State = UnitStates.NameOf(situation.StateOf(unit)),
            Time = hasFix ? new WireMoment(fix.TimeMs) : null,
            Lon = WireDegrees.Round(position?.Longitude),
            Lat = WireDegrees.Round(position?.Latitude),
            Speed = hasFix ? fix.Speed : null,
            Heading = hasFix ? fix.Heading : null,
            Accuracy = hasFix ? fix.Accuracy : null,
            ReceivedAt = hasFix ? new WireMoment(fix.ReceivedAtMs) : null,
            Zones = hasFix ? [.. live.Zones.Select(zone => situation.Zones.Current.VersionsOf(zone)[^1].Key)] : [],
            Orders = situation.OrdersOf(unit.IdText),
            OrdersVersion = situation.Incidents.DutiesOf(unit.IdText).Version,
        };
    }
}

internal sealed record DeviceView(string Protocol, string Key);

internal sealed record NearestView(UnitView Unit, double Distance, double? EstimatedArrival);

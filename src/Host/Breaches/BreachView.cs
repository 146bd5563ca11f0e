using Vantage.Actors.Breaches;
using Vantage.Actors.History;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Breaches;

/// <summary>A breach as the contract shows it, with the names that people read.</summary>
internal sealed record BreachView
{
    public required string Id { get; init; }

    public required string Zone { get; init; }

    public required string Rule { get; init; }

    public required string Type { get; init; }

    public required string? Unit { get; init; }

    public required IReadOnlyList<string>? Units { get; init; }

    public required string Level { get; init; }

    public required string State { get; init; }

    public required WireMoment StartedAt { get; init; }

    public required WireMoment? EndedAt { get; init; }

    public required string? SupersededBy { get; init; }

    public required WireMoment? RetractedAt { get; init; }

    public required double? Lon { get; init; }

    public required double? Lat { get; init; }

    public required ReasonView Why { get; init; }

    public required string ZoneName { get; init; }

    public required string? UnitName { get; init; }

    public required string? Squad { get; init; }

    public required HandlingView? Handling { get; init; }

    public static BreachView Of(Breach breach, Situation situation, CoordinateSystem crs = CoordinateSystem.Wgs84)
    {
        var unit = breach.Unit is { } number ? situation.Units.Get(number) : null;
        LatLng? place = breach is { Latitude: { } lat, Longitude: { } lon } ? CoordinateSystems.FromWgs84(LatLng.Trusted(lat, lon), crs) : null;
        return new BreachView
        {
            Id = breach.Id,
            Zone = breach.Zone,
            Rule = breach.Rule,
            Type = breach.Type,
            Unit = unit?.IdText,
            Units = breach.Units?.Select(n => situation.Units.Get(n).IdText).ToList(),
            Level = breach.Level,
            State = BreachStates.NameOf(breach.State),
            StartedAt = new WireMoment(breach.StartedAtMs),
            EndedAt = WireMoment.From(breach.EndedAtMs),
            SupersededBy = breach.SupersededBy,
            RetractedAt = WireMoment.From(breach.RetractedAtMs),
            Lon = WireDegrees.Round(place?.Longitude),
            Lat = WireDegrees.Round(place?.Latitude),
            Why = ReasonView.Of(breach.Why, situation),
            ZoneName = situation.NameOfZone(breach.Zone),
            UnitName = unit?.Name,
            Squad = unit?.SquadAt(breach.StartedAtMs),
            Handling = situation.HandlingOf(breach.Id) is { } handling ? HandlingView.Of(handling) : null,
        };
    }
}

/// <summary>What a breach rests on, as the contract shows it.</summary>
internal sealed record ReasonView(
    WireMoment? Fix,
    WireMoment? PreviousFix,
    WireMoment? CrossedAt,
    double? Distance,
    double? Accuracy,
    double? Speed,
    double? Limit,
    int ZoneVersion,
    double? After,
    int? Count,
    IReadOnlyList<string>? Silent)
{
    public static ReasonView Of(BreachReason why, Situation situation) => new(
        WireMoment.From(why.FixMs),
        WireMoment.From(why.PreviousFixMs),
        WireMoment.From(why.CrossedAtMs),
        why.DistanceMetres is { } metres ? Math.Round(metres, 2) : null,
        why.AccuracyMetres,
        why.SpeedMetresPerSecond,
        why.LimitMetresPerSecond,
        why.ZoneVersion,
        why.AfterMs / 1000.0,
        why.Count,
        why.Silent?.Select(number => situation.Units.Get(number).IdText).ToList());
}

internal sealed record HandlingView(string State, string? By, WireMoment At, string? Note)
{
    public static HandlingView Of(BreachHandled handling)
        => new(BreachStates.NameOf(handling.State), handling.By, new WireMoment(handling.At.ToUnixTimeMilliseconds()), handling.Note);
}

/// <summary>The words of the contract for the states of a breach and of its handling.</summary>
internal static class BreachStates
{
    public static IReadOnlyList<string> Names { get; } = ["provisional", "confirmed", "retracted"];

    public static string NameOf(BreachState state) => Names[(int)state];

    public static string NameOf(HandlingState state) => state switch
    {
        HandlingState.Open => "open",
        HandlingState.Acknowledged => "acknowledged",
        HandlingState.Handled => "handled",
        HandlingState.FalseAlarm => "falseAlarm",
        _ => throw new System.Diagnostics.UnreachableException($"No word for {state}."),
    };
}

using Vantage.Actors.Heat;
using Vantage.Geo;
using Vantage.Geo.Zones;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>What every question about heat has: a range, and perhaps a place.</summary>
/// <param name="Inside">Null: anywhere.</param>
internal sealed record HeatRequest(long FromMs, long ToMs, Func<LatLng, bool>? Inside)
{
    private const int MaxHours = 24 * 366;

    /// <summary>The request, or null with what is wrong in <paramref name="fields"/>.</summary>
    public static HeatRequest? Read(Fields fields, Situation situation)
    {
        var range = fields.Range();
        var box = fields.Box();
        var shape = ShapeOf(fields, situation);
        if (box is not null && shape is not null)
        {
            fields.Wrong("zone", "Goes without bbox.");
        }

        if (range is { } r && r.ToMs - r.FromMs > MaxHours * HeatCube.HourMs)
        {
            fields.Wrong("to", $"Must be at most {MaxHours} hours after 'from'.");
        }

        return fields.IsValid ? new HeatRequest(range!.Value.FromMs, range.Value.ToMs, InsideOf(box, shape)) : null;
    }

    private static ZoneShape? ShapeOf(Fields fields, Situation situation)
    {
        if (fields.Text("zone") is not { } key)
        {
            return null;
        }

        // A zone that has ended is asked about its past.
        if (situation.Zones.TryNumberOf(key, out var zone) && situation.Zones.Current.VersionsOf(zone).LastOrDefault(version => !version.IsEnd) is { } last)
        {
            return last.Shape;
        }

        fields.Wrong("zone", $"There is no zone '{key}'.");
        return null;
    }

    private static Func<LatLng, bool>? InsideOf(Box? box, ZoneShape? shape)
        => shape is not null ? shape.Contains
        : box is { } area ? place => area.Contains(place.Longitude, place.Latitude)
        : null;
}

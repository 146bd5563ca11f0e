using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Geo.Motion;
using Vantage.Host.Tracks;
using Vantage.Host.Web;

namespace Vantage.Host.Motion;

/// <summary>What a unit did. Distances are metres, durations seconds, speeds metres a second.</summary>
/// <param name="To">As asked for; the moment of the answer, when that comes first.</param>
/// <param name="Count">The fixes in the range that count.</param>
/// <param name="Missing">The share of the range of which nothing is known, 0 to 1.</param>
/// <param name="TimeZone">Whose midnights part the days.</param>
/// <param name="KeptFrom">Since when tracks are kept, where the range begins before (KEEP-1).</param>
/// <param name="Total">Of all days.</param>
internal sealed record MotionView(
    string Unit,
    string Name,
    string Definition,
    string DefinitionZh,
    WireMoment From,
    WireMoment To,
    long Count,
    double Missing,
    string TimeZone,
    string Crs,
    bool Demo,
    WireMoment? KeptFrom,
    MotionParametersView Parameters,
    MotionSumsView Total,
    IReadOnlyList<MotionDayView> Days,
    IReadOnlyList<TripView> Trips,
    IReadOnlyList<StopView> Stops,
    IReadOnlyList<GapView> Gaps,
    IReadOnlyList<DamagedView> Damaged);

/// <summary>The numbers of MOT-6 to MOT-10.</summary>
internal sealed record MotionParametersView(
    decimal Gap,
    double MaxSpeed,
    decimal MinInterval,
    double MaxAccuracy,
    double StopRadius,
    decimal StopAfter,
    double TripReach,
    decimal TripAfter,
    double Drift)
{
    public static MotionParametersView Current { get; } = new(
        Wire.Seconds(MotionRules.GapMs), MotionRules.MaxMetresPerSecond, Wire.Seconds(MotionRules.MinIntervalMs), MotionRules.MaxAccuracyMetres,
        MotionRules.StopRadiusMetres, Wire.Seconds(MotionRules.StopMs), MotionRules.TripReachMetres, Wire.Seconds(MotionRules.TripMs),
        MotionRules.DriftMetres);
}

internal sealed record MotionSumsView(decimal Distance, decimal Moving, decimal Idle, decimal NoData, int Trips, int Stops)
{
    public static MotionSumsView Of(IReadOnlyList<MotionSums> days) => new(
        Wire.Metres(days.Sum(day => day.Centimetres)), Wire.Seconds(days.Sum(day => day.MovingMs)), Wire.Seconds(days.Sum(day => day.IdleMs)),
        Wire.Seconds(days.Sum(day => day.NoDataMs)), days.Sum(day => day.Trips), days.Sum(day => day.Stops));
}

internal sealed record MotionDayView(string Date, decimal Distance, decimal Moving, decimal Idle, decimal NoData, int Trips, int Stops)
{
    public static MotionDayView Of(DateOnly date, in MotionSums sums) => new(
        Wire.Date(date), Wire.Metres(sums.Centimetres), Wire.Seconds(sums.MovingMs), Wire.Seconds(sums.IdleMs), Wire.Seconds(sums.NoDataMs),
        sums.Trips, sums.Stops);
}

internal sealed record PlaceView(double Lon, double Lat)
{
    public static PlaceView Of(LatLng place, CoordinateSystem crs)
    {
        var converted = CoordinateSystems.FromWgs84(place, crs);
        return new(WireDegrees.Round(converted.Longitude), WireDegrees.Round(converted.Latitude));
    }
}

internal sealed record TripView(WireMoment From, WireMoment To, decimal Distance, decimal Duration, double? MaxSpeed, PlaceView Start, PlaceView End)
{
    public static TripView Of(in MotionTrip trip, CoordinateSystem crs) => new(
        new(trip.FromMs), new(trip.ToMs), Wire.Metres(trip.Centimetres), Wire.Seconds(trip.ToMs - trip.FromMs), trip.MaxMetresPerSecond,
        PlaceView.Of(trip.Start, crs), PlaceView.Of(trip.End, crs));
}

internal sealed record StopView(WireMoment From, WireMoment To, decimal Duration, double Lon, double Lat)
{
    public static StopView Of(in MotionStop stop, CoordinateSystem crs)
    {
        var place = PlaceView.Of(stop.Place, crs);
        return new(new(stop.FromMs), new(stop.ToMs), Wire.Seconds(stop.ToMs - stop.FromMs), place.Lon, place.Lat);
    }
}

internal sealed record GapView(WireMoment From, WireMoment To, decimal Duration)
{
    public static GapView Of((long FromMs, long ToMs) gap) => new(new(gap.FromMs), new(gap.ToMs), Wire.Seconds(gap.ToMs - gap.FromMs));
}

/// <summary>A unit's day. The squad is the one that it belonged to when the day began.</summary>
/// <param name="Damaged">For so many seconds of the day storage cannot read what it has (TRK-8): where that is longer than a gap, it is in <paramref name="NoData"/>.</param>
internal sealed record MotionRowView(
    string Unit,
    string Name,
    string Kind,
    string? Squad,
    string Date,
    decimal Distance,
    decimal Moving,
    decimal Idle,
    decimal NoData,
    int Trips,
    int Stops,
    decimal Damaged);

/// <param name="Count">The fixes in the range that count, of the units of this page.</param>
/// <param name="Missing">The share of the range of which nothing is known, over the units of this page.</param>
/// <param name="KeptFrom">Since when tracks are kept, where the range begins before (KEEP-1).</param>
/// <param name="Cursor">The next units; null when these were the last.</param>
internal sealed record MotionListView(
    string Definition,
    string DefinitionZh,
    WireMoment From,
    WireMoment To,
    long Count,
    double Missing,
    string TimeZone,
    bool Demo,
    WireMoment? KeptFrom,
    MotionParametersView Parameters,
    IReadOnlyList<MotionRowView> Items,
    string? Cursor);

/// <summary>Integers in memory, decimals on the wire: nothing is lost between.</summary>
internal static class Wire
{
    public static decimal Seconds(long ms) => ms / 1000m;

    public static decimal Metres(long centimetres) => centimetres / 100m;

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

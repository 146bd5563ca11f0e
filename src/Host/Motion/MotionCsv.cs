using Vantage.Host.Tracks;
using Vantage.Host.Web;

namespace Vantage.Host.Motion;

/// <summary>Motion as tables for spreadsheets. Columns are named as in JSON; times are UTC, dates local.</summary>
internal static class MotionCsv
{
    public static async Task WriteAsync(MotionView motion, string table, Stream body)
    {
        await using var csv = new CsvTable(body);
        var (head, rows) = table switch
        {
            "trips" => (TripHead, motion.Trips.Select(trip => TripRow(motion, trip))),
            "stops" => (StopHead, motion.Stops.Select(stop => StopRow(motion, stop))),
            "gaps" => (GapHead, motion.Gaps.Select(gap => GapRow(motion, gap))),
            _ => (DayHead, motion.Days.Select(day => DayRow(motion, day))),
        };
        await csv.WriteRowAsync([.. head, .. NoteHead(motion.Demo)]);
        foreach (var row in rows)
        {
            await csv.WriteRowAsync([.. row, .. Note(motion.Demo)]);
        }
    }

    public static Task WriteHeadAsync(CsvTable csv, bool isDemo) => csv.WriteRowAsync([.. RowHead, .. NoteHead(isDemo)]);

    public static Task WriteRowAsync(CsvTable csv, MotionRowView row, bool isDemo) => csv.WriteRowAsync(
    [
        row.Unit, row.Name, row.Kind, row.Squad, row.Date, row.Distance, row.Moving, row.Idle, row.NoData, row.Trips, row.Stops, row.Damaged, .. Note(isDemo),
    ]);

    private static readonly string[] DayHead = ["unit", "name", "date", "distance", "moving", "idle", "noData", "trips", "stops"];

    private static readonly string[] TripHead =
    [
        "unit", "name", "from", "to", "distance", "duration", "maxSpeed", "startLon", "startLat", "endLon", "endLat", "crs",
    ];

    private static readonly string[] StopHead = ["unit", "name", "from", "to", "duration", "lon", "lat", "crs"];

    private static readonly string[] GapHead = ["unit", "name", "from", "to", "duration"];

    private static readonly string[] RowHead =
    [
        "unit", "name", "kind", "squad", "date", "distance", "moving", "idle", "noData", "trips", "stops", "damaged",
    ];

    private static object?[] DayRow(MotionView motion, MotionDayView day)
        => [motion.Unit, motion.Name, day.Date, day.Distance, day.Moving, day.Idle, day.NoData, day.Trips, day.Stops];

    private static object?[] TripRow(MotionView motion, TripView trip) =>
    [
        motion.Unit, motion.Name, WireTime.Write(trip.From.Ms), WireTime.Write(trip.To.Ms), trip.Distance, trip.Duration, trip.MaxSpeed,
        trip.Start.Lon, trip.Start.Lat, trip.End.Lon, trip.End.Lat, motion.Crs,
    ];

    private static object?[] StopRow(MotionView motion, StopView stop)
        => [motion.Unit, motion.Name, WireTime.Write(stop.From.Ms), WireTime.Write(stop.To.Ms), stop.Duration, stop.Lon, stop.Lat, motion.Crs];

    private static object?[] GapRow(MotionView motion, GapView gap)
        => [motion.Unit, motion.Name, WireTime.Write(gap.From.Ms), WireTime.Write(gap.To.Ms), gap.Duration];

    private static string[] NoteHead(bool isDemo) => isDemo ? ["note"] : [];

    private static string[] Note(bool isDemo) => isDemo ? [Track.DemoMark] : [];
}

using System.Globalization;
using System.Text.Json.Nodes;
using Vantage.Geo;
using Vantage.Geo.Motion;
using Vantage.Host.Motion;
using Vantage.Host.Tests.Motion;
using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>Motion of real taxis through the real host, held against the rules applied to the rows themselves.</summary>
public sealed class MotionRealDataTests(ITestOutputHelper output)
{
    private const int Rows = 940_000;
    private const int Cabs = 12;
    private const string Zone = "America/Los_Angeles";

    [Fact(DisplayName = "Two days of 12 real taxis, reported in no order, so that most are late by hours: the days of each are those of its rows, and figures that a taxi can have (MOT-6..12)")]
    public async Task Taxis()
    {
        var rows = CabRows.First(Rows).GroupBy(row => row.Cab, StringComparer.Ordinal).OrderBy(cab => cab.Key, StringComparer.Ordinal).Take(Cabs)
            .SelectMany(cab => cab).ToArray();
        var (fromMs, toMs) = (rows.Min(row => row.TimeMs), rows.Max(row => row.TimeMs) + 1);
        await using var host = await HostUnderTest.StartAsync(settings => settings with { TimeZone = Zone });
        using var admin = await host.SignedInAsync();
        var sent = rows.ToArray();
        new Random(5).Shuffle(sent);
        var mark = "";
        foreach (var batch in sent.Chunk(5000))
        {
            mark = await admin.PostAsync(batch.Select(row => new Drive.Report(row.Unit, DateTimeOffset.FromUnixTimeMilliseconds(row.TimeMs), row.Lon, row.Lat, null, null)));
        }

        var list = await (await admin.GetAsync($"/api/motion?from={Iso(fromMs)}&to={Iso(toMs)}&after={mark}")).JsonAsync();

        var days = LocalDays.Of(fromMs, toMs, TimeZoneInfo.FindSystemTimeZoneById(Zone));
        var expected = CabRows.Tracks(rows).OrderBy(track => track.Key, StringComparer.Ordinal)
            .SelectMany(track => SumsOf(track.Value, days).Select((sums, i) => RowOf(track.Key, days.Dates[i], sums)));
        var actual = list["items"]!.AsArray().Select(RowOf).ToArray();
        Assert.Equal(expected, actual);
        Assert.All(list["items"]!.AsArray(), row => Assert.Equal(
            DayMs(days, (string)row!["date"]!), (Number(row, "moving") + Number(row, "idle") + Number(row, "noData")) * 1000));

        // A day asked for alone is the same day.
        var edges = days.EdgesMs.ToArray();
        foreach (var (i, date) in days.Dates.Index())
        {
            var alone = await (await admin.GetAsync($"/api/motion?from={Iso(edges[i])}&to={Iso(edges[i + 1])}")).JsonAsync();
            Assert.Equal(actual.Where(row => row.Contains($" {date:yyyy-MM-dd} ", StringComparison.Ordinal)), alone["items"]!.AsArray().Select(RowOf));
        }

        var known = list["items"]!.AsArray().Where(row => Number(row!, "noData") < 43_200).ToArray();
        output.WriteLine($"{rows.Length} rows, {actual.Length} days, {known.Length} of them known for the most part\n{string.Join('\n', actual)}");
        Assert.True(known.Length >= Cabs);
        Assert.All(known, row =>
        {
            Assert.InRange(Number(row!, "distance"), 50_000, 800_000);
            Assert.InRange(Number(row!, "distance") / Number(row!, "moving"), 3, 20);
            Assert.InRange((int)row!["trips"]!, 2, 60);
        });
    }

    private static IReadOnlyList<MotionSums> SumsOf(CabRow[] track, LocalDays days)
    {
        var counting = CabRows.Counting(track);
        var ledger = new MotionLedger(days.EdgesMs.Span);
        var reader = new MotionReader(ledger);
        for (var i = 0; i < counting.Length; i++)
        {
            var isJump = i > 0 && IsTooFast(counting[i - 1], counting[i]) && (i == counting.Length - 1 || IsTooFast(counting[i], counting[i + 1]));
            if (!isJump)
            {
                reader.Add(new MotionFix(counting[i].TimeMs, PlaceOf(counting[i])));
            }
        }

        reader.Complete();
        return ledger.Sums;
    }

    private static bool IsTooFast(CabRow a, CabRow b) => GreatCircle.DistanceMetres(PlaceOf(a), PlaceOf(b)) > 70 * (b.TimeMs - a.TimeMs) / 1000.0;

    private static LatLng PlaceOf(CabRow row) => LatLng.Trusted(row.Lat, row.Lon);

    private static string RowOf(string unit, DateOnly date, MotionSums sums) => string.Create(
        CultureInfo.InvariantCulture,
        $"{unit} {date:yyyy-MM-dd} {sums.Centimetres / 100m} m, {sums.MovingMs / 1000m} {sums.IdleMs / 1000m} {sums.NoDataMs / 1000m} s, {sums.Trips} {sums.Stops}");

    private static string RowOf(JsonNode? row)
        => $"{row!["unit"]} {row["date"]} {row["distance"]} m, {row["moving"]} {row["idle"]} {row["noData"]} s, {row["trips"]} {row["stops"]}";

    private static decimal Number(JsonNode row, string name) => (decimal)row[name]!;

    private static long DayMs(LocalDays days, string date)
    {
        var i = days.Dates.ToList().IndexOf(DateOnly.Parse(date, CultureInfo.InvariantCulture));
        return days.EdgesMs.Span[i + 1] - days.EdgesMs.Span[i];
    }

    private static string Iso(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

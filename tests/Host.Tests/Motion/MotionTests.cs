using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Vantage.Host.Tests.Motion;

public abstract class MotionTests(SharedHost shared)
{
    private static readonly DateTimeOffset Morning = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero); // 09:00 in Shanghai.

    private HostUnderTest Host => shared.Host;

    [Fact(DisplayName = "[MOT-9] A unit's motion is its days in the host's time zone, its trips, stops and gaps, and the numbers they are made by")]
    public async Task Unit()
    {
        using var admin = await Host.SignedInAsync();
        var drive = new Drive("vehicle/沪M0001", Morning).Fix().Rest(20).Go(3000).Rest(10);
        var mark = await admin.PostAsync(drive.By(0, 600).Fix().Rest(10).Reports);

        var motion = await (await admin.GetAsync(Url("vehicle/沪M0001", "2026-03-01T16:00:00Z", "2026-03-03T16:00:00Z", $"&after={mark}"))).JsonAsync();

        Assert.Equal(("vehicle/沪M0001", "wgs84", "Asia/Shanghai"), ((string)motion["unit"]!, (string)motion["crs"]!, (string)motion["timeZone"]!));
        Assert.Equal(
            """{"gap":300,"maxSpeed":70,"minInterval":1,"maxAccuracy":100,"stopRadius":50,"stopAfter":300,"tripReach":100,"tripAfter":600,"drift":20}""",
            motion["parameters"]!.ToJsonString());
        var days = motion["days"]!.AsArray();
        Assert.Equal(["2026-03-02", "2026-03-03"], days.Select(day => (string)day!["date"]!));
        Assert.Equal((300, 2400, 83_700), Seconds(days[0]!));
        Assert.Equal((0, 0, 86_400), Seconds(days[1]!));
        Assert.Equal((300, 2400, 83_700 + 86_400), Seconds(motion["total"]!));
        Assert.Equal((1, 3), ((int)days[0]!["trips"]!, (int)days[0]!["stops"]!));
        Assert.Equal(3000, (double)days[0]!["distance"]!, 1.0);

        var trip = Assert.Single(motion["trips"]!.AsArray())!;
        Assert.Equal(("2026-03-02T01:20:00.000Z", "2026-03-02T01:25:00.000Z"), ((string)trip["from"]!, (string)trip["to"]!));
        Assert.Equal((300, 10), ((double)trip["duration"]!, (double)trip["maxSpeed"]!));
        Assert.Equal((121.42, 31.22), ((double)trip["start"]!["lon"]!, (double)trip["start"]!["lat"]!));
        Assert.Equal(
            ["01:00:00 1200", "01:25:00 600", "01:45:00 600"],
            motion["stops"]!.AsArray().Select(stop => $"{((string)stop!["from"]!)[11..19]} {stop["duration"]}"));
        Assert.Equal(["01:35:00 600"], motion["gaps"]!.AsArray().Select(gap => $"{((string)gap!["from"]!)[11..19]} {gap["duration"]}"));
    }

    [Fact(DisplayName = "[MOT-11] Late fixes are as good as those that came in time: the same trips, stops and sums, in any order")]
    public async Task Late()
    {
        using var admin = await Host.SignedInAsync();
        var inTime = new Drive("vehicle/intime", Morning).Fix().Rest(20).Go(12_000).Rest(20).Go(500);
        var late = new Drive("vehicle/late", Morning).Fix().Rest(20).Go(12_000).Rest(20).Go(500);
        var mark = await admin.PostAsync(inTime.Reports);
        var hidden = late.Reports.Skip(100).Take(150).ToList(); // Longer than a gap.
        var markOfHole = await admin.PostAsync(late.Reports.Except(hidden));
        var before = await MotionAsync(admin, "vehicle/late", markOfHole);
        hidden.Reverse();
        mark = await admin.PostAsync(hidden);

        var after = await MotionAsync(admin, "vehicle/late", mark);

        Assert.Single(before["gaps"]!.AsArray());
        Assert.Empty(after["gaps"]!.AsArray());
        Assert.True((double)before["total"]!["distance"]! < 5_000);
        Assert.Equal(12_500, (double)after["total"]!["distance"]!, 1.0);
        Assert.Equal(Without(await MotionAsync(admin, "vehicle/intime", mark), "unit", "name"), Without(after, "unit", "name"));
    }

    [Fact(DisplayName = "[MOT-6] A jump and a fix that is outranked are no motion, and neither is one that says it is inaccurate")]
    public async Task Outliers()
    {
        using var admin = await Host.SignedInAsync();
        var drive = new Drive("officer/still", Morning).Fix().Rest(10)
            .By(50_000, 10).Fix().By(-50_000, 10).Fix() // A jump.
            .Rest(5).By(5000, 100).Fix(accuracy: 800).By(-5000, 100).Fix().Rest(5);
        var second = drive.Reports[20];
        var mark = await admin.PostAsync([.. drive.Reports, second with { Lat = second.Lat + 0.01 }]);

        var motion = await MotionAsync(admin, "officer/still", mark);
        var track = await (await admin.GetAsync("/api/units/officer/still/track?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z")).JsonAsync();

        Assert.Equal([256, 512], track["flags"]!.AsArray().Select(flags => (int)flags!).Where(flags => flags != 0).Order());
        Assert.Equal((0, 0, 1), ((double)motion["total"]!["distance"]!, (int)motion["total"]!["trips"]!, (int)motion["total"]!["stops"]!));
    }

    [Fact(DisplayName = "[MOT-11] [MOT-12] A trip over midnight is one, of the day in which it began; its time and distance are parted; and a day asked for alone is the same day")]
    public async Task Midnight()
    {
        using var admin = await Host.SignedInAsync();
        var evening = new DateTimeOffset(2026, 3, 2, 15, 40, 0, TimeSpan.Zero); // 20 min before midnight in Shanghai.
        var mark = await admin.PostAsync(new Drive("vehicle/night", evening).Fix().Rest(15).Go(12_000).Rest(15).Reports);

        var both = await MotionAsync(admin, "vehicle/night", mark, "2026-03-01T16:00:00Z", "2026-03-03T16:00:00Z");
        var first = await MotionAsync(admin, "vehicle/night", mark, "2026-03-01T16:00:00Z", "2026-03-02T16:00:00Z");
        var second = await MotionAsync(admin, "vehicle/night", mark, "2026-03-02T16:00:00Z", "2026-03-03T16:00:00Z");

        Assert.Equal(["3000 300 1 1", "9000 900 0 1"], both["days"]!.AsArray().Select(day
            => $"{Math.Round((double)day!["distance"]!)} {day["moving"]} {day["trips"]} {day["stops"]}"));
        Assert.Equal(both["days"]![0]!.ToJsonString(), Assert.Single(first["days"]!.AsArray())!.ToJsonString());
        Assert.Equal(both["days"]![1]!.ToJsonString(), Assert.Single(second["days"]!.AsArray())!.ToJsonString());
        Assert.Equal(both["trips"]!.ToJsonString(), first["trips"]!.ToJsonString());
        Assert.Empty(second["trips"]!.AsArray());
        Assert.Equal(
            both["stops"]!.AsArray().Select(stop => stop!.ToJsonString()),
            first["stops"]!.AsArray().Concat(second["stops"]!.AsArray()).Select(stop => stop!.ToJsonString()));
    }

    [Fact(DisplayName = "Places are given in the system that is asked for, and distances do not depend on it")]
    public async Task Crs()
    {
        using var admin = await Host.SignedInAsync();
        var mark = await admin.PostAsync(new Drive("vehicle/shifted", Morning).Fix().Rest(6).Go(1000).Reports);

        var wgs = await MotionAsync(admin, "vehicle/shifted", mark);
        var gcj = await MotionAsync(admin, "vehicle/shifted", mark, more: "&crs=gcj02");

        Assert.Equal("gcj02", (string)gcj["crs"]!);
        Assert.InRange((double)gcj["stops"]![0]!["lon"]! - (double)wgs["stops"]![0]!["lon"]!, 0.003, 0.006);
        Assert.InRange((double)gcj["trips"]![0]!["end"]!["lon"]! - (double)wgs["trips"]![0]!["end"]!["lon"]!, 0.003, 0.006);
        Assert.Equal((double)wgs["total"]!["distance"]!, (double)gcj["total"]!["distance"]!);
    }

    [Fact(DisplayName = "CSV has a byte order mark, one of four tables, names quoted, and no name that a spreadsheet would run")]
    public async Task Csv()
    {
        using var admin = await Host.SignedInAsync();
        (await admin.PutAsJsonAsync("/api/units/officer/csv", new { name = "=1+1, \"李明\"" })).EnsureSuccessStatusCode();
        var mark = await admin.PostAsync(new Drive("officer/csv", Morning).Fix().Rest(6).Go(1000).Reports);

        var answer = await admin.GetAsync(Url("officer/csv", "2026-03-02T00:00:00Z", "2026-03-02T12:00:00Z", $"&after={mark}&format=csv"));
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var trips = await admin.GetStringAsync(Url("officer/csv", "2026-03-02T00:00:00Z", "2026-03-02T12:00:00Z", "&format=csv&table=trips"));

        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("officer-csv-days-20260302T000000Z-20260302T120000Z.csv", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(
            "unit,name,date,distance,moving,idle,noData,trips,stops\r\nofficer/csv,\"'=1+1, \"\"李明\"\"\",2026-03-02,1000.01,100,360,42740,1,1\r\n",
            Encoding.UTF8.GetString(bytes[3..]));
        Assert.StartsWith("unit,name,from,to,distance,duration,maxSpeed,startLon,startLat,endLon,endLat,crs\r\n", trips.TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Contains(",2026-03-02T01:06:00.000Z,2026-03-02T01:07:40.000Z,1000.01,100,10,121.42,31.22,", trips, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "What is wrong with a question is named by field: reversed, of the future, of a century, of before any fix, of nobody")]
    public async Task Problems()
    {
        using var admin = await Host.SignedInAsync();
        await admin.PostAsync(new Drive("officer/asked", Morning).Fix().Reports);
        await Check("/api/units/officer/asked/motion?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "to");
        await Check("/api/units/officer/asked/motion?from=2126-03-01T00:00:00Z&to=2126-03-02T00:00:00Z", "from");
        await Check("/api/units/officer/asked/motion?from=1990-01-01T00:00:00Z&to=2026-03-02T00:00:00Z", "to");
        await Check("/api/units/officer/asked/motion?from=1989-12-31T00:00:00Z&to=1990-01-02T00:00:00Z", "from");
        await Check("/api/units/officer/asked/motion?format=pdf&table=all&crs=mars", "crs", "format", "from", "table", "to");
        await Check("/api/motion?from=2026-01-01T00:00:00Z&to=2026-04-04T00:00:00Z", "to");
        await Check("/api/motion?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&units=officer/asked,officer/nobody,x&kind=tank&limit=0", "kind", "limit", "units");
        await (await admin.GetAsync("/api/units/officer/nobody/motion?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z")).ProblemAsync(HttpStatusCode.NotFound);
        (await admin.GetAsync("/api/motion?from=2026-01-01T00:00:00Z&to=2026-04-03T00:00:00Z&limit=1")).EnsureSuccessStatusCode();

        async Task Check(string path, params string[] fields)
            => Assert.Equal(fields, (await (await admin.GetAsync(path)).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
    }

    [Fact(DisplayName = "A track that is read in many pieces has no seams: 45,000 fixes at one a second are one way of 45 km")]
    public async Task Pieces()
    {
        using var admin = await Host.SignedInAsync();
        var drive = new Drive("vehicle/seamless", Morning).Fix();
        for (var i = 1; i < 45_000; i++)
        {
            drive.By(1, 1).Fix();
        }

        var mark = "";
        foreach (var batch in drive.Reports.Chunk(15_000).Reverse())
        {
            mark = await admin.PostAsync(batch);
        }

        var motion = await MotionAsync(admin, "vehicle/seamless", mark);

        Assert.Equal((44_999, 0, 86_400 - 44_999), Seconds(motion["total"]!));
        Assert.Equal((1, 0, 0), ((int)motion["total"]!["trips"]!, (int)motion["total"]!["stops"]!, motion["gaps"]!.AsArray().Count));
        Assert.Equal(44_999, (double)motion["total"]!["distance"]!, 50.0);
    }

    [Fact(DisplayName = "A range that is not over yet ends now: hours to come are no hours without data")]
    public async Task Now()
    {
        using var admin = await Host.SignedInAsync();
        var from = DateTimeOffset.UtcNow.AddHours(-2);
        var mark = await admin.PostAsync(new Drive("officer/now", from.AddHours(1)).Fix().Rest(10).Reports);

        var motion = await MotionAsync(admin, "officer/now", mark, from.ToString("yyyy-MM-ddTHH:mm:ssZ"), from.AddDays(2).ToString("yyyy-MM-ddTHH:mm:ssZ"));

        Assert.Equal(600, (double)motion["total"]!["idle"]!);
        Assert.InRange((double)motion["total"]!["noData"]!, 6599, 6900);
    }

    internal static string Url(string unit, string from, string to, string more = "")
        => $"/api/units/{unit.Split('/')[0]}/{Uri.EscapeDataString(unit.Split('/')[1])}/motion?from={from}&to={to}{more}";

    private static async Task<JsonNode> MotionAsync(
        HttpClient client, string unit, string mark, string from = "2026-03-01T16:00:00Z", string to = "2026-03-02T16:00:00Z", string more = "")
        => await (await client.GetAsync(Url(unit, from, to, $"&after={mark}{more}"))).JsonAsync();

    private static (double Moving, double Idle, double NoData) Seconds(JsonNode sums)
        => ((double)sums["moving"]!, (double)sums["idle"]!, (double)sums["noData"]!);

    private static string Without(JsonNode motion, params string[] names)
    {
        var copy = motion.DeepClone().AsObject();
        Array.ForEach(names, name => copy.Remove(name));
        return copy.ToJsonString();
    }
}

public sealed class SqliteMotionTests(SharedHost shared) : MotionTests(shared), IClassFixture<SharedHost>;

public sealed class PostgresMotionTests(SharedPostgresHost shared) : MotionTests(shared), IClassFixture<SharedPostgresHost>;

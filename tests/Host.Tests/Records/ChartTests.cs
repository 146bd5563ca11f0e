using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Vantage.Host.Records;

namespace Vantage.Host.Tests.Records;

public sealed class ChartTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private static readonly string[] Zones = ["Asia/Shanghai", "UTC", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu", "America/Sao_Paulo"];

    [Fact(DisplayName = "[REC-8] [FIG-1] charts count by local hours, days, ISO weeks and months, empty ones too, and by fields with the share of what is missing")]
    public async Task Charts()
    {
        using var admin = await shared.Host.SignedInAsync();
        await admin.PostRecordsAsync("case", """
            [{"number":"c1","time":"2026-01-31T15:59:59.999Z","category":"a","kind":"k"},
             {"number":"c2","time":"2026-01-31T16:00:00Z","category":"b","kind":"k"},
             {"number":"c3","time":"2026-02-01T16:00:00Z","category":"b"},
             {"number":"c4","time":"2026-02-01T17:30:00Z"}]
            """); // In Shanghai: the last millisecond of January, the first of Sunday 1 February, the first of Monday 2 February.
        const string Range = "from=2026-01-30T16:00:00Z&to=2026-02-03T16:00:00Z";

        Assert.Equal("2026-01-31=1 2026-02-01=1 2026-02-02=2 2026-02-03=0", await ChartAsync(admin, $"by=day&{Range}"));
        Assert.Equal("2026-W05=2 2026-W06=2", await ChartAsync(admin, $"by=week&{Range}"));
        Assert.Equal("2026-01=1 2026-02=3", await ChartAsync(admin, $"by=month&{Range}"));
        Assert.Equal(
            "2026-01-31T23:00+08:00=1 2026-02-01T00:00+08:00=1",
            await ChartAsync(admin, "by=hour&from=2026-01-31T15:30:00Z&to=2026-01-31T16:00:00.001Z"));
        Assert.Equal("b=2 a=1", await ChartAsync(admin, $"by=category&{Range}"));
        Assert.Equal("b=2", await ChartAsync(admin, $"by=category&category=b&{Range}"));
        Assert.Equal("k=2", await ChartAsync(admin, $"by=kind&{Range}"));

        var chart = await (await admin.GetAsync($"/api/records/case/chart?by=kind&{Range}")).JsonAsync();
        Assert.Equal((4, 0.5, "Asia/Shanghai"), ((int)chart["count"]!, (double)chart["missing"]!, (string)chart["timeZone"]!));
        Assert.Equal(("2026-01-30T16:00:00.000Z", "2026-02-03T16:00:00.000Z"), ((string)chart["from"]!, (string)chart["to"]!));
        Assert.Contains("(REC-8)", (string)chart["definition"]!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "[REC-8] every moment lies in the bucket of its start, before the next, and buckets of any zone follow each other without a gap")]
    public void Buckets() => Prop.ForAll(Gen.Choose(0, int.MaxValue).Two().ToArbitrary(), seeds =>
    {
        var random = new Random(HashCode.Combine(seeds.Item1, seeds.Item2));
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[random.Next(Zones.Length)]);
        var unit = LocalBuckets.Units[random.Next(LocalBuckets.Units.Count)];
        var buckets = new LocalBuckets(unit, zone);
        var ms = random.NextInt64(631_152_000_000, 1_893_456_000_000);

        var start = buckets.StartOf(ms);
        var next = buckets.StartAfter(start);

        Assert.True(start <= ms && ms < next, $"{unit} in {zone.Id}: {start} {ms} {next}");
        Assert.Equal((start, start), (buckets.StartOf(start), buckets.StartOf(next - 1)));
        Assert.Equal(next, buckets.StartOf(next));
        Assert.NotEqual(buckets.NameOf(start), buckets.NameOf(next));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Theory(DisplayName = "[REC-8] where clocks are set by half an hour, the hour in which they are is cut in two")]
    [InlineData("2011-04-02T14:59:59Z", "2011-04-02T14:00:00Z", "2011-04-02T15:00:00Z")] // From 02:00 back to 01:30.
    [InlineData("2011-04-02T15:10:00Z", "2011-04-02T15:00:00Z", "2011-04-02T15:30:00Z")]
    [InlineData("2011-04-02T15:40:00Z", "2011-04-02T15:30:00Z", "2011-04-02T16:30:00Z")]
    [InlineData("2011-10-01T15:20:00Z", "2011-10-01T14:30:00Z", "2011-10-01T15:30:00Z")] // From 02:00 on to 02:30.
    [InlineData("2011-10-01T15:59:00Z", "2011-10-01T15:30:00Z", "2011-10-01T16:00:00Z")]
    public void Half_hours(string moment, string start, string next)
    {
        static long Ms(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        var buckets = new LocalBuckets(LocalBuckets.Hour, TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe"));
        Assert.Equal((Ms(start), Ms(next)), (buckets.StartOf(Ms(moment)), buckets.StartAfter(Ms(start))));
    }

    [Theory(DisplayName = "[REC-4] times with and without an offset are read as written, the latter in the installation's zone; others are refused")]
    [InlineData("2026-11-27T08:30:00+08:00", "2026-11-27T00:30:00Z")]
    [InlineData("2026-11-27T00:30:00Z", "2026-11-27T00:30:00Z")]
    [InlineData("2026-11-27 08:30:00+09:00", "2026-11-26T23:30:00Z")]
    [InlineData("2026-11-27 08:30:00", "2026-11-27T00:30:00Z")]
    [InlineData("2026-11-27 08:30:00.25", "2026-11-27T00:30:00.25Z")]
    [InlineData("2026-11-27T08:30:00", "2026-11-27T00:30:00Z")]
    [InlineData("2026/11/27 8:30", "2026-11-27T00:30:00Z")]
    [InlineData("2026/1/7 8:3:5", "2026-01-07T00:03:05Z")]
    [InlineData("2026年11月27日 8:30", "2026-11-27T00:30:00Z")]
    [InlineData("2026-11-27", "2026-11-26T16:00:00Z")]
    [InlineData("1990-01-01 08:00:00", "1990-01-01T00:00:00Z")]
    [InlineData("1989-12-31 08:00:00", null)]
    [InlineData("2101-01-02 08:00:00", null)]
    [InlineData("2026-02-29 08:00:00", null)]
    [InlineData("27.11.2026 08:30", null)]
    [InlineData("11/27/2026 08:30", null)]
    [InlineData("08:30", null)]
    [InlineData("1772414430", null)]
    public void Times(string text, string? utc)
    {
        var isRead = LocalTime.TryRead(text, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), out var ms);
        Assert.Equal(Moment(utc), isRead ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null);
    }

    [Theory(DisplayName = "[REC-4] a time that the clocks skip is refused, and of one that they show twice the later counts")]
    [InlineData("2026-03-08 02:30:00", null)]
    [InlineData("2026-11-01 01:30:00", "2026-11-01T06:30:00Z")]
    public void Clock_changes(string text, string? utc)
    {
        var isRead = LocalTime.TryRead(text, TimeZoneInfo.FindSystemTimeZoneById("America/New_York"), out var ms);
        Assert.Equal(Moment(utc), isRead ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null);
    }

    private static DateTimeOffset? Moment(string? utc) => utc is null ? null : DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture);

    private static async Task<string> ChartAsync(HttpClient client, string query)
    {
        var chart = await (await client.GetAsync($"/api/records/case/chart?{query}")).JsonAsync();
        return string.Join(' ', chart["items"]!.AsArray().Select(item => $"{item!["key"]}={item["count"]}"));
    }
}

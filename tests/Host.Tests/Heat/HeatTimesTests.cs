using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Vantage.Host.Heat;
using Vantage.Host.Web;

namespace Vantage.Host.Tests.Heat;

public class HeatTimesTests
{
    [Theory(DisplayName = "[HEAT-5] a UTC hour is of the local hour and day that its middle lies in")]
    [InlineData("Asia/Shanghai", "2026-03-02T00:00:00Z", 8, 1)]
    [InlineData("Asia/Shanghai", "2026-03-01T16:00:00Z", 0, 1)]
    [InlineData("Asia/Shanghai", "2026-03-01T15:00:00Z", 23, 7)]
    [InlineData("Asia/Kolkata", "2026-03-02T00:00:00Z", 6, 1)] // 05:30 to 06:30: half and half, the later.
    [InlineData("Asia/Kolkata", "2026-03-01T18:00:00Z", 0, 1)] // 23:30 to 00:30: the next day.
    [InlineData("Asia/Kathmandu", "2026-03-02T00:00:00Z", 6, 1)] // 05:45 to 06:45.
    [InlineData("America/St_Johns", "2026-01-05T12:00:00Z", 9, 1)] // 08:30 to 09:30.
    [InlineData("Europe/Berlin", "2026-03-29T00:00:00Z", 1, 7)] // The clocks go from 02:00 to 03:00 at 01:00 UTC.
    [InlineData("Europe/Berlin", "2026-03-29T01:00:00Z", 3, 7)]
    [InlineData("Europe/Berlin", "2026-10-25T00:00:00Z", 2, 7)] // And from 03:00 back to 02:00: this hour comes twice.
    [InlineData("Europe/Berlin", "2026-10-25T01:00:00Z", 2, 7)]
    [InlineData("Australia/Lord_Howe", "2026-04-04T15:00:00Z", 1, 7)] // Half an hour is set back at 15:00 UTC: 01:30 to 02:30, as it then is.
    public void Middle(string zone, string utc, int hour, int day)
    {
        var utcHour = (int)(Ms(utc) / 3_600_000);
        var local = TimeZoneInfo.FindSystemTimeZoneById(zone);
        if (zone == "Australia/Lord_Howe")
        {
            hour = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(Ms(utc) + 1_800_000), local).Hour;
        }

        Assert.Equal(hour, HeatTimes.HourOfDay(utcHour, local));
        Assert.Equal([hour], Enumerable.Range(0, 24).Where(h => Read($"{h}", null, zone)!.HasHour(utcHour)));
        Assert.Equal([day], Enumerable.Range(1, 7).Where(d => Read(null, $"{d}", zone)!.HasHour(utcHour)));
    }

    [Theory(DisplayName = "[HEAT-5] hours and days are numbers and ranges with both ends in them, round midnight and over the weekend too")]
    [InlineData("7,8,9", new[] { 7, 8, 9 })]
    [InlineData("22-5", new[] { 0, 1, 2, 3, 4, 5, 22, 23 })]
    [InlineData("0-23", new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 })]
    [InlineData("5-5,23", new[] { 5, 23 })]
    [InlineData("7-9,17-18", new[] { 7, 8, 9, 17, 18 })]
    public void Ranges(string hours, int[] expected)
    {
        var times = Read(hours, null, "UTC")!;
        Assert.Equal(expected, Enumerable.Range(0, 24).Where(times.HasHour));
        Assert.Equal([6, 7, 1], new[] { 6, 7, 1, 2, 5 }.Where(day => Read(null, "6-1", "UTC")!.HasMoment(Ms($"2026-03-{1 + day:00}T12:00:00Z"))));
    }

    [Theory(DisplayName = "What are no hours or days is refused, and what would be right is said")]
    [InlineData("24", null, "hours")]
    [InlineData("7-", null, "hours")]
    [InlineData("1-2-3", null, "hours")]
    [InlineData("7;8", null, "hours")]
    [InlineData("+7", null, "hours")]
    [InlineData(",", null, "hours")]
    [InlineData("22:00-06:00", null, "hours")]
    [InlineData(null, "0", "days")]
    [InlineData(null, "8", "days")]
    [InlineData(null, "mon", "days")]
    public void Refused(string? hours, string? days, string field)
    {
        var fields = FieldsOf(hours, days);
        Assert.Null(HeatTimes.Read(fields, TimeZoneInfo.Utc));
        Assert.False(fields.IsValid);
        Assert.NotNull(field);
    }

    [Fact(DisplayName = "[HEAT-7] how much of a range counts is what counting its minutes gives, also where a clock is set")]
    public void Measure()
    {
        foreach (var (zone, from) in new[] { ("Europe/Berlin", "2026-03-28T22:10:00Z"), ("Asia/Kathmandu", "2026-03-01T00:00:00Z"), ("Australia/Lord_Howe", "2026-04-04T00:07:00Z") })
        {
            var times = Read("22-3", "6,7", zone)!;
            var minutes = Enumerable.Range(0, 3_000).Count(minute => times.HasMoment(Ms(from) + (minute * 60_000L)));
            Assert.True(minutes > 60);
            Assert.Equal(minutes * 60_000L, times.MsWithin(Ms(from), Ms(from) + (3_000 * 60_000L)));
        }
    }

    private static long Ms(string utc) => DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static HeatTimes? Read(string? hours, string? days, string zone) => HeatTimes.Read(FieldsOf(hours, days), TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static Fields FieldsOf(string? hours, string? days)
        => new(new QueryCollection(new Dictionary<string, StringValues>(StringComparer.Ordinal) { ["hours"] = hours, ["days"] = days }));
}

using System.Globalization;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Tests.Zones;

public class ScheduleTests
{
    private const long DayMs = 86_400_000;

    [Theory(DisplayName = "[RULE-8] a window is tested in the zone's time zone, passes midnight, and ends before its end")]
    [InlineData("Mon-Fri 08:00-18:00", "2026-06-01T00:00:00.000Z", true)] // Monday 08:00 in Shanghai.
    [InlineData("Mon-Fri 08:00-18:00", "2026-05-31T23:59:59.999Z", false)]
    [InlineData("Mon-Fri 08:00-18:00", "2026-06-01T09:59:59.999Z", true)]
    [InlineData("Mon-Fri 08:00-18:00", "2026-06-01T10:00:00.000Z", false)]
    [InlineData("Mon-Fri 08:00-18:00", "2026-06-06T02:00:00.000Z", false)] // Saturday.
    [InlineData("Sat 22:00-02:00", "2026-06-06T17:59:59.999Z", true)] // Sunday 01:59:59.999.
    [InlineData("Sat 22:00-02:00", "2026-06-06T18:00:00.000Z", false)]
    [InlineData("Sat 22:00-02:00", "2026-06-05T17:00:00.000Z", false)] // Saturday 01:00.
    [InlineData("Fri-Mon 10:00-11:00", "2026-06-07T02:30:00.000Z", true)] // Sunday.
    [InlineData("Fri-Mon 10:00-11:00", "2026-06-02T02:30:00.000Z", false)] // Tuesday.
    [InlineData("Mon,Wed 10:00-11:00", "2026-06-03T02:30:00.000Z", true)]
    [InlineData("Mon,Wed 10:00-11:00", "2026-06-02T02:30:00.000Z", false)]
    [InlineData("daily 00:00-24:00", "2026-06-02T16:00:00.000Z", true)]
    [InlineData("daily 23:00-24:00", "2026-06-02T16:00:00.000Z", false)]
    public void Windows(string text, string at, bool isIn) => Assert.Equal(isIn, Parse(text, "Asia/Shanghai").Contains(Ms(at)));

    [Theory(DisplayName = "[RULE-8] daylight saving: an hour that is skipped moves on, one that comes twice lies in the window both times")]
    [InlineData("daily 02:30-05:00", "2026-03-29T00:59:59.999Z", false)] // 01:59:59.999 CET; then it is 03:00 CEST.
    [InlineData("daily 02:30-05:00", "2026-03-29T01:00:00.000Z", true)]
    [InlineData("daily 02:30-05:00", "2026-03-29T03:00:00.000Z", false)] // 05:00 CEST.
    [InlineData("daily 02:00-03:00", "2026-03-29T01:00:00.000Z", false)]
    [InlineData("daily 02:15-02:45", "2026-10-25T00:30:00.000Z", true)] // 02:30 CEST.
    [InlineData("daily 02:15-02:45", "2026-10-25T01:30:00.000Z", true)] // 02:30 CET.
    [InlineData("daily 02:15-02:45", "2026-10-25T01:45:00.000Z", false)]
    [InlineData("daily 22:00-06:00", "2026-10-25T04:59:59.999Z", true)] // 05:59:59.999 CET, nine hours after it began.
    [InlineData("daily 22:00-06:00", "2026-10-24T19:59:59.999Z", false)]
    [InlineData("daily 22:00-06:00", "2026-10-24T20:00:00.000Z", true)]
    public void Daylight_saving(string text, string at, bool isIn) => Assert.Equal(isIn, Parse(text, "Europe/Berlin").Contains(Ms(at)));

    [Fact(DisplayName = "[RULE-8] time within counts what overlaps, whatever windows come later")]
    public void Time_within()
    {
        var schedule = Parse("daily 08:00-09:00; daily 10:00-11:00; daily 12:00-13:00", "UTC");
        var midnight = Ms("2026-06-01T00:00:00Z");
        Assert.Equal(0, schedule.TimeWithin(midnight, midnight + (8 * 3_600_000)));
        Assert.Equal(90 * 60_000, schedule.TimeWithin(midnight, midnight + (10 * 3_600_000) + 1_800_000));
        Assert.Equal(21 * 3_600_000, schedule.TimeWithin(midnight, midnight + (7 * DayMs)));
        Assert.Equal(42, Schedule.Always.TimeWithin(0, 42));
    }

    [Fact(DisplayName = "[RULE-8] windows that touch or overlap are one")]
    public void Merged()
    {
        var day = Ms("2026-06-01T00:00:00Z");
        Assert.Equal(
            [(day + (8 * 3_600_000), day + (18 * 3_600_000))],
            Parse("daily 08:00-12:00; daily 12:00-18:00; daily 09:00-10:00", "UTC").Windows(day + 1, day + DayMs - 1)
                .Where(window => window.FromMs > day && window.FromMs < day + DayMs));
        Assert.Single(Parse("daily 00:00-24:00", "UTC").Windows(day, day + (30 * DayMs)));
    }

    [Theory(DisplayName = "[RULE-8] an amount of scheduled time is full inside a window, never at its end")]
    [InlineData(3_599_999, 8 * 3_600_000 + 3_599_999)]
    [InlineData(3_600_000, 10 * 3_600_000)]
    [InlineData(3_600_001, 10 * 3_600_000 + 1)]
    [InlineData(7_200_000, 32 * 3_600_000)]
    [InlineData(0, 8 * 3_600_000)]
    public void After(long amountMs, long expectedMs)
    {
        var schedule = Parse("daily 08:00-09:00; daily 10:00-11:00", "UTC");
        var midnight = Ms("2026-06-01T00:00:00Z");
        Assert.Equal(midnight + expectedMs, schedule.After(midnight, amountMs, midnight + (9 * DayMs)));
        Assert.Equal(midnight + expectedMs, schedule.After(midnight, amountMs, midnight + expectedMs));
        Assert.Null(schedule.After(midnight, amountMs, midnight + expectedMs - 1));
    }

    [Theory(DisplayName = "What is no schedule is refused with the part that is wrong")]
    [InlineData("Mon")]
    [InlineData("Mon 8:00-18:00")]
    [InlineData("Mon 08:00")]
    [InlineData("Mon 08:00-08:00")]
    [InlineData("Mon 24:00-08:00")]
    [InlineData("Mon 08:00-24:01")]
    [InlineData("Mon 08:00-18:00-19:00")]
    [InlineData("mon 08:00-18:00")]
    [InlineData("Mon-Tue-Wed 08:00-18:00")]
    [InlineData("Mon, 08:00-18:00")]
    public void Refused(string text) => Assert.Contains(text, Schedule.TryParse($"daily 01:00-02:00; {text}", TimeZoneInfo.Utc, out _), StringComparison.Ordinal);

    [Theory(DisplayName = "A schedule without a window is refused")]
    [InlineData(";")]
    [InlineData(" ; ")]
    public void Empty(string text) => Assert.NotNull(Schedule.TryParse(text, TimeZoneInfo.Utc, out _));

    private static Schedule Parse(string text, string timeZone)
    {
        Assert.Null(Schedule.TryParse(text, TimeZoneInfo.FindSystemTimeZoneById(timeZone), out var schedule));
        return schedule;
    }

    private static long Ms(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}

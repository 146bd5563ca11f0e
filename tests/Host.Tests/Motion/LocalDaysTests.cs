using Vantage.Host.Motion;

namespace Vantage.Host.Tests.Motion;

public sealed class LocalDaysTests
{
    [Theory(DisplayName = "[MOT-11] days are cut at local midnight, and are as long as clocks that are put forward or back make them")]
    [InlineData("Asia/Shanghai", "2026-03-01T16:00Z", "2026-03-03T16:00Z", "2026-03-02 24, 2026-03-03 24")]
    [InlineData("Asia/Shanghai", "2026-03-01T20:00Z", "2026-03-02T17:00Z", "2026-03-02 20, 2026-03-03 1")]
    [InlineData("America/New_York", "2026-03-07T05:00Z", "2026-03-10T04:00Z", "2026-03-07 24, 2026-03-08 23, 2026-03-09 24")]
    [InlineData("America/New_York", "2026-10-31T04:00Z", "2026-11-03T05:00Z", "2026-10-31 24, 2026-11-01 25, 2026-11-02 24")]
    [InlineData("America/Sao_Paulo", "2018-11-03T03:00Z", "2018-11-05T02:00Z", "2018-11-03 24, 2018-11-04 23")] // Midnight itself was left out.
    [InlineData("America/Havana", "2026-10-31T04:00Z", "2026-11-02T05:00Z", "2026-10-31 24, 2026-11-01 25")] // The hour after midnight comes twice.
    [InlineData("Pacific/Apia", "2011-12-29T10:00Z", "2011-12-31T10:00Z", "2011-12-29 24, 2011-12-31 24")] // The 30th was left out.
    [InlineData("UTC", "2026-03-01T23:30Z", "2026-03-02T00:15Z", "2026-03-01 0.5, 2026-03-02 0.25")]
    public void Days(string zone, string from, string to, string days)
    {
        var cut = LocalDays.Of(Ms(from), Ms(to), TimeZoneInfo.FindSystemTimeZoneById(zone));
        var edges = cut.EdgesMs.ToArray();

        Assert.Equal((Ms(from), Ms(to)), (edges[0], edges[^1]));
        Assert.Equal(days, string.Join(", ", cut.Dates.Select((date, i)
            => FormattableString.Invariant($"{date:yyyy-MM-dd} {(edges[i + 1] - edges[i]) / 3_600_000.0:0.###}"))));
    }

    private static long Ms(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}

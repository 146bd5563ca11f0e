using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Host.Tests.Heat;

namespace Vantage.Host.Tests.Figures;

public sealed partial class FigureTests(SqliteHeatWeek week) : IClassFixture<SqliteHeatWeek>
{
    private const string Week = HeatWeek.Range;
    private const string Before = "againstFrom=2026-02-23T00:00:00Z&againstTo=2026-03-02T00:00:00Z";

    private static readonly string[] Layers = ["presence", "fixes", "records.complaint", "incidents"];

    /// <summary>Where figures are told: the route, and questions to it.</summary>
    private static readonly (string Route, string[] Questions)[] Doors =
    [
        ("/api/heatmaps/{layer}", [.. Layers.SelectMany(layer => new[] { $"/api/heatmaps/{layer}?{Week}", $"/api/heatmaps/{layer}?{Week}&format=geojson", $"/api/heatmaps/{layer}?{Week}&hours=8-9&days=1-5" }), $"/api/heatmaps/presence?{Week}&kind=officer"]),
        ("/api/heatmaps/{layer}/table", [.. Layers.SelectMany(layer => new[] { $"/api/heatmaps/{layer}/table?{Week}&by=street", $"/api/heatmaps/{layer}/table?{Week}&by=squad&{Before}" })]),
        ("/api/heatmaps/{layer}/rhythm", [.. Layers.Select(layer => $"/api/heatmaps/{layer}/rhythm?{Week}"), $"/api/heatmaps/fixes/rhythm?{Week}&by=street"]),
        ("/api/heatmaps/{layer}/compare", [.. Layers.Select(layer => $"/api/heatmaps/{layer}/compare?{Week}&{Before}")]),
        ("/api/heatmaps/{layer}/hotspots", [.. Layers.Select(layer => $"/api/heatmaps/{layer}/hotspots?{Week}&bbox=121.40,31.22,121.42,31.23")]),
        ("/api/heatmaps/{layer}/uncovered", [$"/api/heatmaps/records.complaint/uncovered?{Week}", $"/api/heatmaps/incidents/uncovered?{Week}&by=street"]),
        ("/api/records/{system}/points", [$"/api/records/complaint/points?{Week}"]),
        ("/api/records/{system}/chart", [.. new[] { "hour", "day", "week", "month", "category", "state", "street", "squad", "kind" }.Select(by => $"/api/records/complaint/chart?by={by}&{Week}")]),
        ("/api/units/{kind}/{key}/motion", [$"/api/units/vehicle/沪A1/motion?{Week}"]),
        ("/api/motion", [$"/api/motion?{Week}", $"/api/motion?{Week}&squad=天山"]),
        ("/api/roll-calls/summary", [$"/api/roll-calls/summary?{Week}"]),
    ];

    /// <summary>Tables that people take away: the same is told below their rows.</summary>
    private static readonly string[] Tables =
    [
        $"/api/heatmaps/presence?{Week}", $"/api/heatmaps/records.complaint/table?{Week}&by=street", $"/api/heatmaps/fixes/table?{Week}&by=street&{Before}", $"/api/heatmaps/presence/rhythm?{Week}",
        $"/api/heatmaps/fixes/compare?{Week}&{Before}", $"/api/heatmaps/presence/hotspots?{Week}&resolution=10", $"/api/heatmaps/records.complaint/uncovered?{Week}",
        $"/api/heatmaps/records.complaint/uncovered?{Week}&table=hours", $"/api/heatmaps/records.complaint/uncovered?{Week}&table=areas&by=street",
    ];

    [Fact(DisplayName = "[FIG-1] whatever tells a figure is among those that these tests ask")]
    public void All_doors()
    {
        var told = week.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/heatmaps", StringComparison.Ordinal)
                || endpoint.RoutePattern.RawText.EndsWith("/points", StringComparison.Ordinal)
                || endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(produces => produces.Type?.GetProperty("Definition") is not null))
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/')).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(Doors.Select(door => door.Route).Order(StringComparer.Ordinal), told);
    }

    [Fact(DisplayName = "[FIG-1] every figure comes with what it means in both languages and by which rule, the range, the count, and the share that is missing")]
    public async Task All_told()
    {
        foreach (var question in Doors.SelectMany(door => door.Questions))
        {
            var answer = await week.Admin.GetAsync(question);
            Assert.True(answer.IsSuccessStatusCode, $"{question}: {await answer.Content.ReadAsStringAsync()}");
            var figure = await answer.JsonAsync();
            Assert.True(Rule().IsMatch((string?)figure["definition"] ?? ""), $"{question}: {figure["definition"]}");
            Assert.True(ChineseRule().IsMatch((string?)figure["definitionZh"] ?? ""), $"{question}: {figure["definitionZh"]}");
            Assert.True(Moment((string?)figure["from"]) < Moment((string?)figure["to"]), question);
            Assert.True((long)figure["count"]! > 0 == !(question.Contains("incidents", StringComparison.Ordinal) || question.Contains("roll-calls", StringComparison.Ordinal)), $"{question}: {figure["count"]}");
            Assert.InRange((double)figure["missing"]!, 0, 1);
        }
    }

    [Fact(DisplayName = "[FIG-1] a table that is taken away says the same below its rows")]
    public async Task Tables_too()
    {
        foreach (var question in Tables)
        {
            var csv = Encoding.UTF8.GetString(await week.Admin.GetByteArrayAsync($"{question}&format=csv"));
            var foot = csv[csv.LastIndexOf("\r\n\r\n", StringComparison.Ordinal)..].Split("\r\n", StringSplitOptions.RemoveEmptyEntries).ToDictionary(row => row.Split(',')[0], row => row.Split(',', 2)[1]);
            Assert.All(["口径", "时间范围", "统计数量", "缺失比例"], name => Assert.True(foot.GetValueOrDefault(name) is { Length: > 0 }, $"{question}: {name}"));
        }
    }

    [Fact(DisplayName = "[FIG-1] [MOT-10] motion counts the fixes of its range, and what is missing is the time of which nothing is known")]
    public async Task Motion()
    {
        var one = await (await week.Admin.GetAsync($"/api/units/vehicle/沪A1/motion?{Week}")).JsonAsync();
        var track = await (await week.Admin.GetAsync($"/api/units/vehicle/沪A1/track?{Week}")).JsonAsync();
        var flags = track["flags"]!.AsArray().Select(flag => (int)flag!);
        Assert.Equal(flags.Count(flag => flag == 0), (int)one["count"]!);
        Assert.Equal((double)one["total"]!["noData"]! / TimeSpan.FromDays(7).TotalSeconds, (double)one["missing"]!, 1e-6);

        var all = await (await week.Admin.GetAsync($"/api/motion?{Week}&units=vehicle/沪A1,vehicle/沪A2")).JsonAsync();
        var other = await (await week.Admin.GetAsync($"/api/units/vehicle/沪A2/motion?{Week}")).JsonAsync();
        Assert.Equal((int)one["count"]! + (int)other["count"]!, (int)all["count"]!);
        Assert.Equal(((double)one["missing"]! + (double)other["missing"]!) / 2, (double)all["missing"]!, 2e-6);
    }

    private static DateTimeOffset Moment(string? text) => DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[A-Z].*\([A-Z]+-\d+.*\)\.", RegexOptions.None, 1000)]
    private static partial Regex Rule();

    [GeneratedRegex(@"^[\u4e00-\u9fff].*（[A-Z]+-\d+.*）。", RegexOptions.None, 1000)]
    private static partial Regex ChineseRule();
}

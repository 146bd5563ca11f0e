using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Vantage.Host.Tests.Motion;

/// <summary>The table of units and days. A host of its own: it counts what there is.</summary>
public sealed class MotionOfManyTests : IAsyncLifetime
{
    private const string Days = "from=2026-03-01T16:00:00Z&to=2026-03-03T16:00:00Z";
    private static readonly DateTimeOffset Morning = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;
    private string _mark = "";

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync();
        _admin = await _host.SignedInAsync();
        foreach (var (unit, name, squad) in new[] { ("officer/a", "李明", "tianshan"), ("officer/b", "张伟", "xinhua"), ("vehicle/c", "沪A1", "tianshan") })
        {
            (await _admin.PutAsJsonAsync("/api/units/" + unit, new { name, squad })).EnsureSuccessStatusCode();
            _mark = await _admin.PostAsync(new Drive(unit, Morning).Fix().Rest(10).Go(2000).Reports);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Theory(DisplayName = "A row a unit and day, of those that are named, of a kind and of a squad")]
    [InlineData("", "officer/a 2026-03-02 2000, officer/a 2026-03-03 0, officer/b 2026-03-02 2000, officer/b 2026-03-03 0, vehicle/c 2026-03-02 2000, vehicle/c 2026-03-03 0")]
    [InlineData("&kind=vehicle", "vehicle/c 2026-03-02 2000, vehicle/c 2026-03-03 0")]
    [InlineData("&squad=tianshan&kind=officer", "officer/a 2026-03-02 2000, officer/a 2026-03-03 0")]
    [InlineData("&units=vehicle/c,officer/b&squad=xinhua", "officer/b 2026-03-02 2000, officer/b 2026-03-03 0")]
    [InlineData("&squad=nobody", "")]
    public async Task Rows(string query, string rows)
    {
        var list = await ListAsync(_admin, query);

        Assert.Equal(rows, string.Join(", ", list["items"]!.AsArray().Select(row => $"{row!["unit"]} {row["date"]} {Math.Round((double)row["distance"]!)}")));
        Assert.All(list["items"]!.AsArray(), row => Assert.Equal(86_400, (double)row!["moving"]! + (double)row["idle"]! + (double)row["noData"]!));
    }

    [Fact(DisplayName = "A row is what the unit's own motion says of the day")]
    public async Task As_one()
    {
        var row = (await ListAsync(_admin, "&units=officer/a"))["items"]![0]!.AsObject();
        var motion = await (await _admin.GetAsync($"/api/units/officer/a/motion?{Days}")).JsonAsync();

        Assert.Equal(("李明", "officer", "tianshan"), ((string)row["name"]!, (string)row["kind"]!, (string)row["squad"]!));
        foreach (var (name, value) in motion["days"]![0]!.AsObject())
        {
            Assert.Equal(value!.ToJsonString(), row[name]!.ToJsonString());
        }
    }

    [Fact(DisplayName = "Pages are of whole units, and together they are the list; CSV has no pages")]
    public async Task Pages()
    {
        var all = (await ListAsync(_admin, ""))["items"]!.AsArray().Select(row => row!.ToJsonString()).ToArray();
        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var page = await ListAsync(_admin, "&limit=2" + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor)));
            paged.AddRange(page["items"]!.AsArray().Select(row => row!.ToJsonString()));
            cursor = (string?)page["cursor"];
        }
        while (cursor is not null);

        Assert.Equal(all, paged);
        var csv = await _admin.GetStringAsync($"/api/motion?{Days}&format=csv&limit=1");
        var lines = csv.TrimStart('\uFEFF').Split("\r\n");
        Assert.Equal("unit,name,kind,squad,date,distance,moving,idle,noData,trips,stops,damaged", lines[0]);
        Assert.StartsWith("officer/a,李明,officer,tianshan,2026-03-02,200", lines[1], StringComparison.Ordinal);
        Assert.Equal((1 + 6 + 1, ""), (lines.Length, lines[^1]));
    }

    [Fact(DisplayName = "Motion is looked at as tracks are: by those with the right, within its reach, and on record, unit by unit")]
    public async Task Rights()
    {
        using var statistics = await _host.AtPostAsync("statistics");
        using var room = await _host.AtPostAsync("squad-room@tianshan");
        using var watch = await _host.AtPostAsync("watch");

        foreach (var path in new[] { $"/api/units/officer/a/motion?{Days}", $"/api/motion?{Days}" })
        {
            Assert.Equal("tracks.read", (string)(await (await statistics.GetAsync(path)).ProblemAsync(HttpStatusCode.Forbidden))["right"]!);
            (await watch.GetAsync(path)).EnsureSuccessStatusCode();
            Assert.Equal("tracks.export", (string)(await (await watch.GetAsync(path + "&format=csv")).ProblemAsync(HttpStatusCode.Forbidden))["right"]!);
        }

        var own = await (await room.GetAsync($"/api/motion?{Days}")).JsonAsync();
        Assert.Equal(["officer/a", "vehicle/c"], own["items"]!.AsArray().Select(row => (string)row!["unit"]!).Distinct());
        await (await room.GetAsync($"/api/motion?{Days}&units=officer/a,officer/b")).ProblemAsync(HttpStatusCode.Forbidden);
        await (await room.GetAsync($"/api/units/officer/b/motion?{Days}")).ProblemAsync(HttpStatusCode.Forbidden);
        (await _admin.GetAsync($"/api/motion?{Days}&kind=vehicle&format=csv")).EnsureSuccessStatusCode();

        var record = (await (await _admin.GetAsync("/api/audit?limit=100")).JsonAsync())["items"]!.AsArray()
            .Select(entry => $"{entry!["who"]} {entry["action"]} {entry["subject"]} {entry["allowed"]!.GetValue<bool>()}").Reverse().ToArray();
        Assert.Equal(
        [
            "at-squad-room-tianshan tracks.read officer/a True", "at-squad-room-tianshan tracks.read officer/b False",
            "at-squad-room-tianshan tracks.read officer/b False", "at-squad-room-tianshan tracks.read vehicle/c True",
        ], record.Where(entry => entry.StartsWith("at-squad", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(2, record.Count(entry => entry == "at-watch tracks.read officer/a True"));
        Assert.Equal(1, record.Count(entry => entry == "at-watch tracks.read officer/b True"));
        Assert.Equal(["admin tracks.export vehicle/c True"], record.Where(entry => entry.StartsWith("admin", StringComparison.Ordinal)));
    }

    private async Task<JsonNode> ListAsync(HttpClient client, string query)
        => await (await client.GetAsync($"/api/motion?{Days}&after={_mark}{query}")).JsonAsync();
}

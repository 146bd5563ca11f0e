using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Actors.History;
using Vantage.Host.Wall;
using Vantage.Support;

namespace Vantage.Host.Tests.Wall;

/// <summary>What stays on the wall's board of breaches, what goes, and what a line holds.</summary>
public sealed class BoardTests : IAsyncLifetime
{
    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync();
        _admin = await _host.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Fact(DisplayName = "A breach that a late fix undoes stays as a line of its own, corrected, with when; it is not counted as open")]
    public async Task Corrected()
    {
        await using var screen = await ShowAsync();
        await DwellAsync("officer/1");
        await LineAsync(screen, line => TypeOf(line) == "dwell" && StateOf(line) != "retracted");
        await CorrectAsync("officer/1");

        var line = await LineAsync(screen, line => StateOf(line) == "retracted");

        Assert.Equal(("dwell", "officer/1"), (TypeOf(line), (string)line["breach"]!["unit"]!));
        Assert.NotNull(line["breach"]!["retractedAt"]);
        await screen.NextAsync("summary", summary => (int)summary["openBreaches"]! == 2); // Two entries, and no dwell.

        await using var later = await ShowAsync(); // A page that is opened anew.
        await LineAsync(later, line => StateOf(line) == "retracted");
    }

    [Fact(DisplayName = "Of more breaches than the board holds it has those that began last, in whatever order they come; one that goes leaves a place")]
    public void Full()
    {
        var board = _host.Services.GetRequiredService<BreachBoard>();
        var breaches = Enumerable.Range(0, BreachBoard.MaxOpen + 5_000).Select(i => new Breach
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{i:x32}"),
            Zone = "park",
            Rule = "in",
            Type = "enter",
            Level = "info",
            StartedAtMs = i / 3 * 1_000,
            Why = new BreachReason(null, null, null, null, null, null, null, 1),
        }).ToArray();
        var mixed = breaches.ToArray();
        new Random(7).Shuffle(mixed);

        foreach (var breach in mixed.Concat(mixed[..1_000])) // Some of them change.
        {
            board.Apply(breach);
        }

        Assert.Equal(breaches[5_000..].Select(breach => breach.Id), board.Open.Select(entry => entry.Breach.Id).Order(StringComparer.Ordinal));
        board.Apply(breaches[^1] with { State = BreachState.Retracted, RetractedAtMs = 0 });
        board.Apply(breaches[0]);
        Assert.Equal(
            breaches[5_000..^1].Select(breach => breach.Id).Prepend(breaches[0].Id), board.Open.Select(entry => entry.Breach.Id).Order(StringComparer.Ordinal));
    }

    [Theory(DisplayName = "Whoever signed for a breach before sees that it was corrected; taken note of, it goes")]
    [InlineData(false, "acknowledge")]
    [InlineData(true, "handle")]
    public async Task Acknowledged_before(bool isAcknowledgedBefore, string takesNote)
    {
        await using var screen = await ShowAsync();
        await DwellAsync("officer/1");
        var id = (string)(await LineAsync(screen, line => TypeOf(line) == "dwell"))["breach"]!["id"]!;
        if (isAcknowledgedBefore)
        {
            (await _admin.PostAsJsonAsync($"/api/breaches/{id}/actions/acknowledge", new { })).EnsureSuccessStatusCode();
        }

        await CorrectAsync("officer/1");
        var line = await LineAsync(screen, line => StateOf(line) == "retracted");
        Assert.Equal(isAcknowledgedBefore ? "acknowledged" : null, (string?)line["breach"]!["handling"]?["state"]);

        (await _admin.PostAsJsonAsync($"/api/breaches/{id}/actions/{takesNote}", new { })).EnsureSuccessStatusCode();

        await screen.NextAsync("breaches", news => news["removed"]!.AsArray().Any(key => (string)key! == (string)line["key"]!));
    }

    [Fact(DisplayName = "A corrected breach is on the board after a restart, too; one that was settled before is not")]
    public async Task Restarted()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-board-").FullName;
        await using (var first = await HostUnderTest.StartAsync(folder: folder))
        {
            using var admin = await first.SignedInAsync();
            await DwellAsync("officer/1", admin);
            await DwellAsync("officer/2", admin);
            var settled = (await BoardAsync(admin, "rule=stay&unit=officer/2"))[0]!;
            (await admin.PostAsJsonAsync($"/api/breaches/{settled["id"]}/actions/handle", new { })).EnsureSuccessStatusCode();
            await CorrectAsync("officer/1", admin);
            await CorrectAsync("officer/2", admin);
        }

        await using (var second = await HostUnderTest.StartAsync(folder: folder))
        {
            using var admin = await second.SignedInAsync();
            await using var screen = await ShowAsync(second);

            var line = await LineAsync(screen, line => StateOf(line) == "retracted");

            Assert.Equal("officer/1", (string)line["breach"]!["unit"]!);
            Assert.Equal(["officer/1"], (await BoardAsync(admin, "corrected=true")).Select(breach => (string)breach!["unit"]!));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact(DisplayName = "Corrected lines take only the places that open ones leave")]
    public async Task Open_ones_first()
    {
        await using var screen = await ShowAsync();
        await DwellAsync("officer/1");
        await CorrectAsync("officer/1");
        await LineAsync(screen, line => StateOf(line) == "retracted");
        for (var zone = 0; zone < 20; zone++)
        {
            await PutCircleAsync($"other-{zone}", 121.6, new { key = "in", type = "enter" });
        }

        await ReportAsync(_admin, "officer/2", 121.6, -10);
        await using var later = await ShowAsync();

        var news = await later.NextAsync("breaches", news => news["lines"]!.AsArray().Count(line => (string)line!["breach"]!["unit"]! == "officer/2") >= 18);

        Assert.InRange(news["lines"]!.AsArray().Count, 18, 20);
        Assert.DoesNotContain(news["lines"]!.AsArray(), line => StateOf(line!) == "retracted");
    }

    [Fact(DisplayName = "All breaches of a folded line are handled by one call; what began later, and other lines, are left")]
    public async Task Whole_line()
    {
        await PutCircleAsync("a", 121.42, new { key = "in", type = "enter" });
        await PutCircleAsync("b", 121.42, new { key = "in", type = "enter" });
        for (var unit = 0; unit < 10; unit++)
        {
            await ReportAsync(_admin, $"officer/{unit}", 121.42, -100 - unit);
        }

        var newest = (string)(await BoardAsync(_admin, "zone=a"))[0]!["startedAt"]!;
        await ReportAsync(_admin, "officer/late", 121.42, -10);
        Assert.Equal(11, (await BoardAsync(_admin, "zone=a")).Count);

        var answer = await (await _admin.PostAsJsonAsync("/api/breaches/actions/handle", new { zone = "a", rule = "in", newest, note = "已处置" })).JsonAsync();

        Assert.Equal(10, (int)answer["breaches"]!);
        Assert.Equal("officer/late", (string)Assert.Single(await BoardAsync(_admin, "zone=a"))!["unit"]!);
        Assert.Equal(11, (await BoardAsync(_admin, "zone=b")).Count);
        var all = await (await _admin.GetAsync("/api/breaches?zone=a&unit=officer/3&after=" + _mark)).JsonAsync();
        var handling = all["items"]![0]!["handling"]!;
        Assert.Equal(("handled", "已处置"), ((string)handling["state"]!, (string)handling["note"]!));
        Assert.NotNull(handling["by"]);
    }

    [Fact(DisplayName = "A line of 10,000 breaches is handled by one call")]
    public async Task Storm()
    {
        const int Units = 10_000;
        await PutCircleAsync("storm", 121.42, new { key = "in", type = "enter" });
        var time = Time(-60);
        foreach (var some in Enumerable.Range(0, Units).Chunk(1000))
        {
            await PostAsync(_admin, some.Select(unit => (object)new { unit = $"officer/s{unit}", lon = 121.42, lat = 31.22, time }));
        }

        (await _admin.GetAsync("/api/units?limit=1&after=" + _mark)).EnsureSuccessStatusCode();
        await using var screen = await ShowAsync();
        var line = await LineAsync(screen, line => (int)line["count"]! == Units);
        Assert.Equal(Units, (int)line["unacknowledged"]!);

        var answer = await (await _admin.PostAsJsonAsync("/api/breaches/actions/false-alarm", new { zone = "storm", rule = "in", note = "演练" })).JsonAsync();

        Assert.Equal(Units, (int)answer["breaches"]!);
        await screen.NextAsync("breaches", news => news["removed"]!.AsArray().Any(key => (string)key! == (string)line["key"]!));
        await screen.NextAsync("summary", summary => (int)summary["openBreaches"]! == 0);
    }

    [Fact(DisplayName = "Handling a line needs the right to handle, reaches no further than the right does, and all that is wrong is named")]
    public async Task Rights()
    {
        await PutCircleAsync("a", 121.42, new { key = "in", type = "enter" });
        (await _admin.PutAsJsonAsync("/api/units/officer/own", new { name = "Own", squad = "tianshan" })).EnsureSuccessStatusCode();
        (await _admin.PutAsJsonAsync("/api/units/officer/other", new { name = "Other", squad = "xinhua" })).EnsureSuccessStatusCode();
        await ReportAsync(_admin, "officer/own", 121.42, -10);
        await ReportAsync(_admin, "officer/other", 121.42, -10);
        using var statistics = await _host.AtPostAsync("statistics");
        using var room = await _host.AtPostAsync("squad-room@tianshan");

        await (await statistics.PostAsJsonAsync("/api/breaches/actions/handle", new { zone = "a", rule = "in" })).ProblemAsync(HttpStatusCode.Forbidden);
        var answer = await (await room.PostAsJsonAsync("/api/breaches/actions/handle", new { zone = "a", rule = "in" })).JsonAsync();

        Assert.Equal(1, (int)answer["breaches"]!);
        Assert.Equal("officer/other", (string)Assert.Single(await BoardAsync(_admin, "zone=a"))!["unit"]!);
        var problem = await (await _admin.PostAsJsonAsync("/api/breaches/actions/handle", new { note = 1, newest = "now" })).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["newest", "note", "rule", "zone"], problem.ErrorFields());
        await (await _admin.PostAsJsonAsync("/api/breaches/actions/forget", new { zone = "a", rule = "in" })).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact(DisplayName = "The episodes of a line are listed newest first, page by page")]
    public async Task Episodes()
    {
        await PutCircleAsync("a", 121.42, new { key = "in", type = "enter" });
        for (var unit = 0; unit < 5; unit++)
        {
            await ReportAsync(_admin, $"officer/{unit}", 121.42, -100 + unit);
        }

        var first = await (await _admin.GetAsync("/api/breaches/board?zone=a&rule=in&limit=3")).JsonAsync();
        var second = await (await _admin.GetAsync($"/api/breaches/board?zone=a&rule=in&limit=3&cursor={first["cursor"]}")).JsonAsync();

        Assert.Equal(
            ["officer/4", "officer/3", "officer/2", "officer/1", "officer/0"],
            first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(breach => (string)breach!["unit"]!));
        Assert.Null(second["cursor"]);
    }

    private string _mark = "";

    // Outside, inside, inside for longer than may be: an entry and a dwell.
    private async Task DwellAsync(string unit, HttpClient? client = null)
    {
        await PutCircleAsync("park", 121.42, [new { key = "stay", type = "dwell", after = 60 }, new { key = "in", type = "enter" }], client);
        await ReportAsync(client ?? _admin, unit, 121.45, -300);
        await ReportAsync(client ?? _admin, unit, 121.42, -200);
        await ReportAsync(client ?? _admin, unit, 121.42, -100);
    }

    // It had been outside meanwhile: two visits, neither long enough.
    private Task CorrectAsync(string unit, HttpClient? client = null) => ReportAsync(client ?? _admin, unit, 121.425, -150);

    private Task PutCircleAsync(string key, double lon, object rule) => PutCircleAsync(key, lon, [rule]);

    private async Task PutCircleAsync(string key, double lon, object[] rules, HttpClient? client = null)
    {
        var feature = new
        {
            type = "Feature",
            geometry = new { type = "Point", coordinates = new[] { lon, 31.22 } },
            properties = new { name = key, radius = 200, effectiveFrom = "2026-01-01T00:00:00Z", rules },
        };
        (await (client ?? _admin).PutAsJsonAsync($"/api/zones/{key}", feature)).EnsureSuccessStatusCode();
    }

    private async Task ReportAsync(HttpClient client, string unit, double lon, int second)
    {
        await PostAsync(client, [new { unit, lon, lat = 31.22, time = Time(second) }]);
        (await client.GetAsync("/api/breaches?limit=1&after=" + _mark)).EnsureSuccessStatusCode();
    }

    private async Task PostAsync(HttpClient client, IEnumerable<object> reports)
    {
        var answer = await client.PostAsJsonAsync("/api/positions", reports);
        answer.EnsureSuccessStatusCode();
        _mark = answer.Headers.GetValues("Vantage-Watermark").Single();
    }

    private static async Task<JsonArray> BoardAsync(HttpClient client, string query)
        => (await (await client.GetAsync("/api/breaches/board?" + query)).JsonAsync())["items"]!.AsArray();

    private static string Time(int second)
        => DateTimeOffset.UtcNow.AddSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string TypeOf(JsonNode line) => (string)line["breach"]!["type"]!;

    private static string StateOf(JsonNode line) => (string)line["breach"]!["state"]!;

    private static async Task<JsonNode> LineAsync(HubClient screen, Func<JsonNode, bool> which)
    {
        var news = await screen.NextAsync("breaches", news => news["lines"]!.AsArray().Any(line => which(line!)));
        return news["lines"]!.AsArray().First(line => which(line!))!;
    }

    private Task<HubClient> ShowAsync() => ShowAsync(_host);

    private static async Task<HubClient> ShowAsync(HostUnderTest host)
    {
        var screen = await HubClient.ConnectAsync(host.Address, await host.TokenAsync("read"));
        await screen.HelloAsync();
        return screen;
    }
}

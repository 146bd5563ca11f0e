using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Actors.Incidents;
using Vantage.Actors.Runtime;
using Vantage.Host.Situations;
using Vantage.Support;

namespace Vantage.Host.Tests.Incidents;

public sealed class DispatchTests : IAsyncLifetime
{
    private string _folder = null!;
    private HostUnderTest _host = null!;
    private HttpClient _chief = null!;

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("vantage-host-").FullName;
        await StartAsync();
        await RegisterAsync("officer/0132", "张伟", "tianshan");
        await RegisterAsync("vehicle/v1", "天山1号车", "tianshan");
        await RegisterAsync("vehicle/v2", "虹桥2号车", "hongqiao");
    }

    public async ValueTask DisposeAsync()
    {
        _chief.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact(DisplayName = "[INC-2] [ORD-1] [ORD-5] an incident is reported, a unit is sent, accepts, arrives; closing frees it; every step has who and when, and a restart forgets nothing")]
    public async Task Life()
    {
        var incident = await ReportAsync("占道设摊");
        Assert.Equal(("new", "street-vending", "warning", "person"), (Text(incident, "state"), Text(incident, "kind"), Text(incident, "level"), Text(incident, "source")));

        var sent = await (await DispatchAsync(incident, new { units = new[] { "vehicle/v1" }, note = "请速到" })).JsonAsync();
        Assert.Equal(("given", 1), (Text(sent["results"]![0]!, "outcome"), (int)sent["results"]![0]!["order"]!));
        Assert.Equal("dispatched", Text(sent["incident"]!, "state"));
        var unit = await (await _chief.GetAsync("/api/units/vehicle/v1")).JsonAsync();
        Assert.Equal((Text(incident, "key"), "占道设摊", "given", 1), (Text(unit["orders"]![0]!, "incident"), Text(unit["orders"]![0]!, "title"), Text(unit["orders"]![0]!, "step"), (int)unit["ordersVersion"]!));

        Assert.Equal("accepted", Text(await StepAsync(incident, "accept", "vehicle/v1"), "state"));
        Assert.Equal("arrived", Text(await StepAsync(incident, "arrive", "vehicle/v1"), "state"));
        await _host.DisposeAsync();
        await StartAsync();
        var closed = await StepAsync(incident, "close", null, "已劝离");
        Assert.Equal(("closed", "已劝离"), (Text(closed, "state"), Text(closed, "closingNote")));
        var order = Assert.Single(closed["orders"]!.AsArray())!;
        Assert.Equal(["given", "accepted", "arrived", "released"], order["moments"]!.AsArray().Select(moment => Text(moment!, "step")));
        Assert.Equal(["at-duty-chief", "at-duty-chief", "at-duty-chief", null], order["moments"]!.AsArray().Select(moment => (string?)moment!["by"]));
        Assert.Equal("请速到", Text(order["moments"]![0]!, "note"));
        Assert.Empty((await (await _chief.GetAsync("/api/units/vehicle/v1")).JsonAsync())["orders"]!.AsArray());

        foreach (var late in new[] { await DispatchAsync(incident, new { units = new[] { "vehicle/v2" } }), await _chief.GetAsync(PreviewPath(incident, "vehicle/v2")) })
        {
            var problem = await late.ProblemAsync(HttpStatusCode.Conflict);
            Assert.Equal((Text(closed, "closedAt"), "at-duty-chief"), (Text(problem, "closedAt"), Text(problem, "closedBy")));
        }

        Assert.Equal(Text(closed, "key"), Text(Assert.Single(await ItemsAsync("/api/incidents?open=false"))!, "key"));
        Assert.Empty(await ItemsAsync("/api/incidents?open=true"));
    }

    [Fact(DisplayName = "[ORD-2] [ORD-3] a unit that another dispatcher has sent meanwhile is not sent over his head, and a busy one only by who says that he knows")]
    public async Task Two_dispatchers()
    {
        var (first, second) = (await ReportAsync("占道设摊"), await ReportAsync("跨门经营"));
        var version = (long)(await (await _chief.GetAsync("/api/units/vehicle/v1")).JsonAsync())["ordersVersion"]!;
        object Seen(string unit, bool confirm) => new { units = new[] { unit }, versions = new Dictionary<string, long> { [unit] = version }, confirm };

        using var other = await _host.AtPostAsync("commander");
        (await other.PostAsJsonAsync($"/api/incidents/{Text(first, "key")}/dispatch", Seen("vehicle/v1", false))).EnsureSuccessStatusCode();

        var changed = await (await DispatchAsync(second, Seen("vehicle/v1", true))).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(("changed", "占道设摊", "at-commander"), (Text(changed["results"]![0]!, "outcome"), Text(changed["results"]![0]!, "incidentTitle"), Text(changed["results"]![0]!, "by")));
        var busy = await (await DispatchAsync(second, new { units = new[] { "vehicle/v1", "vehicle/v2" } })).JsonAsync();
        Assert.Equal(["busy", "given"], busy["results"]!.AsArray().Select(result => Text(result!, "outcome")));
        Assert.Equal("given", Text((await (await DispatchAsync(second, new { units = new[] { "vehicle/v1" }, confirm = true })).JsonAsync())["results"]![0]!, "outcome"));
        Assert.Equal(2, (await (await _chief.GetAsync("/api/units/vehicle/v1")).JsonAsync())["orders"]!.AsArray().Count);
    }

    [Fact(DisplayName = "[ORD-4] a withdrawn order frees its unit for what it had before, stays in the time line, and cannot be accepted any more")]
    public async Task Withdrawal()
    {
        var (first, second) = (await ReportAsync("占道设摊"), await ReportAsync("跨门经营"));
        await DispatchAsync(first, new { units = new[] { "vehicle/v1" } });
        await StepAsync(first, "accept", "vehicle/v1");
        await DispatchAsync(second, new { units = new[] { "vehicle/v1" }, confirm = true });

        var withdrawn = await StepAsync(second, "withdraw", "vehicle/v1", "拖错了");

        Assert.Equal(("new", "withdrawn"), (Text(withdrawn, "state"), Text(withdrawn["orders"]![0]!, "step")));
        var left = Assert.Single((await (await _chief.GetAsync("/api/units/vehicle/v1")).JsonAsync())["orders"]!.AsArray())!;
        Assert.Equal(("占道设摊", "accepted"), (Text(left, "title"), Text(left, "step")));
        await (await PostAsync(second, "accept", new { unit = "vehicle/v1" })).ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact(DisplayName = "[INC-3] an officer answers for himself and sees what concerns him, a squad's room for its units, nobody for others; who may report may not dispatch")]
    public async Task Rights()
    {
        var incident = await ReportAsync("占道设摊");
        await DispatchAsync(incident, new { units = new[] { "officer/0132", "vehicle/v2" } });
        using var officer = await _host.AtPostAsync("officer@officer/0132");
        using var room = await _host.AtPostAsync("squad-room@hongqiao");
        using var complaints = await _host.AtPostAsync("complaints");
        using var statistics = await _host.AtPostAsync("statistics");
        var path = $"/api/incidents/{Text(incident, "key")}";

        (await officer.PostAsJsonAsync($"{path}/actions/accept", new { })).EnsureSuccessStatusCode();
        await (await officer.PostAsJsonAsync($"{path}/actions/accept", new { unit = "vehicle/v2" })).ProblemAsync(HttpStatusCode.Forbidden);
        (await room.PostAsJsonAsync($"{path}/actions/accept", new { unit = "vehicle/v2" })).EnsureSuccessStatusCode();
        foreach (var client in new[] { officer, room, complaints, statistics })
        {
            await (await client.PostAsJsonAsync($"{path}/dispatch", new { units = new[] { "vehicle/v1" } })).ProblemAsync(HttpStatusCode.Forbidden);
            await (await client.PostAsJsonAsync($"{path}/actions/close", new { })).ProblemAsync(HttpStatusCode.Forbidden);
            await (await client.PostAsJsonAsync($"{path}/actions/withdraw", new { unit = "vehicle/v2" })).ProblemAsync(HttpStatusCode.Forbidden);
        }

        (await complaints.PostAsJsonAsync($"{path}/actions/note", new { note = "市民来电" })).EnsureSuccessStatusCode();
        await (await statistics.PostAsJsonAsync($"{path}/actions/note", new { note = "x" })).ProblemAsync(HttpStatusCode.Forbidden);
        var unseen = await ReportAsync("别处的事");
        await (await officer.GetAsync($"/api/incidents/{Text(unseen, "key")}")).ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Equal([Text(incident, "key")], (await (await officer.GetAsync("/api/incidents")).JsonAsync())["items"]!.AsArray().Select(item => Text(item!, "key")));
    }

    [Fact(DisplayName = "A report or finding that is sent again under its number is the same incident")]
    public async Task Again()
    {
        async Task<HttpResponseMessage> FindAsync(string title)
        {
            var found = new
            {
                source = "ai",
                number = "77",
                kind = "street-vending",
                title,
                camera = "c1",
                lon = 121.4,
                lat = 31.2,
                time = "2026-03-02T01:20:00Z",
                confidence = 0.87,
            };
            return await _chief.PostAsJsonAsync("/api/detections", found);
        }

        var first = await FindAsync("占道设摊");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.StatusCode, (await FindAsync("另一题目")).StatusCode));
        var incident = await first.JsonAsync();
        Assert.Equal(("ai-77", "ai", "c1", "2026-03-02T01:20:00.000Z"), (Text(incident, "key"), Text(incident, "source"), Text(incident, "camera"), Text(incident, "occurredAt")));
        Assert.Contains("87", Text(incident, "note"), StringComparison.Ordinal);
        Assert.Equal("占道设摊", Text(Assert.Single(await ItemsAsync("/api/incidents"))!, "title"));
        var untitled = await _chief.PostAsJsonAsync("/api/detections", new { source = "ai", kind = "site-dust", lon = 121.4, lat = 31.2, time = "2026-03-02T01:20:00Z" });
        Assert.Equal("工地扬尘", Text(await untitled.JsonAsync(), "title"));
    }

    [Fact(DisplayName = "The preview says how far it is, what the unit is doing, which zone it would leave unmanned, and who would be better and why")]
    public async Task Preview()
    {
        const string Zone = """
            {"type":"Feature","geometry":{"type":"Point","coordinates":[121.40,31.20]},"properties":{"name":"重点区域","radius":300,
             "rules":[{"key":"manned","type":"absence","units":["vehicle/*"],"count":1,"after":900}]}}
            """;
        using var body = new StringContent(Zone, System.Text.Encoding.UTF8, "application/geo+json");
        (await _chief.PutAsync("/api/zones/post", body)).EnsureSuccessStatusCode();
        await PositionAsync(("vehicle/v1", 121.40, 31.20), ("vehicle/v2", 121.42, 31.20), ("officer/0132", 121.5, 31.3));
        var incident = await ReportAsync("占道设摊", 121.43, 31.20);

        var preview = await PreviewAsync(incident, "vehicle/v1");
        Assert.InRange((double)preview["distance"]!, 2850, 2860); // 0.03 degrees of longitude at 31.2 degrees.
        Assert.Equal(Math.Round((double)preview["distance"]! * 1.4 / 7), (double)preview["estimatedArrival"]!, 1.0);
        Assert.Equal(("post", "重点区域", "manned", 1, 0), preview["unmanned"]![0] is { } left ? (Text(left, "zone"), Text(left, "name"), Text(left, "rule"), (int)left["needed"]!, (int)left["left"]!) : default);
        Assert.Equal([("vehicle/v2", "nearer")], preview["better"]!.AsArray().Select(other => (Text(other!, "unit"), Text(other!, "why"))));
        Assert.Empty((await PreviewAsync(incident, "vehicle/v2"))["better"]!.AsArray());

        var elsewhere = await ReportAsync("跨门经营", 121.41, 31.20);
        await DispatchAsync(elsewhere, new { units = new[] { "vehicle/v2" } });
        var busy = await PreviewAsync(incident, "vehicle/v2");
        Assert.Equal("跨门经营", Text(busy["orders"]![0]!, "title"));
        Assert.Equal([("vehicle/v1", "free"), ("officer/0132", "free")], busy["better"]!.AsArray().Select(other => (Text(other!, "unit"), Text(other!, "why"))));
        var nearest = await (await _chief.GetAsync("/api/units/nearest?lon=121.43&lat=31.2&kind=vehicle&available=true")).JsonAsync();
        Assert.Equal(["vehicle/v1"], nearest["items"]!.AsArray().Select(item => Text(item!["unit"]!, "id")));
    }

    [Fact(DisplayName = "[ORD-5] units of an incident that was closed by a process which then died are freed all the same")]
    public async Task Left_behind()
    {
        var incident = await ReportAsync("占道设摊");
        await DispatchAsync(incident, new { units = new[] { "vehicle/v1" } });
        await _host.Services.GetRequiredService<Situation>().ChangeIncidentAsync(Text(incident, "key"), new CloseIncident(null), Origin.System, default);

        await Patience.UntilAsync(async () => (await (await _chief.GetAsync("/api/units/vehicle/v1")).JsonAsync())["orders"]!.AsArray().Count == 0, "the unit is free");
    }

    [Fact(DisplayName = "A screen is told the open incidents, each change of one, and those that are closed; a squad's room of its own alone")]
    public async Task Screens()
    {
        var incident = await ReportAsync("占道设摊");
        await using var screen = await HubClient.ConnectAsync(_host.Address, await _host.TokenAsync("read"));
        await screen.HelloAsync();

        var full = await screen.NextAsync("incidents");
        Assert.Equal((true, Text(incident, "key"), "new"), ((bool)full["full"]!, Text(full["items"]![0]!, "key"), Text(full["items"]![0]!, "state")));
        await DispatchAsync(incident, new { units = new[] { "vehicle/v1" } });
        var changed = await screen.NextAsync("incidents");
        Assert.Equal((false, "dispatched"), ((bool)changed["full"]!, Text(changed["items"]![0]!, "state")));
        var other = await ReportAsync("跨门经营");
        Assert.Equal(Text(other, "key"), Text(Assert.Single((await screen.NextAsync("incidents"))["items"]!.AsArray())!, "key"));
        await StepAsync(other, "close", null);
        var closed = await screen.NextAsync("incidents");
        Assert.Equal([Text(other, "key")], closed["gone"]!.AsArray().Select(key => (string)key!));
        Assert.Equal((0, 1), ((int)changed["closed"]!, (int)closed["closed"]!));

        // What is closed before a screen was told that it is open is told as well.
        for (var i = 0; i < 10; i++)
        {
            await StepAsync(await ReportAsync("乱扔垃圾"), "close", null);
        }

        var last = closed;
        while ((int)last["closed"]! < 11)
        {
            last = await screen.NextAsync("incidents");
        }
    }

    private async Task StartAsync()
    {
        _host = await HostUnderTest.StartAsync(folder: _folder);
        _chief?.Dispose();
        _chief = await _host.AtPostAsync("duty-chief");
    }

    private async Task RegisterAsync(string unit, string name, string squad)
    {
        using var admin = await _host.SignedInAsync();
        (await admin.PutAsJsonAsync($"/api/units/{unit}", new { name, squad })).EnsureSuccessStatusCode();
    }

    private async Task PositionAsync(params (string Unit, double Lon, double Lat)[] places)
    {
        using var admin = await _host.SignedInAsync();
        var time = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        var posted = await admin.PostAsJsonAsync("/api/positions", places.Select(place => new { unit = place.Unit, time, lon = place.Lon, lat = place.Lat }));
        var after = posted.Headers.GetValues("Vantage-Watermark").Single();
        (await admin.GetAsync($"/api/units?after={after}")).EnsureSuccessStatusCode();
    }

    private async Task<JsonNode> ReportAsync(string title, double lon = 121.4, double lat = 31.2)
    {
        var answer = await _chief.PostAsJsonAsync("/api/incidents", new { kind = "street-vending", title, lon, lat, address = "仙霞路1号" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private Task<HttpResponseMessage> DispatchAsync(JsonNode incident, object body) => _chief.PostAsJsonAsync($"/api/incidents/{Text(incident, "key")}/dispatch", body);

    private Task<HttpResponseMessage> PostAsync(JsonNode incident, string action, object body)
        => _chief.PostAsJsonAsync($"/api/incidents/{Text(incident, "key")}/actions/{action}", body);

    private async Task<JsonNode> StepAsync(JsonNode incident, string action, string? unit, string? note = null)
    {
        var answer = await PostAsync(incident, action, new { unit, note });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<JsonNode> PreviewAsync(JsonNode incident, string unit) => await (await _chief.GetAsync(PreviewPath(incident, unit))).JsonAsync();

    private static string PreviewPath(JsonNode incident, string unit) => $"/api/incidents/{Text(incident, "key")}/preview?unit={unit}";

    private async Task<JsonArray> ItemsAsync(string path) => (await (await _chief.GetAsync(path)).JsonAsync())["items"]!.AsArray();

    private static string Text(JsonNode node, string field) => (string)node[field]!;
}

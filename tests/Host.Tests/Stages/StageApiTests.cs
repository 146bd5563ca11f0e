using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vantage.Support;

namespace Vantage.Host.Tests.Stages;

public sealed class StageApiTests : IAsyncLifetime
{
    private static readonly object Hall = new
    {
        name = "指挥大厅",
        screens = new object[]
        {
            new { key = "left", name = "左屏", role = "map", link = "lead", column = 0, row = 0, columns = 2, rows = 1 },
            new { key = "right", name = "右屏", role = "list", link = "follow", column = 2, row = 0 },
        },
    };

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

    [Fact(DisplayName = "[STG-1] what one screen leads is shown on the others at once; one that joins late or comes back after a restart is shown the same")]
    public async Task Linkage()
    {
        await LayOutAsync();
        var token = await _host.TokenAsync("admin");
        await using var left = await JoinAsync(token, "left");
        await using var right = await JoinAsync(token, "right");
        await left.InvokeAsync("Show", new { view = new { lon = 121.42, lat = 31.22, zoom = 15.5 }, selection = new { kind = "unit", key = "vehicle/沪A1" } });
        await left.InvokeAsync("Show", new { layers = new[] { "zones", "cameras" }, filter = new { kinds = new[] { "vehicle" } } });

        var shown = (await right.NextAsync("stage", news => (int)news["stage"]!["version"]! == 3))["stage"]!["picture"]!;
        Assert.Equal("""{"view":{"lon":121.42,"lat":31.22,"zoom":15.5},"selection":{"kind":"unit","key":"vehicle/沪A1"},"filter":{"kinds":["vehicle"],"squads":[],"states":[]},"layers":["cameras","zones"],"replay":null,"period":null,"video":null}""", Compact(shown));

        await using var late = await HelloAsync(token);
        var joined = (await late.InvokeAsync("Join", new { stage = "hall", screen = "right" }))!;
        Assert.Equal(Compact(shown), Compact(joined["picture"]!));
        await left.InvokeAsync("Show", new { selection = (object?)null });
        Assert.Null((await late.NextAsync("stage"))["stage"]!["picture"]!["selection"]);
    }

    [Fact(DisplayName = "[STG-2] while a map moves the others see it, and nothing of it is kept")]
    public async Task Passing()
    {
        await LayOutAsync();
        var token = await _host.TokenAsync("admin");
        await using var left = await JoinAsync(token, "left");
        await using var right = await JoinAsync(token, "right");
        for (var i = 0; i < 5; i++)
        {
            await left.InvokeAsync("Show", new { view = new { lon = 121.4 + (i * 0.01), lat = 31.2, zoom = 14 }, passing = true });
            Assert.Equal(121.4 + (i * 0.01), (double)(await right.NextAsync("look"))["lon"]!, 1e-9);
        }

        var stage = await _admin.GetFromJsonAsync<JsonNode>("/api/stages/hall");
        Assert.Equal((1, null), ((int)stage!["version"]!, stage["picture"]!["view"]));
    }

    [Fact(DisplayName = "A screen that follows, one that something was put on, and one on no stage cannot lead, and are told why; nonsense ends the connection and harms nobody")]
    public async Task Leading()
    {
        await LayOutAsync();
        var token = await _host.TokenAsync("admin");
        await using var left = await JoinAsync(token, "left");
        await using var right = await JoinAsync(token, "right");
        await using var nobody = await HelloAsync(token);
        var look = new { view = new { lon = 121.4, lat = 31.2, zoom = 14 } };
        Assert.Contains("follows:", (await Assert.ThrowsAsync<HubFailure>(() => right.InvokeAsync("Show", look))).Message, StringComparison.Ordinal);
        Assert.Contains("unknown:", (await Assert.ThrowsAsync<HubFailure>(() => nobody.InvokeAsync("Show", look))).Message, StringComparison.Ordinal);
        Assert.Contains("unknown:", (await Assert.ThrowsAsync<HubFailure>(() => nobody.InvokeAsync("Join", new { stage = "none" }))).Message, StringComparison.Ordinal);
        Assert.Contains("unknown:", (await Assert.ThrowsAsync<HubFailure>(() => nobody.InvokeAsync("Join", new { stage = "hall", screen = "middle" }))).Message, StringComparison.Ordinal);
        await PushAsync("left", new { picture = look });
        Assert.Contains("follows:", (await Assert.ThrowsAsync<HubFailure>(() => left.InvokeAsync("Show", look))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => nobody.InvokeAsync("Show", new { view = "everywhere" }));

        await TakeBackAsync("left");
        await left.InvokeAsync("Show", look);
        await right.NextAsync("stage", news => news["stage"]!["picture"]!["view"] is not null);

        // A post that may look and not lead.
        using var clerk = await _host.AtPostAsync("statistics");
        await using var seen = await JoinAsync(await _host.TokenAsync("read"), "left");
        Assert.Contains("stages.lead:", (await Assert.ThrowsAsync<HubFailure>(() => seen.InvokeAsync("Show", look))).Message, StringComparison.Ordinal);
        await (await clerk.PostAsJsonAsync("/api/stages/hall/picture", look)).ProblemAsync(HttpStatusCode.Forbidden);
        await (await clerk.PutAsJsonAsync("/api/stages/hall", Hall)).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact(DisplayName = "[STG-3] [STG-4] a wall is switched by one call, and something put on one screen stays there until it is taken back; both outlive a restart")]
    public async Task Presets_and_pushes()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-stage-");
        try
        {
            await using (var host = await HostUnderTest.StartAsync(folder: folder.FullName))
            {
                using var admin = await host.SignedInAsync();
                (await admin.PutAsJsonAsync("/api/stages/hall", Hall)).EnsureSuccessStatusCode();
                (await admin.PostAsync("/api/stages/hall/presets/emergency", null)).EnsureSuccessStatusCode();
                (await admin.PutAsJsonAsync("/api/stages/hall/screens/right/push", new { role = "charts", picture = new { selection = new { kind = "zone", key = "park" } } })).EnsureSuccessStatusCode();
            }

            await using var again = await HostUnderTest.StartAsync(folder: folder.FullName);
            using var client = await again.SignedInAsync();
            var stage = (await client.GetFromJsonAsync<JsonNode>("/api/stages/hall"))!;
            Assert.Equal(("emergency", """["cameras","zones"]"""), ((string)stage["preset"]!, stage["picture"]!["layers"]!.ToJsonString()));
            var right = stage["screens"]![1]!;
            Assert.Equal(("list", "charts", "park"), ((string)right["role"]!, (string)right["shows"]!, (string)right["pushed"]!["picture"]!["selection"]!["key"]!));
            stage = await (await client.PostAsync("/api/stages/hall/presets/daily", null)).JsonAsync();
            Assert.Equal(("daily", "list", null), ((string)stage["preset"]!, (string)stage["screens"]![1]!["shows"]!, stage["screens"]![1]!["pushed"]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory(DisplayName = "Heat is of a named time or of whole days that there are, the first not after the last, a year at most")]
    [InlineData("2026-11-03..2026-11-09", true)]
    [InlineData("2026-11-03..2026-11-03", true)]
    [InlineData("2024-01-01..2024-12-31", true)]
    [InlineData("2024-01-01..2025-01-01", false)]
    [InlineData("2026-11-09..2026-11-03", false)]
    [InlineData("2026-02-29..2026-03-01", false)]
    [InlineData("2026-11-03..", false)]
    [InlineData("2026-11-03.. 2026-11-9", false)]
    [InlineData("２０２６-11-03..2026-11-09", false)]
    [InlineData("fortnight", false)]
    public async Task Periods(string period, bool isOne)
    {
        await LayOutAsync();
        var answer = await _admin.PostAsJsonAsync("/api/stages/hall/picture", new { period });
        if (isOne)
        {
            answer.EnsureSuccessStatusCode();
            Assert.Equal(period, (string)(await _admin.GetFromJsonAsync<JsonNode>("/api/stages/hall"))!["picture"]!["period"]!);
        }
        else
        {
            Assert.Equal(["period"], (await answer.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        }
    }

    [Fact(DisplayName = "A screen is let lead, follow or be alone by one call, and its place, span and the time of heat are kept")]
    public async Task Link_span_and_period()
    {
        await LayOutAsync();
        (await _admin.PutAsJsonAsync("/api/stages/hall", new
        {
            name = "指挥大厅",
            screens = new object[] { new { key = "left", role = "map", link = "lead", spans = true }, new { key = "right", spans = false } },
        })).EnsureSuccessStatusCode();
        var token = await _host.TokenAsync("admin");
        await using var right = await JoinAsync(token, "right");
        var look = new { view = new { lon = 121.4, lat = 31.2, zoom = 14 }, period = "today" };
        Assert.Contains("follows:", (await Assert.ThrowsAsync<HubFailure>(() => right.InvokeAsync("Show", look))).Message, StringComparison.Ordinal);
        (await _admin.PutAsJsonAsync("/api/stages/hall/screens/right/link", new { link = "lead" })).EnsureSuccessStatusCode();
        await right.InvokeAsync("Show", look);
        var stage = (await right.NextAsync("stage", news => (string?)news["stage"]!["picture"]!["period"] == "today"))["stage"]!;
        Assert.Equal(("lead", true, false), ((string)stage["screens"]![1]!["link"]!, (bool)stage["screens"]![0]!["spans"]!, (bool)stage["screens"]![1]!["spans"]!));

        string[] layers = ["heat", "heat:records.complaint?look=compare&earlier=week&theme=%E5%9E%83", "records:complaint?days=90&category=%E5%99%AA%E5%A3%B0&state=%E6%9C%AA%E7%BB%93&theme=noise", "records:duty?days=7", "theme:muck", "zones"];
        await right.InvokeAsync("Show", new { layers, period = "month" });
        stage = (await right.NextAsync("stage", news => (string?)news["stage"]!["picture"]!["period"] == "month"))["stage"]!;
        Assert.Equal(layers, stage["picture"]!["layers"]!.AsArray().Select(layer => (string)layer!));

        var wrong = await (await _admin.PutAsJsonAsync("/api/stages/hall/screens/right/link", new { link = "rule" })).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Contains("lead, follow, alone", wrong.ToJsonString(), StringComparison.Ordinal);
        await (await _admin.PutAsJsonAsync("/api/stages/hall/screens/middle/link", new { link = "lead" })).ProblemAsync(HttpStatusCode.NotFound);
        wrong = await (await _admin.PostAsJsonAsync("/api/stages/hall/picture", new { period = "last year" })).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Contains("yesterday", wrong.ToJsonString(), StringComparison.Ordinal);
        using var clerk = await _host.AtPostAsync("statistics");
        await (await clerk.PutAsJsonAsync("/api/stages/hall/screens/right/link", new { link = "lead" })).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact(DisplayName = "Who is connected to which screen is listed with its latency and when it was last heard")]
    public async Task Presence()
    {
        await LayOutAsync();
        await using var left = await JoinAsync(await _host.TokenAsync("admin"), "left");
        await left.InvokeAsync("Beat", new { latency = 0.125 });
        var rows = (await _admin.GetFromJsonAsync<JsonNode>("/api/stages/hall/screens"))!["items"]!.AsArray();
        Assert.Equal(("left", 0.125), ((string)Assert.Single(rows)!["screen"]!, (double)rows[0]!["latency"]!));
        await using var odd = await JoinAsync(await _host.TokenAsync("admin"), "right");
        await Assert.ThrowsAnyAsync<Exception>(() => odd.InvokeAsync("Beat", new { latency = "soon" }));
        await left.InvokeAsync("Join", (object?)null);
        Assert.DoesNotContain("left", (await _admin.GetFromJsonAsync<JsonNode>("/api/stages/hall/screens"))!["items"]!.AsArray().Select(row => (string)row!["screen"]!));
    }

    [Fact(DisplayName = "A wall that is removed is told to its screens, and asked for is unknown")]
    public async Task Removal()
    {
        await LayOutAsync();
        await using var left = await JoinAsync(await _host.TokenAsync("admin"), "left");
        Assert.Equal(HttpStatusCode.NoContent, (await _admin.DeleteAsync("/api/stages/hall")).StatusCode);
        Assert.Null((await left.NextAsync("stage"))["stage"]);
        foreach (var path in new[] { "", "/screens" })
        {
            await (await _admin.GetAsync("/api/stages/hall" + path)).ProblemAsync(HttpStatusCode.NotFound);
        }

        await (await _admin.DeleteAsync("/api/stages/hall")).ProblemAsync(HttpStatusCode.NotFound);
        await (await _admin.PostAsync("/api/stages/hall/presets/daily", null)).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact(DisplayName = "[STG-6] a wall's pixel pitch, and that visitors are there, are told to its screens and outlive a restart; laid out anew it keeps the visitors, and has the pitch that is given")]
    public async Task Pitch_and_visitors()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-stage-");
        try
        {
            await using (var host = await HostUnderTest.StartAsync(folder: folder.FullName))
            {
                using var admin = await host.SignedInAsync();
                var screens = new object[] { new { key = "left" }, new { key = "desk", pitch = 0 } };
                var made = await (await admin.PutAsJsonAsync("/api/stages/hall", new { name = "指挥大厅", screens, pitch = 1.25 })).JsonAsync();
                Assert.Equal((1.25, false), ((double)made["pitch"]!, (bool)made["visitors"]!));
                await using var left = await HubClient.ConnectAsync(host.Address, await host.TokenAsync("admin"));
                await left.HelloAsync();
                Assert.Equal(1.25, (double)(await left.InvokeAsync("Join", new { stage = "hall", screen = "left" }))!["pitch"]!);
                (await admin.PutAsJsonAsync("/api/stages/hall/visitors", new { here = true })).EnsureSuccessStatusCode();
                await left.NextAsync("stage", news => (bool)news["stage"]!["visitors"]!);
                (await admin.PutAsJsonAsync("/api/stages/hall", new { name = "指挥大厅", screens, pitch = 0.9 })).EnsureSuccessStatusCode();
            }

            await using var again = await HostUnderTest.StartAsync(folder: folder.FullName);
            using var client = await again.SignedInAsync();
            var stage = (await client.GetFromJsonAsync<JsonNode>("/api/stages/hall"))!;
            Assert.Equal((0.9, true, null, 0), ((double)stage["pitch"]!, (bool)stage["visitors"]!, stage["screens"]![0]!["pitch"], (double)stage["screens"]![1]!["pitch"]!));
            stage = await (await client.PutAsJsonAsync("/api/stages/hall", new { name = "指挥大厅", screens = new object[] { new { key = "left" } } })).JsonAsync();
            Assert.Null(stage["pitch"]);
            using var clerk = await again.AtPostAsync("statistics");
            await (await clerk.PutAsJsonAsync("/api/stages/hall/visitors", new { here = false })).ProblemAsync(HttpStatusCode.Forbidden);
            Assert.Equal(["here"], (await (await client.PutAsync("/api/stages/hall/visitors", Json("""{"here":"yes"}"""))).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
            await (await client.PutAsJsonAsync("/api/stages/none/visitors", new { here = true })).ProblemAsync(HttpStatusCode.NotFound);
            stage = await (await client.PutAsJsonAsync("/api/stages/hall/visitors", new { here = false })).JsonAsync();
            Assert.False((bool)stage["visitors"]!);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory(DisplayName = "What is wrong with a wall is named by its field")]
    [InlineData("""{"screens":[{"key":"a"}]}""", "name")]
    [InlineData("""{"name":"x","screens":[]}""", "screens")]
    [InlineData("""{"name":"x","screens":[{"key":"a"},{"key":"a"}]}""", "screens[1].key")]
    [InlineData("""{"name":"x","screens":[{"key":"a","role":"video wall"}]}""", "screens[0].role")]
    [InlineData("""{"name":"x","screens":[{"key":"a","link":"both"}]}""", "screens[0].link")]
    [InlineData("""{"name":"x","screens":[{"key":"a/b"}]}""", "screens[0].key")]
    [InlineData("""{"name":"x","screens":[{"key":"a","columns":0}]}""", "screens[0].columns")]
    [InlineData("""{"name":"x","screens":[{"key":"a"}],"pitch":0.5}""", "pitch")]
    [InlineData("""{"name":"x","screens":[{"key":"a","pitch":0.5}]}""", "screens[0].pitch")]
    [InlineData("""{"name":"x","screens":[{"key":"a"}],"pitch":10.5}""", "pitch")]
    [InlineData("""{"name":"x","screens":[{"key":"a"}],"pitch":"1.2 mm"}""", "pitch")]
    [InlineData("""{"name":"x","colour":"red","screens":[{"key":"a"}]}""", "colour")]
    public async Task Wrong_layouts(string body, string field)
        => Assert.Equal([field], (await (await _admin.PutAsync("/api/stages/x", Json(body))).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());

    [Theory(DisplayName = "What is wrong with a picture is named by its field")]
    [InlineData("{}", "view")]
    [InlineData("""{"view":{"lon":181,"lat":31,"zoom":12}}""", "view.lon")]
    [InlineData("""{"view":{"lon":121,"lat":31}}""", "view.zoom")]
    [InlineData("""{"selection":{"kind":"planet","key":"mars"}}""", "selection.kind")]
    [InlineData("""{"selection":{"kind":"unit"}}""", "selection.key")]
    [InlineData("""{"layers":["traffic"]}""", "layers")]
    [InlineData("""{"layers":["records:weather"]}""", "layers")]
    [InlineData("""{"layers":["records:duty?days=8"]}""", "layers")]
    [InlineData("""{"layers":["records:duty?days=7&days=90"]}""", "layers")]
    [InlineData("""{"layers":["records:duty?colour=red"]}""", "layers")]
    [InlineData("""{"layers":["records:duty?state="]}""", "layers")]
    [InlineData("""{"layers":["records:duty?state=未结"]}""", "layers")]
    [InlineData("""{"layers":["theme:muck?state=open"]}""", "layers")]
    [InlineData("""{"layers":["heat:"]}""", "layers")]
    [InlineData("""{"layers":["heat:in cidents"]}""", "layers")]
    [InlineData("""{"layers":["heat:incidents?look=a?b"]}""", "layers")]
    [InlineData("""{"layers":["heat:incidents","heat:presence?look=compare"]}""", "layers")]
    [InlineData("""{"filter":{"kinds":["boat"]}}""", "filter.kinds")]
    [InlineData("""{"replay":7}""", "replay")]
    [InlineData("""{"video":{"tour":"roads","tiles":5}}""", "video.tiles")]
    [InlineData("""{"video":{"tour":"roads","cameras":["c1"],"tiles":4}}""", "video.tour")]
    [InlineData("""{"video":{"tiles":4}}""", "video.tour")]
    [InlineData("""{"video":{"tour":"roads","tiles":4,"since":"yesterday"}}""", "video.since")]
    public async Task Wrong_pictures(string body, string field)
    {
        await LayOutAsync();
        Assert.Equal([field], (await (await _admin.PostAsync("/api/stages/hall/picture", Json(body))).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
    }

    [Fact(DisplayName = "[STG-1] which pictures of cameras screens show is part of the picture: since when is kept, and null clears it")]
    public async Task Video()
    {
        await LayOutAsync();
        var shown = await (await _admin.PostAsync("/api/stages/hall/picture", Json("""{"video":{"tour":"roads","tiles":9,"since":"2026-03-02T09:00:00.000Z"}}"""))).JsonAsync();
        Assert.Equal("""{"tour":"roads","cameras":[],"tiles":9,"since":"2026-03-02T09:00:00.000Z"}""", Compact(shown["picture"]!["video"]!));
        shown = await (await _admin.PostAsync("/api/stages/hall/picture", Json("""{"selection":{"kind":"camera","key":"c1"}}"""))).JsonAsync();
        Assert.Equal("roads", (string)shown["picture"]!["video"]!["tour"]!);
        (await _admin.PutAsJsonAsync("/api/stages/hall/screens/right/push", new { role = "video", picture = new { video = new { cameras = new[] { "c1", "c2" }, tiles = 4 } } })).EnsureSuccessStatusCode();
        var right = (await _admin.GetFromJsonAsync<JsonNode>("/api/stages/hall"))!["screens"]![1]!;
        Assert.Equal(("video", 2), ((string)right["shows"]!, right["pushed"]!["picture"]!["video"]!["cameras"]!.AsArray().Count));
        Assert.NotNull((string?)right["pushed"]!["picture"]!["video"]!["since"]); // The host's, when none was given.
        shown = await (await _admin.PostAsync("/api/stages/hall/picture", Json("""{"video":null}"""))).JsonAsync();
        Assert.Null(shown["picture"]!["video"]);
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static string Compact(JsonNode node) => node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private async Task LayOutAsync() => (await _admin.PutAsJsonAsync("/api/stages/hall", Hall)).EnsureSuccessStatusCode();

    private async Task PushAsync(string screen, object push) => (await _admin.PutAsJsonAsync($"/api/stages/hall/screens/{screen}/push", push)).EnsureSuccessStatusCode();

    private async Task TakeBackAsync(string screen) => (await _admin.DeleteAsync($"/api/stages/hall/screens/{screen}/push")).EnsureSuccessStatusCode();

    private async Task<HubClient> HelloAsync(string token)
    {
        var screen = await HubClient.ConnectAsync(_host.Address, token);
        await screen.HelloAsync();
        return screen;
    }

    private async Task<HubClient> JoinAsync(string token, string seat)
    {
        var screen = await HelloAsync(token);
        await screen.InvokeAsync("Join", new { stage = "hall", screen = seat });
        return screen;
    }
}

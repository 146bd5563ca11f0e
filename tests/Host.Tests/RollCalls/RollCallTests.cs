using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Host.Demo;
using Vantage.Host.Situations;
using Vantage.Simulator;
using Vantage.Simulator.Scenes;
using Vantage.Support;

namespace Vantage.Host.Tests.RollCalls;

public sealed class RollCallTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly ForwardTime _time = new();
    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        foreach (var (key, name) in new[] { ("tianshan", "天山路中队"), ("xinhua", "新华路中队"), ("hongqiao", "虹桥中队") })
        {
            (await _admin.PutAsJsonAsync($"/api/squads/{key}", new { name })).EnsureSuccessStatusCode();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(DisplayName = "[ROL-1] [ROL-3] a roll call of all squads takes answers and ends by itself; answers afterwards are late, and all of it is there after a restart")]
    public async Task Life()
    {
        var opened = await OpenAsync(new { key = "r1", title = "早点名", minutes = 10 });
        Assert.Equal(["hongqiao", "tianshan", "xinhua"], Called(opened).Select(called => (string)called["key"]!));
        Assert.Equal(("running", "指挥中心", "天山路中队"), ((string)opened["state"]!, (string)opened["caller"]!, (string)Called(opened)[1]["name"]!));
        Assert.Equal(TimeSpan.FromMinutes(10), Time(opened, "due") - Time(opened, "openedAt"));
        await ActAsync("r1", "answer", new { called = "tianshan", note = "到齐12人" });

        await RestartAsync(TimeSpan.FromMinutes(3)); // The process that had the clock is gone, and a new one has it.
        Assert.Equal("running waiting answered waiting", await StatesAsync("r1"));
        await RestartAsync(TimeSpan.FromMinutes(8));
        Assert.Equal("ended missed answered missed", await EndedAsync("r1"));

        await ActAsync("r1", "answer", new { called = "hongqiao" });
        await RestartAsync(TimeSpan.Zero);
        Assert.Equal("ended late answered missed", await StatesAsync("r1"));
        var told = await GetAsync("/api/roll-calls/r1");
        Assert.Equal("到齐12人", (string)Called(told)[1]["note"]!);
        Assert.Equal("""{"waiting":0,"answered":1,"late":1,"missed":1}""", told["counts"]!.ToJsonString());
        Assert.Equal(["r1"], (await GetAsync("/api/roll-calls?running=false&called=xinhua"))["items"]!.AsArray().Select(call => (string)call!["key"]!));
        Assert.Empty((await GetAsync("/api/roll-calls?running=true"))["items"]!.AsArray());
    }

    [Fact(DisplayName = "[ROL-3] the clock of a host that runs on ends a roll call at its due time")]
    public async Task Ends()
    {
        var opened = await OpenAsync(new { key = "soon", title = "抽查点名", minutes = 1, others = new[] { "指挥中心" }, caller = "市局指挥中心" });
        await RestartAsync(TimeSpan.FromSeconds(35)); // A minute is long for a test.
        Assert.Equal("running waiting", await StatesAsync("soon"));
        Assert.Equal("ended missed", await EndedAsync("soon"));
        var ended = Time(await GetAsync("/api/roll-calls/soon"), "endedAt");
        Assert.InRange(ended - Time(opened, "due"), TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(5)); // Two clocks, and a busy machine.
    }

    [Fact(DisplayName = "[ROL-2] what is sent again changes nothing; mistakes are taken back and withdrawn; what does not fit is refused in words")]
    public async Task Mistakes()
    {
        var body = new { key = "r1", title = "早点名", minutes = 10, squads = new[] { "tianshan" } };
        await OpenAsync(body);
        Assert.Equal(HttpStatusCode.OK, (await _admin.PostAsJsonAsync("/api/roll-calls", body)).StatusCode);
        var all = new { key = "r0", title = "早点名", minutes = 10 };
        await OpenAsync(all);
        (await _admin.PutAsJsonAsync("/api/squads/zhoujiaqiao", new { name = "周家桥中队" })).EnsureSuccessStatusCode(); // All squads were others then.
        Assert.Equal(HttpStatusCode.OK, (await _admin.PostAsJsonAsync("/api/roll-calls", all)).StatusCode);
        await ActAsync("r0", "withdraw", new { });
        await (await _admin.PostAsJsonAsync("/api/roll-calls", body with { title = "晚点名" })).ProblemAsync(HttpStatusCode.Conflict);

        await ActAsync("r1", "answer", new { called = "tianshan" });
        Assert.Equal("running answered", await StatesAsync("r1"));
        await ActAsync("r1", "take-back", new { called = "tianshan" });
        Assert.Equal("running waiting", await StatesAsync("r1"));
        var refused = await (await PostAsync("r1", "answer", new { called = "xinhua" })).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Contains("xinhua", (string)refused["detail"]!, StringComparison.Ordinal);

        await ActAsync("r1", "withdraw", new { });
        Assert.Equal("withdrawn waiting", await StatesAsync("r1"));
        refused = await (await PostAsync("r1", "answer", new { called = "tianshan" })).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Contains("withdrawn", (string)refused["detail"]!, StringComparison.Ordinal);
        Assert.Equal(0, (int)(await SummaryAsync())["count"]!);
    }

    [Theory(DisplayName = "What is wrong with a roll call is named by its field")]
    [InlineData("{}", "minutes,title")]
    [InlineData("""{"title":"x","minutes":0}""", "minutes")]
    [InlineData("""{"title":"x","minutes":721}""", "minutes")]
    [InlineData("""{"title":"x","minutes":5,"squads":["nowhere"]}""", "squads")]
    [InlineData("""{"title":"x","minutes":5,"squads":[]}""", "squads")]
    [InlineData("""{"title":"x","minutes":5,"others":[]}""", "others")]
    [InlineData("""{"title":"x","minutes":5,"others":["甲","甲"]}""", "others")]
    [InlineData("""{"title":"x","minutes":5,"squads":["xinhua","xinhua"]}""", "squads")]
    [InlineData("""{"title":"x","minutes":5,"squads":"xinhua"}""", "squads")]
    [InlineData("""{"title":"x","minutes":5,"key":"a/b","colour":1}""", "colour,key")]
    [InlineData("""{"title":"x","minutes":5,"key":"summary"}""", "key")]
    [InlineData("""{"title":"x","minutes":5,"others":["甲 "]}""", "others")]
    [InlineData("""{"title":"x","minutes":5,"others":["xinhua"]}""", "others")]
    [InlineData("""{"title":"x\u200b","minutes":5,"caller":"甲\u202e"}""", "caller,title")]
    [InlineData("""{"title":"x","minutes":5,"others":["甲\u200b"]}""", "others")]
    public async Task Wrong(string body, string fields)
    {
        using var json = new StringContent(body, Encoding.UTF8, "application/json");
        Assert.Equal(fields, string.Join(',', (await (await _admin.PostAsync("/api/roll-calls", json)).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields()));
    }

    [Fact(DisplayName = "Actions on nothing, without whom they concern, and of no name are told apart")]
    public async Task Wrong_actions()
    {
        await OpenAsync(new { key = "r1", title = "早点名", minutes = 10 });
        await (await PostAsync("none", "answer", new { called = "xinhua" })).ProblemAsync(HttpStatusCode.NotFound);
        await (await PostAsync("r1", "shout", new { called = "xinhua" })).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Equal(["called"], (await (await PostAsync("r1", "answer", new { })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Equal(["colour"], (await (await PostAsync("r1", "answer", new { called = "xinhua", colour = 1 })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        await (await _admin.GetAsync("/api/roll-calls/none")).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact(DisplayName = "[ROL-4] a squad's room sees its squad alone, answers for it alone, and calls nobody; who has no right answers for nobody")]
    public async Task Reach()
    {
        await OpenAsync(new { key = "both", title = "早点名", minutes = 10, squads = new[] { "tianshan", "xinhua" } });
        await OpenAsync(new { key = "other", title = "早点名", minutes = 10, squads = new[] { "xinhua" } });
        using var room = await _host.AtPostAsync("squad-room@tianshan");
        var seen = Assert.Single((await room.GetFromJsonAsync<JsonNode>("/api/roll-calls"))!["items"]!.AsArray())!;
        Assert.Equal(["tianshan"], Called(seen).Select(called => (string)called["key"]!));
        await (await room.GetAsync("/api/roll-calls/other")).ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Single((await room.GetFromJsonAsync<JsonNode>("/api/roll-calls?called=tianshan"))!["items"]!.AsArray());
        Assert.Empty((await room.GetFromJsonAsync<JsonNode>("/api/roll-calls?called=xinhua"))!["items"]!.AsArray()); // Who else is called is not for it.

        (await room.PostAsync("/api/roll-calls/both/actions/answer", null)).EnsureSuccessStatusCode(); // Its own squad goes without saying.
        await (await room.PostAsJsonAsync("/api/roll-calls/both/actions/answer", new { called = "xinhua" })).ProblemAsync(HttpStatusCode.Forbidden);
        await (await room.PostAsync("/api/roll-calls/both/actions/withdraw", null)).ProblemAsync(HttpStatusCode.Forbidden);
        await (await room.PostAsJsonAsync("/api/roll-calls", new { title = "x", minutes = 5 })).ProblemAsync(HttpStatusCode.Forbidden);
        await (await room.GetAsync($"/api/roll-calls/summary?{Range()}")).ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Equal("running answered waiting", await StatesAsync("both"));

        using var statistics = await _host.AtPostAsync("statistics");
        await (await statistics.PostAsJsonAsync("/api/roll-calls/both/actions/answer", new { called = "xinhua" })).ProblemAsync(HttpStatusCode.Forbidden);
        using var watch = await _host.AtPostAsync("watch");
        (await watch.PostAsJsonAsync("/api/roll-calls/both/actions/answer", new { called = "xinhua" })).EnsureSuccessStatusCode();
        Assert.Equal("running answered answered", await StatesAsync("both"));
    }

    [Fact(DisplayName = "Screens are told of roll calls at once, and of each change: all of them to the centre, its own squad to a squad's room, and what runs before what is over")]
    public async Task Screens()
    {
        await OpenAsync(new { key = "long", title = "保障点名", minutes = 720, squads = new[] { "tianshan", "xinhua" } });
        await using var centre = await HubClient.ConnectAsync(_host.Address, await _host.TokenAsync("read"));
        await centre.HelloAsync();
        using var _ = await _host.AtPostAsync("squad-room@tianshan");
        var cookie = await _host.CookieAsync("at-squad-room-tianshan", "long enough");
        await using var room = await HubClient.ConnectAsync(_host.Address, null, options => options.SetRequestHeader("Cookie", cookie));
        await room.HelloAsync();
        Assert.Equal("long:2", Told(await centre.NextAsync("rollCalls")));
        Assert.Equal("long:1", Told(await room.NextAsync("rollCalls")));

        await ActAsync("long", "answer", new { called = "xinhua" });
        var changed = await centre.NextAsync("rollCalls");
        Assert.Equal(1, (int)changed["items"]![0]!["counts"]!["answered"]!);
        for (var i = 0; i < 12; i++)
        {
            await OpenAsync(new { key = $"r{i}", title = "抽查点名", minutes = 1, squads = new[] { "xinhua" } });
        }

        await RestartAsync(TimeSpan.FromMinutes(2));
        foreach (var i in Enumerable.Range(0, 12))
        {
            await EndedAsync($"r{i}");
        }

        await using var later = await HubClient.ConnectAsync(_host.Address, await _host.TokenAsync("read"));
        await later.HelloAsync();
        var told = (await later.NextAsync("rollCalls"))["items"]!.AsArray();
        Assert.Equal((12, "long"), (told.Count, (string)told[0]!["key"]!));

        static string Told(JsonNode message) => string.Join(' ', message["items"]!.AsArray().Select(call => $"{call!["key"]}:{Called(call).Length}"));
    }

    [Fact(DisplayName = "[ROL-5] the ledger counts each squad's callings by how they stand, says what it counts, and is taken away as a table")]
    public async Task Ledger()
    {
        await OpenAsync(new { key = "r1", title = "早点名", minutes = 10 });
        await ActAsync("r1", "answer", new { called = "tianshan", note = "=1+1" });
        await RestartAsync(TimeSpan.FromMinutes(11));
        await EndedAsync("r1");
        await ActAsync("r1", "answer", new { called = "hongqiao" });
        await OpenAsync(new { key = "r2", title = "晚点名", minutes = 10 });
        await ActAsync("r2", "answer", new { called = "tianshan" });
        await OpenAsync(new { key = "r3", title = "误发", minutes = 10 });
        await ActAsync("r3", "withdraw", new { });

        var summary = await SummaryAsync();
        Assert.Equal((6, 0.333333), ((int)summary["count"]!, (double)summary["missing"]!)); // Two still have time.
        Assert.Contains("ROL-5", (string)summary["definition"]!, StringComparison.Ordinal);
        Assert.Contains("ROL-5", (string)summary["definitionZh"]!, StringComparison.Ordinal);
        Assert.Equal(
            ["xinhua 新华路中队 1 0 0 1", "hongqiao 虹桥中队 1 0 1 0", "tianshan 天山路中队 2 2 0 0"],
            summary["items"]!.AsArray().Select(item => $"{item!["key"]} {item["name"]} {item["calls"]} {item["answered"]} {item["late"]} {item["missed"]}"));

        var table = await _admin.GetAsync($"/api/exports/roll-calls?{Range()}");
        Assert.Contains("attachment", table.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
        var bytes = await table.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var rows = Encoding.UTF8.GetString(bytes[3..]).TrimEnd().Split("\r\n").Select(row => row.Split(',')).ToList();
        Assert.Equal("点名时间,截止时间,点名编号,点名,点名方,被点编号,被点,结果,应答时间,用时秒,登记人,备注", string.Join(',', rows[0]));
        Assert.Equal(
            ["r1 虹桥中队 迟到 系统管理员 ", "r1 天山路中队 已应答 系统管理员 '=1+1", "r1 新华路中队 未应答  ", "r2 虹桥中队 待应答  ", "r2 天山路中队 已应答 系统管理员 ", "r2 新华路中队 待应答  "],
            rows.Skip(1).Select(row => $"{row[2]} {row[6]} {row[7]} {row[10]} {row[11]}"));
        Assert.Equal(["from", "to"], (await (await _admin.GetAsync("/api/roll-calls/summary")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
    }

    [Fact(DisplayName = "The demonstration's squad rooms answer whoever calls: most in time, of ten one late and one not at all; an answer that was taken back stays so")]
    public async Task Demo()
    {
        var fleet = new DemoFleet(Scene.Create(), new DemoFleetOptions(_host.Address, new IPEndPoint(IPAddress.Loopback, 9)), _time);
        foreach (var squad in fleet.Squads)
        {
            (await _admin.PutAsJsonAsync($"/api/squads/{squad.Key}", new { name = squad.Name })).EnsureSuccessStatusCode();
        }

        var keys = fleet.Squads.Select(squad => squad.Key).ToArray();
        await OpenAsync(new { key = "r1", title = "早点名", minutes = 10, squads = keys, others = new[] { "值班员" } });
        var rooms = new DemoRollCalls(_host.Services.GetRequiredService<Situation>(), fleet, _time);
        await rooms.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await HaveAsync("answered"));
        _time.Ahead += TimeSpan.FromMinutes(9.9);
        await rooms.LookAsync(TestContext.Current.CancellationToken);
        var answered = await HaveAsync("answered");
        Assert.Equal((10, 8), (keys.Length, answered));

        var first = (string)Called(await GetAsync("/api/roll-calls/r1")).First(called => (string)called["state"]! == "answered")["key"]!;
        await ActAsync("r1", "take-back", new { called = first });
        _time.Ahead += TimeSpan.FromMinutes(9);
        await rooms.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(answered - 1, await HaveAsync("answered"));
        Assert.Equal(1, await HaveAsync("late"));

        async Task<int> HaveAsync(string state) => Called(await GetAsync("/api/roll-calls/r1")).Count(called => (string)called["state"]! == state);
    }

    private async Task StartAsync()
    {
        _host = await HostUnderTest.StartAsync(folder: _folder.Path, parts: services => services.AddSingleton<TimeProvider>(_time));
        _admin = await _host.SignedInAsync();
    }

    /// <summary>Starts the host anew, some time later.</summary>
    private async Task RestartAsync(TimeSpan later)
    {
        _admin.Dispose();
        await _host.DisposeAsync();
        _time.Ahead += later;
        await StartAsync();
    }

    private async Task<JsonNode> OpenAsync(object body)
    {
        var answer = await _admin.PostAsJsonAsync("/api/roll-calls", body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private Task<HttpResponseMessage> PostAsync(string key, string action, object body) => _admin.PostAsJsonAsync($"/api/roll-calls/{key}/actions/{action}", body);

    private async Task ActAsync(string key, string action, object body) => (await PostAsync(key, action, body)).EnsureSuccessStatusCode();

    private async Task<JsonNode> GetAsync(string path) => (await _admin.GetFromJsonAsync<JsonNode>(path))!;

    private Task<JsonNode> SummaryAsync() => GetAsync($"/api/roll-calls/summary?{Range()}");

    private string Range() => $"from={Uri.EscapeDataString(_time.GetUtcNow().AddDays(-1).ToString("O"))}&to={Uri.EscapeDataString(_time.GetUtcNow().AddMinutes(1).ToString("O"))}";

    /// <summary>The state of the roll call, and of all that are called, in the order of the call.</summary>
    private async Task<string> StatesAsync(string key)
    {
        var call = await GetAsync($"/api/roll-calls/{key}");
        return string.Join(' ', [(string)call["state"]!, .. Called(call).Select(called => (string)called["state"]!)]);
    }

    private async Task<string> EndedAsync(string key)
    {
        await Patience.UntilAsync(async () => (await StatesAsync(key)).StartsWith("ended", StringComparison.Ordinal), $"the roll call {key} ends");
        return await StatesAsync(key);
    }

    private static JsonNode[] Called(JsonNode call) => [.. call["called"]!.AsArray().Select(called => called!)];

    private static DateTimeOffset Time(JsonNode call, string field) => DateTimeOffset.Parse((string)call[field]!, System.Globalization.CultureInfo.InvariantCulture);
}

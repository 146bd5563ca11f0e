using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vantage.Support;

namespace Vantage.Host.Tests.Replays;

public abstract class ReplayApiTests(OwnPostgres? postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(DateTimeOffset.UtcNow.AddHours(-3).Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);

    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;
    private string _after = "";

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync(settings => settings with { Database = postgres?.Server.NewDatabase() });
        _admin = await _host.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "A replay of a box or a zone is of exactly those whom a look at every fix finds there [REP-1]")]
    public async Task Who_was_here()
    {
        var random = new Random(4);
        await PutZoneAsync("square", 121.44, 31.21, 0.02, Start);
        await PutZoneAsync("square", 121.47, 31.21, 0.02, Start.AddMinutes(60)); // It moved.
        var fixes = Enumerable.Range(0, 60).SelectMany(unit => Wander(random, $"vehicle/{unit}", random.Next(1, 120))).ToList();
        await ReportAsync(fixes);

        for (var i = 0; i < 12; i++)
        {
            var (from, to) = (Start.AddMinutes(random.Next(0, 60)), Start.AddMinutes(random.Next(61, 120)));
            var (west, south) = (121.40 + (random.NextDouble() * 0.1), 31.18 + (random.NextDouble() * 0.06));
            var (east, north) = (Math.Round(west + 0.01, 4), Math.Round(south + 0.01, 4));
            (west, south) = (Math.Round(west, 4), Math.Round(south, 4));
            var inBox = fixes.Where(fix => fix.Time >= from && fix.Time < to && fix.Lon >= west && fix.Lon <= east && fix.Lat >= south && fix.Lat <= north);
            Assert.Equal(
                inBox.Select(fix => fix.Unit).Distinct().Order(StringComparer.Ordinal),
                Units(await OpenAsync(new { from, to, bbox = string.Create(CultureInfo.InvariantCulture, $"{west},{south},{east},{north}") })));
            var inZone = fixes.Where(fix => fix.Time >= from && fix.Time < to && fix.Lat is >= 31.21 and <= 31.23
                && (fix.Time < Start.AddMinutes(60) ? fix.Lon is >= 121.44 and <= 121.46 : fix.Lon is >= 121.47 and <= 121.49));
            Assert.Equal(inZone.Select(fix => fix.Unit).Distinct().Order(StringComparer.Ordinal), Units(await OpenAsync(new { from, to, zone = "square" })));
        }
    }

    [Fact(DisplayName = "At an instant units are between their fixes, gaps stay gaps, and zones, occupants and breaches are those of then [REP-3]")]
    public async Task Frames()
    {
        await PutZoneAsync("square", 121.44, 31.21, 0.02, Start);
        await ReportAsync([
            new("vehicle/a", Start, 121.40, 31.22), new("vehicle/a", Start.AddSeconds(100), 121.41, 31.22),
            new("vehicle/a", Start.AddSeconds(1_000), 121.45, 31.22), new("vehicle/a", Start.AddSeconds(1_100), 121.455, 31.22),
            new("vehicle/late", Start.AddSeconds(1_050), 121.40, 31.20),
        ]);
        await PutZoneAsync("new", 121.40, 31.21, 0.02, Start.AddSeconds(1_040));
        var key = (string)(await OpenAsync(new { from = Start, to = Start.AddHours(1), units = new[] { "vehicle/a", "vehicle/late" } }))["key"]!;

        var moving = await FrameAsync(key, 25);
        Assert.Equal(("vehicle/a", 121.4025, 31.22, false), UnitOf(moving, 0));
        Assert.Single(moving["units"]!["id"]!.AsArray());
        Assert.Equal(["square 1 "], ZonesOf(moving));
        Assert.Empty(moving["breaches"]!.AsArray());

        Assert.Equal(("vehicle/a", 121.41, 31.22, true), UnitOf(await FrameAsync(key, 500), 0));
        Assert.Equal(("vehicle/a", 121.41, 31.22, true), UnitOf(await FrameAsync(key, 999.999), 0));

        var inside = await FrameAsync(key, 1_050);
        Assert.Equal(("vehicle/a", 121.4525, 31.22, false), UnitOf(inside, 0));
        Assert.Equal(("vehicle/late", 121.40, 31.20, false), UnitOf(inside, 1));
        Assert.Equal(["new 1 ", "square 1 vehicle/a"], ZonesOf(inside));
        Assert.Equal("square", (string)Assert.Single(inside["breaches"]!.AsArray())!["zone"]!);
    }

    [Fact(DisplayName = "At an instant the incidents are those that were open then, as far as they were then [REP-3]")]
    public async Task Incidents()
    {
        await ReportAsync([new("vehicle/a", Start, 121.40, 31.22)]);
        var incident = await (await _admin.PostAsJsonAsync("/api/incidents", new { kind = "other", title = "事件", lon = 121.4, lat = 31.2 })).JsonAsync();
        var path = $"/api/incidents/{incident["key"]}";
        await Task.Delay(5);
        (await _admin.PostAsJsonAsync($"{path}/dispatch", new { units = new[] { "vehicle/a" }, confirm = true })).EnsureSuccessStatusCode();
        await Task.Delay(5);
        var closed = await (await _admin.PostAsJsonAsync($"{path}/actions/close", new { })).JsonAsync();
        var key = (string)(await OpenAsync(new { from = Start, to = DateTimeOffset.UtcNow.AddHours(1), units = new[] { "vehicle/a" } }))["key"]!;
        async Task<string[]> StatesAsync(string time, int moreMs = 0)
        {
            var at = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).AddMilliseconds(moreMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            var frame = (await _admin.GetFromJsonAsync<JsonNode>($"/api/replays/{key}/frame?time={at}"))!;
            return [.. frame["incidents"]!.AsArray().Select(open => (string)open!["state"]!)];
        }

        Assert.Empty(await StatesAsync((string)incident["reportedAt"]!, -1));
        Assert.Equal(["new"], await StatesAsync((string)incident["reportedAt"]!));
        Assert.Equal(["dispatched"], await StatesAsync((string)closed["orders"]![0]!["moments"]![0]!["at"]!));
        Assert.Empty(await StatesAsync((string)closed["closedAt"]!));
    }

    [Fact(DisplayName = "On the time line are incidents that a unit of the replay was sent to before its end or called for help in, or that lie in its box or zone; it jumps from one to the next [REP-4]")]
    public async Task Incidents_of_its_time()
    {
        await PutZoneAsync("square", 121.44, 31.21, 0.02, Start);
        await ReportAsync([new("vehicle/a", Start, 121.45, 31.22), new("vehicle/b", Start, 121.45, 31.22), new("officer/c", Start, 121.40, 31.22)]);
        using var officer = await _host.AtPostAsync("officer@officer/c");
        var (outside, inside) = (await ReportIncidentAsync("外面", 121.40), await ReportIncidentAsync("里面", 121.45));
        var sent = await ReportIncidentAsync("派出", 121.40);
        (await _admin.PostAsJsonAsync($"/api/incidents/{sent.Key}/dispatch", new { units = new[] { "vehicle/a" }, confirm = true })).EnsureSuccessStatusCode();
        var call = await (await officer.PostAsJsonAsync("/api/officer/sos", new { time = Wire(DateTimeOffset.UtcNow), lon = 121.40, lat = 31.22 })).JsonAsync();
        var end = DateTimeOffset.UtcNow;
        await Task.Delay(5);
        var after = await ReportIncidentAsync("之后", 121.45);
        (await _admin.PostAsJsonAsync($"/api/incidents/{outside.Key}/dispatch", new { units = new[] { "vehicle/b" }, confirm = true })).EnsureSuccessStatusCode();

        var of = new Dictionary<string, string>();
        foreach (var (name, whom) in new (string, object)[]
        {
            ("a", new { from = Start, to = end, units = new[] { "vehicle/a" } }), ("b", new { from = Start, to = end, units = new[] { "vehicle/b" } }),
            ("c", new { from = Start, to = end, units = new[] { "officer/c" } }), ("box", new { from = Start, to = end, bbox = "121.44,31.21,121.46,31.23" }),
            ("zone", new { from = Start, to = end, zone = "square" }), ("later", new { from = Start, to = end.AddHours(1), zone = "square" }),
        })
        {
            of[name] = (string)(await OpenAsync(whom))["key"]!;
        }

        Assert.Equal([sent.Key], await KeysAsync(of["a"]));
        Assert.Empty(await KeysAsync(of["b"])); // It was sent after the end.
        Assert.Equal([(string)call["incident"]!], await KeysAsync(of["c"])); // It called for help.
        Assert.Equal([inside.Key, sent.Key], await KeysAsync(of["box"]));
        Assert.Equal([inside.Key, sent.Key], await KeysAsync(of["zone"]));
        Assert.Equal([outside.Key, inside.Key, sent.Key, after.Key], await KeysAsync(of["later"]));
        var first = (await _admin.GetFromJsonAsync<JsonNode>($"/api/replays/{of["later"]}/incidents?limit=1"))!;
        var oldest = Assert.Single(first["items"]!.AsArray())!;
        Assert.Equal(("外面", "other", "warning", outside.ReportedAt), ((string)oldest["title"]!, (string)oldest["kind"]!, (string)oldest["level"]!, Time(oldest["reportedAt"]!)));
        var next = (await _admin.GetFromJsonAsync<JsonNode>($"/api/replays/{of["later"]}/incidents?limit=1&cursor={Uri.EscapeDataString((string)first["cursor"]!)}"))!;
        Assert.Equal(inside.Key, (string)next["items"]![0]!["key"]!);

        foreach (var incident in new[] { inside, sent })
        {
            Assert.Equal(incident.ReportedAt, Time((await SetClockAsync(of["zone"], new { jump = "incident" }))["clock"]!["time"]!));
        }

        await (await _admin.PostAsJsonAsync($"/api/replays/{of["zone"]}/clock", new { jump = "incident" })).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(inside.ReportedAt, Time((await SetClockAsync(of["zone"], new { jump = "incident", back = true }))["clock"]!["time"]!));

        async Task<(string Key, DateTimeOffset ReportedAt)> ReportIncidentAsync(string title, double lon)
        {
            var incident = await (await _admin.PostAsJsonAsync("/api/incidents", new { kind = "other", title, lon, lat = 31.22 })).JsonAsync();
            await Task.Delay(5); // Each has a millisecond of its own.
            return ((string)incident["key"]!, Time(incident["reportedAt"]!));
        }

        async Task<string[]> KeysAsync(string replay)
            => [.. (await _admin.GetFromJsonAsync<JsonNode>($"/api/replays/{replay}/incidents"))!["items"]!.AsArray().Select(incident => (string)incident!["key"]!)];
    }

    [Fact(DisplayName = "Screens that follow a replay show the same instant, within 100 ms, whatever is done to its clock")]
    public async Task One_clock()
    {
        await ReportAsync([new("vehicle/a", Start, 121.40, 31.22)]);
        var key = (string)(await OpenAsync(new { from = Start, to = Start.AddHours(2), units = new[] { "vehicle/a" } }))["key"]!;
        var token = await _host.TokenAsync("read");
        await using var one = await HubClient.ConnectAsync(_host.Address, token);
        await using var two = await HubClient.ConnectAsync(_host.Address, token);
        foreach (var screen in new[] { one, two })
        {
            await screen.HelloAsync();
            Assert.Equal(key, (string)(await screen.InvokeAsync("Follow", key))!["key"]!);
        }

        foreach (var set in new object[] { new { playing = true, rate = 64.0 }, new { time = Start.AddHours(1) }, new { rate = -8.5 }, new { playing = false } })
        {
            await SetClockAsync(key, set);
            var expected = (await _admin.GetFromJsonAsync<JsonNode>($"/api/replays/{key}"))!["clock"]!;
            var clocks = new List<JsonNode>();
            foreach (var screen in new[] { one, two })
            {
                clocks.Add((await screen.NextAsync("replay", news => (string)news["clock"]!["setAt"]! == (string)expected["setAt"]!))["clock"]!);
            }

            var now = DateTimeOffset.UtcNow;
            Assert.InRange(Math.Abs((ShownAt(clocks[0], now) - ShownAt(clocks[1], now)).TotalMilliseconds), 0, 100);
            Assert.InRange(Math.Abs((ShownAt(clocks[0], now) - ShownAt(expected, now)).TotalMilliseconds), 0, 100);
        }

        (await _admin.DeleteAsync($"/api/replays/{key}")).EnsureSuccessStatusCode();
        Assert.True((bool)(await one.NextAsync("replay", news => (bool)news["closed"]!))["closed"]!);
        await (await _admin.GetAsync($"/api/replays/{key}")).ProblemAsync(HttpStatusCode.NotFound);
        var gone = await Assert.ThrowsAsync<HubFailure>(() => two.InvokeAsync("Follow", key));
        Assert.Contains("there is no replay", gone.Message, StringComparison.Ordinal);
        Assert.Null(await two.InvokeAsync("Follow", (object?)null));
    }

    [Fact(DisplayName = "A replay jumps to the next breach and to the one before, and says when there is none")]
    public async Task Jumps()
    {
        await PutZoneAsync("square", 121.44, 31.21, 0.02, Start);
        await ReportAsync(Enumerable.Range(0, 40).Select(i => new Reported("vehicle/a", Start.AddMinutes(i), i / 5 % 2 == 1 ? 121.45 : 121.48, 31.22)));
        var key = (string)(await OpenAsync(new { from = Start, to = Start.AddHours(1), units = new[] { "vehicle/a" } }))["key"]!;
        var starts = (await _admin.GetFromJsonAsync<JsonNode>("/api/breaches?unit=vehicle/a"))!["items"]!.AsArray()
            .Select(breach => Time(breach!["startedAt"]!)).Order().ToList();
        Assert.Equal(4, starts.Count);
        foreach (var start in starts)
        {
            Assert.Equal(start, Time((await SetClockAsync(key, new { jump = "breach" }))["clock"]!["time"]!));
        }

        await (await _admin.PostAsJsonAsync($"/api/replays/{key}/clock", new { jump = "breach" })).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(starts[2], Time((await SetClockAsync(key, new { jump = "breach", back = true }))["clock"]!["time"]!));
    }

    [Fact(DisplayName = "A replay jumps to gatherings that one of its units was in and to absences, also of rules that are no longer, and passes by gatherings of others")]
    public async Task Jumps_to_breaches_of_zones()
    {
        await PutZoneAsync("square", 121.44, 31.21, 0.02, Start, """[{"key":"crowd","type":"gathering","count":2,"after":60}]""");
        await PutZoneAsync("post", 121.465, 31.215, 0.01, Start, """[{"key":"manned","type":"absence","units":["vehicle/*"],"count":1,"after":1200}]""");
        await PutZoneAsync("square", 121.44, 31.21, 0.02, Start.AddMinutes(100), "[]");
        await ReportAsync(Enumerable.Range(0, 60).SelectMany(i => new Reported[]
        {
            new("vehicle/a", Start.AddMinutes(i), i is > 10 and < 15 ? 121.45 : 121.47, i < 30 ? 31.22 : 31.20), // At its post for half an hour.
            new("vehicle/b", Start.AddMinutes(i), i is > 10 and < 15 or > 40 and < 45 ? 121.45 : 121.43, 31.22),
            new("vehicle/c", Start.AddMinutes(i), i is > 40 and < 45 ? 121.45 : 121.43, 31.22),
        }));
        var all = (await _admin.GetFromJsonAsync<JsonNode>($"/api/breaches?limit=1000&after={_after}"))!["items"]!.AsArray().Select(breach => breach!).ToList();
        var starts = all.Where(breach => (string?)breach["rule"] == "manned" || (breach["units"]?.AsArray().Any(unit => (string)unit! == "vehicle/a") ?? false))
            .Select(breach => Time(breach["startedAt"]!)).Where(start => start > Start && start < Start.AddHours(1)).Order().ToList();
        Assert.Equal(2, all.Count(breach => (string?)breach["rule"] == "crowd"));
        Assert.Equal(2, starts.Count);

        var key = (string)(await OpenAsync(new { from = Start, to = Start.AddHours(1), units = new[] { "vehicle/a" } }))["key"]!;
        foreach (var start in starts)
        {
            Assert.Equal(start, Time((await SetClockAsync(key, new { jump = "breach" }))["clock"]!["time"]!));
        }

        await (await _admin.PostAsJsonAsync($"/api/replays/{key}/clock", new { jump = "breach" })).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(starts[0], Time((await SetClockAsync(key, new { jump = "breach", back = true }))["clock"]!["time"]!));
    }

    [Fact(DisplayName = "A replay jumps from stop to stop of all its units, forth and back, and says when there is none")]
    public async Task Jumps_to_stops()
    {
        string[] units = ["vehicle/s1", "vehicle/s2"];
        foreach (var (unit, late) in units.Index().Select(unit => (unit.Item, unit.Index * 7)))
        {
            await ReportAsync(Enumerable.Range(0, 170).Select(i => new Reported(
                unit, Start.AddMinutes(late + i), 121.40 + (i / 10 % 2 == 0 ? i / 20 * 0.01 : (i / 20 * 0.01) + (i % 10 * 0.001)), 31.22)));
        }

        var key = (string)(await OpenAsync(new { from = Start.AddMinutes(1), to = Start.AddHours(3), units }))["key"]!;
        var starts = new SortedSet<DateTimeOffset>();
        foreach (var unit in units)
        {
            var motion = (await _admin.GetFromJsonAsync<JsonNode>(
                $"/api/units/{unit}/motion?from={Start.AddMinutes(1).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}&to={Start.AddHours(3).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"))!;
            starts.UnionWith(motion["stops"]!.AsArray().Select(stop => Time(stop!["from"]!)));
        }

        Assert.True(starts.Count > 8, $"{starts.Count} stops");
        foreach (var start in starts)
        {
            Assert.Equal(start, Time((await SetClockAsync(key, new { jump = "stop" }))["clock"]!["time"]!));
        }

        var problem = await (await _admin.PostAsJsonAsync($"/api/replays/{key}/clock", new { jump = "stop" })).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal("There is no stop after.", (string)problem["detail"]!);
        foreach (var start in starts.Reverse().Skip(1))
        {
            Assert.Equal(start, Time((await SetClockAsync(key, new { jump = "stop", back = true }))["clock"]!["time"]!));
        }
    }

    [Fact(DisplayName = "An open replay is there after a restart, with its clock")]
    public async Task Restart()
    {
        string key;
        var folder = Directory.CreateTempSubdirectory("vantage-replay-").FullName;
        var database = postgres?.Server.NewDatabase();
        await using (var first = await HostUnderTest.StartAsync(settings => settings with { Database = database }, folder))
        {
            using var admin = await first.SignedInAsync();
            await ReportAsync([new("vehicle/a", Start, 121.40, 31.22)], admin);
            key = (string)(await OpenAsync(new { name = "周二夜市", from = Start, to = Start.AddHours(1), units = new[] { "vehicle/a" } }, admin))["key"]!;
            (await admin.PostAsJsonAsync($"/api/replays/{key}/clock", new { time = Start.AddMinutes(10) })).EnsureSuccessStatusCode();
        }

        await using (var second = await HostUnderTest.StartAsync(settings => settings with { Database = database }, folder))
        {
            using var admin = await second.SignedInAsync();
            var replay = Assert.Single((await admin.GetFromJsonAsync<JsonNode>("/api/replays"))!["items"]!.AsArray())!;
            Assert.Equal((key, "周二夜市", Start.AddMinutes(10)), ((string)replay["key"]!, (string)replay["name"]!, Time(replay["clock"]!["time"]!)));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact(DisplayName = "What is wrong with a replay is named")]
    public async Task Wrong_replays()
    {
        foreach (var (body, field) in new[]
        {
            ("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T01:00:00Z"}""", "units"),
            ("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T01:00:00Z","units":["vehicle/a"],"bbox":"1,2,3,4"}""", "units"),
            ("""{"from":"2026-01-01T02:00:00Z","to":"2026-01-01T01:00:00Z","bbox":"1,2,3,4"}""", "to"),
            ("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-09T01:00:00Z","bbox":"1,2,3,4"}""", "to"),
            ("""{"from":"2999-01-01T00:00:00Z","to":"2999-01-01T01:00:00Z","bbox":"1,2,3,4"}""", "from"),
            ("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T01:00:00Z","units":["vehicle/nobody"]}""", "units"),
            ("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T01:00:00Z","units":[]}""", "units"),
            ("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T01:00:00Z","zone":"nowhere"}""", "zone"),
            ("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T01:00:00Z","bbox":"1,2,3,4","speed":2}""", "speed"),
        })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            Assert.Contains(field, (await (await _admin.PostAsync(new Uri("/api/replays", UriKind.Relative), content)).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        }
    }

    [Fact(DisplayName = "What is wrong with a clock is named")]
    public async Task Wrong_clocks()
    {
        await ReportAsync([new("vehicle/a", Start, 121.40, 31.22)]);
        var key = (string)(await OpenAsync(new { from = Start, to = Start.AddHours(1), units = new[] { "vehicle/a" } }))["key"]!;
        foreach (var (body, field) in new[]
        {
            ("""{}""", "time"),
            ("""{"rate":0}""", "rate"),
            ("""{"rate":65}""", "rate"),
            ("""{"playing":"yes"}""", "playing"),
            ("""{"jump":"moon"}""", "jump"),
            ("""{"jump":"breach","time":"2026-01-01T00:00:00Z"}""", "jump"),
        })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            var answer = await _admin.PostAsync(new Uri($"/api/replays/{key}/clock", UriKind.Relative), content);
            Assert.Contains(field, (await answer.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        }
    }

    [Fact(DisplayName = "Who may not see the track of one of its units may not follow a replay, and each look is on record")]
    public async Task Rights()
    {
        foreach (var (unit, squad) in new[] { ("officer/1", "tianshan"), ("officer/2", "beixinjing") })
        {
            (await _admin.PutAsJsonAsync($"/api/units/{unit}", new { name = unit, squad })).EnsureSuccessStatusCode();
        }

        await ReportAsync([new("officer/1", Start, 121.40, 31.22), new("officer/2", Start, 121.40, 31.22)]);
        var both = (string)(await OpenAsync(new { from = Start, to = Start.AddHours(1), units = new[] { "officer/1", "officer/2" } }))["key"]!;
        using var room = await _host.AtPostAsync("squad-room@tianshan");
        await (await room.GetAsync($"/api/replays/{both}/frame")).ProblemAsync(HttpStatusCode.Forbidden);
        await (await room.PostAsJsonAsync("/api/replays", new { from = Start, to = Start.AddHours(1), units = new[] { "officer/2" } })).ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Empty((await room.GetFromJsonAsync<JsonNode>("/api/replays"))!["items"]!.AsArray());

        // Of those who were there it finds the ones that it may see.
        var own = await OpenAsync(new { from = Start, to = Start.AddHours(1), bbox = "121,31,122,32" }, room);
        Assert.Equal(["officer/1"], Units(own));
        (await room.GetAsync($"/api/replays/{own["key"]}/frame")).EnsureSuccessStatusCode();
        // Nor of incidents, but those that its own units were sent to.
        foreach (var (key, unit) in new[] { ("own", "officer/1"), ("others", "officer/2") })
        {
            await (await _admin.PostAsJsonAsync("/api/incidents", new { key, kind = "other", title = key, lon = 121.4, lat = 31.2 })).JsonAsync();
            (await _admin.PostAsJsonAsync($"/api/incidents/{key}/dispatch", new { units = new[] { unit }, confirm = true })).EnsureSuccessStatusCode();
        }

        var lasting = (string)(await OpenAsync(new { from = Start, to = DateTimeOffset.UtcNow.AddHours(1), bbox = "121,31,122,32" }, room))["key"]!;
        Assert.Equal(["own"], (await room.GetFromJsonAsync<JsonNode>($"/api/replays/{lasting}/incidents"))!["items"]!.AsArray().Select(incident => (string)incident!["key"]!));
        Assert.Equal(2, (await _admin.GetFromJsonAsync<JsonNode>($"/api/replays/{lasting}/incidents"))!["items"]!.AsArray().Count);
        await (await room.GetAsync($"/api/replays/{both}/incidents")).ProblemAsync(HttpStatusCode.Forbidden);

        var audit = (await _admin.GetFromJsonAsync<JsonNode>("/api/audit?limit=100"))!["items"]!.ToJsonString();
        Assert.Contains($"replay/{both}", audit, StringComparison.Ordinal);
        Assert.Contains($"replay/{own["key"]}", audit, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The tracks of a replay are those of its units within its time")]
    public async Task Tracks()
    {
        await ReportAsync(Enumerable.Range(0, 50).Select(i => new Reported($"vehicle/{i % 2}", Start.AddMinutes(i), 121.40 + (i * 1e-4), 31.22)));
        var key = (string)(await OpenAsync(new { from = Start.AddMinutes(10), to = Start.AddMinutes(40), units = new[] { "vehicle/0", "vehicle/1" } }))["key"]!;
        var tracks = (await _admin.GetFromJsonAsync<JsonNode>($"/api/replays/{key}/tracks?from={Wire(Start)}&to={Wire(Start.AddMinutes(20))}"))!["tracks"]!.AsArray();
        Assert.Equal(["vehicle/0", "vehicle/1"], tracks.Select(track => (string)track!["unit"]!));
        Assert.All(tracks, track => Assert.Equal(5, track!["time"]!.AsArray().Count));
    }

    private static IEnumerable<Reported> Wander(Random random, string unit, int minutes)
    {
        var (lon, lat) = (121.40 + (random.NextDouble() * 0.12), 31.18 + (random.NextDouble() * 0.08));
        for (var i = 0; i < minutes * 2; i++)
        {
            yield return new Reported(unit, Start.AddSeconds(i * 30), Math.Round(lon, 5), Math.Round(lat, 5));
            lon += (random.NextDouble() - 0.5) * 0.004;
            lat += (random.NextDouble() - 0.5) * 0.004;
        }
    }

    private async Task PutZoneAsync(string key, double west, double south, double size, DateTimeOffset from, string rules = """[{"key":"in","type":"enter"}]""")
    {
        double[][] ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]];
        ring = [.. ring.Select(corner => new[] { Math.Round(corner[0], 5), Math.Round(corner[1], 5) })];
        var feature = new
        {
            type = "Feature",
            geometry = new { type = "Polygon", coordinates = new[] { ring } },
            properties = new { name = key, effectiveFrom = Wire(from), rules = JsonNode.Parse(rules) },
        };
        var answer = await _admin.PutAsJsonAsync($"/api/zones/{key}", feature);
        answer.EnsureSuccessStatusCode();
        _after = answer.Headers.GetValues("Vantage-Watermark").Single();
    }

    private async Task ReportAsync(IEnumerable<Reported> fixes, HttpClient? client = null)
    {
        var answer = await (client ?? _admin).PostAsJsonAsync("/api/positions", fixes.Select(fix => new { unit = fix.Unit, time = Wire(fix.Time), lon = fix.Lon, lat = fix.Lat }));
        answer.EnsureSuccessStatusCode();
        _after = answer.Headers.GetValues("Vantage-Watermark").Single();
        (await (client ?? _admin).GetAsync($"/api/breaches?after={_after}")).EnsureSuccessStatusCode();
    }

    private async Task<JsonNode> OpenAsync(object replay, HttpClient? client = null)
    {
        var answer = await (client ?? _admin).PostAsJsonAsync("/api/replays", replay);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<JsonNode> SetClockAsync(string key, object clock)
    {
        var answer = await _admin.PostAsJsonAsync($"/api/replays/{key}/clock", clock);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<JsonNode> FrameAsync(string key, double seconds)
        => (await _admin.GetFromJsonAsync<JsonNode>($"/api/replays/{key}/frame?time={Wire(Start.AddSeconds(seconds))}"))!;

    private static IEnumerable<string> Units(JsonNode replay) => replay["units"]!.AsArray().Select(unit => (string)unit!);

    private static (string, double, double, bool) UnitOf(JsonNode frame, int i)
    {
        var units = frame["units"]!;
        return ((string)units["id"]![i]!, (double)units["lon"]![i]!, (double)units["lat"]![i]!, (bool)units["gap"]![i]!);
    }

    private static IEnumerable<string> ZonesOf(JsonNode frame) => frame["zones"]!.AsArray()
        .Select(zone => $"{zone!["key"]} {zone["version"]} {string.Join(',', zone["occupants"]!.AsArray().Select(unit => (string)unit!))}");

    /// <summary>What a screen shows at a moment, by what it was told.</summary>
    private static DateTimeOffset ShownAt(JsonNode clock, DateTimeOffset now)
        => Time(clock["setTo"]!) + ((bool)clock["playing"]! ? (now - Time(clock["setAt"]!)) * (double)clock["rate"]! : TimeSpan.Zero);

    private static DateTimeOffset Time(JsonNode time) => DateTimeOffset.Parse((string)time!, CultureInfo.InvariantCulture);

    private static string Wire(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed record Reported(string Unit, DateTimeOffset Time, double Lon, double Lat);
}

public sealed class SqliteReplayApiTests() : ReplayApiTests(null);

public sealed class PostgresReplayApiTests(OwnPostgres own) : ReplayApiTests(own), IClassFixture<OwnPostgres>;

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Vantage.Host.Tests.Motion;

namespace Vantage.Host.Tests.Web;

/// <summary>Questions about the past that have no answer: at every door each is refused as problem details that name the field.</summary>
public sealed class HistoryQuestionTests(HistoryQuestionTests.AskedHost asked) : IClassFixture<HistoryQuestionTests.AskedHost>
{
    private const string Day = "from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z";

    /// <summary>Every door that takes a range; a body that has one says so with <c>{range}</c>, comma and all.</summary>
    private static readonly Dictionary<string, (string Path, string? Body)> Doors = new(StringComparer.Ordinal)
    {
        ["track"] = ("/api/units/vehicle/asked/track?", null),
        ["track as CSV"] = ("/api/units/vehicle/asked/track?format=csv&", null),
        ["tracks"] = ("/api/tracks?units=vehicle/asked&", null),
        ["motion"] = ("/api/motion?", null),
        ["motion of a unit"] = ("/api/units/vehicle/asked/motion?", null),
        ["export"] = ("/api/exports/tracks?", null),
        ["heat of presence"] = ("/api/heatmaps/presence?", null),
        ["heat of fixes by kind"] = ("/api/heatmaps/fixes?kind=vehicle&", null),
        ["heat of records"] = ("/api/heatmaps/records.complaint?", null),
        ["heat in a polygon"] = ("/api/heatmaps/fixes", $$"""{ {range} "polygon": {{Ring(4)}} }"""),
        ["table of heat"] = ("/api/heatmaps/presence/table?by=street&", null),
        ["rhythm of heat"] = ("/api/heatmaps/presence/rhythm?", null),
        ["table of incidents"] = ("/api/heatmaps/incidents/table?by=street&", null),
        ["table of records"] = ("/api/heatmaps/records.complaint/table?by=squad&", null),
        ["comparison"] = ($"/api/heatmaps/fixes/compare?{Against(Day)}&", null),
        ["hot spots"] = ("/api/heatmaps/presence/hotspots?", null),
        ["uncovered demand"] = ("/api/heatmaps/records.complaint/uncovered?", null),
        ["trial"] = ("/api/zones/asked/trial?", Zone(4)),
        ["replay"] = ("/api/replays", """{ {range} "bbox": "121,31,122,32" }"""),
        ["records"] = ("/api/records/complaint?", null),
        ["points of records"] = ("/api/records/complaint/points?", null),
        ["chart of records"] = ("/api/records/complaint/chart?by=month&", null),
    };

    private static readonly string[] Ranges =
    [
        "from=2026-03-03T00:00:00Z&to=2026-03-02T00:00:00Z", "from=2026-03-03T00:00:00Z&to=2026-03-03T00:00:00Z", "from=2999-01-01T00:00:00Z&to=2999-01-02T00:00:00Z",
        "from=1926-03-02T00:00:00Z&to=2026-03-02T00:00:00Z", "from=yesterday&to=2026-03-02", "",
    ];

    private static readonly string[] Polygons = ["presence", "fixes", "fixes/compare", "presence/hotspots", "records.complaint", "records.complaint/uncovered"];

    private readonly HttpClient _admin = asked.Admin;

    public static TheoryData<string, string> Wrong()
    {
        var wrong = new TheoryData<string, string>();
        foreach (var (door, range) in Doors.Keys.SelectMany(door => Ranges.Select(range => (door, range))))
        {
            // Duties may be planned, so that layers of points have a future; and a list of records has no end that must be given.
            if (!(range.Contains("2999", StringComparison.Ordinal) && IsOfPoints(door)) && !(range.Length == 0 && door == "records"))
            {
                wrong.Add(door, range);
            }
        }

        return wrong;
    }

    [Theory(DisplayName = "A range that is reversed, empty, in the future, a century long, no time or missing is refused by the name of its end")]
    [MemberData(nameof(Wrong))]
    public async Task Wrong_ranges(string door, string range)
    {
        var fields = (await (await AskAsync(_admin, door, range)).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields();

        var expected = range switch
        {
            _ when range.Contains("2999", StringComparison.Ordinal) => ["from"],
            _ when range.Contains("2026-03-03", StringComparison.Ordinal) => ["to"],
            _ when range.Contains("1926", StringComparison.Ordinal) => fields.Length == 2 ? ["from", "to"] : door == "replay" ? ["to"] : ["from"],
            _ => (string[])["from", "to"],
        };
        Assert.Equal(expected, fields);
    }

    [Fact(DisplayName = "Every one of these doors answers a day that is right")]
    public async Task Right_ranges()
    {
        foreach (var door in Doors.Keys)
        {
            using var answer = await AskAsync(_admin, door, Day);
            Assert.True(answer.IsSuccessStatusCode, $"{door}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    [Theory(DisplayName = "A list that needs no range refuses a wrong one by the name of its end")]
    [InlineData("breaches")]
    [InlineData("visits")]
    [InlineData("incidents")]
    public async Task Wrong_ranges_of_lists(string list)
    {
        foreach (var (range, fields) in new (string, string[])[]
                 {
                     ("from=2026-03-03T00:00:00Z&to=2026-03-02T00:00:00Z", ["to"]), ("from=2026-03-03T00:00:00Z&to=2026-03-03T00:00:00Z", ["to"]),
                     ("from=yesterday&to=2026-03-02", ["from", "to"]),
                 })
        {
            Assert.Equal(fields, (await (await _admin.GetAsync($"/api/{list}?{range}")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        }

        (await _admin.GetAsync($"/api/{list}?{Day}")).EnsureSuccessStatusCode();
    }

    [Theory(DisplayName = "The other range of a comparison is refused by its own names")]
    [InlineData("from=2026-03-03T00:00:00Z&to=2026-03-02T00:00:00Z", "againstTo")]
    [InlineData("from=2999-01-01T00:00:00Z&to=2999-01-02T00:00:00Z", "againstFrom")]
    [InlineData("from=1926-03-02T00:00:00Z&to=2026-03-02T00:00:00Z", "againstFrom againstTo")]
    public async Task Wrong_comparisons(string against, string fields)
    {
        var problem = await (await _admin.GetAsync($"/api/heatmaps/presence/compare?{Day}&{Against(against)}")).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(fields.Split(' '), problem.ErrorFields());
    }

    [Theory(DisplayName = "A unit, zone or replay that is none is refused by its name")]
    [InlineData("/api/tracks?units=vehicle/asked,vehicle/none&", 400, "units")]
    [InlineData("/api/motion?units=vehicle/none&", 400, "units")]
    [InlineData("/api/exports/tracks?units=vehicle/none&", 400, "units")]
    [InlineData("/api/heatmaps/presence?squad=none&", 400, "squad")]
    [InlineData("/api/heatmaps/presence?zone=none&", 400, "zone")]
    [InlineData("/api/heatmaps/fixes/hotspots?zone=none&", 400, "zone")]
    [InlineData("/api/heatmaps/records.complaint/uncovered?patrolSquad=none&zone=none&", 400, "patrolSquad zone")]
    [InlineData("/api/units/vehicle/none/track?", 404, "none")]
    [InlineData("/api/units/vehicle/none/motion?", 404, "none")]
    [InlineData("/api/replays/none/tracks?", 404, "none")]
    [InlineData("/api/replays/none/frame?", 404, "none")]
    [InlineData("/api/records/none?", 404, "none")]
    [InlineData("/api/heatmaps/records.none?", 404, "none")]
    public async Task Unknown(string path, int status, string names)
    {
        var problem = await (await _admin.GetAsync(path + Day)).ProblemAsync((HttpStatusCode)status);

        if (status == 400)
        {
            Assert.Equal(names.Split(' '), problem.ErrorFields());
        }
        else
        {
            Assert.Contains(names, (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    [Theory(DisplayName = "A replay is refused by the name of what is not there, and its tracks and frames by that of what lies outside")]
    [InlineData("POST", "", """{"from":"2026-03-02T00:00:00Z","to":"2026-03-03T00:00:00Z","units":["vehicle/none"]}""", "units")]
    [InlineData("POST", "", """{"from":"2026-03-02T00:00:00Z","to":"2026-03-03T00:00:00Z","zone":"none"}""", "zone")]
    [InlineData("GET", "/{key}/tracks?from=2026-03-02T02:00:00Z&to=2026-03-02T01:00:00Z", null, "to")]
    [InlineData("GET", "/{key}/frame?time=2999-01-01T00:00:00Z", null, "time")]
    [InlineData("GET", "/{key}/frame?time=1926-01-01T00:00:00Z", null, "time")]
    public async Task Wrong_replays(string method, string path, string? body, string field)
    {
        var replay = await _admin.PostAsJsonAsync("/api/replays", new { from = "2026-03-02T00:00:00Z", to = "2026-03-03T00:00:00Z", units = new[] { "vehicle/asked" } });
        var key = (string)(await replay.JsonAsync())["key"]!;
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/replays" + path.Replace("{key}", key, StringComparison.Ordinal));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");

        var problem = await (await _admin.SendAsync(request)).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Equal([field], problem.ErrorFields());
        (await _admin.DeleteAsync($"/api/replays/{key}")).EnsureSuccessStatusCode();
    }

    [Theory(DisplayName = "A resolution below 0, above 11, in parts or no number is refused wherever heat has one, in the query and in a body")]
    [InlineData("-1")]
    [InlineData("12")]
    [InlineData("9.5")]
    [InlineData("1e9")]
    public async Task Wrong_resolutions(string resolution)
    {
        foreach (var path in Polygons)
        {
            var query = await _admin.GetAsync($"/api/heatmaps/{path}?{Day}&{Against(Day)}&resolution={resolution}");
            Assert.Equal(["resolution"], (await query.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
            var body = await PostAsync(_admin, $"/api/heatmaps/{path}", $$"""{ {{Json(Day)}}, {{AgainstOf(path)}} "resolution": {{resolution}}, "polygon": {{Ring(4)}} }""");
            Assert.Equal(["resolution"], (await body.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        }
    }

    [Fact(DisplayName = "A polygon of 100,001 vertices is refused wherever a question has one, with the limit; one of 100,000 is answered")]
    public async Task Vast_polygons()
    {
        foreach (var path in Polygons)
        {
            var problem = await (await PostAsync(_admin, $"/api/heatmaps/{path}", Ask(path, 100_001))).ProblemAsync(HttpStatusCode.BadRequest);
            Assert.Equal(["polygon.coordinates"], problem.ErrorFields());
            Assert.Contains("100000 vertices", problem.ToJsonString(), StringComparison.Ordinal);
        }

        var trial = await (await PostAsync(_admin, $"/api/zones/asked/trial?{Day}", Zone(100_001))).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["geometry.coordinates"], trial.ErrorFields());
        Assert.Contains("100000 vertices", trial.ToJsonString(), StringComparison.Ordinal);
        (await PostAsync(_admin, "/api/heatmaps/fixes", Ask("fixes", 100_000))).EnsureSuccessStatusCode();
        (await PostAsync(_admin, $"/api/zones/asked/trial?{Day}", Zone(100_000))).EnsureSuccessStatusCode();

        static string Ask(string path, int vertices) => $$"""{ {{Json(Day)}}, {{AgainstOf(path)}} "polygon": {{Ring(vertices)}} }""";
    }

    private static bool IsOfPoints(string door) => door is "heat of records" or "table of records" or "table of incidents" or "uncovered demand" or "records" or "points of records" or "chart of records";

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string door, string range)
    {
        var (path, body) = Doors[door];
        return body is null ? await client.GetAsync(path + range)
            : await PostAsync(client, path.EndsWith('?') ? path + range : path, body.Replace("{range}", range.Length == 0 ? "" : Json(range) + ",", StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await client.PostAsync(path, content);
    }

    /// <summary>A query as members of a JSON object.</summary>
    private static string Json(string query)
        => string.Join(", ", query.Split('&').Select(pair => pair.Split('=')).Select(pair => $"\"{pair[0]}\": \"{pair[1]}\""));

    private static string Against(string range)
        => range.Replace("from=", "againstFrom=", StringComparison.Ordinal).Replace("to=", "againstTo=", StringComparison.Ordinal);

    private static string AgainstOf(string path) => path.EndsWith("compare", StringComparison.Ordinal) ? Json(Against(Day)) + "," : "";

    private static string Zone(int vertices) => $$"""{"type":"Feature","geometry":{{Ring(vertices)}},"properties":{"name":"asked"} }""";

    private static string Ring(int vertices) => $$"""{"type":"Polygon","coordinates":[[{{string.Join(',', Enumerable.Range(0, vertices).Append(0).Select(i => string.Create(
        CultureInfo.InvariantCulture, $"[{121.41 + (0.005 * Math.Cos(2 * Math.PI * i / vertices)):R},{31.225 + (0.005 * Math.Sin(2 * Math.PI * i / vertices)):R}]")))}}]]}""";

    /// <summary>One host, one person and one unit for all questions: signing in for each would take most of the time.</summary>
    public sealed class AskedHost : IAsyncLifetime
    {
        private HostUnderTest _host = null!;

        public HttpClient Admin { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _host = await HostUnderTest.StartAsync();
            Admin = await _host.SignedInAsync();
            await Admin.PostAsync(new Drive("vehicle/asked", new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero)).Fix().Go(1000).Reports);
        }

        public async ValueTask DisposeAsync()
        {
            Admin.Dispose();
            await _host.DisposeAsync();
        }
    }
}

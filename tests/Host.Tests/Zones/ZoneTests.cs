using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Vantage.Host.Tests.Zones;

public abstract class ZoneTests(SharedHost shared)
{
    private HostUnderTest Host => shared.Host;

    [Fact(DisplayName = "A zone is put, read, judged by, handled and ended: visit, breach, occupants and heat follow from three reports")]
    public async Task Life_of_a_zone()
    {
        using var admin = await Host.SignedInAsync();
        var put = await PutAsync(admin, "park", Feature("公园"));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal("/api/zones/park", put.Headers.Location!.ToString());
        var posted = await admin.PostAsJsonAsync("/api/positions", new[]
        {
            new { unit = "officer/z1", time = "2026-03-02T01:20:00Z", lon = 121.40, lat = 31.22 },
            new { unit = "officer/z1", time = "2026-03-02T01:21:00Z", lon = 121.42, lat = 31.22 },
            new { unit = "officer/z1", time = "2026-03-02T01:22:00Z", lon = 121.421, lat = 31.22 },
        });
        var after = "after=" + posted.Headers.GetValues("Vantage-Watermark").Single();

        var visit = Assert.Single(await ItemsAsync(admin, $"/api/visits?zone=park&{after}"))!;
        Assert.Equal(("officer/z1", "2026-03-02T01:21:00.000Z"), ((string)visit["unit"]!, (string)visit["from"]!));
        Assert.Null(visit["to"]);

        var breach = Assert.Single(await ItemsAsync(admin, $"/api/breaches?zone=park&{after}"))!;
        Assert.Equal(("enter", "provisional", "warning", "公园"), ((string)breach["type"]!, (string)breach["state"]!, (string)breach["level"]!, (string)breach["zoneName"]!));
        Assert.Equal(1, (int)breach["why"]!["zoneVersion"]!);

        var inside = Assert.Single(await ItemsAsync(admin, "/api/zones/park/occupants"))!;
        Assert.Equal(("officer/z1", "2026-03-02T01:21:00.000Z"), ((string)inside["unit"]!, (string)inside["since"]!));

        var handled = await (await admin.PostAsJsonAsync($"/api/breaches/{breach["id"]}/actions/acknowledge", new { note = "seen" })).JsonAsync();
        Assert.Equal(("acknowledged", "seen"), ((string)handled["state"]!, (string)handled["note"]!));
        (await admin.PostAsync($"/api/breaches/{breach["id"]}/actions/handle", null)).EnsureSuccessStatusCode();
        await (await admin.PostAsync($"/api/breaches/{breach["id"]}/actions/false-alarm", null)).ProblemAsync(HttpStatusCode.Conflict);

        const string Hour = "from=2026-03-02T01:30:00Z&to=2026-03-02T01:31:00Z";
        var heat = await (await admin.GetAsync($"/api/heatmaps/presence?{Hour}&resolution=9&bbox=121.3,31.1,121.5,31.3&{after}")).JsonAsync();
        Assert.Equal(("2026-03-02T01:00:00.000Z", "2026-03-02T02:00:00.000Z", 120.0), ((string)heat["from"]!, (string)heat["to"]!, (double)heat["total"]!));
        Assert.Equal(120.0, heat["cells"]!.AsArray().Sum(cell => (double)cell![1]!));
        var fixes = await (await admin.GetAsync($"/api/heatmaps/fixes?{Hour}&zone=park")).JsonAsync();
        Assert.Equal(2, (int)fixes["total"]!);

        var again = await PutAsync(admin, "park", Feature("公园夜市"));
        Assert.Equal((HttpStatusCode.OK, 2), (again.StatusCode, (int)(await again.JsonAsync())["properties"]!["version"]!));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/api/zones/park")).StatusCode);
        await (await admin.GetAsync("/api/zones/park")).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Single(await ItemsAsync(admin, "/api/visits?zone=park"));
        fixes = await (await admin.GetAsync($"/api/heatmaps/fixes?{Hour}&zone=park")).JsonAsync();
        Assert.Equal(2, (int)fixes["total"]!);
    }

    [Fact(DisplayName = "[TRY-1] a zone tried on the past says what it says once it is put in force for that time, and nothing is in force or stored before")]
    public async Task Trial()
    {
        using var admin = await Host.SignedInAsync();
        var after = await WanderAsync(admin, "vehicle/try", 121.62, day: 9);
        const string Rules = """
            [{"key":"in","type":"enter","cooldown":600},{"key":"out","type":"exit"},{"key":"stay","type":"dwell","after":60},{"key":"fast","type":"speed","above":22},
             {"key":"crowd","type":"gathering","count":3,"after":30}]
            """;
        const string Square = "[[[121.617,31.217],[121.623,31.217],[121.623,31.223],[121.617,31.223],[121.617,31.217]]]";
        string TryFeature(string effectiveFrom)
            => $$"""{"type":"Feature","geometry":{"type":"Polygon","coordinates":{{Square}}},"properties":{"name":"试行",{{effectiveFrom}}"rules":{{Rules}} } }""";
        const string Range = "from=2026-03-09T00:30:00Z&to=2026-03-09T12:00:00Z";
        var trial = await (await PostTrialAsync(admin, "try", TryFeature(""), $"{Range}&{after}")).JsonAsync();

        await (await admin.GetAsync("/api/zones/try")).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Empty(await ItemsAsync(admin, "/api/breaches?zone=try&limit=1000"));
        var put = await PutAsync(admin, "try", TryFeature("\"effectiveFrom\":\"2026-03-09T00:30:00Z\","));
        after = "after=" + put.Headers.GetValues("Vantage-Watermark").Single();
        var breaches = await ItemsAsync(admin, $"/api/breaches?zone=try&limit=1000&{after}");
        var visits = await ItemsAsync(admin, $"/api/visits?zone=try&limit=1000&{after}");

        Assert.True(breaches.Count > 100, $"{breaches.Count} breaches");
        Assert.Equal(["crowd", "fast", "in", "out", "stay"], breaches.Select(breach => (string)breach!["rule"]!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Told(breaches, "id", "unit", "startedAt", "endedAt", "lon", "lat"), Told(trial["breaches"]!.AsArray(), "id", "unit", "startedAt", "endedAt", "lon", "lat"));
        Assert.Equal(Told(visits, "unit", "from", "to", "enteredAt", "leftAt", "passage"), Told(trial["visits"]!.AsArray(), "unit", "from", "to", "enteredAt", "leftAt", "passage"));
        Assert.Equal((breaches.Count, visits.Count, 6), ((int)trial["breachCount"]!, (int)trial["visitCount"]!, (int)trial["unitCount"]!));
        Assert.Equal(breaches.Count, trial["byRule"]!.AsArray().Sum(rule => (int)rule!["count"]!));
        Assert.Equal(breaches.Count, trial["byDay"]!.AsArray().Sum(day => (int)day!["count"]!));
        Assert.NotEqual(0, (int)trial["byRule"]![0]!["muted"]!);
    }

    [Fact(DisplayName = "[TRY-1] a change of a zone that is in force, tried on the past, says what it says once it is put in force for that time, and leaves what is in force as it is")]
    public async Task Trial_of_a_change()
    {
        using var admin = await Host.SignedInAsync();
        var after = await WanderAsync(admin, "vehicle/change", 121.72, day: 10);
        string FeatureOf(double half, string from, string rules)
            => string.Create(CultureInfo.InvariantCulture, $$"""
               {"type":"Feature","properties":{"name":"改动",{{from}}"rules":{{rules}} },"geometry":{"type":"Polygon","coordinates":[[
                 [{{121.72 - half:0.000}},{{31.22 - half:0.000}}],[{{121.72 + half:0.000}},{{31.22 - half:0.000}}],[{{121.72 + half:0.000}},{{31.22 + half:0.000}}],
                 [{{121.72 - half:0.000}},{{31.22 + half:0.000}}],[{{121.72 - half:0.000}},{{31.22 - half:0.000}}]]] } }
               """);
        var laid = await PutAsync(admin, "change", FeatureOf(0.003, "\"effectiveFrom\":\"2026-03-10T00:00:00Z\",", """[{"key":"in","type":"enter"}]"""));
        after = "after=" + laid.Headers.GetValues("Vantage-Watermark").Single();
        const string Rules = """
            [{"key":"entered","type":"enter","cooldown":600},{"key":"stay","type":"dwell","after":60},
             {"key":"empty","type":"absence","units":["vehicle/change*"],"count":3,"after":60}]
            """;
        var before = await BreachesAsync();
        var trial = await (await PostTrialAsync(admin, "change", FeatureOf(0.002, "", Rules), $"from=2026-03-10T00:30:00Z&to=2026-03-10T12:00:00Z&{after}")).JsonAsync();
        Assert.Equal(1, (int)(await admin.GetFromJsonAsync<JsonNode>("/api/zones/change"))!["properties"]!["version"]!);
        Assert.Equal(before.ToJsonString(), (await BreachesAsync()).ToJsonString());

        var put = await PutAsync(admin, "change", FeatureOf(0.002, "\"effectiveFrom\":\"2026-03-10T00:30:00Z\",", Rules));
        after = "after=" + put.Headers.GetValues("Vantage-Watermark").Single();
        var breaches = new JsonArray([.. (await BreachesAsync()).Where(breach => (string)breach!["rule"]! != "in").Select(breach => breach!.DeepClone())]);
        Assert.Equal(["empty", "entered", "stay"], breaches.Select(breach => (string)breach!["rule"]!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Told(breaches, "id", "unit", "startedAt", "endedAt"), Told(trial["breaches"]!.AsArray(), "id", "unit", "startedAt", "endedAt"));

        Task<JsonArray> BreachesAsync() => ItemsAsync(admin, $"/api/breaches?zone=change&limit=1000&{after}");
    }

    /// <summary>Six units that wander about a place for some three hours. Answers what to ask for so that all of it is seen.</summary>
    private static async Task<string> WanderAsync(HttpClient admin, string units, double about, int day)
    {
        var random = new Random(5);
        var begin = new DateTimeOffset(2026, 3, day, 0, 0, 0, TimeSpan.Zero);
        var after = "";
        foreach (var unit in Enumerable.Range(0, 6))
        {
            var (lon, lat) = (about, 31.22);
            var reports = Enumerable.Range(0, 400).Select(i =>
            {
                (lon, lat) = (lon + ((random.NextDouble() - 0.5) * 0.006), lat + ((random.NextDouble() - 0.5) * 0.006));
                (lon, lat) = (about + ((lon - about) * 0.9), 31.22 + ((lat - 31.22) * 0.9));
                return new { unit = $"{units}{unit}", time = begin.AddSeconds((i * 30) + unit), lon, lat, speed = random.NextDouble() * 25 };
            }).ToList();
            var posted = await admin.PostAsJsonAsync("/api/positions", reports);
            after = "after=" + posted.Headers.GetValues("Vantage-Watermark").Single();
        }

        return after;
    }

    private static IEnumerable<string> Told(JsonArray items, params string[] fields)
        => items.Select(item => string.Join(' ', fields.Select(field => item![field]?.ToJsonString() ?? "null"))).Order(StringComparer.Ordinal);

    [Theory(DisplayName = "[TRY-1] a trial that cannot be is refused with the field and the reason")]
    [InlineData("from=2026-03-09T00:00:00Z&to=2026-03-08T00:00:00Z", "to")]
    [InlineData("from=2999-03-09T00:00:00Z&to=2999-03-10T00:00:00Z", "from")]
    [InlineData("from=2025-03-09T00:00:00Z&to=2026-03-10T00:00:00Z", "to")]
    [InlineData("to=2026-03-10T00:00:00Z", "from")]
    public async Task Wrong_trials(string query, string field)
    {
        using var admin = await Host.SignedInAsync();
        var problem = await (await PostTrialAsync(admin, "try2", Feature("x"), query)).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal([field], problem.ErrorFields());
    }

    [Fact(DisplayName = "[HEAT-4] a box counts the base cells whose centre is inside, and the hours widen to whole ones")]
    public async Task Heat_by_box()
    {
        using var admin = await Host.SignedInAsync();
        var posted = await admin.PostAsJsonAsync("/api/positions", new[]
        {
            new { unit = "officer/heat4", time = "2026-04-07T01:59:59.999Z", lon = 121.4000, lat = 31.4000 },
            new { unit = "officer/heat4", time = "2026-04-07T02:00:00.000Z", lon = 121.4000, lat = 31.4000 },
        });
        var after = "after=" + posted.Headers.GetValues("Vantage-Watermark").Single();
        var centre = Geo.H3.H3Cell.Of(31.4, 121.4, 11).Center();
        var toEast = Math.Sign(121.4 - centre.Longitude);
        const double Near = 0.00001; // About a metre: the fixes lie further from the centre of their cell.
        Assert.True(Math.Abs(121.4 - centre.Longitude) > Near || Math.Abs(31.4 - centre.Latitude) > Near);

        async Task<JsonNode> FixesAsync(double west, double south, double east, double north, string range) => await (await admin.GetAsync(
            FormattableString.Invariant($"/api/heatmaps/fixes?{range}&resolution=11&bbox={west},{south},{east},{north}&{after}"))).JsonAsync();

        const string OneHour = "from=2026-04-07T01:10:00Z&to=2026-04-07T01:20:00Z";
        const string TwoHours = "from=2026-04-07T01:59:00Z&to=2026-04-07T02:00:00.001Z";
        var onCentre = await FixesAsync(centre.Longitude - Near, centre.Latitude - Near, centre.Longitude + Near, centre.Latitude + Near, OneHour);
        Assert.Equal((1, "2026-04-07T01:00:00.000Z", "2026-04-07T02:00:00.000Z"), ((int)onCentre["total"]!, (string)onCentre["from"]!, (string)onCentre["to"]!));
        var both = await FixesAsync(centre.Longitude - Near, centre.Latitude - Near, centre.Longitude + Near, centre.Latitude + Near, TwoHours);
        Assert.Equal((2, "2026-04-07T03:00:00.000Z"), ((int)both["total"]!, (string)both["to"]!));

        // All of the fixes, but not the centre.
        var (west, east) = toEast >= 0 ? (centre.Longitude + (Near / 10), 121.41) : (121.39, centre.Longitude - (Near / 10));
        var beside = await FixesAsync(west, 31.39, east, 31.41, TwoHours);
        Assert.Equal(0, (int)beside["total"]!);
    }

    [Fact(DisplayName = "A squad has a name, its key until somebody gives one; a wrong body names the field")]
    public async Task Squads()
    {
        using var admin = await Host.SignedInAsync();
        (await admin.PutAsJsonAsync("/api/units/officer/sq1", new { name = "王强", squad = "tianshan" })).EnsureSuccessStatusCode();
        Assert.Equal("tianshan", await SquadNameAsync(admin));

        Assert.Equal(HttpStatusCode.Created, (await admin.PutAsJsonAsync("/api/squads/tianshan", new { name = "天山路中队" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.PutAsJsonAsync("/api/squads/tianshan", new { name = "天山路中队" })).StatusCode);

        Assert.Equal("天山路中队", await SquadNameAsync(admin));
        var problem = await (await admin.PutAsJsonAsync("/api/squads/tianshan", new { name = "" })).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.NotNull(problem["errors"]!["name"]);
        Assert.Contains(await ItemsAsync(admin, "/api/squads"), squad => (string)squad!["name"]! == "天山路中队");
    }

    private static async Task<string> SquadNameAsync(HttpClient client)
        => (string)(await (await client.GetAsync("/api/overview")).JsonAsync())["squads"]!.AsArray()
            .Single(squad => (string)squad!["key"]! == "tianshan")!["name"]!;

    [Fact(DisplayName = "What GET gives can be put again, and the list is GeoJSON")]
    public async Task Round_trip()
    {
        using var admin = await Host.SignedInAsync();
        await PutAsync(admin, "circle", """{"type":"Feature","geometry":{"type":"Point","coordinates":[121.42,31.22]},"properties":{"name":"圆","radius":150}}""");
        var read = await admin.GetStringAsync("/api/zones/circle");

        var again = await PutAsync(admin, "circle", read);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(150, (double)(await again.JsonAsync())["properties"]!["radius"]!);
        var list = await (await admin.GetAsync("/api/zones")).JsonAsync();
        Assert.Equal("FeatureCollection", (string)list["type"]!);
        Assert.Contains(list["features"]!.AsArray(), feature => (string)feature!["properties"]!["key"]! == "circle");
    }

    [Fact(DisplayName = "Zones are read as they were at a time: with the area of then, those not yet there left out, and without occupants")]
    public async Task As_they_were()
    {
        using var admin = await Host.SignedInAsync();
        const string FirstFrom = "2026-01-01T00:00:00.000Z", ThenFrom = "2026-02-01T00:00:00.000Z";
        (await PutAsync(admin, "moved", Feature("旧"))).EnsureSuccessStatusCode();
        var moved = Feature("新").Replace(FirstFrom, ThenFrom, StringComparison.Ordinal).Replace("121.41,", "121.415,", StringComparison.Ordinal);
        (await PutAsync(admin, "moved", moved)).EnsureSuccessStatusCode();

        foreach (var (at, expected) in new (string At, string? Expected)[]
        {
            ("2025-12-31T23:59:59.999Z", null), (FirstFrom, "旧 1 121.41"), ("2026-01-31T23:59:59.999Z", "旧 1 121.41"), (ThenFrom, "新 2 121.415"),
        })
        {
            var list = await (await admin.GetAsync($"/api/zones?at={at}")).JsonAsync();
            var zone = list["features"]!.AsArray().SingleOrDefault(feature => (string)feature!["properties"]!["key"]! == "moved");
            Assert.Equal(expected, zone is null ? null : $"{zone["properties"]!["name"]} {zone["properties"]!["version"]} {First(zone)}");
            Assert.Null(zone?["properties"]!["occupants"]);
        }

        Assert.Contains("at", (await (await admin.GetAsync("/api/zones?at=yesterday")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
    }

    [Fact(DisplayName = "A zone drawn in GCJ-02 is kept in WGS-84, and given back in GCJ-02 where it was drawn")]
    public async Task Gcj02()
    {
        using var admin = await Host.SignedInAsync();
        (await PutAsync(admin, "gcj?crs=gcj02", Feature("x"))).EnsureSuccessStatusCode();

        var wgs = await (await admin.GetAsync("/api/zones/gcj")).JsonAsync();
        var gcj = await (await admin.GetAsync("/api/zones/gcj?crs=gcj02")).JsonAsync();

        Assert.InRange(Math.Abs((double)First(wgs) - 121.41), 0.003, 0.006);
        Assert.Equal(121.41, (double)First(gcj), 1e-6);
    }

    [Fact(DisplayName = "Everything that is wrong with a zone is named, with its place")]
    public async Task Wrong()
    {
        using var admin = await Host.SignedInAsync();

        var problem = await (await PutAsync(
            admin,
            "wrong",
            """
            {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121.41,31.21],[121.43,31.21],[221.43,31.23],[121.41,31.21]]]},
             "properties":{"name":"x","colour":"red","rules":[{"key":"a","type":"loiter"},{"key":"b","type":"speed"}]}}
            """)).ProblemAsync(HttpStatusCode.BadRequest);

        var fields = problem.ErrorFields();
        Assert.Contains("properties.colour", fields);
        Assert.Contains("properties.rules[0].type", fields);
        Assert.Contains("properties.rules[1].above", fields);
        Assert.Contains(fields, field => field.StartsWith("geometry.coordinates[0][2]", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "An import is taken whole or not at all")]
    public async Task Import()
    {
        using var admin = await Host.SignedInAsync();
        static string Collection(params string[] features) => $$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}]}""";
        static string Keyed(string key) => Feature(key).Replace("\"name\"", $"\"key\":\"{key}\",\"name\"", StringComparison.Ordinal);

        var problem = await (await PostAsync(admin, Collection(Keyed("i1"), Feature("no key")))).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["features[1].properties.key"], problem.ErrorFields());
        await (await admin.GetAsync("/api/zones/i1")).ProblemAsync(HttpStatusCode.NotFound);

        var taken = await (await PostAsync(admin, Collection(Keyed("i1"), Keyed("i2")))).JsonAsync();
        Assert.Equal(2, (int)taken["imported"]!);
    }

    [Fact(DisplayName = "A storm of zones put at once is taken: all are in force when answered, none is refused, and positions are acknowledged meanwhile")]
    public async Task Storm()
    {
        const int Zones = 200;
        await using var host = await HostUnderTest.StartAsync();
        using var admin = await host.SignedInAsync();
        var puts = Task.WhenAll(Enumerable.Range(0, Zones).Select(async i =>
        {
            using var put = await PutAsync(admin, $"s{i}", Ring(i, i == 0 ? 20_000 : 40));
            using var got = await admin.GetAsync($"/api/zones/s{i}");
            return (Put: put.StatusCode, Got: got.StatusCode);
        }));
        var acknowledged = 0;
        do
        {
            var time = DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(acknowledged);
            using var answer = await admin.PostAsJsonAsync("/api/positions", new[] { new { unit = "officer/storm", time, lon = 121.4, lat = 31.2 } });
            Assert.Equal(1, (int)(await answer.JsonAsync())["accepted"]!);
            acknowledged += puts.IsCompleted ? 0 : 1;
        }
        while (!puts.IsCompleted);

        Assert.All(await puts, one => Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), one));
        Assert.True(acknowledged > 1, "No position was acknowledged while zones were put.");
        var all = (await (await admin.GetAsync("/api/zones")).JsonAsync())["features"]!.AsArray();
        Assert.Equal(
            Enumerable.Range(0, Zones).Select(i => $"s{i}").Order(StringComparer.Ordinal),
            all.Select(feature => (string)feature!["properties"]!["key"]!));

        var again = await Task.WhenAll(Enumerable.Range(0, Zones).Select(async i =>
        {
            using var put = await PutAsync(admin, $"s{i}", Ring(i + 1, 40));
            return (put.StatusCode, (int)(await put.JsonAsync())["properties"]!["version"]!);
        }));
        Assert.All(again, one => Assert.Equal((HttpStatusCode.OK, 2), one));
    }

    [Fact(DisplayName = "A zone that names no time zone is in that of the host, and stays in it when the host has another")]
    public async Task Time_zone()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-host-").FullName;
        await using (var host = await HostUnderTest.StartAsync(settings => settings with { TimeZone = "Europe/Berlin" }, folder))
        {
            using var admin = await host.SignedInAsync();
            Assert.Equal("Europe/Berlin", (string)(await (await PutAsync(admin, "t1", Feature("t1"))).JsonAsync())["properties"]!["timeZone"]!);
            var named = Feature("t2").Replace("\"name\"", "\"timeZone\":\"America/New_York\",\"name\"", StringComparison.Ordinal);
            Assert.Equal("America/New_York", (string)(await (await PutAsync(admin, "t2", named)).JsonAsync())["properties"]!["timeZone"]!);
        }

        await using (var host = await HostUnderTest.StartAsync(settings => settings with { TimeZone = "Asia/Tokyo" }, folder))
        {
            using var admin = await host.SignedInAsync();
            Assert.Equal("Europe/Berlin", (string)(await (await admin.GetAsync("/api/zones/t1")).JsonAsync())["properties"]!["timeZone"]!);
            var again = await (await PutAsync(admin, "t1", Feature("t1"))).JsonAsync();
            Assert.Equal(("Asia/Tokyo", 2), ((string)again["properties"]!["timeZone"]!, (int)again["properties"]!["version"]!));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact(DisplayName = "A camera is registered, listed by distance, and never plays a script")]
    public async Task Cameras()
    {
        using var admin = await Host.SignedInAsync();
        Assert.Equal(HttpStatusCode.Created, (await admin.PutAsJsonAsync("/api/cameras/c1", new { name = "一号", lon = 121.42, lat = 31.22, state = "online", classes = new[] { "A" } })).StatusCode);
        await admin.PutAsJsonAsync("/api/cameras/c2", new { name = "二号", lon = 121.52, lat = 31.22, streams = new[] { "/live/2.m3u8" } });

        var near = await ItemsAsync(admin, "/api/cameras?near=121.51,31.22&limit=1");
        var one = await (await admin.GetAsync("/api/cameras/c1")).JsonAsync();
        var script = await (await admin.PutAsJsonAsync("/api/cameras/c3", new { name = "x", lon = 1, lat = 1, streams = new[] { "javascript:alert(1)" } })).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Equal("c2", (string)Assert.Single(near)!["key"]!);
        Assert.Equal(("online", "A"), ((string)one["state"]!, (string)one["classes"]![0]!));
        Assert.Equal(["streams"], script.ErrorFields());
    }

    private static async Task<JsonArray> ItemsAsync(HttpClient client, string path) => (await (await client.GetAsync(path)).JsonAsync())["items"]!.AsArray();

    private static JsonNode First(JsonNode feature) => feature["geometry"]!["coordinates"]![0]![0]![0]!;

    private static string Feature(string name)
        => """
            {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121.41,31.21],[121.43,31.21],[121.43,31.23],[121.41,31.23],[121.41,31.21]]]},
             "properties":{"name":"NAME","effectiveFrom":"2026-01-01T00:00:00.000Z","rules":[{"key":"in","type":"enter"}]}}
            """.Replace("NAME", name, StringComparison.Ordinal);

    private static string Ring(int index, int vertices)
    {
        var corners = Enumerable.Range(0, vertices + 1).Select(i =>
        {
            var angle = Math.Tau * (i % vertices) / vertices;
            var reach = vertices > 1_000 ? 0.2 : 0.004;
            return string.Create(CultureInfo.InvariantCulture, $"[{121 + (index % 20 * 0.02) + (reach * Math.Cos(angle)):F7},{31 + (index / 20 * 0.02) + (reach * Math.Sin(angle)):F7}]");
        });
        return $$"""{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[{{string.Join(',', corners)}}]]} }""";
    }

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string key, string feature)
    {
        using var body = new StringContent(feature, Encoding.UTF8, "application/geo+json");
        return await client.PutAsync($"/api/zones/{key}", body);
    }

    private static async Task<HttpResponseMessage> PostTrialAsync(HttpClient client, string key, string feature, string query)
    {
        using var body = new StringContent(feature, Encoding.UTF8, "application/geo+json");
        return await client.PostAsync($"/api/zones/{key}/trial?{query}", body);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string collection)
    {
        using var body = new StringContent(collection, Encoding.UTF8, "application/json");
        return await client.PostAsync("/api/zones/import", body);
    }
}

public sealed class SqliteZoneTests(SharedHost shared) : ZoneTests(shared), IClassFixture<SharedHost>;

public sealed class PostgresZoneTests(SharedPostgresHost shared) : ZoneTests(shared), IClassFixture<SharedPostgresHost>;

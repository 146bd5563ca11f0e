using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vantage.Host.Access;
using Vantage.Host.Incidents;
using Vantage.Support;

namespace Vantage.Host.Tests.Officers;

/// <summary>What the officer's page asks of the host.</summary>
public sealed class OfficerTests : IAsyncLifetime
{
    private const string Unit = "officer/0132";

    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;
    private HttpClient _officer = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync();
        _admin = await _host.SignedInAsync();
        (await _admin.PutAsJsonAsync($"/api/units/{Unit}", new { name = "张伟", squad = "tianshan" })).EnsureSuccessStatusCode();
        (await _admin.PutAsJsonAsync("/api/units/officer/0133", new { name = "李娜", squad = "tianshan" })).EnsureSuccessStatusCode();
        (await _admin.PutAsJsonAsync("/api/squads/tianshan", new { name = "天山中队" })).EnsureSuccessStatusCode();
        _officer = await _host.AtPostAsync($"officer@{Unit}");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        _officer.Dispose();
        await _host.DisposeAsync();
    }

    [Fact(DisplayName = "[OFF-1] an officer reports positions of the own unit, named or not, and of nobody else; who may report for all names any unit")]
    public async Task Own_positions()
    {
        var time = WireNow();
        var answer = await (await _officer.PostAsJsonAsync("/api/positions", new object[]
        {
            new { time, lon = 121.4, lat = 31.2 }, new { unit = Unit, time = WireNow(1), lon = 121.401, lat = 31.2 },
            new { unit = "officer/0133", time, lon = 121.4, lat = 31.2 }, new { unit = "officer/new", time, lon = 121.4, lat = 31.2 },
        })).JsonAsync();

        Assert.Equal(2, (int)answer["accepted"]!);
        Assert.Equal([(2, "unit"), (3, "unit")], answer["rejected"]!.AsArray().Select(one => ((int)one!["index"]!, (string)one["field"]!)));
        await UntilAtAsync(121.401);
        Assert.Null((await (await _admin.GetAsync("/api/units/officer/0133")).JsonAsync())["lon"]);
        await (await _admin.GetAsync("/api/units/officer/new")).ProblemAsync(HttpStatusCode.NotFound);

        // For all: an item must say whose it is.
        var all = await (await _admin.PostAsJsonAsync("/api/positions", new object[] { new { time, lon = 121.4, lat = 31.2 } })).JsonAsync();
        Assert.Equal("unit", (string)all["rejected"]![0]!["field"]!);
    }

    [Fact(DisplayName = "[OFF-1] a post with positions of its unit alone, but without a unit, reports for nobody")]
    public async Task Nobodys_positions()
    {
        using var nobody = await _host.AtPostAsync("officer");
        Assert.Equal("positions.write", (string)(await (await nobody.PostAsJsonAsync("/api/positions", Array.Empty<int>())).ProblemAsync(HttpStatusCode.Forbidden))["right"]!);
        foreach (var path in new[] { "/api/officer", "/api/officer/phone.svg" })
        {
            var problem = await (await nobody.GetAsync(path)).ProblemAsync(HttpStatusCode.NotFound);
            Assert.Equal("urn:vantage:problem:no-unit", (string)problem["type"]!);
        }

        await (await nobody.PutAsJsonAsync("/api/officer/duty", new { onDuty = true })).ProblemAsync(HttpStatusCode.NotFound);
        await (await nobody.PostAsJsonAsync("/api/officer/sos", new { time = WireNow() })).ProblemAsync(HttpStatusCode.NotFound);
        await (await _admin.GetAsync("/api/officer")).ProblemAsync(HttpStatusCode.NotFound);
        using var statistics = await _host.AtPostAsync("statistics");
        await (await statistics.GetAsync("/api/officer")).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact(DisplayName = "The page reads its unit, the duty, and the orders with what they are for: open ones first, then the last that are over; nothing twice when nothing has changed")]
    public async Task Overview()
    {
        var first = await _officer.GetAsync("/api/officer");
        var own = await first.JsonAsync();
        Assert.Equal((Unit, "张伟", "天山中队", "unknown", 0), (Text(own, "unit"), Text(own, "name"), Text(own, "squad"), Text(own, "duty"), own["orders"]!.AsArray().Count));
        Assert.Equal(HttpStatusCode.NotModified, (await AskAgainAsync(first)).StatusCode);

        var (done, open) = (await SendAsync("跨门经营"), await SendAsync("占道设摊"));
        await StepAsync(done, "finish", new { });
        var changed = await AskAgainAsync(first);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        own = await changed.JsonAsync();
        Assert.Equal([(open, "given", true), (done, "done", false)], own["orders"]!.AsArray().Select(order => (Text(order!, "incident"), Text(order!, "step"), (bool)order!["open"]!)));
        Assert.Equal(["占道设摊", "跨门经营"], own["incidents"]!.AsArray().Select(incident => Text(incident!, "title")));
    }

    [Fact(DisplayName = "[OFF-2] an officer goes on and off duty, which the centre sees; nobody else's duty is his to say")]
    public async Task Duty()
    {
        (await _officer.PutAsJsonAsync("/api/officer/duty", new { onDuty = true })).EnsureSuccessStatusCode();
        Assert.Equal("on", Text(await (await _officer.GetAsync("/api/officer")).JsonAsync(), "duty"));
        (await _officer.PutAsJsonAsync("/api/officer/duty", new { onDuty = false })).EnsureSuccessStatusCode();
        Assert.Equal("off", Text(await (await _officer.GetAsync("/api/officer")).JsonAsync(), "duty"));
        Assert.Equal("offDuty", Text(await (await _admin.GetAsync($"/api/units/{Unit}")).JsonAsync(), "state"));

        Assert.Equal(["onDuty"], (await (await _officer.PutAsJsonAsync("/api/officer/duty", new { })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Equal(["until"], (await (await _officer.PutAsJsonAsync("/api/officer/duty", new { onDuty = false, until = WireNow() })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        await (await _officer.PutAsJsonAsync("/api/units/officer/0133/duty", new { onDuty = false })).ProblemAsync(HttpStatusCode.Forbidden);

        // The roster says until when: then that is told, and being renamed changes nothing of it.
        (await _admin.PutAsJsonAsync($"/api/units/{Unit}/duty", new { onDuty = false, until = "2099-01-01T00:00:00Z" })).EnsureSuccessStatusCode();
        (await _admin.PutAsJsonAsync($"/api/units/{Unit}", new { name = "张伟", squad = "xinhua" })).EnsureSuccessStatusCode();
        var own = await (await _officer.GetAsync("/api/officer")).JsonAsync();
        Assert.Equal(("off", "2099-01-01T00:00:00.000Z", "xinhua"), (Text(own, "duty"), Text(own, "until"), Text(own, "squad")));
    }

    [Fact(DisplayName = "[OFF-4] a call for help from the page is an incident at its place; repeated until answered it stays one, pressed again it is a remark, and its position is in the track")]
    public async Task Sos()
    {
        var (pressed, pressedAgain) = (WireNow(), WireNow(3));
        var key = Text(await CallAsync(new { time = pressed, lon = 121.4, lat = 31.2, accuracy = 12 }), "incident");
        Assert.Equal(key, Text(await CallAsync(new { time = pressed, lon = 121.4, lat = 31.2, accuracy = 12 }), "incident"));
        Assert.Equal(key, Text(await CallAsync(new { time = pressedAgain }), "incident"));
        Assert.Equal(key, Text(await CallAsync(new { time = pressedAgain }), "incident"));

        var sos = Assert.Single((await (await _admin.GetAsync("/api/incidents")).JsonAsync())["items"]!.AsArray())!;
        Assert.Equal(("sos", "critical", Unit, 121.4, 31.2), (Text(sos, "kind"), Text(sos, "level"), Text(sos, "unit"), (double)sos["lon"]!, (double)sos["lat"]!));
        Assert.Equal("再次求助", Text(Assert.Single(sos["notes"]!.AsArray())!, "note"));
        await UntilAtAsync(121.4);
        var track = await (await _admin.GetAsync($"/api/units/{Unit}/track?from={WireNow(-60)}&to={WireNow(60)}")).JsonAsync();
        Assert.Equal(1, (int)Assert.Single(track["flags"]!.AsArray())! & 1);

        // When that one is closed, the same call is still the same, and a new one is a new incident.
        (await _admin.PostAsJsonAsync($"/api/incidents/{key}/actions/close", new { })).EnsureSuccessStatusCode();
        Assert.Equal(key, Text(await CallAsync(new { time = pressed, lon = 121.4, lat = 31.2 }), "incident"));
        Assert.NotEqual(key, Text(await CallAsync(new { time = WireNow(5) }), "incident"));
    }

    [Fact(DisplayName = "[OFF-4] a call of a phone whose clock is wrong has its place all the same; what is wrong is named")]
    public async Task Sos_without()
    {
        var wrong = await _officer.PostAsJsonAsync("/api/officer/sos", new { time = "soon", lat = 91, colour = 1 });
        Assert.Equal(["colour", "lat", "time"], (await wrong.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Equal(["lat"], (await (await _officer.PostAsJsonAsync("/api/officer/sos", new { time = WireNow(), lon = 121 })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Empty((await (await _admin.GetAsync("/api/incidents")).JsonAsync())["items"]!.AsArray());

        await CallAsync(new { time = WireNow(86_400), lon = 121.4, lat = 31.2 });
        var sos = Assert.Single((await (await _admin.GetAsync("/api/incidents")).JsonAsync())["items"]!.AsArray())!;
        Assert.Equal((121.4, 31.2), ((double)sos["lon"]!, (double)sos["lat"]!));
    }

    [Fact(DisplayName = "[OFF-4] a call for help from nobody knows where is taken: without a place, as missing in heat, and with one once it is pressed again with a position")]
    public async Task Sos_from_nowhere()
    {
        var key = Text(await CallAsync(new { time = WireNow() }), "incident");
        var sos = await (await _admin.GetAsync($"/api/incidents/{key}")).JsonAsync();
        Assert.Equal((null, null, "求助时无定位，也从未收到过位置"), ((double?)sos["lon"], (double?)sos["lat"], Text(sos, "note")));
        Assert.Single((await (await _admin.GetAsync("/api/incidents?open=true")).JsonAsync())["items"]!.AsArray());
        Assert.Empty((await (await _admin.GetAsync("/api/incidents?bbox=-180,-90,180,90")).JsonAsync())["items"]!.AsArray());
        var preview = await (await _admin.GetAsync($"/api/incidents/{key}/preview?unit={Uri.EscapeDataString(Unit)}")).JsonAsync();
        Assert.Equal((null, 0), ((double?)preview["distance"], preview["better"]!.AsArray().Count));
        var heat = await (await _admin.GetAsync($"/api/heatmaps/incidents?from={WireNow(-60)}&to={WireNow(60)}&resolution=9")).JsonAsync();
        Assert.Equal((0, 1.0), (heat["cells"]!.AsArray().Count, (double)heat["missing"]!));

        Assert.Equal(key, Text(await CallAsync(new { time = WireNow(3), lon = 121.4, lat = 31.2 }), "incident"));
        sos = await (await _admin.GetAsync($"/api/incidents/{key}")).JsonAsync();
        Assert.Equal((121.4, 31.2), ((double)sos["lon"]!, (double)sos["lat"]!));
        Assert.Single((await (await _admin.GetAsync("/api/incidents?bbox=121,31,122,32")).JsonAsync())["items"]!.AsArray());

        // One that comes late says nothing of where the unit is, nor does one without a position.
        await CallAsync(new { time = WireNow(-30), lon = 121.5, lat = 31.2 });
        await CallAsync(new { time = WireNow(6) });
        Assert.Equal(121.4, (double)(await (await _admin.GetAsync($"/api/incidents/{key}")).JsonAsync())["lon"]!);
    }

    [Fact(DisplayName = "[OFF-5] an answer says which order it is of: sent twice it counts once, and one that comes late answers no other order")]
    public async Task Late_answers()
    {
        var key = await SendAsync("占道设摊");
        await StepAsync(key, "accept", new { order = 1 });
        var twice = await StepAsync(key, "accept", new { order = 1 });
        Assert.Equal(2, twice["orders"]![0]!["moments"]!.AsArray().Count);
        (await _admin.PostAsJsonAsync($"/api/incidents/{key}/actions/withdraw", new { unit = Unit })).EnsureSuccessStatusCode();
        (await _admin.PostAsJsonAsync($"/api/incidents/{key}/dispatch", new { units = new[] { Unit } })).EnsureSuccessStatusCode();

        await (await PostAsync(key, "arrive", new { order = 1 })).ProblemAsync(HttpStatusCode.Conflict);
        await (await PostAsync(key, "arrive", new { order = 7 })).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(["order"], (await (await PostAsync(key, "arrive", new { order = 0 })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Equal("given", Text((await (await _officer.GetAsync("/api/officer")).JsonAsync())["orders"]![0]!, "step"));
    }

    [Fact(DisplayName = "[OFF-5] an answer that comes late has in the time line when it was said; one of this moment, or of a clock that cannot be right, has not")]
    public async Task Said_before()
    {
        var key = await SendAsync("占道设摊");
        async Task<string?> SaidAsync(string action, object body) => (string?)(await StepAsync(key, action, body))["orders"]![0]!["moments"]!.AsArray()[^1]!["saidAt"];
        Assert.Null(await SaidAsync("accept", new { saidAt = WireNow(-3600) })); // Before the order was given.
        Assert.Null(await SaidAsync("arrive", new { saidAt = WireNow(3600) }));
        Assert.Null(await SaidAsync("finish", new { saidAt = WireNow() }));
        var now = DateTimeOffset.UtcNow;
        Assert.Equal(now.AddSeconds(-30).ToUnixTimeMilliseconds(), IncidentActions.WellBefore(now.AddSeconds(-30).ToUnixTimeMilliseconds(), now)?.ToUnixTimeMilliseconds());
        Assert.Null(IncidentActions.WellBefore(now.AddSeconds(-29).ToUnixTimeMilliseconds(), now));
        Assert.Equal(["saidAt"], (await (await PostAsync(key, "accept", new { saidAt = "just now" })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
    }

    [Fact(DisplayName = "[OFF-7] pairing a phone makes its unit one device id, the same each time, by which Traccar Client reports; the code holds it")]
    public async Task Pairing()
    {
        await (await _officer.GetAsync("/api/officer/phone.svg")).ProblemAsync(HttpStatusCode.NotFound);
        var phone = await (await _officer.PostAsync("/api/officer/phone", null)).JsonAsync();
        Assert.Equal(Text(phone, "device"), Text(await (await _officer.PostAsync("/api/officer/phone", null)).JsonAsync(), "device"));
        Assert.Equal(new Uri(_host.Address, "/osmand").AbsoluteUri, Text(phone, "address"));

        using var traccar = _host.Stranger();
        (await traccar.GetAsync($"/osmand?id={Text(phone, "device")}&lat=31.2&lon=121.4")).EnsureSuccessStatusCode();
        var unit = await (await _admin.GetAsync($"/api/units/{Unit}")).JsonAsync();
        Assert.Equal(("张伟", "tianshan"), (Text(unit, "name"), Text(unit, "squad")));
        await UntilAtAsync(121.4);

        var code = await _officer.GetAsync("/api/officer/phone.svg");
        Assert.Equal("image/svg+xml", code.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("<svg", await code.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "[OFF-6] an order is finished with a picture, which is told in its time line and seen by who sees the incident; the same picture sent again is the same")]
    public async Task Picture()
    {
        var key = await SendAsync("占道设摊");
        var sent = await (await SendPictureAsync(key, Jpeg(1), "image/jpeg")).JsonAsync();
        Assert.Equal(Text(sent, "id"), Text(await (await SendPictureAsync(key, Jpeg(1), "application/octet-stream")).JsonAsync(), "id"));

        var done = await StepAsync(key, "finish", new { note = "已劝离", picture = Text(sent, "id") });
        Assert.Equal(Text(sent, "address"), Text(done["orders"]![0]!["moments"]![1]!, "picture"));
        var shown = await _admin.GetAsync(Text(sent, "address"));
        Assert.Equal(("image/jpeg", "nosniff"), (shown.Content.Headers.ContentType!.MediaType!, shown.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Equal(Jpeg(1), await shown.Content.ReadAsByteArrayAsync());
        using var other = await _host.AtPostAsync("squad-room@hongqiao");
        await (await other.GetAsync(Text(sent, "address"))).ProblemAsync(HttpStatusCode.Forbidden);
        await (await _admin.GetAsync($"/api/incidents/{key}/pictures/none")).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact(DisplayName = "[OFF-6] what is no picture, too large, one too many, or of somebody else's incident is refused, and the field is named")]
    public async Task Wrong_pictures()
    {
        var key = await SendAsync("占道设摊");
        foreach (var bytes in new[] { [], "<svg/>"u8.ToArray(), Jpeg(1)[..^2], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] })
        {
            Assert.Equal(["picture"], (await (await SendPictureAsync(key, bytes, "image/jpeg")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        }

        await (await SendPictureAsync(key, [.. Jpeg(1)[..^2], .. new byte[3 * 1024 * 1024], 0xFF, 0xD9], "image/jpeg")).ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(["picture"], (await (await PostAsync(key, "finish", new { picture = "none" })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        for (byte i = 0; i < 12; i++)
        {
            Assert.Equal(HttpStatusCode.Created, (await SendPictureAsync(key, Jpeg(i), "image/jpeg")).StatusCode);
        }

        await (await SendPictureAsync(key, Jpeg(99), "image/jpeg")).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(HttpStatusCode.Created, (await SendPictureAsync(key, Jpeg(3), "image/jpeg")).StatusCode);
        var picture = Text(await (await SendPictureAsync(key, Jpeg(3), "image/jpeg")).JsonAsync(), "id");
        Assert.Equal(["picture"], (await (await PostAsync(key, "arrive", new { picture })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());

        var others = Text(await (await _admin.PostAsJsonAsync("/api/incidents", new { kind = "street-vending", title = "别处", lon = 121.4, lat = 31.2 })).JsonAsync(), "key");
        await (await SendPictureAsync(others, Jpeg(1), "image/jpeg")).ProblemAsync(HttpStatusCode.Forbidden);
        await (await SendPictureAsync(key, Jpeg(1), "image/jpeg", "officer/0133")).ProblemAsync(HttpStatusCode.Forbidden);
        await (await SendPictureAsync(key, Jpeg(1), "image/jpeg", "officer/nobody")).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact(DisplayName = "[OFF-1] the officer's post has just these rights")]
    public void Rights_of_officers()
    {
        var (grants, _, unit) = RoleTable.Load(_host.Folder).OfPost($"officer@{Unit}");
        Assert.Equal(Unit, unit);
        Assert.Equal(
            ["duty.report Unit", "history.read Unit", "live.read Squad", "orders.answer Unit", "positions.write Unit", "tracks.read Unit"],
            grants.Select(grant => $"{grant.Key} {grant.Value}").Order(StringComparer.Ordinal));
    }

    private static byte[] Jpeg(byte content) => [0xFF, 0xD8, 0xFF, 0xE0, content, content, 0xFF, 0xD9];

    private static string WireNow(int secondsAhead = 0)
        => DateTimeOffset.UtcNow.AddSeconds(secondsAhead).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Text(JsonNode node, string field) => (string)node[field]!;

    private async Task<HttpResponseMessage> AskAgainAsync(HttpResponseMessage before)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/officer");
        request.Headers.IfNoneMatch.Add(before.Headers.ETag!);
        return await _officer.SendAsync(request);
    }

    /// <summary>Reports an incident and sends the officer there.</summary>
    private async Task<string> SendAsync(string title)
    {
        var key = Text(await (await _admin.PostAsJsonAsync("/api/incidents", new { kind = "street-vending", title, lon = 121.4, lat = 31.2 })).JsonAsync(), "key");
        (await _admin.PostAsJsonAsync($"/api/incidents/{key}/dispatch", new { units = new[] { Unit }, confirm = true })).EnsureSuccessStatusCode();
        return key;
    }

    private async Task<JsonNode> CallAsync(object call)
    {
        var answer = await _officer.PostAsJsonAsync("/api/officer/sos", call);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private Task<HttpResponseMessage> PostAsync(string key, string action, object body) => _officer.PostAsJsonAsync($"/api/incidents/{key}/actions/{action}", body);

    private async Task<JsonNode> StepAsync(string key, string action, object body)
    {
        var answer = await PostAsync(key, action, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    /// <summary>What is acknowledged is seen a moment later.</summary>
    private Task UntilAtAsync(double longitude) => Patience.UntilAsync(
        async () => (double?)(await (await _admin.GetAsync($"/api/units/{Unit}")).JsonAsync())["lon"] == longitude, $"the unit is at {longitude}");

    private async Task<HttpResponseMessage> SendPictureAsync(string key, byte[] bytes, string type, string? unit = null)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await _officer.PostAsync($"/api/incidents/{key}/pictures{(unit is null ? "" : $"?unit={unit}")}", content);
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vantage.Devices.Jt808;
using Vantage.Host.Tests.RealData;
using Vantage.Support;

namespace Vantage.Host.Tests.Terminals;

public sealed class UnclaimedTests : IAsyncLifetime
{
    private readonly int _port = FreePort.Next();
    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync(settings => settings with { Jt808Port = _port });
        _admin = await _host.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Fact(DisplayName = "[SET-1] a vehicle's terminal that nobody registered is listed with its number, plate and place; adopted, its reports are taken")]
    public async Task Vehicle()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000 * 1000;
        using var terminal = new CabTerminal(Jt808Form.V2013, Jt808Phone.Parse("013900000007"));
        await terminal.KnockAsync(_port, new CabRow(now, "沪A1", 1_214_000_000, 312_000_000));

        var row = Assert.Single(await UnclaimedAsync())!;
        Assert.Equal(("jt808", "13900000007", "沪A00001", 2, 121.4, 31.2), (
            (string)row["protocol"]!, (string)row["number"]!, (string)row["plate"]!, (int)row["count"]!, (double)row["lon"]!, (double)row["lat"]!));
        var adopted = await AdoptAsync("jt808", "013900000007", new { unit = new { kind = "vehicle", key = "沪A00001", name = "天山1号车", squad = "tianshan", plate = "沪A00001" } });
        Assert.Equal(HttpStatusCode.OK, adopted.StatusCode);
        using (var second = new CabTerminal(Jt808Form.V2013, Jt808Phone.Parse("013900000008")))
        {
            await second.KnockAsync(_port, new CabRow(now, "沪A1", 1_214_000_000, 312_000_000)); // Of the same plate: its replacement.
        }

        var suggested = Assert.Single(await UnclaimedAsync())!["suggested"]!;
        Assert.Equal(("vehicle/沪A00001", "天山1号车"), ((string)suggested["unit"]!, (string)suggested["name"]!));
        await _admin.DeleteAsync("/api/terminals/unclaimed/jt808/13900000008");
        Assert.Empty(await UnclaimedAsync());

        await terminal.ReportAsync([new CabRow(now + 1000, "沪A1", 1_214_000_000, 312_000_000)]); // On the connection that it has.
        await Patience.UntilAsync(async () => (await UnitAsync("vehicle/沪A00001"))["lon"] is not null, "the vehicle is on the map");
        var unit = await UnitAsync("vehicle/沪A00001");
        Assert.Equal(("天山1号车", "tianshan", "13900000007"), ((string)unit["name"]!, (string)unit["squad"]!, (string)unit["devices"]![0]!["key"]!));
    }

    [Fact(DisplayName = "[SET-1] a phone is adopted by a unit that there is, which keeps its name, squad and other terminals")]
    public async Task Phone()
    {
        (await _admin.PutAsJsonAsync("/api/units/officer/0132", new { name = "李强", squad = "tianshan", devices = new[] { new { protocol = "osmand", key = "old" } } })).EnsureSuccessStatusCode();
        await KnockAsync("phone/2");
        await KnockAsync("phone/2");

        Assert.Equal(2, (int)Assert.Single(await UnclaimedAsync())!["count"]!);
        Assert.Equal(HttpStatusCode.OK, (await AdoptAsync("osmand", "phone/2", new { unit = "officer/0132" })).StatusCode);

        var unit = await UnitAsync("officer/0132");
        Assert.Equal(("李强", "tianshan"), ((string)unit["name"]!, (string)unit["squad"]!));
        Assert.Equal(["old", "phone/2"], unit["devices"]!.AsArray().Select(device => (string)device!["key"]!));
        Assert.Equal(HttpStatusCode.OK, await KnockAsync("phone/2"));
        Assert.Empty(await UnclaimedAsync());
    }

    [Fact(DisplayName = "[SET-1] of two who adopt one terminal at the same moment one does, and the other is told whose it is")]
    public async Task Two_adopt()
    {
        await KnockAsync("wanted");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => AdoptAsync("osmand", "wanted", new { unit = new { kind = "officer", key = $"o{i}", name = "甲" } })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.OK), answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
        Assert.Single((await _admin.GetFromJsonAsync<JsonNode>("/api/units"))!["items"]!.AsArray());
    }

    [Fact(DisplayName = "One that is registered in another way, or is to be ignored, is not listed; one that was never heard is not adopted")]
    public async Task Others()
    {
        await KnockAsync("registered");
        await KnockAsync("spam");
        (await _admin.PutAsJsonAsync("/api/units/officer/1", new { name = "甲", devices = new[] { new { protocol = "osmand", key = "registered" } } })).EnsureSuccessStatusCode();
        Assert.Equal("spam", (string)Assert.Single(await UnclaimedAsync())!["number"]!);

        Assert.Equal(HttpStatusCode.NoContent, (await _admin.DeleteAsync("/api/terminals/unclaimed/osmand/spam")).StatusCode);
        await KnockAsync("spam");
        Assert.Empty(await UnclaimedAsync());
        await (await _admin.DeleteAsync("/api/terminals/unclaimed/osmand/spam")).ProblemAsync(HttpStatusCode.NotFound);
        await (await AdoptAsync("osmand", "spam", new { unit = "officer/1" })).ProblemAsync(HttpStatusCode.NotFound);
        await (await AdoptAsync("osmand", "nobody", new { unit = "officer/1" })).ProblemAsync(HttpStatusCode.NotFound);
        await (await AdoptAsync("pigeon", "post", new { unit = "officer/1" })).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Contains("officer/1", (string)(await (await AdoptAsync("osmand", "registered", new { unit = "officer/1" })).ProblemAsync(HttpStatusCode.Conflict))["detail"]!, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "What is wrong with an adoption is named by its field, and the terminal stays listed")]
    [InlineData("{}", "unit")]
    [InlineData("""{"unit":7}""", "unit")]
    [InlineData("""{"unit":"officer"}""", "unit")]
    [InlineData("""{"unit":"officer/nobody"}""", "unit")]
    [InlineData("""{"unit":{"kind":"camera","key":"1","name":"x"}}""", "unit.kind")]
    [InlineData("""{"unit":{"kind":"officer","name":"x"}}""", "unit.key")]
    [InlineData("""{"unit":{"kind":"officer","key":"a/b","name":"x"}}""", "unit.key")]
    [InlineData("""{"unit":{"kind":"officer","key":"1"}}""", "unit.name")]
    [InlineData("""{"unit":{"kind":"officer","key":"1","name":"x","squad":"a/b"}}""", "unit.squad")]
    [InlineData("""{"unit":{"kind":"officer","key":"1","name":"x","devices":[]}}""", "unit.devices")]
    public async Task Wrong(string body, string field)
    {
        await KnockAsync("phone");
        var answer = await _admin.PostAsync("/api/terminals/unclaimed/osmand/phone/adopt", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal([field], (await answer.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Single(await UnclaimedAsync());
    }

    [Fact(DisplayName = "A number that is to be new and is registered is answered with the unit that has it, which stays as it is")]
    public async Task Registered()
    {
        (await _admin.PutAsJsonAsync("/api/units/officer/taken", new { name = "甲" })).EnsureSuccessStatusCode();
        await KnockAsync("phone");

        var problem = await (await AdoptAsync("osmand", "phone", new { unit = new { kind = "officer", key = "taken", name = "乙" } })).ProblemAsync(HttpStatusCode.Conflict);

        Assert.Equal(("officer/taken", "甲"), ((string)problem["registered"]!["unit"]!, (string)problem["registered"]!["name"]!));
        Assert.Equal("甲", (string)(await UnitAsync("officer/taken"))["name"]!);
        Assert.Single(await UnclaimedAsync());
    }

    [Fact(DisplayName = "Strangers' terminals are for who registers units everywhere")]
    public async Task Rights()
    {
        await KnockAsync("phone");
        foreach (var post in new[] { "commander", "squad-room@tianshan" })
        {
            using var client = await _host.AtPostAsync(post);
            await (await client.GetAsync("/api/terminals/unclaimed")).ProblemAsync(HttpStatusCode.Forbidden);
            await (await client.DeleteAsync("/api/terminals/unclaimed/osmand/phone")).ProblemAsync(HttpStatusCode.Forbidden);
            await (await client.PostAsJsonAsync("/api/terminals/unclaimed/osmand/phone/adopt", new { unit = "officer/1" })).ProblemAsync(HttpStatusCode.Forbidden);
        }

        using var technical = await _host.AtPostAsync("technical");
        Assert.Single((await technical.GetFromJsonAsync<JsonNode>("/api/terminals/unclaimed"))!["items"]!.AsArray());
    }

    private async Task<HttpStatusCode> KnockAsync(string phone)
    {
        using var stranger = _host.Stranger();
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return (await stranger.GetAsync($"/osmand?id={Uri.EscapeDataString(phone)}&lat=31.2&lon=121.4&timestamp={time}")).StatusCode;
    }

    private Task<HttpResponseMessage> AdoptAsync(string protocol, string number, object body)
        => _admin.PostAsJsonAsync($"/api/terminals/unclaimed/{protocol}/{Uri.EscapeDataString(number)}/adopt", body);

    private async Task<JsonArray> UnclaimedAsync() => (await _admin.GetFromJsonAsync<JsonNode>("/api/terminals/unclaimed"))!["items"]!.AsArray();

    private async Task<JsonNode> UnitAsync(string id) => (await _admin.GetFromJsonAsync<JsonNode>($"/api/units/{id}"))!;
}

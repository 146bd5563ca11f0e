using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vantage.Devices.Jt808;
using Vantage.Host.Tests.RealData;
using Vantage.Support;

namespace Vantage.Host.Tests.Incidents;

/// <summary>Orders and calls for help over a real JT/T 808 connection.</summary>
public sealed class DeviceTests : IAsyncLifetime
{
    private const string Sim = "013912345678";

    private readonly int _port = FreePort.Next();
    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync(settings => settings with { Jt808Port = _port });
        _admin = await _host.SignedInAsync();
        (await _admin.PutAsJsonAsync("/api/units/vehicle/沪A1", new { name = "天山1号车", devices = new[] { new { protocol = "jt808", key = Sim } } })).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Fact(DisplayName = "[ORD-6] an order reaches the terminal as a text, when it connects if it must be, and is delivered once the terminal has said so; a withdrawal likewise")]
    public async Task Orders()
    {
        var key = await ReportAsync("占道设摊");
        (await _admin.PostAsJsonAsync($"/api/incidents/{key}/dispatch", new { units = new[] { "vehicle/沪A1" }, note = "走仙霞路" })).EnsureSuccessStatusCode();
        Assert.Equal(["given"], await StepsAsync(key));

        using var terminal = await ConnectAsync();
        var text = await terminal.TextAsync();
        Assert.StartsWith("【指令】占道设摊", text, StringComparison.Ordinal);
        Assert.Contains("走仙霞路", text, StringComparison.Ordinal);
        Assert.Contains(key, text, StringComparison.Ordinal);
        await Patience.UntilAsync(async () => (await StepsAsync(key))[^1] == "delivered", "the order is delivered");

        (await _admin.PostAsJsonAsync($"/api/incidents/{key}/actions/withdraw", new { unit = "vehicle/沪A1" })).EnsureSuccessStatusCode();
        Assert.StartsWith("【撤销】占道设摊", await terminal.TextAsync(), StringComparison.Ordinal);
        await Patience.UntilAsync(async () => (await StepsAsync(key))[^1] == "recalled", "the terminal knows of the withdrawal");
        Assert.Equal(["given", "delivered", "withdrawn", "recalled"], await StepsAsync(key));
    }

    [Fact(DisplayName = "[INC-4] a call for help is an incident before the terminal is answered; calling again adds a remark, and not a second incident")]
    public async Task Sos()
    {
        using var terminal = await ConnectAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000 * 1000;

        await terminal.CallForHelpAsync(31.2, 121.4, now);

        var sos = Assert.Single(await ItemsAsync())!;
        Assert.Equal(("sos", "critical", "天山1号车求助", "vehicle/沪A1", 121.4, 31.2), (
            (string)sos["kind"]!, (string)sos["level"]!, (string)sos["title"]!, (string)sos["unit"]!, (double)sos["lon"]!, (double)sos["lat"]!));
        await terminal.ReportAsync([new CabRow(now + 1000, "沪A1", 1_214_000_000, 312_000_000)]); // The button is released …
        await terminal.CallForHelpAsync(31.2, 121.4, now + 2000); // … and pressed again.
        sos = Assert.Single(await ItemsAsync())!;
        Assert.Equal("再次求助", (string)Assert.Single(sos["notes"]!.AsArray())!["note"]!);
    }

    private async Task<CabTerminal> ConnectAsync()
    {
        var terminal = new CabTerminal(Jt808Form.V2013, Jt808Phone.Parse(Sim));
        await terminal.SignInAsync(_port);
        return terminal;
    }

    private async Task<string> ReportAsync(string title)
        => (string)(await (await _admin.PostAsJsonAsync("/api/incidents", new { kind = "street-vending", title, lon = 121.4, lat = 31.2 })).JsonAsync())["key"]!;

    private async Task<List<string>> StepsAsync(string key)
        => [.. (await (await _admin.GetAsync($"/api/incidents/{key}")).JsonAsync())["orders"]![0]!["moments"]!.AsArray().Select(moment => (string)moment!["step"]!)];

    private async Task<JsonArray> ItemsAsync() => (await (await _admin.GetAsync("/api/incidents")).JsonAsync())["items"]!.AsArray();
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Host.Demo;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Simulator;
using Vantage.Simulator.Scenes;

namespace Vantage.Host.Tests.Demo;

/// <summary>The demonstration's incidents on a real host whose clock is put forward.</summary>
public sealed class DemoIncidentTests : IAsyncLifetime
{
    private static readonly string[] Kinds = ["cross-door-trading", "street-vending", "illegal-advertising", "site-dust", "night-construction", "street-obstruction"];
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly ForwardTime _time = new();
    private readonly List<(string Unit, double Lon)> _placed = [];
    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;
    private DemoFleet _fleet = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync(parts: services => services.AddSingleton<TimeProvider>(_time));
        _admin = await _host.SignedInAsync();
        _fleet = new DemoFleet(Scene.Create(), new DemoFleetOptions(_host.Address, new IPEndPoint(IPAddress.Loopback, 9)), _time);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Fact(DisplayName = "Six incidents are open when it starts and one more comes a minute; the newest three are left to whoever watches, to others the nearest free unit goes, accepts after 15 s, arrives, finishes, and they are closed; a restart goes on")]
    public async Task Incidents()
    {
        await PlaceAsync([.. _fleet.Units.Take(12)]);
        await PutAsync("/api/units/officer/real", """{"name":"真人"}""");
        _placed.Add(("officer/real", 121.40));
        await ReportAsync();
        var demo = Start();

        await demo.LookAsync(TestContext.Current.CancellationToken);
        var first = await ListAsync("open=true");
        Assert.Equal(6, first.Length);
        Assert.All(first, incident =>
        {
            Assert.Contains((string)incident["kind"]!, Kinds);
            Assert.Equal(("demo-cameras", "new"), ((string)incident["source"]!, (string)incident["state"]!));
            Assert.Contains(_fleet.Cameras, camera => camera.Key == (string)incident["camera"]!
                && Math.Abs(camera.Longitude - (double)incident["lon"]!) < 0.001 && Math.Abs(camera.Latitude - (double)incident["lat"]!) < 0.001);
        });

        await LookAsync(demo, TimeSpan.FromSeconds(10));
        var sent = (await ListAsync("open=true")).Where(incident => (string)incident["state"]! == "dispatched").ToArray();
        Assert.Equal(first.Reverse().Take(3).Select(Key), sent.Reverse().Select(Key)); // The oldest; the list has the newest first.
        Assert.Equal(3, sent.SelectMany(Orders).Select(order => (string)order["unit"]!).Distinct().Count());
        Assert.Contains(sent, incident => (string)Orders(incident).Single()["unit"]! == NearestPlayed(incident)); // The first that was served.
        Assert.DoesNotContain("officer/real", sent.SelectMany(Orders).Select(order => (string)order["unit"]!));

        await LookAsync(demo, TimeSpan.FromSeconds(10));
        Assert.Equal(3, (await ListAsync("open=true")).Count(incident => (string)incident["state"]! == "accepted"));

        await LookAsync(demo, TimeSpan.FromSeconds(40));
        Assert.Equal(7, (await ListAsync("")).Length);
        demo = Start();
        await demo.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(7, (await ListAsync("")).Length);

        await LookAsync(demo, TimeSpan.FromMinutes(10));
        var all = await ListAsync("");
        Assert.Equal(17, all.Length);
        var closed = all.Where(incident => (string)incident["state"]! == "closed").ToArray();
        Assert.InRange(closed.Length, 3, 11);
        Assert.All(closed, incident =>
        {
            var order = Assert.Single(Orders(incident));
            Assert.Equal(["given", "accepted", "arrived", "done"], order["moments"]!.AsArray().Select(moment => (string)moment!["step"]!));
            Assert.Equal(("现场已处置，当事人已整改", "处置完毕"), ((string)order["moments"]![3]!["note"]!, (string)incident["closingNote"]!));
        });
        Assert.All((await ListAsync("open=true")).Take(3), incident => Assert.Equal("new", (string)incident["state"]!));
    }

    [Fact(DisplayName = "Where nobody is free they wait, and no more are reported than fifteen that are open; one that a person closes is not missed until there are fewer than six")]
    public async Task Nobody()
    {
        var demo = Start();
        await demo.LookAsync(TestContext.Current.CancellationToken);
        await LookAsync(demo, TimeSpan.FromMinutes(12));
        var open = await ListAsync("open=true");
        Assert.Equal(15, open.Length);
        Assert.All(open, incident => Assert.Equal("new", (string)incident["state"]!));

        foreach (var incident in open.Take(10))
        {
            (await _admin.PostAsJsonAsync($"/api/incidents/{Key(incident)}/actions/close", new { note = "误报" })).EnsureSuccessStatusCode();
        }

        await demo.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, (await ListAsync("open=true")).Length);
    }

    private static string Key(JsonNode incident) => (string)incident["key"]!;

    private static IEnumerable<JsonNode> Orders(JsonNode incident) => incident["orders"]!.AsArray().Select(order => order!);

    /// <summary>All are on one line from west to east.</summary>
    private string NearestPlayed(JsonNode incident)
        => _placed.Where(placed => placed.Unit != "officer/real").MinBy(placed => Math.Abs(placed.Lon - (double)incident["lon"]!)).Unit;

    private DemoIncidents Start()
        => new(_host.Services.GetRequiredService<Situation>(), _fleet, _host.Services.GetRequiredService<HostSettings>(), _time);

    private async Task LookAsync(DemoIncidents demo, TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += LookEvery)
        {
            _time.Ahead += LookEvery;
            await ReportAsync();
            await demo.LookAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task PlaceAsync(UnitPlan[] units)
    {
        foreach (var (index, unit) in units.Index())
        {
            await PutAsync($"/api/units/{unit.Kind}/{Uri.EscapeDataString(unit.Key)}", DemoFleet.Registration(unit));
            _placed.Add((unit.Id, 121.38 + (0.003 * index)));
        }
    }

    /// <summary>All of them are where they were a moment ago.</summary>
    private async Task ReportAsync()
    {
        if (_placed.Count == 0)
        {
            return;
        }

        var now = _time.GetUtcNow();
        (await _admin.PostAsJsonAsync("/api/positions", _placed.Select(placed => new { unit = placed.Unit, time = now, lon = placed.Lon, lat = 31.21 }))).EnsureSuccessStatusCode();
    }

    private async Task PutAsync(string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        (await _admin.PutAsync(path, body)).EnsureSuccessStatusCode();
    }

    private async Task<JsonNode[]> ListAsync(string query)
        => [.. (await (await _admin.GetAsync($"/api/incidents?{query}")).JsonAsync())["items"]!.AsArray().Select(each => each!)];
}

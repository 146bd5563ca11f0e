using System.Text.Json;
using Vantage.Devices.Jt808;
using Vantage.Simulator.Scenes;

namespace Vantage.Simulator.Tests;

public class DemoFleetTests
{
    private static readonly Scene Scene = Scene.Create();
    private static readonly DateTimeOffset Noon = new(2026, 3, 3, 12, 0, 0, TimeSpan.FromHours(8));

    [Fact(DisplayName = "The whole fleet reports by both protocols from where history ended, is acknowledged, and stops when told")]
    public async Task The_fleet_runs()
    {
        await using var host = await FakeHost.StartAsync();
        await using var platform = new FakePlatform();
        var clock = new FastClock(Noon, 10);
        var fleet = new DemoFleet(Scene, new(host.Address, platform.Address, LiveFrom: Noon.AddMinutes(-1)), clock);
        using var stop = new CancellationTokenSource();

        var running = fleet.RunAsync(stop.Token);
        var heard = await platform.WaitAsync(heard =>
            heard.Where(message => message.MessageId is Jt808MessageId.Location or Jt808MessageId.LocationBatch).Select(m => m.Phone).Distinct().Count() >= 28
            && host.Phones.Count >= 600);
        await stop.CancelAsync();
        await running;

        // Thirty vehicles and 150 officers are on duty at noon; two of the vehicles may be without network just then.
        Assert.InRange(heard.Select(message => message.Phone).Distinct().Count(), 28, 30);
        Assert.Equal(150, host.Phones.Select(query => query["id"]).Distinct().Count());
        Assert.All(host.Phones, query => Assert.True(long.Parse(query["timestamp"]) >= Noon.AddMinutes(-1).ToUnixTimeMilliseconds()));
        Assert.True(fleet.Counters.Acknowledged >= 600);
        Assert.Equal(0, fleet.Counters.Refused);
    }

    [Fact(DisplayName = "A unit's registration says who it is and which device it carries")]
    public void Registration()
    {
        foreach (var unit in Scene.Units)
        {
            using var json = JsonDocument.Parse(DemoFleet.Registration(unit));
            var root = json.RootElement;
            Assert.Equal(unit.Name, root.GetProperty("name").GetString());
            Assert.Contains(root.GetProperty("squad").GetString(), Scene.Squads.Select(squad => squad.Key));
            Assert.Equal(unit.DeviceKey, root.GetProperty("devices")[0].GetProperty("key").GetString());
            Assert.Equal(unit.IsVehicle ? "jt808" : "osmand", root.GetProperty("devices")[0].GetProperty("protocol").GetString());
            Assert.Equal(unit.IsVehicle, root.TryGetProperty("plate", out _));
        }
    }

    [Theory(DisplayName = "History begins at yesterday's midnight in Beijing")]
    [InlineData("2026-03-03T15:59:59Z", "2026-03-02T00:00:00+08:00")]
    [InlineData("2026-03-03T16:00:00Z", "2026-03-03T00:00:00+08:00")]
    public void History_start(string now, string expected)
    {
        var fleet = new DemoFleet(Scene, new(new("http://127.0.0.1"), new System.Net.DnsEndPoint("127.0.0.1", 6808)), new FastClock(DateTimeOffset.Parse(now), 0));
        Assert.Equal(DateTimeOffset.Parse(expected), fleet.HistoryStart());
    }
}

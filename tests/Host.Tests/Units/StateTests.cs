using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vantage.Support;

namespace Vantage.Host.Tests.Units;

/// <summary>One answer to what a unit is doing: of the API, of the counts and of the frames.</summary>
public sealed class StateTests : IAsyncLifetime
{
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

    [Fact(DisplayName = "[MOT-3] [MOT-4] a unit is live when its newest fix is recent by its own time and was received recently; the past is no signal")]
    public async Task Stale()
    {
        await ReportAsync("officer/fresh", seconds: -10);
        await ReportAsync("officer/stale", seconds: -3 * 3600);

        Assert.Equal("moving", await StateOfAsync("officer/fresh"));
        Assert.Equal("offline", await StateOfAsync("officer/stale"));
        var counts = (await OverviewAsync())["officers"]!;
        Assert.Equal((1, 2), ((int)counts["online"]!, (int)counts["registered"]!));
        Assert.Equal(["officer/stale"], await ListedAsync("offline"));
        Assert.Equal(["officer/fresh"], await ListedAsync("moving"));
    }

    [Fact(DisplayName = "[MOT-5] a unit reported off duty is off duty whatever it sends, on screens as well, until it is reported on duty")]
    public async Task Off_duty()
    {
        await ReportAsync("officer/1", seconds: -10);
        await using var screen = await HubClient.ConnectAsync(_host.Address, await _host.TokenAsync("read"));
        await screen.HelloAsync();
        await screen.InvokeAsync("SetViewport", new { west = 121.0, south = 31.0, east = 122.0, north = 32.0, zoom = 12 });
        await screen.FrameAsync(frame => StatesOf(frame) is [1]);

        Assert.Equal("""{"onDuty":false,"until":null}""", await PutDutyAsync("officer/1", new { onDuty = false }));
        await screen.FrameAsync(frame => StatesOf(frame) is [5]);
        await ReportAsync("officer/1", seconds: -5);

        Assert.Equal("offDuty", await StateOfAsync("officer/1"));
        Assert.Equal(["officer/1"], await ListedAsync("offDuty"));
        Assert.Equal(0, (int)(await OverviewAsync())["officers"]!["online"]!);
        var nearest = await (await _admin.GetAsync("/api/units/nearest?lon=121.4&lat=31.2&available=true")).JsonAsync();
        Assert.Empty(nearest["items"]!.AsArray());

        await PutDutyAsync("officer/1", new { onDuty = true });
        await screen.FrameAsync(frame => StatesOf(frame) is [1]);
        Assert.Equal("moving", await StateOfAsync("officer/1"));
    }

    [Fact(DisplayName = "[MOT-5] off duty ends at the time given; a unit without a fix is off duty, too")]
    public async Task Until()
    {
        (await _admin.PutAsJsonAsync("/api/units/vehicle/v", new { name = "v" })).EnsureSuccessStatusCode();
        await PutDutyAsync("vehicle/v", new { onDuty = false, until = Time(3600) });
        Assert.Equal("offDuty", await StateOfAsync("vehicle/v"));

        await PutDutyAsync("vehicle/v", new { onDuty = false, until = Time(-1) });
        Assert.Equal("unknown", await StateOfAsync("vehicle/v"));
    }

    [Fact(DisplayName = "[MOT-5] off duty outlives a restart and a new registration")]
    public async Task Restarted()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-duty-").FullName;
        await using (var first = await HostUnderTest.StartAsync(folder: folder))
        {
            using var admin = await first.SignedInAsync();
            (await admin.PutAsJsonAsync("/api/units/vehicle/v", new { name = "v" })).EnsureSuccessStatusCode();
            (await admin.PutAsJsonAsync("/api/units/vehicle/v/duty", new { onDuty = false })).EnsureSuccessStatusCode();
            (await admin.PutAsJsonAsync("/api/units/vehicle/v", new { name = "w" })).EnsureSuccessStatusCode();
        }

        await using (var second = await HostUnderTest.StartAsync(folder: folder))
        {
            using var admin = await second.SignedInAsync();
            var unit = await (await admin.GetAsync("/api/units/vehicle/v")).JsonAsync();
            Assert.Equal(("w", "offDuty"), ((string)unit["name"]!, (string)unit["state"]!));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact(DisplayName = "Duty is reported by whoever may register units; all that is wrong with a report is named")]
    public async Task Refused()
    {
        (await _admin.PutAsJsonAsync("/api/units/vehicle/v", new { name = "v" })).EnsureSuccessStatusCode();
        using var chief = await _host.AtPostAsync("duty-chief");
        await (await chief.PutAsJsonAsync("/api/units/vehicle/v/duty", new { onDuty = false })).ProblemAsync(HttpStatusCode.Forbidden);
        await (await _admin.PutAsJsonAsync("/api/units/vehicle/w/duty", new { onDuty = false })).ProblemAsync(HttpStatusCode.NotFound);
        var problem = await (await _admin.PutAsJsonAsync("/api/units/vehicle/v/duty", new { onDuty = "no", until = 5 })).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["onDuty", "until"], problem.ErrorFields());
        problem = await (await _admin.PutAsJsonAsync("/api/units/vehicle/v/duty", new { })).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["onDuty"], problem.ErrorFields());
    }

    private static int[] StatesOf(JsonNode frame) => [.. frame["units"]!["state"]!.AsArray().Select(state => (int)state!)];

    private async Task<string> PutDutyAsync(string unit, object duty)
    {
        var answer = await _admin.PutAsJsonAsync($"/api/units/{unit}/duty", duty);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<string> StateOfAsync(string unit) => (string)(await (await _admin.GetAsync($"/api/units/{unit}")).JsonAsync())["state"]!;

    private async Task<JsonNode> OverviewAsync() => await (await _admin.GetAsync("/api/overview")).JsonAsync();

    private async Task<string[]> ListedAsync(string state)
        => [.. (await (await _admin.GetAsync($"/api/units?state={state}")).JsonAsync())["items"]!.AsArray().Select(unit => (string)unit!["id"]!)];

    private async Task ReportAsync(string unit, int seconds)
    {
        var answer = await _admin.PostAsJsonAsync("/api/positions", new[] { new { unit, lon = 121.4, lat = 31.2, speed = 5, time = Time(seconds) } });
        answer.EnsureSuccessStatusCode();
        (await _admin.GetAsync("/api/units?limit=1&after=" + answer.Headers.GetValues("Vantage-Watermark").Single())).EnsureSuccessStatusCode();
    }

    private static string Time(int seconds)
        => DateTimeOffset.UtcNow.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vantage.Actors.Positions;
using Vantage.Devices;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Sessions;
using Vantage.Simulator.Scenes;
using Vantage.Simulator.Terminals;

namespace Vantage.Simulator.Tests;

/// <summary>The demo's vehicles against the product's own gateway, over a real socket.</summary>
public sealed class GatewayTests
{
    private static readonly Scene Scene = Scene.Create();
    private static readonly DateTimeOffset Noon = new(2026, 3, 3, 12, 0, 0, TimeSpan.FromHours(8));

    [Theory(DisplayName = "The gateway takes what a vehicle of the demo says, and its texts arrive there, in either edition")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task They_understand_each_other(bool is2019)
    {
        var clock = new FastClock(Noon, 10);
        var house = new House();
        await using var app = await StartAsync(clock, house);
        var unit = Scene.Units.First(unit =>
            unit.IsVehicle && unit.Is2019 == is2019 && unit.Index % 12 != 5 && Scene.IsOnDuty(unit, Noon.ToUnixTimeMilliseconds()));
        var counters = new TerminalCounters();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var platform = new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.First()).Port);
        var options = new Jt808TerminalOptions(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(60));
        var from = Noon.AddMinutes(-2).ToUnixTimeMilliseconds();

        var running = new Jt808Terminal(Scene, unit, new(), platform, options, clock, counters).RunAsync(from, stop.Token);
        await house.WaitAsync(30, stop.Token);
        var outcome = await app.Services.GetRequiredService<Jt808Sessions>().SendTextAsync(Jt808Phone.Parse(unit.DeviceKey), "请前往中山公园", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(Jt808CommandOutcome.Ok, outcome);
        Assert.Equal(1, counters.Texts);
        Assert.Equal(0, counters.Refused);
        UnitFix[] fixes = [.. house.Fixes.OrderBy(item => item.Fix.TimeMs)];
        Assert.All(fixes.Zip(fixes.Skip(1)), pair => Assert.Equal(5000, pair.Second.Fix.TimeMs - pair.First.Fix.TimeMs));
        Assert.All(fixes, item =>
        {
            Assert.Equal(unit.Index, item.Unit);
            Assert.Equal(ReportSource.Jt808, item.Fix.Source);
            var expected = Scene.StateAt(unit, item.Fix.TimeMs)!.Value;
            Assert.Equal(expected.Latitude, item.Fix.Latitude, 6);
            Assert.Equal(expected.Longitude, item.Fix.Longitude, 6);
        });
    }

    private static async Task<WebApplication> StartAsync(TimeProvider clock, House house)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseConnectionHandler<Jt808ConnectionHandler>()));
        builder.Services.AddSingleton(clock).AddSingleton<IDeviceDirectory>(house).AddSingleton<IPositionIngest>(house).AddSingleton<IDeviceAlarms>(house);
        var patience = TimeSpan.FromHours(1); // The clock is fast, the machine may be slow.
        builder.Services.AddDevices(_ => new()
        {
            AuthKey = new byte[32],
            RequireAuthentication = true,
            HelloTimeout = patience,
            FrameTimeout = patience,
            CommandTimeout = patience,
        });
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }

    private sealed class House : IDeviceDirectory, IPositionIngest, IDeviceAlarms
    {
        public ConcurrentQueue<UnitFix> Fixes { get; } = new();

        public bool TryFindDevice(string protocol, ReadOnlySpan<char> key, out int unit)
        {
            var sim = key.ToString();
            unit = Scene.Units.FirstOrDefault(unit => unit.Protocol == protocol && unit.DeviceKey == sim)?.Index ?? -1;
            return unit >= 0;
        }

        public bool TryFindOrRegisterUnit(ReadOnlySpan<char> id, out int unit)
        {
            unit = -1;
            return false;
        }

        public ValueTask CommitAsync(PositionBatch batch, CancellationToken cancellationToken = default)
        {
            foreach (var item in batch.Items)
            {
                Fixes.Enqueue(item);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask RaiseSosAsync(DeviceSos sos, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public async Task WaitAsync(int count, CancellationToken cancellationToken)
        {
            while (Fixes.Count < count)
            {
                await Task.Delay(10, cancellationToken);
            }
        }
    }
}

using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Simulator.Scenes;
using Vantage.Simulator.Terminals;

namespace Vantage.Simulator.Tests;

public sealed class TerminalTests
{
    private const double Speed = 20;

    private static readonly Scene Scene = Scene.Create();
    private static readonly DateTimeOffset Noon = new(2026, 3, 3, 12, 0, 0, TimeSpan.FromHours(8));
    private static readonly ReportSpacing Spacing = new();

    private readonly TerminalCounters _counters = new();

    [Theory(DisplayName = "A vehicle registers, authenticates by the code it was given, and reports every five seconds, in its edition")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_vehicle_reports(bool is2019)
    {
        await using var platform = new FakePlatform();
        var unit = OnDuty(is2019);

        var heard = await RunAsync(unit, platform, Noon, heard => heard.Count(IsLocation) >= 4);

        Assert.Equal([Jt808MessageId.Register, Jt808MessageId.Authenticate], heard.Take(2).Select(message => message.MessageId));
        Assert.All(heard, message => Assert.Equal((unit.DeviceKey, is2019), (message.Phone, message.Is2019)));
        var form = is2019 ? Jt808Form.V2019 : Jt808Form.V2013;
        Assert.True(Jt808Registration.TryRead(heard[0].Body, form, out var registration));
        Assert.Equal((31, 105, unit.Plate), (registration!.Province, registration.City, registration.Plate));
        Assert.True(Jt808Authentication.TryRead(heard[1].Body, form, out var authentication));
        Assert.Equal($"code-{unit.DeviceKey}", authentication!.Code);
        var fixes = heard.Where(IsLocation).Select(Fix).Take(4).ToArray();
        Assert.All(fixes.Zip(fixes.Skip(1)), pair => Assert.Equal(5000, pair.Second.UnixMilliseconds - pair.First.UnixMilliseconds));
        Assert.All(fixes, fix =>
        {
            var expected = Scene.StateAt(unit, fix.UnixMilliseconds!.Value)!.Value;
            Assert.Equal(expected.Latitude, fix.Latitude, 6);
            Assert.Equal(expected.Longitude, fix.Longitude, 6);
            Assert.Equal(expected.Speed, fix.Speed, 0.02);
        });
    }

    [Fact(DisplayName = "A message that is not answered is sent again, with the same serial")]
    public async Task A_vehicle_repeats()
    {
        await using var platform = new FakePlatform();
        var locations = 0;
        platform.Answer = message => IsLocation(message) && Interlocked.Increment(ref locations) is 2 or 3 ? null : Jt808Result.Ok;

        var heard = await RunAsync(OnDuty(false), platform, Noon, heard => heard.Count(IsLocation) >= 5);

        var sent = heard.Where(IsLocation).Select(message => message.Serial).ToArray();
        Assert.Equal(sent[1], sent[2]);
        Assert.Equal(sent[1], sent[3]);
        Assert.NotEqual(sent[3], sent[4]);
        Assert.Single(heard.Select(message => message.Connection).Distinct());
    }

    [Fact(DisplayName = "When the connection breaks, it comes back by its code alone and fills in what it missed, in one batch")]
    public async Task A_vehicle_comes_back()
    {
        await using var platform = new FakePlatform();
        platform.Answer = message => message.Connection is > 1 and <= 5 ? null : Jt808Result.Ok;
        platform.Then = (message, socket) =>
        {
            var last = message.Connection == 1 ? Jt808MessageId.Location : Jt808MessageId.Authenticate;
            if (message.Connection <= 5 && message.MessageId == last)
            {
                socket.Dispose();
            }
        };

        var heard = await RunAsync(OnDuty(true), platform, Noon, heard => heard.Any(message => message.MessageId == Jt808MessageId.LocationBatch));

        Assert.Single(heard, message => message.MessageId == Jt808MessageId.Register);
        Assert.All(heard.GroupBy(message => message.Connection).Skip(1), connection
            => Assert.Equal(Jt808MessageId.Authenticate, connection.First().MessageId));
        AssertNoGap(heard);
        Assert.Equal(5, _counters.Disconnections);
    }

    [Fact(DisplayName = "What a vehicle without a network could not send comes afterwards in catch-up batches, and nothing is missing")]
    public async Task A_vehicle_back_fills()
    {
        await using var platform = new FakePlatform();
        var (unit, lostAt) = BeforeLoss();

        var heard = await RunAsync(unit, platform, lostAt.AddSeconds(-30), heard =>
            heard.Where(message => message.MessageId == Jt808MessageId.LocationBatch).Sum(message => Fixes(message).Length) >= 60
            && IsLocation(heard[^1]), speed: 120);

        Assert.All(heard.Where(message => message.MessageId == Jt808MessageId.LocationBatch), message =>
        {
            Assert.True(Jt808Batch.TryRead(message.Body, out var batch));
            Assert.True(batch.IsCatchUp);
            Assert.Equal(batch.Announced, Fixes(message).Length);
        });
        AssertNoGap(heard);
        Assert.Equal(0, _counters.Disconnections);
    }

    [Fact(DisplayName = "A text of the dispatcher is shown and confirmed, a query answered with a position, the unknown declined")]
    public async Task A_vehicle_obeys()
    {
        await using var platform = new FakePlatform();
        var unit = OnDuty(false);
        var asked = 0;
        platform.Then = (message, socket) =>
        {
            if (IsLocation(message) && Interlocked.Increment(ref asked) == 1)
            {
                var text = Jt808TextMessage.Urgent(Jt808Form.V2013, "请前往中山公园");
                var body = new byte[text.MaxLength];
                Array.Resize(ref body, text.Write(body, Jt808Form.V2013));
                _ = Task.Run(async () =>
                {
                    await platform.TellAsync(message, Jt808MessageId.Text, body);
                    await platform.TellAsync(message, Jt808MessageId.LocationQuery, []);
                    await platform.TellAsync(message, 0x8F00, []);
                });
            }
        };

        var heard = await RunAsync(unit, platform, Noon, heard =>
            heard.Count(message => message.MessageId == Jt808MessageId.TerminalReply) == 2
            && heard.Any(message => message.MessageId == Jt808MessageId.LocationReply));

        var replies = heard.Where(message => message.MessageId == Jt808MessageId.TerminalReply).Select(message =>
        {
            Assert.True(Jt808GeneralReply.TryRead(message.Body, out var reply));
            return (reply.ReplyId, reply.Result);
        });
        Assert.Equal([(Jt808MessageId.Text, Jt808Result.Ok), ((ushort)0x8F00, Jt808Result.Unsupported)], replies);
        Assert.True(Jt808Location.TryReadReply(heard.First(message => message.MessageId == Jt808MessageId.LocationReply).Body, out _, out var location));
        Assert.InRange(location.Fix.Latitude, 31.17, 31.25);
        Assert.Equal(1, _counters.Texts);
    }

    [Fact(DisplayName = "A vehicle whose code is no longer good registers anew")]
    public async Task A_vehicle_registers_anew()
    {
        await using var platform = new FakePlatform();
        var codes = 0;
        platform.Answer = message => message.MessageId == Jt808MessageId.Authenticate && Interlocked.Increment(ref codes) == 1
            ? Jt808Result.Failure
            : Jt808Result.Ok;

        var heard = await RunAsync(OnDuty(false), platform, Noon, heard => heard.Any(IsLocation));

        Assert.Equal(2, heard.Count(message => message.MessageId == Jt808MessageId.Register));
    }

    [Fact(DisplayName = "A terminal with nothing to report for a minute says that it is there")]
    public async Task A_vehicle_beats()
    {
        await using var platform = new FakePlatform();

        var heard = await RunAsync(
            OnDuty(false), platform, Noon, heard => heard.Count(message => message.MessageId == Jt808MessageId.Heartbeat) >= 2, new(10, 300), 120);

        Assert.Single(heard.Select(message => message.Connection).Distinct());
    }

    [Fact(DisplayName = "A phone sends every ten seconds what the scene says, in knots and milliseconds")]
    public async Task A_phone_reports()
    {
        await using var host = await FakeHost.StartAsync();
        var unit = Scene.Units.First(unit => !unit.IsVehicle && Scene.IsOnDuty(unit, Noon.ToUnixTimeMilliseconds()));

        var heard = await RunPhoneAsync(unit, host, 3);

        Assert.All(heard, query => Assert.Equal(unit.DeviceKey, query["id"]));
        var times = heard.Select(query => long.Parse(query["timestamp"])).ToArray();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(10_000, pair.Second - pair.First));
        Assert.All(heard, query =>
        {
            var expected = Scene.StateAt(unit, long.Parse(query["timestamp"]))!.Value;
            Assert.Equal(expected.Latitude, double.Parse(query["lat"]), 7);
            Assert.Equal(expected.Longitude, double.Parse(query["lon"]), 7);
            Assert.Equal(expected.Speed * 3600 / 1852, double.Parse(query["speed"]), 0.01);
        });
    }

    [Fact(DisplayName = "A phone keeps what a failing host did not take, and sends it again first")]
    public async Task A_phone_tries_again()
    {
        await using var host = await FakeHost.StartAsync();
        var calls = 0;
        host.PhoneStatus = () => Interlocked.Increment(ref calls) is 2 or 3 ? 503 : 200;
        var unit = Scene.Units.First(unit => !unit.IsVehicle && Scene.IsOnDuty(unit, Noon.ToUnixTimeMilliseconds()));

        var heard = await RunPhoneAsync(unit, host, 5);

        var times = heard.Select(query => long.Parse(query["timestamp"])).ToArray();
        Assert.Equal(times[1], times[2]);
        Assert.Equal(times[1], times[3]);
        Assert.Equal(times[1] + 10_000, times[4]);
    }

    private async Task<Heard[]> RunAsync(
        UnitPlan unit, FakePlatform platform, DateTimeOffset start, Func<Heard[], bool> until, ReportSpacing? spacing = null, double speed = Speed)
    {
        var clock = new FastClock(start, speed);
        using var stop = new CancellationTokenSource();
        // A slow machine must not look like a platform that does not answer: the wait is in the fast clock's time.
        var options = new Jt808TerminalOptions(TimeSpan.FromSeconds(2 * speed), TimeSpan.FromSeconds(60));
        var running = new Jt808Terminal(Scene, unit, spacing ?? Spacing, platform.Address, options, clock, _counters)
            .RunAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), stop.Token);
        var heard = await platform.WaitAsync(until);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        return heard;
    }

    private async Task<Dictionary<string, string>[]> RunPhoneAsync(UnitPlan unit, FakeHost host, int count)
    {
        var clock = new FastClock(Noon, Speed);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var http = new HttpClient();
        var running = new OsmAndTerminal(Scene, unit, Spacing, http, host.Address, clock, _counters)
            .RunAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), stop.Token);
        while (host.Phones.Count < count && !stop.IsCancellationRequested)
        {
            await Task.Delay(10, CancellationToken.None);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        return [.. host.Phones.Take(count)];
    }

    private static UnitPlan OnDuty(bool is2019) => Scene.Units.First(unit =>
        unit.IsVehicle && unit.Is2019 == is2019 && unit.Index % 12 != 5 && Scene.IsOnDuty(unit, Noon.ToUnixTimeMilliseconds()));

    private static (UnitPlan Unit, DateTimeOffset LostAt) BeforeLoss()
    {
        foreach (var unit in Scene.Units.Where(unit => unit.Index % 12 == 5 && unit.IsVehicle))
        {
            for (var time = Noon; time < Noon.AddHours(2); time = time.AddSeconds(1))
            {
                var timeMs = time.ToUnixTimeMilliseconds();
                if (Scene.IsOnDuty(unit, timeMs) && Scene.HasNetwork(unit, timeMs - 60_000) && !Scene.HasNetwork(unit, timeMs))
                {
                    return (unit, time);
                }
            }
        }

        throw new InvalidOperationException("No vehicle on duty loses its network in these two hours.");
    }

    // Every report of the unit's grid has come, once or more, and no answered one is missing in between.
    private static void AssertNoGap(Heard[] heard)
    {
        var times = heard.SelectMany(Fixes).Select(fix => fix.UnixMilliseconds!.Value).Distinct().Order().ToArray();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(5000, pair.Second - pair.First));
    }

    private static Jt808Fix[] Fixes(Heard message)
    {
        if (IsLocation(message))
        {
            return [Fix(message)];
        }

        var fixes = new List<Jt808Fix>();
        if (message.MessageId == Jt808MessageId.LocationBatch && Jt808Batch.TryRead(message.Body, out var batch))
        {
            foreach (var body in batch)
            {
                Assert.True(Jt808Location.TryRead(body, out var location));
                fixes.Add(location.Fix);
            }
        }

        return [.. fixes];
    }

    private static Jt808Fix Fix(Heard message)
    {
        Assert.True(Jt808Location.TryRead(message.Body, out var location));
        return location.Fix;
    }

    private static bool IsLocation(Heard message) => message.MessageId == Jt808MessageId.Location;
}

using System.CommandLine;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Simulator.Load;

namespace Vantage.Simulator.Tests;

public class LoadTests
{
    [Fact(DisplayName = "JT/T 808: units are registered, each reports on its own connection, and everything is acknowledged")]
    public async Task Jt808_load()
    {
        await using var host = await FakeHost.StartAsync();
        await using var platform = new FakePlatform();

        var (code, text) = await RunAsync(
            "--protocol", "jt808", "--units", "20", "--rate", "400", "--duration", "1.5", "--outstanding", "4", "--token", "secret",
            "--url", host.Address.ToString(), "--jt808", platform.Address.ToString()!);

        Assert.Equal(0, code);
        var summary = Summary(text);
        Assert.Equal(summary["sent"], summary["acknowledged"]);
        Assert.Equal("0", summary["refused"]);
        Assert.Equal("0", summary["unanswered"]);
        Assert.InRange(int.Parse(summary["sent"]), 100, 620);
        Assert.Equal(20, host.Units.Count);
        Assert.Contains("Bearer secret", host.Tokens);
        var device = host.Units["vehicle/L000001"].GetProperty("devices")[0];
        Assert.Equal("jt808", device.GetProperty("protocol").GetString());
        Assert.Equal("18000000001", device.GetProperty("key").GetString());
        Assert.Equal(20, platform.Connections);
        var locations = platform.Heard.Where(message => message.MessageId == Jt808MessageId.Location).ToArray();
        Assert.Equal(int.Parse(summary["sent"]), locations.Length);
        Assert.All(locations.GroupBy(message => message.Phone), unit =>
        {
            var fixes = unit.Select(Fix).ToArray();
            Assert.Equal(fixes.Length, fixes.Select(fix => fix.UnixMilliseconds).Distinct().Count());
            Assert.All(fixes, fix => Assert.InRange(fix.Longitude, 121.33, 121.45));
        });
    }

    [Fact(DisplayName = "JT/T 808: no connection ever has more unanswered reports than allowed")]
    public async Task The_window_holds()
    {
        await using var platform = new FakePlatform();
        platform.Answer = message => message.MessageId == Jt808MessageId.Location ? null : Jt808Result.Ok;
        using var stop = new CancellationTokenSource();

        var running = RunAsync(
            stop.Token, "--protocol", "jt808", "--units", "3", "--duration", "60", "--outstanding", "7", "--no-register",
            "--jt808", platform.Address.ToString()!);
        await platform.WaitAsync(heard => heard.Count(message => message.MessageId == Jt808MessageId.Location) == 21);
        await platform.DisposeAsync(); // Nothing will be answered any more, so the run may end at once.
        await stop.CancelAsync();
        var (code, text) = await running;

        Assert.Equal(1, code);
        Assert.Equal("21", Summary(text)["unanswered"]);
        Assert.Equal("3", Summary(text)["broken_connections"]);
    }

    [Fact(DisplayName = "JT/T 808: terminals are shared out among the nodes of a cluster")]
    public async Task Nodes_share_the_terminals()
    {
        await using var first = new FakePlatform();
        await using var second = new FakePlatform();

        var (code, text) = await RunAsync(
            "--protocol", "jt808", "--units", "5", "--rate", "50", "--duration", "0.5", "--no-register", "--jt808", $"{first.Address}, {second.Address}");

        Assert.Equal((0, "0"), (code, Summary(text)["unanswered"]));
        Assert.Equal([2, 3], new[] { first, second }.Select(platform => platform.Heard.Select(heard => heard.Phone).Distinct().Count()).Order());
    }

    [Fact(DisplayName = "JT/T 808: refusals are counted as such, and fail the run")]
    public async Task Refusals_are_counted()
    {
        await using var platform = new FakePlatform();
        platform.Answer = message => message.MessageId == Jt808MessageId.Location ? Jt808Result.Failure : Jt808Result.Ok;

        var (code, text) = await RunAsync(
            "--protocol", "jt808", "--units", "2", "--rate", "50", "--duration", "0.5", "--no-register", "--jt808", platform.Address.ToString()!);

        Assert.Equal(1, code);
        Assert.Equal("0", Summary(text)["acknowledged"]);
        Assert.Equal(Summary(text)["sent"], Summary(text)["refused"]);
    }

    [Fact(DisplayName = "A share of the reports comes late: after reports that are newer")]
    public async Task Late_reports()
    {
        await using var platform = new FakePlatform();

        await RunAsync(
            "--protocol", "jt808", "--units", "1", "--rate", "400", "--duration", "1.5", "--late", "0.2", "--no-register",
            "--jt808", platform.Address.ToString()!);

        var times = platform.Heard.Where(message => message.MessageId == Jt808MessageId.Location).Select(m => Fix(m).UnixMilliseconds!.Value).ToArray();
        Assert.Equal(times.Length, times.Distinct().Count());
        Assert.Contains(times.Zip(times.Skip(1)), pair => pair.Second < pair.First);
    }

    [Fact(DisplayName = "OsmAnd: one position a request, from the registered phones")]
    public async Task OsmAnd_load()
    {
        await using var host = await FakeHost.StartAsync();

        var (code, text) = await RunAsync(
            "--protocol", "osmand", "--units", "10", "--rate", "100", "--duration", "1", "--connections", "4", "--url", host.Address.ToString());

        Assert.Equal(0, code);
        Assert.Equal(host.Phones.Count, int.Parse(Summary(text)["acknowledged"]));
        Assert.Subset(
            host.Units.Values.Select(unit => unit.GetProperty("devices")[0].GetProperty("key").GetString()).ToHashSet(),
            host.Phones.Select(query => (string?)query["id"]).ToHashSet());
    }

    [Fact(DisplayName = "JSON: batches, counted by position")]
    public async Task Json_load()
    {
        await using var host = await FakeHost.StartAsync();

        var (code, text) = await RunAsync(
            "--protocol", "json", "--units", "10", "--rate", "1000", "--batch", "50", "--duration", "1", "--connections", "2",
            "--url", host.Address.ToString());

        Assert.Equal(0, code);
        Assert.Equal(host.Positions.Count, int.Parse(Summary(text)["acknowledged"]));
        Assert.Equal(host.Positions.Count, host.Positions.Distinct().Count());
        Assert.Subset(host.Units.Keys.ToHashSet(), host.Positions.Select(position => position.Unit).ToHashSet());
    }

    [Fact(DisplayName = "A host that wants a token is named, with the remedy")]
    public async Task Registration_is_refused()
    {
        await using var host = await FakeHost.StartAsync();
        host.RegistrationStatus = 401;

        var (code, text) = await RunAsync("--protocol", "json", "--units", "1", "--url", host.Address.ToString());

        Assert.Equal(2, code);
        Assert.Contains("--token", text);
    }

    [Theory(DisplayName = "Other machines are loaded only when one says so; nonsense is refused with its range")]
    [InlineData("--allow-remote", "--url", "http://192.0.2.1:5080")]
    [InlineData("--allow-remote", "--jt808", "192.0.2.1:6808")]
    [InlineData("192.0.2.1", "--jt808", "192.0.2.1")]
    [InlineData("--allow-remote", "--jt808", "127.0.0.1:6808,192.0.2.1:6808")]
    [InlineData("no address", "--jt808", "127.0.0.1:6808,")]
    [InlineData("from 1 to", "--units", "0")]
    [InlineData("from 0 to 1", "--late", "1.5")]
    [InlineData("http", "--url", "ftp://127.0.0.1")]
    public void Options_are_checked(string expected, params string[] args)
    {
        var errors = LoadCommand.Create(TextWriter.Null, TextWriter.Null, TimeProvider.System).Parse(args).Errors;
        Assert.Contains(errors, error => error.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "This machine, by any of its names, needs no permission")]
    public void Loopback_is_fine()
        => Assert.Empty(LoadCommand.Create(TextWriter.Null, TextWriter.Null, TimeProvider.System)
            .Parse(["--url", "http://localhost:5080", "--jt808", "localhost:6808", "--protocol", "JSON"]).Errors);

    [Fact(DisplayName = "Percentiles are right to 4 %")]
    public void Histogram()
    {
        var histogram = new LatencyHistogram();
        for (var i = 1; i <= 100_000; i++)
        {
            histogram.Add(TimeSpan.FromMicroseconds(i * 10));
        }

        Assert.Equal(100_000, histogram.Count);
        Assert.InRange(histogram.Percentile(0.5).TotalMilliseconds, 500, 520);
        Assert.InRange(histogram.Percentile(0.99).TotalMilliseconds, 990, 1030);
        Assert.InRange(histogram.Percentile(1).TotalMilliseconds, 1000, 1040);
        Assert.Equal(0, histogram.Since(histogram.Snapshot()).Count);
        Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Percentile(0.5));
    }

    private static Task<(int Code, string Text)> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    private static async Task<(int Code, string Text)> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        using var output = new StringWriter();
        var code = await LoadCommand.Create(output, output, TimeProvider.System).Parse(args)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = output }, cancellationToken);
        return (code, output.ToString());
    }

    private static Dictionary<string, string> Summary(string text)
        => text.Split('\n').Single(line => line.StartsWith("summary ", StringComparison.Ordinal)).Trim().Split(' ').Skip(1)
            .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

    private static Jt808Fix Fix(Heard message)
    {
        Assert.True(Jt808Location.TryRead(message.Body, out var location));
        return location.Fix;
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Vantage.Host.Settings;
using Vantage.Host.Startup;

namespace Vantage.Host.Tests.Settings;

public sealed class HostCommandTests
{
    [Fact(DisplayName = "Help names every option and variable, and ends with 0")]
    public async Task Help()
    {
        var (code, output, _) = await RunAsync("--help");

        Assert.Equal(0, code);
        Assert.All(
            ["--demo", "--data", "--urls", "--jt808-port", "VANTAGE_ADMIN_PASSWORD", "VANTAGE_OFFLINE_AFTER", "appsettings.json"],
            word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "All wrong values are named at once, by where they were given")]
    public void All_errors()
    {
        var settings = Read(
            new() { ["urls"] = "ftp://x", ["jt808-port"] = "70000" },
            name => name switch
            {
                "VANTAGE_OFFLINE_AFTER" => "soon",
                "VANTAGE_TIME_ZONE" => "Mars/Olympus",
                _ => null,
            },
            new() { ["Vantage:registration"] = "ajar" },
            out var errors);

        Assert.Null(settings);
        Assert.Equal(
            ["--jt808-port", "--urls", "VANTAGE_OFFLINE_AFTER", "VANTAGE_TIME_ZONE", "appsettings.json Vantage"],
            errors.Select(error => error.Split(':')[0]).Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "The command line goes before the environment, and that before the file")]
    public void Precedence()
    {
        var settings = Read(
            new() { ["jt808-port"] = "1" },
            name => name is "VANTAGE_JT808_PORT" or "VANTAGE_MAX_UNITS" ? "200" : null,
            new() { ["Vantage:jt808Port"] = "3", ["Vantage:maxUnits"] = "300", ["Vantage:offlineAfter"] = "400" },
            out _)!;

        Assert.Equal((1, 200, 400), (settings.Jt808Port, settings.MaxUnits, (int)settings.OfflineAfter.TotalSeconds));
    }

    [Theory(DisplayName = "[KEEP-3] Where tracks are kept for a time, no older reports are taken; to ask for both is refused")]
    [InlineData(null, null, null)]
    [InlineData("90", null, 89)]
    [InlineData("90", "30", 30)]
    [InlineData("90", "89", 89)]
    [InlineData("90", "90", -1)]
    [InlineData(null, "90", 90)]
    [InlineData("1", null, -1)]
    public void Keeping(string? keep, string? horizon, int? horizonDays)
    {
        var settings = Read(
            [], name => name switch { "VANTAGE_KEEP_TRACKS_DAYS" => keep, "VANTAGE_HORIZON_DAYS" => horizon, _ => null }, [], out var errors);

        if (horizonDays == -1)
        {
            Assert.StartsWith(horizon is null ? "VANTAGE_KEEP_TRACKS_DAYS" : "VANTAGE_HORIZON_DAYS", Assert.Single(errors), StringComparison.Ordinal);
            return;
        }

        Assert.Equal((keep is null ? null : TimeSpan.FromDays(90), horizonDays is { } days ? TimeSpan.FromDays(days) : null), (settings!.KeepTracks, settings.Horizon));
    }

    [Theory(DisplayName = "Addresses are read as people write them")]
    [InlineData("http://127.0.0.1:5080", "127.0.0.1", "http://127.0.0.1:5080")]
    [InlineData("http://localhost:80", "127.0.0.1", "http://localhost:80")]
    [InlineData("http://*:5080", null, "http://localhost:5080")]
    [InlineData("http://0.0.0.0:5080", null, "http://localhost:5080")]
    [InlineData("https://[::1]:5443", "::1", "https://[::1]:5443")]
    public void Addresses(string text, string? address, string link)
    {
        var read = Assert.Single(Read(new() { ["urls"] = text }, _ => null, [], out var errors)!.Addresses);

        Assert.Empty(errors);
        Assert.Equal(address is null ? null : IPAddress.Parse(address), read.Address);
        Assert.Equal(link, read.Link(read.Port));
    }

    [Theory(DisplayName = "A connection string that names no database, or does not read, is refused with what is wrong, and without its password")]
    [InlineData("Server=db;Port=5432;Password=hush", "names no host, or no database")]
    [InlineData("Host=db;Database=vantage;Prot=1;Password=hush", "does not read")]
    [InlineData("postgresql://u:hush@db", "names no host, or no database")]
    public async Task Wrong_connection_string(string data, string reason)
    {
        var (code, _, error) = await RunAsync("--data", data);

        Assert.Equal(2, code);
        Assert.StartsWith("--data: The connection string", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A database that cannot be reached ends the start within 15 s, with a line that names it, and not its password")]
    [InlineData("Host=127.0.0.1;Port=1;Database=vantage;Username=u;Password=hush")]
    [InlineData("postgres://u:hush@127.0.0.1:1/vantage")]
    public async Task Database_out_of_reach(string data)
    {
        var (code, _, error) = await RunAsync("--data", data, "--urls", "http://127.0.0.1:0", "--jt808-port", "0").WaitAsync(TimeSpan.FromSeconds(15));

        Assert.Equal(1, code);
        Assert.StartsWith("vantage on 127.0.0.1:1 cannot be reached", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An option nobody knows is refused")]
    public async Task Unknown_option() => Assert.NotEqual(0, (await RunAsync("--port", "1")).Code);

    [Fact(DisplayName = "An option before a command is refused: it would not be the command's")]
    public async Task Early_option()
    {
        var refused = await RunAsync("--data", "elsewhere", "backup", "--to", "there");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("--data goes after 'backup'", refused.Error + refused.Output, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A busy port is one line that names the flag, and the exit code is not 0; no folder is made and no password printed")]
    [InlineData(true, "--urls http://127.0.0.1:")]
    [InlineData(false, "--jt808-port ")]
    public async Task Busy_port(bool isHttp, string remedy)
    {
        using var busy = new TcpListener(IPAddress.Any, 0);
        busy.ExclusiveAddressUse = true;
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        var folder = Directory.CreateTempSubdirectory("vantage-host-");

        var (code, output, error) = await RunAsync(
            "--data", Path.Combine(folder.FullName, "data"), "--urls", $"http://127.0.0.1:{(isHttp ? port : 0)}", "--jt808-port", isHttp ? "0" : $"{port}");

        Assert.Equal(1, code);
        var line = Assert.Single(error.Trim().Split('\n'));
        Assert.StartsWith($"Port {port} is in use: choose another", line, StringComparison.Ordinal);
        Assert.Contains(remedy + (port + 1), line, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.Empty(folder.GetFileSystemInfos());
        folder.Delete(recursive: true);
    }

    [Theory(DisplayName = "An empty folder's name and a certificate that is not there are refused in one line")]
    [InlineData("", "", "--data: '' is not a folder's path.")]
    [InlineData("here", "nowhere.pfx", "--https-certificate: 'nowhere.pfx' is not a file that is there.")]
    public async Task Cannot_start(string folder, string certificate, string start)
    {
        var temporary = Directory.CreateTempSubdirectory("vantage-host-");

        var (code, _, error) = await RunAsync(
            [
                "--data", folder.Length == 0 ? "" : Path.Combine(temporary.FullName, folder), "--urls", "https://127.0.0.1:0", "--jt808-port", "0",
                .. certificate.Length == 0 ? Array.Empty<string>() : ["--https-certificate", certificate],
            ]);

        Assert.NotEqual(0, code);
        Assert.StartsWith(start, Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
        temporary.Delete(recursive: true);
    }

    [Fact(DisplayName = "The last line printed at start is the address to open; told to stop, the host ends with 0")]
    public async Task Start_and_stop()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-host-");
        using var stop = new CancellationTokenSource();
        using var output = new LineWriter("http://");

        var run = HostCommand.RunAsync(
            ["--data", folder.FullName, "--urls", "http://127.0.0.1:0", "--jt808-port", "0"], output, TextWriter.Null, new LocalModule(), stop.Token);
        var address = await output.Found.WaitAsync(TimeSpan.FromSeconds(60));
        using var client = new HttpClient();
        Assert.Equal("ready", await client.GetStringAsync(address + "/readyz"));
        await stop.CancelAsync();

        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("sign in as admin with the password", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(address, output.ToString().Trim().Split('\n')[^1].Trim());
        folder.Delete(recursive: true);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await HostCommand.RunAsync(args, output, error, new LocalModule());
        return (code, output.ToString(), error.ToString());
    }

    private static HostSettings? Read(
        Dictionary<string, string?> flags, Func<string, string?> variable, Dictionary<string, string?> file, out IReadOnlyList<string> errors)
        => new SettingsReader(flags, variable, new ConfigurationBuilder().AddInMemoryCollection(file).Build()).TryRead(out errors);

    private sealed class LineWriter(string wanted) : StringWriter
    {
        private readonly TaskCompletionSource<string> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Found => _found.Task;

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            if (value?.StartsWith(wanted, StringComparison.Ordinal) == true)
            {
                _found.TrySetResult(value);
            }

            return Task.CompletedTask;
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vantage.Support;

namespace Vantage.Wallboard.Tests;

/// <summary>The built host as its own process, with its demonstration, in a data folder and on ports that outlive a restart.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    public const string AdminPassword = "correct horse battery";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly string _folder = Directory.CreateTempSubdirectory("vantage-wall-").FullName;
    private readonly StringBuilder _log = new();
    private readonly string[] _more;
    private Process? _process;

    /// <param name="more">What it is told beside where it is.</param>
    public HostProcess(params string[] more)
    {
        _more = more;
        var (http, jt808) = FreePorts();
        Jt808Port = jt808;
        Address = new Uri($"http://127.0.0.1:{http}");
    }

    public Uri Address { get; }

    public int Jt808Port { get; }

    /// <summary>Of its environment, beside what the tests' own has.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Its <c>appsettings.json</c>.</summary>
    public string? Settings { get; init; }

    /// <summary>What the host said so far: goes into the message when it does not start.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts the host and waits until it takes requests.</summary>
    public async Task StartAsync()
    {
        // From its own output folder: wwwroot lies beside it there, and is not copied to the tests'.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var dll = Path.Combine(TestData.RepositoryRoot, "src", "Host", "bin", configuration, "net10.0", "Vantage.Host.dll");
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(dll)!, "wwwroot", "index.html")), $"The wall is not built: there is no wwwroot beside {dll}.");
        if (Settings is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), Settings);
        }

        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && IsDotnet(path) ? path : "dotnet")
        {
            UseShellExecute = false,
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                dll, "--data", _folder, "--urls", Address.GetLeftPart(UriPartial.Authority),
                "--jt808-port", Jt808Port.ToString(CultureInfo.InvariantCulture),
            },
        };
        Array.ForEach(_more, start.ArgumentList.Add);
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["DOTNET_TieredPGO"] = "0"; // Counting for later optimisation costs more than it brings within minutes.
        start.Environment["VANTAGE_ADMIN_PASSWORD"] = AdminPassword;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };
        var waited = Stopwatch.StartNew();
        while (!await IsReadyAsync(http))
        {
            Assert.False(_process.HasExited, $"The host ended while starting. {Log}");
            Assert.True(waited.Elapsed < StartTimeout, $"The host is not ready after {StartTimeout}. {Log}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Ends the host as a power cut would: it cannot say good-bye to anybody.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsDotnet(string path) => Path.GetFileNameWithoutExtension(path) == "dotnet";

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
        catch (TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>Two ports nobody has now, held together so that they differ.</summary>
    private static (int, int) FreePorts()
    {
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var two = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        two.Start();
        return (((IPEndPoint)one.LocalEndpoint).Port, ((IPEndPoint)two.LocalEndpoint).Port);
    }

    private void Keep(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>The host as people run it: a process of its own on free ports, with a new folder; it can be killed and started again.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private const string Password = "correct horse battery";
    private static readonly TimeSpan StartWithin = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vantage-real-");
    private readonly int _port = FreePort.Next();
    private Process? _process;

    private HostProcess(string? data) => Data = data ?? Path.Combine(_folder.FullName, "data");

    /// <summary>A folder, or a connection string. Another one counts from the next start.</summary>
    public string Data { get; set; }

    public int Jt808Port { get; } = FreePort.Next();

    public HttpClient Client { get; private set; } = null!;

    public int HttpPort => _port;

    /// <summary>What the process has in memory now.</summary>
    public long MemoryBytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="data">Null: a new folder.</param>
    public static async Task<HostProcess> StartAsync(string? data = null)
    {
        var host = new HostProcess(data);
        await host.LaunchAsync();
        using var admin = await host.SignInAsync();
        var token = await (await admin.PostAsJsonAsync("/api/tokens", new { name = "real", rights = new[] { "positions", "read", "admin" } })).JsonAsync();
        host.Client = host.NewClient();
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["token"]!);
        return host;
    }

    /// <summary>Runs another command of the program to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] command)
    {
        using var process = Begin(command);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Begins another command of the program, to be killed.</summary>
    public static Process Begin(params string[] command) => Process.Start(Program(command))!;

    /// <summary>A client with a cookie of its own.</summary>
    public async Task<HttpClient> SignInAsync(string user = "admin", string password = Password)
    {
        var client = NewClient();
        (await client.PostAsJsonAsync("/api/session", new { user, password })).EnsureSuccessStatusCode();
        return client;
    }

    /// <summary>As pulling the plug does: nothing of the process runs on.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts on the same folder and ports, and waits until the host has printed its address.</summary>
    public async Task LaunchAsync()
    {
        _process?.Dispose();
        var start = Program(
            "--data", Data, "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"),
            "--jt808-port", string.Create(CultureInfo.InvariantCulture, $"{Jt808Port}"));
        start.WorkingDirectory = _folder.FullName;
        start.Environment["VANTAGE_ADMIN_PASSWORD"] = Password;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => started.TrySetException(new InvalidOperationException("The host ended: " + string.Join('\n', Said())));
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await started.Task.WaitAsync(StartWithin);

        void Hear(string? line)
        {
            lock (said)
            {
                said.Add(line ?? "");
            }

            if (line?.StartsWith("http://127.0.0.1:", StringComparison.Ordinal) == true)
            {
                started.TrySetResult();
            }
        }

        string[] Said()
        {
            lock (said)
            {
                return [.. said];
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_process is { HasExited: false })
        {
            Kill();
        }

        _process?.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static ProcessStartInfo Program(params string[] arguments) => new(
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Vantage.Host.dll"), .. arguments])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private HttpClient NewClient() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), UseProxy = false })
    {
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}")),
        Timeout = TimeSpan.FromMinutes(10), // A busy machine is no failure.
    };
}

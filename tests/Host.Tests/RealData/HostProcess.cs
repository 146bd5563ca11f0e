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

    private HostProcess()
    {
    }

    public int Jt808Port { get; } = FreePort.Next();

    public HttpClient Client { get; private set; } = null!;

    public static async Task<HostProcess> StartAsync()
    {
        var host = new HostProcess();
        await host.LaunchAsync();
        using var admin = host.NewClient();
        (await admin.PostAsJsonAsync("/api/session", new { user = "admin", password = Password })).EnsureSuccessStatusCode();
        var token = await (await admin.PostAsJsonAsync("/api/tokens", new { name = "real", rights = new[] { "positions", "read", "admin" } })).JsonAsync();
        host.Client = host.NewClient();
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["token"]!);
        return host;
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
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        foreach (var argument in (string[])[
            Path.Combine(AppContext.BaseDirectory, "Vantage.Host.dll"), "--data", Path.Combine(_folder.FullName, "data"),
            "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"),
            "--jt808-port", string.Create(CultureInfo.InvariantCulture, $"{Jt808Port}")])
        {
            start.ArgumentList.Add(argument);
        }

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

    private HttpClient NewClient() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), UseProxy = false })
    {
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}")),
    };
}

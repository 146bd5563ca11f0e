using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vantage.Support;

namespace Vantage.Cluster.Tests;

/// <summary>One host as people run it: a process of its own, that can be killed, stalled, told to stop, and started again.</summary>
internal sealed class Node : IAsyncDisposable
{
    private const string Password = "correct horse battery";
    private static readonly TimeSpan StartWithin = TimeSpan.FromMinutes(5);

    /// <summary>Where a developer wants all that the nodes say, with the time of each line.</summary>
    private static readonly string? Logs = Environment.GetEnvironmentVariable("VANTAGE_CLUSTER_LOGS") is { Length: > 0 } folder
        ? Directory.CreateDirectory(folder).FullName : null;

    private readonly string _program;
    private readonly Func<Node, IReadOnlyList<string>> _arguments;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vantage-node-");
    private Process? _process;

    public Node(string name, string program, Func<Node, IReadOnlyList<string>> arguments)
    {
        (Name, _program, _arguments) = (name, program, arguments);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public string Name { get; }

    public int HttpPort { get; } = FreePort.Next();

    public int Jt808Port { get; } = FreePort.Next();

    /// <summary>Where the other nodes find it.</summary>
    public string PublicHost { get; init; } = "127.0.0.1";

    public string NodePort { get; } = FreePort.Next().ToString(CultureInfo.InvariantCulture);

    public string Folder => _folder.FullName;

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{HttpPort}"));

    /// <summary>The options by which it listens for people and devices.</summary>
    public IReadOnlyList<string> Doors => ["--urls", Address.ToString().TrimEnd('/'), "--jt808-port", Jt808Port.ToString(CultureInfo.InvariantCulture)];

    public EndPoint Devices => new IPEndPoint(IPAddress.Loopback, Jt808Port);

    public HttpClient Client { get; }

    public string Said => string.Join('\n', _said.TakeLast(60));

    public bool HasEnded => _process?.HasExited ?? true;

    public int ExitCode => _process!.ExitCode;

    /// <summary>Whether its process has this socket open, by the name that Linux gives it.</summary>
    public bool HasSocket(string name)
    {
        try
        {
            return _process is { } process && Directory.EnumerateFiles($"/proc/{process.Id}/fd").Any(file => new FileInfo(file).LinkTarget == name);
        }
        catch (Exception ended) when (ended is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A time as it stands in requests and answers.</summary>
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Starts the process; completes when it has printed its address, which is when it is ready.</summary>
    public async Task StartAsync()
    {
        _process?.Dispose();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, _program), .. _arguments(this)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        start.Environment["VANTAGE_ADMIN_PASSWORD"] = Password;
        start.Environment["DOTNET_gcServer"] = "0"; // Several share the machine.
        start.Environment["DOTNET_TieredPGO"] = "0"; // Nor do they live long enough for what it costs each of them, half of its processor in the first minutes.
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => started.TrySetException(new InvalidOperationException($"{Name} ended: {Said}"));
        _process.OutputDataReceived += (_, line) => Hear(line.Data, started);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data, null);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await started.Task.WaitAsync(StartWithin);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{Name} did not start: {Said}", late);
        }
    }

    public async Task SignInAsync()
    {
        using var response = await Client.PostAsJsonAsync("/api/session", new { user = "admin", password = Password });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A new token of a program that may read.</summary>
    public async Task<string> TokenAsync()
    {
        using var response = await Client.PostAsJsonAsync("/api/tokens", new { name = "screen", rights = new[] { "read" } });
        response.EnsureSuccessStatusCode();
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["token"]!;
    }

    /// <summary>As pulling the plug does: nothing of the process runs on.</summary>
    public async Task KillAsync()
    {
        Signal("KILL");
        await _process!.WaitForExitAsync();
    }

    /// <summary>As a supervisor stops it. Completes when the process has ended.</summary>
    public async Task StopAsync()
    {
        Signal("TERM");
        await _process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    public void Stall() => Signal("STOP");

    public void GoOn() => Signal("CONT");

    public Task EndedAsync(TimeSpan within) => _process!.WaitForExitAsync().WaitAsync(within);

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{Name}: GET {path} gave {(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>What it says of itself, as one line.</summary>
    public async Task<string> ReadinessAsync()
    {
        using var response = await Client.GetAsync(new Uri("/readyz", UriKind.Relative));
        return (await response.Content.ReadAsStringAsync()).ReplaceLineEndings(" ").Trim();
    }

    public async Task SendAsync(HttpMethod method, string path, string json) => Assert.Null(await TrySendAsync(method, path, json));

    /// <summary>What was refused and how, or null.</summary>
    public async Task<string?> TrySendAsync(HttpMethod method, string path, string json)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await Client.SendAsync(request);
        return response.IsSuccessStatusCode ? null : $"{Name}: {method} {path} gave {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}";
    }

    /// <summary>All items of a list, page by page.</summary>
    public async Task<List<JsonNode>> ListAsync(string path)
    {
        var items = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = await GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit=1000{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            items.AddRange(page["items"]!.AsArray().Select(item => item!));
            cursor = (string?)page["cursor"];
        }
        while (cursor is not null);
        return items;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        _process = null;
        _folder.Delete(recursive: true);
    }

    private void Hear(string? line, TaskCompletionSource? started)
    {
        _said.Enqueue(line ?? "");
        if (Logs is not null)
        {
            lock (_said)
            {
                File.AppendAllText(Path.Combine(Logs, $"{Name}.log"), $"{DateTime.UtcNow:HH:mm:ss.fff} {line}\n");
            }
        }

        if (line?.StartsWith("http://127.0.0.1:", StringComparison.Ordinal) == true)
        {
            started?.TrySetResult();
        }
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}

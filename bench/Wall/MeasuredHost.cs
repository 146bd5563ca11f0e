using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Vantage.Bench.Wall;

/// <summary>A host in a process and a folder of its own.</summary>
internal sealed class MeasuredHost : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly string _folder;
    private readonly HttpClient _http;
    private readonly Process _process;

    private MeasuredHost(Process process, string folder, Uri address, int jt808Port)
    {
        (_process, _folder, Address, Jt808Port) = (process, folder, address, jt808Port);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, CookieContainer = new CookieContainer() }) { BaseAddress = address };
    }

    public Uri Address { get; }

    public int Jt808Port { get; }

    /// <summary>Where the programs of this build lie: <c>Debug</c> or <c>Release</c>.</summary>
    private static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public double WorkingSetMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    public static async Task<MeasuredHost> StartAsync(int mostUnits)
    {
        var (http, jt808) = (FreePort(), FreePort());
        var address = new Uri($"http://127.0.0.1:{http}");
        var folder = Directory.CreateTempSubdirectory("vantage-bench-wall-").FullName;
        var start = Start("Host", "Vantage.Host", "--data", folder, "--urls", address.GetLeftPart(UriPartial.Authority), "--jt808-port", $"{jt808}");
        start.Environment["VANTAGE_MAX_UNITS"] = $"{mostUnits}";
        start.Environment["VANTAGE_ADMIN_PASSWORD"] = Password;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var host = new MeasuredHost(Process.Start(start)!, folder, address, jt808);
        while (!await host.IsReadyAsync())
        {
            await Task.Delay(200);
        }

        (await host._http.PostAsJsonAsync("/api/session", new { user = "admin", password = Password })).EnsureSuccessStatusCode();
        return host;
    }

    public async Task<string> TokenAsync()
    {
        var answer = await _http.PostAsJsonAsync("/api/tokens", new { name = "bench", rights = new[] { "positions", "read", "admin" } });
        return (string)(await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
    }

    /// <summary>As its administrator.</summary>
    public async Task PutAsync(string path, object body) => (await _http.PutAsJsonAsync(path, body)).EnsureSuccessStatusCode();

    /// <summary>So many units that each report once a second, each through a connection of its own, from another process.</summary>
    public Process StartLoad(string token, int units, TimeSpan duration) => Process.Start(Start(
        "Simulator", "Vantage.Simulator", "--units", $"{units}", "--rate", $"{units}", "--protocol", "jt808", "--url", Address.GetLeftPart(UriPartial.Authority),
        "--jt808", $"127.0.0.1:{Jt808Port}", "--token", token, "--duration", duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)))!;

    public async Task UntilOnlineAsync(string token, int units)
    {
        using var request = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address };
        request.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        while ((int)(await request.GetFromJsonAsync<JsonNode>("/api/overview"))!["vehicles"]!["online"]! < units)
        {
            await Task.Delay(1000);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await _http.GetAsync("/readyz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException refused)
        {
            return _process.HasExited ? throw new InvalidOperationException("The host ended while starting.", refused) : false;
        }
    }

    private static ProcessStartInfo Start(string project, string program, params string[] arguments)
    {
        var root = AppContext.BaseDirectory[..AppContext.BaseDirectory.LastIndexOf($"{Path.DirectorySeparatorChar}bench{Path.DirectorySeparatorChar}", StringComparison.Ordinal)];
        var start = new ProcessStartInfo("dotnet", [Path.Combine(root, "src", project, "bin", Configuration, "net10.0", $"{program}.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Diagnostics;
using Microsoft.Playwright;
using Vantage.Support;

[assembly: AssemblyFixture(typeof(Vantage.Wallboard.Tests.WallFixture))]
// One host and one browser for all: on a small machine tests side by side only slow each other down, and one of them stops the host.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Vantage.Wallboard.Tests;

/// <summary>The real host with its demonstration, and one headless browser. Both start with the first test that asks.</summary>
public sealed class WallFixture : IAsyncLifetime
{
    private const string Install = "apt-get install chromium-headless-shell libegl1 libegl-mesa0 libgl1-mesa-dri libgles2 fonts-noto-cjk";
    private static readonly TimeSpan LiveTimeout = TimeSpan.FromMinutes(4);

    private readonly HostProcess _host = new("--demo");
    private int _stages;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private WallApi? _api;
    private Task? _start;
    private Task? _browserStart;

    public Uri Address => _host.Address;

    public int Jt808Port => _host.Jt808Port;

    /// <summary>Asks the host itself; there once a page was opened.</summary>
    internal WallApi Api => _api ?? throw new InvalidOperationException("Open a page first.");

    /// <summary>Asks the host as its administrator, who may put zones and positions; there once a page was opened.</summary>
    internal Task<WallApi> AdminAsync() => WallApi.SignInAsync(Address, "admin", HostProcess.AdminPassword);

    /// <summary>Likewise, for a test that asks before it opens a page.</summary>
    internal async Task<WallApi> AdminAfterStartAsync()
    {
        await StartAsync();
        return await AdminAsync();
    }

    public ValueTask InitializeAsync() => default;

    /// <summary>A page of a browser profile of its own, which no test shares; not signed in.</summary>
    /// <param name="sharp">Where its pixels or a picture of it are looked at: drawn pixel for pixel.</param>
    public async Task<WallPage> OpenAsync(int width = 1600, int height = 900, bool sharp = false)
    {
        await StartAsync();
        return await WallPage.OpenAsync(_browser!, Address, width, height, sharp);
    }

    /// <summary>Likewise, of another host.</summary>
    public async Task<WallPage> OpenAtAsync(Uri address, int width = 1600, int height = 900, bool sharp = false)
    {
        TestData.SkipUnless(FindChromium() is not null, Install);
        await (_browserStart ??= StartBrowserAsync());
        return await WallPage.OpenAsync(_browser!, address, width, height, sharp);
    }

    /// <summary>A phone that may tell where it is, in a browser profile of its own; not signed in.</summary>
    public async Task<OfficerPhone> OpenPhoneAsync()
    {
        await StartAsync();
        return await OfficerPhone.OpenAsync(_browser!, Address);
    }

    /// <summary>A live wall, signed in as the commander.</summary>
    public async Task<WallPage> OpenWallAsync(int width = 1600, int height = 900, bool sharp = false)
    {
        var wall = await OpenAsync(width, height, sharp);
        try
        {
            await wall.EnterAsync("demo-commander");
            return wall;
        }
        catch
        {
            await wall.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lays out a stage of its own of such screens. Answers its key.</summary>
    internal async Task<string> LayOutAsync(params object[] screens)
    {
        using var admin = await AdminAfterStartAsync();
        var number = Interlocked.Increment(ref _stages);
        var key = $"stage-{number}";
        await admin.PutAsync($"/api/stages/{key}", new { name = $"试验墙{number}", screens });
        return key;
    }

    /// <summary>A screen of a stage, signed in as the commander, live and joined; small, as several are drawn by the processor at once.</summary>
    internal async Task<WallPage> OpenScreenAsync(string stage, string screen, int width = 960, int height = 540, bool sharp = false)
    {
        var wall = await OpenAsync(width, height, sharp);
        await wall.SignInAsync("demo-commander");
        await wall.GoAsync($"/?stage={stage}&screen={screen}");
        await wall.Locator(".link-mark[data-state=live]").WaitForAsync();
        await wall.Locator(".stage-badge").WaitForAsync();
        return wall;
    }

    /// <summary>Ends the host as a power cut would.</summary>
    public Task KillHostAsync() => _host.KillAsync();

    /// <summary>Starts the host again, where and with what it was.</summary>
    public Task RestartHostAsync() => _host.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _api?.Dispose();
        await _host.DisposeAsync();
    }

    /// <summary>Starts once; where that failed, every test fails alike and at once.</summary>
    private Task StartAsync()
    {
        TestData.SkipUnless(FindChromium() is not null, Install);
        return _start ??= StartOnceAsync();
    }

    private async Task StartOnceAsync()
    {
        await _host.StartAsync();
        await UntilLiveAsync();
        await (_browserStart ??= StartBrowserAsync());
    }

    private async Task StartBrowserAsync()
    {
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_VALIDATE_HOST_REQUIREMENTS", "1");
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(WallPage.Patience); // Of itself an expectation gives up after 5 s.
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = FindChromium(),
            Headless = true,
            Timeout = 120_000,
            Args =
            [
                "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--no-proxy-server", "--use-angle=gl-egl", "--ignore-gpu-blocklist", "--disable-gpu-rasterization",
            ],
        });
    }

    /// <summary>The demonstration first tells what has passed since yesterday; tests begin when its devices report of now.</summary>
    private async Task UntilLiveAsync()
    {
        _api ??= await WallApi.SignInAsync(Address, "demo-commander");
        var waited = Stopwatch.StartNew();
        while (!await _api.IsLiveAsync())
        {
            Assert.True(waited.Elapsed < LiveTimeout, $"The demonstration is not live after {LiveTimeout}. {_host.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    private static string? FindChromium()
    {
        if (Environment.GetEnvironmentVariable("VANTAGE_CHROMIUM") is { Length: > 0 } named)
        {
            return named;
        }

        string[] names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}

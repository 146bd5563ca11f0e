using System.Text.Json;
using Microsoft.Playwright;

namespace Vantage.Bench.Wall;

/// <summary>A real Chromium that shows the wall, with a probe around what the wall does on its main thread.</summary>
internal sealed class WallBrowser : IAsyncDisposable
{
    private const int Width = 1920;
    private const int Height = 1080;
    private const int FirstPaints = 5;

    /// <summary>From here on the map draws as often as it may, and the load's units fill it.</summary>
    private const double Zoom = 13.5;
    private const int Movements = 40;

    /// <summary>Both maps of the linkage are drawn by the processor at once.</summary>
    private const int LinkedWidth = 960;
    private const int LinkedHeight = 540;

    /// <summary>
    /// Around every callback of an animation frame, where all drawing is done (ours, deck.gl's and MapLibre's), and around every message of the hub. A fix counts as
    /// painted when the picture with it has been handed on: the next task after the first animation frame that draws units after its message.
    /// </summary>
    private static readonly string Probe =
        $$"""
        (() => {
          const probe = window.__probe = { frames: [], messages: [], painted: [], awaited: [], isDrawn: false, at: 0, spent: 0, last: -1, gaps: [] }
          const animate = window.requestAnimationFrame.bind(window)
          window.requestAnimationFrame = (callback) => animate((time) => {
            const began = performance.now()
            try { callback(time) } finally {
              if (time !== probe.at) {
                if (probe.at > 0) { probe.frames.push(probe.spent); probe.gaps.push(time - probe.at) }
                probe.at = time
                probe.spent = 0
              }
              probe.spent += performance.now() - began
              if (probe.isDrawn) {
                const seen = probe.awaited.splice(0)
                setTimeout(() => {
                  const now = performance.timeOrigin + performance.now()
                  for (const fix of seen) probe.painted.push([fix, now])
                })
                probe.isDrawn = false
              }
            }
          })
          for (const name of ['drawArraysInstanced', 'drawElementsInstanced']) {
            const draw = WebGL2RenderingContext.prototype[name]
            WebGL2RenderingContext.prototype[name] = function (...how) { probe.isDrawn = true; return draw.apply(this, how) }
          }
          const message = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage')
          Object.defineProperty(WebSocket.prototype, 'onmessage', { ...message, set(handler) {
            message.set.call(this, (event) => {
              const began = performance.now()
              handler.call(this, event)
              probe.messages.push(performance.now() - began)
              if (typeof event.data !== 'string' || !event.data.includes('"target":"frame"')) return
              const from = event.data.indexOf('"lat":[')
              const seen = (event.data.slice(from, event.data.indexOf(']', from)).match(/\b312[2-4]\d{5}\b/g) ?? [])
                .map((latitude) => Math.floor(latitude / 10) - {{ProbeFleet.FirstLatitude}}).filter((fix) => fix >= 0 && fix < {{ProbeFleet.MostFixes}})
              probe.awaited.push(...seen)
            })
          } })
        })()
        """;

    private readonly MeasuredHost _host;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private IPage? _wall;
    private ICDPSession? _devTools;
    private Dictionary<string, double> _before = [];
    private string? _trace;

    private WallBrowser(MeasuredHost host, IPlaywright playwright, IBrowser browser) => (_host, _playwright, _browser) = (host, playwright, browser);

    public static async Task<WallBrowser> StartAsync(MeasuredHost host, string gl)
    {
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_VALIDATE_HOST_REQUIREMENTS", "1");
        var playwright = await Playwright.CreateAsync();
        string[] graphics = gl == "llvmpipe" ? ["--use-angle=gl-egl", "--ignore-gpu-blocklist"] : ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("VANTAGE_CHROMIUM") ?? "/usr/bin/chromium",
            Headless = true,
            Args = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server", .. graphics],
        });
        return new WallBrowser(host, playwright, browser);
    }

    /// <summary>From the address until the page has painted, is live, and its map has painted; each in a browser profile of its own, so that nothing is cached.</summary>
    public async Task FirstPaintsAsync()
    {
        var (first, live, map, bytes) = (new List<double>(), new List<double>(), new List<double>(), 0.0);
        for (var i = 0; i < FirstPaints; i++)
        {
            var page = await OpenAsync("");
            live.Add(await page.EvaluateAsync<double>("() => performance.now()"));
            first.Add(await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"));
            await page.Locator(".map canvas").First.WaitForAsync();
            map.Add(await page.EvaluateAsync<double>("() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"));
            bytes = await page.EvaluateAsync<double>("() => performance.getEntriesByType('resource').reduce((sum, entry) => sum + entry.encodedBodySize, 0)");
            await page.Context.CloseAsync();
        }

        Figures.Print("first contentful paint, ms", first);
        Figures.Print("live, ms", live);
        Figures.Print("live and its map painted, ms", map);
        Console.WriteLine($"the page's files as they are sent: {bytes / 1000:N0} kB");
    }

    /// <summary>From a change of the leading screen's map to the first change of a following one.</summary>
    public async Task LinkageAsync()
    {
        object Screen(string key, string link, int column) => new { key, role = "map", link, column };
        await _host.PutAsync("/api/stages/bench", new { name = "Bench", screens = new[] { Screen("left", "lead", 0), Screen("right", "follow", 1) } });
        var left = await OpenAsync("?stage=bench&screen=left", LinkedWidth, LinkedHeight);
        var right = await OpenAsync("?stage=bench&screen=right", LinkedWidth, LinkedHeight);
        await left.Locator(".stage-badge").WaitForAsync(); // Both have joined.
        await right.Locator(".stage-badge").WaitForAsync();
        const string Watch =
            """
            () => {
              const map = document.querySelector('.map-canvas')
              window.__moved = []
              new MutationObserver(() => { window.__moved.push(performance.timeOrigin + performance.now()) }).observe(map, { attributes: true, attributeFilter: ['data-view'] })
            }
            """;
        await left.EvaluateAsync(Watch);
        await right.EvaluateAsync(Watch);
        var taken = new List<double>();
        for (var i = 0; i < Movements; i++)
        {
            await UntilAtRestAsync(left);
            await UntilAtRestAsync(right);
            await left.EvaluateAsync("() => { window.__moved.length = 0 }");
            await right.EvaluateAsync("() => { window.__moved.length = 0 }");
            await left.Mouse.MoveAsync(LinkedWidth / 2, LinkedHeight / 2);
            await left.Mouse.WheelAsync(0, i % 2 == 0 ? -120 : 120);
            await right.WaitForFunctionAsync("() => window.__moved.length > 0");
            taken.Add(await right.EvaluateAsync<double>("() => window.__moved[0]") - await left.EvaluateAsync<double>("() => window.__moved[0]"));
        }

        Figures.Print("one screen's map to the other's, ms", taken);
        await left.Context.CloseAsync();
        await right.Context.CloseAsync();
    }

    public async Task OpenWallAsync()
    {
        _wall = await OpenAsync("");
        await _wall.Mouse.MoveAsync(Width / 2, Height / 2);
        while (await _wall.EvaluateAsync<double>("() => JSON.parse(document.querySelector('.map-canvas').dataset.view).zoom") is var zoom && zoom < Zoom)
        {
            await _wall.Mouse.WheelAsync(0, (float)((zoom - Zoom) * 450) - 5);
            await Task.Delay(1000);
        }

        _devTools = await _wall.Context.NewCDPSessionAsync(_wall);
        await _devTools.SendAsync("Performance.enable");
        Console.WriteLine($"renderer: {await _wall.EvaluateAsync<string>("""
            () => {
              const gl = document.createElement('canvas').getContext('webgl2')
              return gl.getParameter(gl.getExtension('WEBGL_debug_renderer_info').UNMASKED_RENDERER_WEBGL)
            }
            """)}");
    }

    /// <param name="trace">A file for a CPU profile; null: none is taken, as it costs.</param>
    public async Task BeginAsync(string? trace)
    {
        _trace = trace;
        await _wall!.EvaluateAsync("() => { for (const key of ['frames', 'messages', 'painted', 'gaps']) window.__probe[key].length = 0 }");
        _before = await CountersAsync();
        if (trace is not null)
        {
            await _devTools!.SendAsync("Profiler.enable");
            await _devTools.SendAsync("Profiler.start");
        }
    }

    public async Task EndAsync(ProbeFleet probes)
    {
        if (_trace is not null)
        {
            var profile = await _devTools!.SendAsync("Profiler.stop");
            await File.WriteAllTextAsync(_trace, profile!.Value.GetProperty("profile").GetRawText());
        }

        var after = await CountersAsync();
        var measured = await _wall!.EvaluateAsync<JsonElement>("() => window.__probe");
        double[] Numbers(string name) => [.. measured.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
        var (frames, seconds) = (Numbers("frames"), after["Timestamp"] - _before["Timestamp"]);
        Figures.Print("  script of an animation frame, ms", frames);
        Figures.Print("  script of one that draws (over 0.3 ms), ms", frames.Where(spent => spent > 0.3));
        Figures.Print("  script of a hub message, ms", Numbers("messages"));
        Figures.Print("  between animation frames, ms", Numbers("gaps"));
        Console.WriteLine($"  animation frames: {frames.Length / seconds:F1} a second, drawing {frames.Count(spent => spent > 0.3) / seconds:F1}; "
            + $"script {Share("ScriptDuration"):F1} %, all tasks {Share("TaskDuration"):F1} % of the main thread; heap {after["JSHeapUsedSize"] / 1e6:F0} MB");
        var painted = measured.GetProperty("painted").EnumerateArray()
            .Select(seen => (Fix: seen[0].GetInt32(), At: seen[1].GetDouble()))
            .GroupBy(seen => seen.Fix, (fix, seen) => seen.Min(one => one.At) - probes.SentAt(fix))
            .OfType<double>().Where(taken => taken < 60_000);
        Figures.Print("  device's socket to the browser's paint, ms", painted);

        double Share(string counter) => (after[counter] - _before[counter]) / seconds * 100;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private async Task<Dictionary<string, double>> CountersAsync()
    {
        var metrics = await _devTools!.SendAsync("Performance.getMetrics");
        return metrics!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble(), StringComparer.Ordinal);
    }

    /// <summary>Its map has not moved for a second and a half: what was told last is shown.</summary>
    private static Task UntilAtRestAsync(IPage page) => page.EvaluateAsync(
        """
        () => new Promise((rested) => {
          const look = () => { if (performance.timeOrigin + performance.now() - (window.__moved.at(-1) ?? 0) > 1500) rested(); else setTimeout(look, 100) }
          look()
        })
        """);

    /// <summary>A live wall in a profile of its own.</summary>
    private async Task<IPage> OpenAsync(string query, int width = Width, int height = Height)
    {
        var context = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, Locale = "zh-CN" });
        context.SetDefaultTimeout(120_000);
        await context.APIRequest.PostAsync(new Uri(_host.Address, "/api/session").AbsoluteUri, new() { DataObject = new { user = "admin", password = MeasuredHost.Password } });
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync(Probe);
        await page.GotoAsync(new Uri(_host.Address, "/" + query).AbsoluteUri);
        await page.Locator(".link-mark[data-state=live]").WaitForAsync();
        return page;
    }
}

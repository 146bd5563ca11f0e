using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Vantage.Bench.Wall;

/// <summary>
/// The wall under load, end to end: a host in a process of its own, units that report once a second through sockets of their own (the simulator, another process),
/// one real browser that draws them, hub clients beside it, and at last one that reads a thousand bytes a second.
/// </summary>
/// <remarks>
/// What is timed are fixes of terminals that this process speaks for: from the write to the socket until a screen has the fix, or the browser has painted the frame
/// that brought it. A glyph glides to its fix for as long as the unit's fixes are apart; that is drawing, and not counted.
/// </remarks>
internal static class WallBench
{
    private const int ProbeUnits = 20;
    private const int MemoryParts = 6;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Chunk(2).ToDictionary(pair => pair[0][2..], pair => pair[1], StringComparer.Ordinal);
        int Whole(string name, int otherwise) => int.Parse(options.GetValueOrDefault(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        var (units, screens, seconds, warmup) = (Whole("units", 10_000), Whole("screens", 20), Whole("seconds", 60), Whole("warmup", 30));
        var gl = options.GetValueOrDefault("gl", "swiftshader");
        var span = TimeSpan.FromSeconds(seconds);

        await using var host = await MeasuredHost.StartAsync(Whole("most-units", 12_000));
        var token = await host.TokenAsync();
        await using var browser = gl == "none" ? null : await WallBrowser.StartAsync(host, gl);
        var parts = options.GetValueOrDefault("parts", "paint,linkage,load").Split(',');
        if (browser is not null && parts.Contains("paint"))
        {
            await browser.FirstPaintsAsync();
        }

        if (browser is not null && parts.Contains("linkage"))
        {
            await browser.LinkageAsync();
        }

        if (!parts.Contains("load"))
        {
            return 0;
        }

        await using var probes = await ProbeFleet.ConnectAsync(host, token, ProbeUnits);
        using var load = units == 0 ? null : host.StartLoad(token, units, TimeSpan.FromSeconds(60 + (3 * (warmup + seconds)) + 60));
        Console.WriteLine($"waiting until {units:N0} units report");
        await host.UntilOnlineAsync(token, units);
        var sending = probes.SendAsync();
        if (browser is not null)
        {
            await browser.OpenWallAsync();
        }

        await Task.Delay(TimeSpan.FromSeconds(warmup));
        var alone = await PhaseAsync("one screen", []);

        var clients = new List<HubScreen>();
        while (clients.Count < screens - 2)
        {
            clients.Add(await HubScreen.ConnectAsync(host.Address, token));
        }

        await Task.Delay(TimeSpan.FromSeconds(warmup));
        var many = await PhaseAsync($"{clients.Count + 1} screens", clients);
        Console.WriteLine($"  host CPU a hub screen: {(many - alone) / Math.Max(1, clients.Count) * 100:F2} % of a core");

        using var narrow = new NarrowLine(new IPEndPoint(IPAddress.Loopback, host.Address.Port), bytesASecond: 1000);
        var slow = await HubScreen.ConnectAsync(narrow.Address, token);
        await Task.Delay(TimeSpan.FromSeconds(warmup));
        await PhaseAsync($"{clients.Count + 1} screens, and one that reads 1 kB/s", clients);
        Console.WriteLine($"  the slow one has read {narrow.BytesRead:N0} bytes");

        await probes.StopAsync();
        await sending;
        foreach (var client in clients.Append(slow))
        {
            await client.DisposeAsync();
        }

        return 0;

        async Task<double> PhaseAsync(string name, IReadOnlyList<HubScreen> hubScreens)
        {
            hubScreens.ToList().ForEach(screen => screen.Forget());
            if (browser is not null)
            {
                await browser.BeginAsync(options.GetValueOrDefault("trace"));
            }

            var (began, cpu) = (Stopwatch.GetTimestamp(), host.Cpu);
            var memory = new List<double>();
            while (Stopwatch.GetElapsedTime(began) < span)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                memory.Add(host.WorkingSetMegabytes);
            }

            var used = (host.Cpu - cpu).TotalSeconds / Stopwatch.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine($"{name}: {units:N0} units, {seconds} s");
            if (browser is not null)
            {
                await browser.EndAsync(probes);
            }

            if (hubScreens.Count > 0)
            {
                Figures.Print("  device's socket to the other screens, ms", hubScreens.SelectMany(screen => screen.Latencies(probes)));
                var worst = hubScreens.Max(screen => Figures.Quantile(screen.Latencies(probes).Order().ToList(), 0.99));
                Console.WriteLine($"  worst p99 of one of them: {worst:F0} ms; {hubScreens.Average(screen => screen.BytesASecond(span)) / 1e6:F2} MB/s a screen");
            }

            var means = memory.Chunk((memory.Count + MemoryParts - 1) / MemoryParts).Select(part => $"{part.Average():F0}");
            Console.WriteLine($"  host: {used * 100:F0} % of a core, {string.Join(", ", means)} MB in the {MemoryParts} parts of the phase");
            return used;
        }
    }
}

/// <summary>What is printed of many numbers.</summary>
internal static class Figures
{
    public static void Print(string what, IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        Console.WriteLine(sorted.Count == 0
            ? $"{what}: none"
            : $"{what}: p50 {Quantile(sorted, 0.5):F1}, p95 {Quantile(sorted, 0.95):F1}, p99 {Quantile(sorted, 0.99):F1}, most {sorted[^1]:F1} ({sorted.Count:N0})");
    }

    public static double Quantile(IReadOnlyList<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)((sorted.Count - 1) * share)];
}

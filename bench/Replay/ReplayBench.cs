using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Vantage.Bench.Replay;

/// <summary>How soon a replay shows another instant, and how soon its tracks come, over HTTP from a running host: 300 units, 8 hours.</summary>
internal static class ReplayBench
{
    private const int Hours = 8;
    private const int BatchFixes = 6_000;
    private const int Seeks = 200;
    private const int Reads = 5;

    /// <summary>Sealing takes its time: what is asked then is what a commander asks of last Tuesday.</summary>
    private static readonly TimeSpan UntilSealed = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Chunk(2).ToDictionary(pair => pair[0][2..], pair => pair[1], StringComparer.Ordinal);
        var units = int.Parse(options.GetValueOrDefault("units", "300"), CultureInfo.InvariantCulture);
        var every = int.Parse(options.GetValueOrDefault("every", "10"), CultureInfo.InvariantCulture);
        using var client = new HttpClient { BaseAddress = new Uri(options["url"]), Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options["token"]);

        var from = new DateTime(2026, 5, 26, 8, 0, 0, DateTimeKind.Utc);
        string[] ids = [.. Enumerable.Range(0, units).Select(unit => $"vehicle/replay-{unit}")];
        foreach (var (number, id) in ids.Index())
        {
            foreach (var seconds in Enumerable.Range(0, Hours * 3600 / every).Select(step => step * every).Chunk(BatchFixes))
            {
                var positions = seconds.Select(second => new { unit = id, time = from.AddSeconds(second), lon = Wave(121.4, number, second, 900), lat = Wave(31.2, number, second, 700) });
                (await client.PostAsJsonAsync("/api/positions", positions)).EnsureSuccessStatusCode();
            }
        }

        Console.WriteLine($"{units} units, {Hours} h, a fix each {every} s: {units * Hours * 3600L / every:N0} fixes; {UntilSealed.TotalSeconds:F0} s for them to be sealed");
        await Task.Delay(UntilSealed);
        var opened = await client.PostAsJsonAsync("/api/replays", new { from, to = from.AddHours(Hours), units = ids });
        var key = (string)(await opened.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!["key"]!;

        var random = new Random(1);
        await SeekAsync(); // Compiled before it is timed.
        var seeks = new List<double>();
        for (var i = 0; i < Seeks; i++)
        {
            seeks.Add(await SeekAsync());
        }

        Print("seek, ms", seeks);
        var (first, whole) = (new List<double>(), new List<double>());
        for (var i = 0; i < Reads; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync($"/api/replays/{key}/tracks", HttpCompletionOption.ResponseHeadersRead);
            await using var body = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
            var buffer = new byte[64 * 1024];
            await body.ReadExactlyAsync(buffer.AsMemory(0, 1));
            first.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            while (await body.ReadAsync(buffer) > 0)
            {
            }

            whole.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        Print("all tracks, first byte, ms", first);
        Print("all tracks, last byte, ms", whole);
        return 0;

        async Task<double> SeekAsync()
        {
            var time = from.AddMilliseconds(random.Next(Hours * 3_600_000)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            var began = Stopwatch.GetTimestamp();
            var frame = (await client.GetFromJsonAsync<JsonNode>($"/api/replays/{key}/frame?time={time}"))!;
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            return frame["units"]!["id"]!.AsArray().Count == units ? took : throw new InvalidOperationException("A unit is missing from the frame.");
        }
    }

    private static double Wave(double middle, int unit, int second, double period)
        => Math.Round(middle + (0.02 * Math.Sin(unit + (second / period))), 6);

    private static void Print(string what, List<double> times)
    {
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-30} median {times[times.Count / 2]:F1}, greatest {times[^1]:F1}"));
    }
}

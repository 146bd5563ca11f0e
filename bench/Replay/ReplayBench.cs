using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vantage.Bench.Store;

namespace Vantage.Bench.Replay;

/// <summary>
/// How soon a replay shows another instant, among zones with breaches and among incidents, how soon its tracks come, and how soon the outline of one unit's year, over
/// HTTP from a running host: 300 units, 8 hours.
/// </summary>
internal static class ReplayBench
{
    private const int Hours = 8;
    private const int BatchFixes = 6_000;
    private const int Seeks = 200;
    private const int Reads = 5;
    private const int YearReads = 21;

    /// <summary>Metres by which an outline of a year may err: a pixel of a screen that shows the whole city.</summary>
    private const int YearDetail = 250;

    /// <summary>Sealing takes its time: what is asked then is what a commander asks of last Tuesday.</summary>
    private static readonly TimeSpan UntilSealed = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Chunk(2).ToDictionary(pair => pair[0][2..], pair => pair[1], StringComparer.Ordinal);
        var (units, every, zones, incidents, year) = (Number("units", 300), Number("every", 10), Number("zones", 1_000), Number("incidents", 300), Number("year", 5_000_000));
        using var client = new HttpClient { BaseAddress = new Uri(options["url"]), Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options["token"]);

        var from = DateTime.UtcNow.AddHours(-Hours);
        await DrawZonesAsync(client, zones, from.AddDays(-1));
        await PostTracksAsync(client, units, every, from);
        await PostYearAsync(client, year);
        await ReportAsync(client, incidents);
        var reported = DateTime.UtcNow;
        Console.WriteLine($"{units} units, {Hours} h, a fix each {every} s: {units * Hours * 3600L / every:N0} fixes; {zones} zones, {incidents} incidents, {year:N0} fixes of one unit's year; {UntilSealed.TotalSeconds:F0} s for all to be sealed");
        await Task.Delay(UntilSealed);

        var opened = await client.PostAsJsonAsync("/api/replays", new { from, to = DateTime.UtcNow, units = Enumerable.Range(0, units).Select(IdOf) });
        var key = (string)(await opened.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!["key"]!;
        var breaches = 0L;
        Print("seek, ms", await TimeAsync(client, Seeks, random => $"/api/replays/{key}/frame?time={Wire(from.AddMilliseconds(random.Next(Hours * 3_600_000)))}", frame =>
        {
            breaches += frame["breaches"]!.AsArray().Count;
            return frame["units"]!["id"]!.AsArray().Count == units && frame["zones"]!.AsArray().Count == zones;
        }));
        Console.WriteLine($"{breaches / (double)(Seeks + 1),30:N0} breaches in a frame");
        Print("seek among incidents, ms", await TimeAsync(client, Seeks, random => $"/api/replays/{key}/frame?time={Wire(reported.AddMilliseconds(random.Next(60_000)))}", frame
            => frame["incidents"]!.AsArray().Count >= incidents));
        await ReadTracksAsync(client, key);
        if (year > 0)
        {
            var (since, count) = (DateTimeOffset.FromUnixTimeMilliseconds(Fleet.StartMs).UtcDateTime, 0);
            Print("outline of a year, ms", await TimeAsync(client, YearReads, _ => $"/api/units/vehicle/replay-year/track?from={Wire(since)}&to={Wire(since.AddDays(365))}&detail={YearDetail}", track =>
            {
                count = (int)track["count"]!;
                return (int)track["detail"]!["metres"]! == YearDetail && count > 1_000;
            }));
            Console.WriteLine($"{count,30:N0} fixes in it");
        }

        return 0;

        int Number(string name, int usual) => options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
    }

    /// <summary>Squares of 200 m, at random where the units are, that are entered.</summary>
    private static async Task DrawZonesAsync(HttpClient client, int count, DateTime effectiveFrom)
    {
        var random = new Random(2);
        for (var i = 0; i < count; i++)
        {
            var (west, south) = (121.37 + (0.06 * random.NextDouble()), 31.17 + (0.06 * random.NextDouble()));
            var (east, north) = (west + 0.0021, south + 0.0018);
            double[][] ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
            (await client.PutAsJsonAsync($"/api/zones/replay-{i}", new
            {
                type = "Feature",
                geometry = new { type = "Polygon", coordinates = new[] { ring } },
                properties = new { name = $"回放 {i}", effectiveFrom, rules = new[] { new { key = "in", type = "enter" } } },
            })).EnsureSuccessStatusCode();
        }
    }

    private static async Task PostTracksAsync(HttpClient client, int units, int every, DateTime from)
    {
        for (var unit = 0; unit < units; unit++)
        {
            foreach (var seconds in Enumerable.Range(0, Hours * 3600 / every).Select(step => step * every).Chunk(BatchFixes))
            {
                await PostAsync(client, seconds.Select(second => new
                {
                    unit = IdOf(unit),
                    time = from.AddSeconds(second),
                    lon = Wave(121.4, unit, second, 900),
                    lat = Wave(31.2, unit, second, 700),
                }));
            }
        }
    }

    private static async Task PostYearAsync(HttpClient client, int count)
    {
        foreach (var fixes in Fleet.Track(-1, count, 365 * 24 * 3_600_000L / Math.Max(count, 1)).Chunk(BatchFixes))
        {
            await PostAsync(client, fixes.Select(fix => new { unit = "vehicle/replay-year", time = DateTimeOffset.FromUnixTimeMilliseconds(fix.TimeMs).UtcDateTime, lon = fix.Longitude, lat = fix.Latitude }));
        }
    }

    private static async Task PostAsync<T>(HttpClient client, IEnumerable<T> positions) => (await client.PostAsJsonAsync("/api/positions", positions)).EnsureSuccessStatusCode();

    private static async Task ReportAsync(HttpClient client, int count)
    {
        for (var i = 0; i < count; i++)
        {
            (await client.PostAsJsonAsync("/api/incidents", new { kind = "street-vending", title = $"占道经营 {i}", lon = Wave(121.4, i, i, 900), lat = Wave(31.2, i, i, 700) })).EnsureSuccessStatusCode();
        }
    }

    private static async Task ReadTracksAsync(HttpClient client, string key)
    {
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
    }

    /// <summary>From the question to the last byte of the answer, which is looked at afterwards; one question more than are timed, so that code is compiled before.</summary>
    private static async Task<List<double>> TimeAsync(HttpClient client, int count, Func<Random, string> question, Func<JsonNode, bool> isRight)
    {
        var random = new Random(1);
        List<double> times = [];
        for (var i = 0; i <= count; i++)
        {
            var path = question(random);
            var began = Stopwatch.GetTimestamp();
            var body = await client.GetByteArrayAsync(path);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (!isRight(JsonNode.Parse(body)!))
            {
                throw new InvalidOperationException($"{path} answers something else.");
            }
        }

        return times[1..];
    }

    private static string IdOf(int unit) => $"vehicle/replay-{unit}";

    private static string Wire(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static double Wave(double middle, int unit, int second, double period)
        => Math.Round(middle + (0.02 * Math.Sin(unit + (second / period))), 6);

    private static void Print(string what, List<double> times)
    {
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-30} median {times[times.Count / 2]:F1}, greatest {times[^1]:F1}"));
    }
}

using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Vantage.Host.Tests.RealData;
using Vantage.Support;

namespace Vantage.Host.Tests.Data;

/// <summary>Three days of a small town, told to a host as other programs and people tell it; and everything that can be asked about them.</summary>
internal sealed class Town(HostProcess host)
{
    private const int Walkers = 12;
    private const string Range = "from=2026-03-01T00:00:00Z&to=2026-03-05T00:00:00Z";
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What is asked; in pages of the newest first.</summary>
    public static IReadOnlyList<string> Questions { get; } =
    [
        "/api/zones", "/api/squads", "/api/accounts", "/api/areas/street", "/api/themes",
        $"/api/visits?limit=1000&{Range}", $"/api/breaches?limit=1000&{Range}", $"/api/visits?limit=50&zone=market&{Range}",
        $"/api/heatmaps/presence?resolution=9&{Range}", $"/api/heatmaps/presence/table?by=street&{Range}",
        "/api/records/case?limit=500", $"/api/records/case/chart?by=day&{Range}", $"/api/heatmaps/records.case?resolution=9&{Range}",
        $"/api/units/vehicle/long/track?{Range}", $"/api/units/vehicle/long/motion?{Range}",
        .. Enumerable.Range(0, Walkers).Select(i => $"/api/units/officer/{i}/track?{Range}"),
    ];

    /// <summary>Its answer is made of outlines as far as the track is sealed: the same only where the same part of it is.</summary>
    public static string Outline { get; } = $"/api/units/vehicle/long/track?{Range}&detail=10";

    /// <summary>The watermark of the last answer to a write.</summary>
    public string Watermark { get; private set; } = "";

    /// <summary>Zones with rules, a long track that is sealed in part, late reports, records, areas, people, and a breach that was handled.</summary>
    public async Task FillAsync()
    {
        using var admin = await host.SignInAsync();
        await SendAsync(admin.PutAsJsonAsync("/api/accounts/li", new { name = "李", post = "watch", password = "long enough" }));
        await SendAsync(admin.PutAsJsonAsync("/api/squads/tianshan", new { name = "天山路中队" }));
        await PutZoneAsync(admin, "market", 121.42, 300, new { key = "in", type = "enter" });
        await PutZoneAsync(admin, "park", 121.43, 200, new { key = "long", type = "dwell", after = 600 });
        await PostAsync(Enumerable.Range(0, 3 * 86_400).Select(second => ("vehicle/long", second * 1_000L, 121.35 + (second % 7_200 * 0.00001), 31.25 + (second / 7_200 * 0.0005))));
        var random = new Random(7);
        var walks = Enumerable.Range(0, Walkers).SelectMany(i => Walk(random, $"officer/{i}")).ToArray();
        var late = walks.Where((_, i) => i % 10 == 3).ToArray();
        await PostAsync(walks.Except(late));
        await PutZoneAsync(admin, "past", 121.425, 250, new { key = "in", type = "enter" }); // Judged by what is stored.
        await PostAsync(late.Reverse());
        await SendAsync(PostJsonAsync(admin, "/api/records/case", """[{"number":"甲/1","time":"2026-03-02T09:20:30+08:00","category":"渣土","state":"立案","lon":121.42,"lat":31.22},{"number":2,"time":"2026-03-03 09:21:00"}]"""));
        await SendAsync(PostJsonAsync(admin, "/api/areas/street/import", """{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121.40,31.20],[121.42,31.20],[121.42,31.24],[121.40,31.24],[121.40,31.20]]]},"properties":{"key":"a","name":"甲"}}]}"""));
        var breaches = await (await admin.GetAsync($"/api/breaches?limit=5&zone=market&{Range}&after={Uri.EscapeDataString(Watermark)}")).JsonAsync();
        await SendAsync(admin.PostAsJsonAsync($"/api/breaches/{breaches["items"]![0]!["id"]}/actions/handle", new { note = "已处置" }));
    }

    /// <summary>Waits until the long track is sealed, but for its newest part.</summary>
    public Task UntilSealedAsync()
    {
        var before = int.MaxValue;
        return Patience.UntilAsync(
            async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                var count = (int)(await (await host.Client.GetAsync($"{Outline}&after={Uri.EscapeDataString(Watermark)}")).JsonAsync())["count"]!;
                (var isStill, before) = (count == before, count);
                return isStill && count < 20_000;
            },
            "the long track is sealed",
            after: TimeSpan.FromMinutes(2)); // A shard that is not pressed seals once a minute, and what came before the last time.
    }

    /// <summary>Every answer, word for word.</summary>
    public async Task<Dictionary<string, string>> AnswersAsync(params string[] more)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var question in Questions.Concat(more))
        {
            var join = question.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            using var answer = await host.Client.GetAsync($"{question}{(Watermark.Length > 0 ? $"{join}after={Uri.EscapeDataString(Watermark)}" : "")}");
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{question}: {(int)answer.StatusCode} {text}");
            answers.Add(question, text);
        }

        return answers;
    }

    public static void AssertSame(Dictionary<string, string> expected, Dictionary<string, string> actual)
    {
        foreach (var (question, answer) in expected)
        {
            Assert.True(answer == actual[question], $"{question}: {Around(answer, actual[question])}");
        }

        // What is empty proves nothing.
        Assert.All(expected, answer => Assert.DoesNotMatch("\"(items|features|cells|rows|time)\":\\[\\]", answer.Value));
    }

    /// <summary>Posts rows in batches; returns when all are acknowledged.</summary>
    public async Task PostAsync(IEnumerable<(string Unit, long Ms, double Lon, double Lat)> rows)
    {
        foreach (var batch in rows.Chunk(20_000))
        {
            var text = string.Join('\n', batch.Select(row => string.Create(
                CultureInfo.InvariantCulture, $$"""{"unit":"{{row.Unit}}","time":"{{Start.AddMilliseconds(row.Ms):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","lon":{{row.Lon:0.0000000}},"lat":{{row.Lat:0.0000000}}}""")));
            using var body = new StringContent(text, Encoding.UTF8, "application/x-ndjson");
            using var answer = await host.Client.PostAsync("/api/positions", body);
            var json = await answer.JsonAsync();
            Assert.True(answer.IsSuccessStatusCode && (int)json["accepted"]! == batch.Length, json.ToJsonString());
            Watermark = Assert.Single(answer.Headers.GetValues("Vantage-Watermark"));
        }
    }

    private static IEnumerable<(string Unit, long Ms, double Lon, double Lat)> Walk(Random random, string unit)
    {
        var (lon, lat) = (121.42, 31.22);
        for (var minute = 0; minute < 3 * 1_440; minute++)
        {
            lon = Math.Clamp(lon + ((random.NextDouble() - 0.5) * 0.002), 121.41, 121.44);
            lat = Math.Clamp(lat + ((random.NextDouble() - 0.5) * 0.002), 31.215, 31.225);
            yield return (unit, minute * 60_000L, lon, lat);
        }
    }

    private static string Around(string expected, string actual)
    {
        var at = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        string Cut(string text) => text.Substring(Math.Max(0, at - 100), Math.Min(200, text.Length - Math.Max(0, at - 100)));
        return $"at {at}\n{Cut(expected)}\n{Cut(actual)}";
    }

    private async Task PutZoneAsync(HttpClient admin, string key, double lon, double radius, object rule) => await SendAsync(admin.PutAsJsonAsync(
        $"/api/zones/{key}",
        new
        {
            type = "Feature",
            geometry = new { type = "Point", coordinates = new[] { lon, 31.22 } },
            properties = new { name = key, radius, effectiveFrom = "2026-01-01T00:00:00Z", rules = new[] { rule } },
        }));

    private static async Task<HttpResponseMessage> PostJsonAsync(HttpClient client, string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await client.PostAsync(path, body);
    }

    private async Task SendAsync(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri}: {await answer.Content.ReadAsStringAsync()}");
        Watermark = answer.Headers.TryGetValues("Vantage-Watermark", out var marks) ? marks.Single() : Watermark;
    }
}

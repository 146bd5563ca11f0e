using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Vantage.Support;

namespace Vantage.Host.Tests.Data;

public sealed partial class DatabaseAwayTests(OwnPostgres postgres) : IClassFixture<OwnPostgres>
{
    private const int Posts = 400;
    private const int FixesAPost = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact(DisplayName = "While the database is away the host says so on /readyz, acknowledges nothing, asks to be tried again and holds no more than its queue; once it is back all goes on by itself")]
    public async Task Away_and_back()
    {
        using var folder = new TempFolder();
        var database = postgres.Server.NewDatabase();
        await using var host = await HostUnderTest.StartAsync(settings => settings with { Database = database }, folder.Path);
        using var admin = await host.SignedInAsync();
        (await PostAsync(admin, 0)).EnsureSuccessStatusCode();

        postgres.Server.Crash();
        var refused = await PostAsync(admin, 1);
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(refused.Headers.RetryAfter);
        var problem = await (await admin.GetAsync("/readyz")).ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Contains(" on 127.0.0.1:", (string)problem["detail"]!, StringComparison.Ordinal); // Which database, and where.
        Assert.Equal("alive", await admin.GetStringAsync("/healthz"));

        var flood = Task.WhenAll(Enumerable.Range(2, Posts).Select(post => PostAsync(admin, post)));
        var most = 0L;
        while (!flood.IsCompleted)
        {
            most = Math.Max(most, Queued(await admin.GetStringAsync("/metrics")));
            await Task.Delay(20);
        }

        Assert.All(await flood, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        Assert.InRange(most, 0, new Storage.StorageOptions().QueueFixes);

        postgres.Server.Start();
        using var enough = new CancellationTokenSource(Patience);
        while ((await admin.GetAsync("/readyz", enough.Token)).StatusCode != HttpStatusCode.OK)
        {
            await Task.Delay(50, enough.Token);
        }

        var taken = await PostAsync(admin, Posts + 2);
        taken.EnsureSuccessStatusCode();
        var after = taken.Headers.GetValues("Vantage-Watermark").Single();
        var track = await (await admin.GetAsync($"/api/units/vehicle/away/track?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z&after={after}")).JsonAsync();
        var times = track["time"]!.AsArray().Select(time => (long)time! / 1_000).ToHashSet();
        Assert.Superset(Enumerable.Range(0, FixesAPost).Concat(Enumerable.Range((Posts + 2) * FixesAPost, FixesAPost)).Select(SecondOf).ToHashSet(), times);
    }

    private static long SecondOf(int second) => new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() + (second % 86_400);

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, int number) => client.PostAsJsonAsync(
        "/api/positions",
        Enumerable.Range(number * FixesAPost, FixesAPost).Select(second => new { unit = "vehicle/away", time = DateTimeOffset.FromUnixTimeSeconds(SecondOf(second)).ToString("O"), lon = 121.4, lat = 31.2 }));

    private static long Queued(string metrics) => long.Parse(QueueGauge().Match(metrics).Groups["fixes"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^vantage_storage_queue_fixes\S* (?<fixes>\d+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex QueueGauge();
}

using System.Net;
using SQLitePCL;
using Vantage.Host.Tests.Data;
using Vantage.Host.Tests.RealData;
using Vantage.Support;

namespace Vantage.Host.Tests.Heat;

public sealed class HeatRebuildTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string Range = "from=2026-03-01T00:00:00Z&to=2026-03-05T00:00:00Z";

    private static readonly string[] Questions =
    [
        $"/api/heatmaps/presence?resolution=9&{Range}", $"/api/heatmaps/presence?resolution=11&{Range}", $"/api/heatmaps/fixes?resolution=11&{Range}",
        $"/api/heatmaps/presence/rhythm?{Range}",
    ];

    [Theory(DisplayName = "[HEAT-1] [HEAT-2] [HEAT-3] heat that is worked out anew from the tracks, late fixes and all, is what was counted as they came, to the last bit: of hours that are damaged, and of a whole range")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rebuilt(bool onPostgres)
    {
        var database = onPostgres ? server.NewDatabase() : null;
        await using var host = await HostProcess.StartAsync(database);
        var town = new Town(host);
        await town.FillAsync();
        var running = await HostProcess.RunAsync("rebuild-heat", "--data", host.Data);
        Assert.Equal(1, running.Code);
        Assert.Contains(onPostgres ? "another host" : "in use by another process", running.Error, StringComparison.Ordinal);
        var expected = await AnswersAsync(host, $"&after={Uri.EscapeDataString(town.Watermark)}");
        host.Kill();

        var whole = await HostProcess.RunAsync("rebuild-heat", "--data", host.Data);
        Assert.Equal((0, "No hour of heat is damaged."), (whole.Code, whole.Output.Trim()));

        Change(host.Data, onPostgres, "UPDATE heat SET cells = ZEROS WHERE hour = (SELECT min(hour) + 5 FROM heat)");
        Change(host.Data, onPostgres, "INSERT INTO damaged_heat (hour, block, cells, crc) SELECT hour, block, cells, crc FROM heat WHERE hour = (SELECT min(hour) + 30 FROM heat)");
        Change(host.Data, onPostgres, "DELETE FROM heat WHERE hour = (SELECT min(hour) + 30 FROM heat)");
        await host.LaunchAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, (await host.Client.GetAsync("/api/heatmaps/fixes?from=2026-03-01T05:00:00Z&to=2026-03-01T06:00:00Z")).StatusCode);
        host.Kill();
        var rebuilt = await HostProcess.RunAsync("rebuild-heat", "--data", host.Data);
        Assert.True(rebuilt.Code == 0, rebuilt.Error);
        Assert.Contains("2 hours of heat are damaged: 2026-03-01T05:00:00.000Z, 2026-03-02T06:00:00.000Z", rebuilt.Output, StringComparison.Ordinal);
        Assert.Matches(@"2026-03-02T06:00:00\.000Z to 2026-03-02T07:00:00\.000Z: \d{4,} fixes in \d+ cells of an hour\r?\n", rebuilt.Output);
        await host.LaunchAsync();
        Assert.Equal(expected, await AnswersAsync(host));
        host.Kill();

        var all = await HostProcess.RunAsync("rebuild-heat", "--data", host.Data, "--from", "2026-03-01T00:00:00Z", "--to", "2026-03-05T08:00:00+08:00");
        Assert.True(all.Code == 0, all.Error);
        Assert.Contains("96 hours of heat: 2026-03-01T00:00:00.000Z, ", all.Output, StringComparison.Ordinal);
        await host.LaunchAsync();
        Assert.Equal(expected, await AnswersAsync(host));
    }

    [Fact(DisplayName = "Heat that can be read is not given for that of a track that cannot: such hours of a range are left as they are, and told of")]
    public async Task Tracks_are_damaged()
    {
        await using var host = await HostProcess.StartAsync();
        var town = new Town(host);
        await town.FillAsync();
        await town.UntilSealedAsync();
        var expected = await AnswersAsync(host, $"&after={Uri.EscapeDataString(town.Watermark)}");
        host.Kill();
        Change(host.Data, onPostgres: false, "UPDATE chunks SET fixes = zeroblob(length(fixes)) WHERE first_ms = (SELECT min(first_ms) FROM chunks)");

        var less = await HostProcess.RunAsync("rebuild-heat", "--data", host.Data, "--from", "2026-03-01T00:00:00Z", "--to", "2026-03-02T00:00:00Z");

        Assert.Equal(1, less.Code);
        Assert.Matches(@"2026-03-01T00:00:00\.000Z to 2026-03-01T04:00:00\.000Z: left as it is, as storage cannot read \d+ fixes", less.Output);
        Assert.Matches(@"2026-03-01T20:00:00\.000Z to 2026-03-02T00:00:00\.000Z: \d{4,} fixes", less.Output);
        await host.LaunchAsync();
        Assert.Equal(expected, await AnswersAsync(host));
    }

    [Fact(DisplayName = "Where there is no data, or the range is none, it says so and makes nothing")]
    public async Task Refused()
    {
        using var folder = new TempFolder();
        var nothing = await HostProcess.RunAsync("rebuild-heat", "--data", folder.Path);
        Assert.Equal(1, nothing.Code);
        Assert.Contains($"{folder.Path} has no data of a host", nothing.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        string[][] ranges = [["--from", "2026-03-01T00:00:00Z"], ["--from", "2026-03-01 00:00", "--to", "2026-03-02T00:00:00Z"], ["--from", "2026-03-02T00:00:00Z", "--to", "2026-03-02T00:00:00Z"]];
        foreach (var range in ranges)
        {
            var wrong = await HostProcess.RunAsync(["rebuild-heat", "--data", folder.Path, .. range]);
            Assert.Equal(2, wrong.Code);
            Assert.Contains("--from and --to", wrong.Error, StringComparison.Ordinal);
        }
    }

    private static async Task<string[]> AnswersAsync(HostProcess host, string after = "")
        => await Task.WhenAll(Questions.Select(async question =>
        {
            using var answer = await host.Client.GetAsync(question + after);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{question}: {text}");
            return text;
        }));

    private static void Change(string data, bool onPostgres, string sql)
    {
        if (onPostgres)
        {
            PostgresServer.Scalar(data, "SET search_path TO vantage; " + sql.Replace("ZEROS", "decode(repeat('00', length(cells)), 'hex')", StringComparison.Ordinal));
            return;
        }

        Batteries_V2.Init();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(Path.Combine(data, "history.db"), out var file));
        using (file)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(file, sql.Replace("ZEROS", "zeroblob(length(cells))", StringComparison.Ordinal), out _));
        }
    }
}

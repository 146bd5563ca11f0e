using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Vantage.Host.Tests.RealData;
using Vantage.Support;

namespace Vantage.Host.Tests.Data;

public sealed class BackupCommandTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _copies = new();

    public void Dispose() => _copies.Dispose();

    [Fact(DisplayName = "Backed up under load and restored, a host has every position that was acknowledged before, and answers about the days before as the source does")]
    public async Task Under_load()
    {
        await using var source = await HostProcess.StartAsync();
        var town = new Town(source);
        await town.FillAsync();
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentQueue<(string Unit, long Ms)>();
        var posted = 0;
        var posters = Enumerable.Range(0, 4).Select(poster => Task.Run(async () =>
        {
            for (var batch = 0; !stop.IsCancellationRequested; batch++)
            {
                // A month later and elsewhere: the days before are not touched.
                var rows = Enumerable.Range(0, 50).Select(i => ($"vehicle/load-{poster}-{i % 5}", 2_700_000_000 + (batch * 50_000L) + (i * 1_000L), 121.1, 31.1)).ToArray();
                Interlocked.Add(ref posted, rows.Length);
                await new Town(source).PostAsync(rows);
                Array.ForEach(rows, row => acknowledged.Enqueue((row.Item1, row.Item2)));
            }
        })).ToArray();
        while (acknowledged.Count < 2_000)
        {
            await Task.Delay(10); // Until the load is on.
        }

        var before = acknowledged.ToArray();
        var watch = Stopwatch.StartNew();
        var backup = await HostProcess.RunAsync("backup", "--data", source.Data, "--to", _copies["backup"]);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0.00} s, {before.Length} positions acknowledged before and {acknowledged.Count - before.Length} meanwhile\n{backup.Output}");
        Assert.True(backup.Code == 0, backup.Error);
        Assert.True(acknowledged.Count > before.Length + 500, "There was no load.");
        await stop.CancelAsync();
        await Task.WhenAll(posters);
        var expected = await town.AnswersAsync();

        var restore = await HostProcess.RunAsync("restore", "--from", _copies["backup"], "--data", _copies["data"]);
        Assert.True(restore.Code == 0, restore.Error);
        Assert.Contains("positions from 2026-03-01T00:00:00Z to 2026-04-01", restore.Output, StringComparison.Ordinal);
        await using var restored = await HostProcess.StartAsync(_copies["data"]);
        Town.AssertSame(expected, await new Town(restored).AnswersAsync());
        var kept = new HashSet<(string, long)>();
        foreach (var unit in before.Select(row => row.Unit).Distinct())
        {
            var track = JsonNode.Parse(await restored.Client.GetStringAsync($"/api/units/{unit}/track?from=2026-03-20T00:00:00Z&to=2026-05-20T00:00:00Z"))!;
            kept.UnionWith(track["time"]!.AsArray().Select(time => (unit, (long)time! - new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds())));
        }

        Assert.Empty(before.Except(kept));
        Assert.InRange(kept.Count, before.Length, posted);
        using var li = await restored.SignInAsync("li", "long enough");
    }

    [Fact(DisplayName = "A backup that is killed leaves no target; the next one says so, removes what was left, and is whole")]
    public async Task Killed()
    {
        await using var source = await HostProcess.StartAsync();
        await new Town(source).PostAsync([("vehicle/1", 0, 121, 31)]);
        await using (var large = new FileStream(Path.Combine(source.Data, "large"), FileMode.CreateNew))
        {
            large.SetLength(1L << 30); // So that there is a while in which to kill it.
        }

        using (var killed = HostProcess.Begin("backup", "--data", source.Data, "--to", _copies["backup"]))
        {
            while (!File.Exists(_copies["backup.partial/large"]))
            {
                Assert.False(killed.HasExited, "It was too fast.");
                await Task.Delay(1);
            }

            killed.Kill();
            await killed.WaitForExitAsync();
        }

        Assert.False(Directory.Exists(_copies["backup"]));
        Assert.True(Directory.Exists(_copies["backup.partial"]));
        File.Delete(Path.Combine(source.Data, "large"));
        var again = await HostProcess.RunAsync("backup", "--data", source.Data, "--to", _copies["backup"]);
        Assert.True(again.Code == 0, again.Error);
        Assert.Contains("was left unfinished by a process that ended; it was removed", again.Output, StringComparison.Ordinal);
        Assert.Equal([_copies["backup"]], Directory.GetFileSystemEntries(_copies.Path));
        Assert.Equal(0, (await HostProcess.RunAsync("restore", "--from", _copies["backup"], "--data", _copies["data"])).Code);
    }

    [Fact(DisplayName = "The host may be killed in the middle of a backup, or before it: what it had acknowledged is in the copy, and its folder is left as it was")]
    public async Task Host_killed()
    {
        await using var source = await HostProcess.StartAsync();
        await new Town(source).PostAsync([("vehicle/1", 0, 121, 31)]);
        await using (var large = new FileStream(Path.Combine(source.Data, "large"), FileMode.CreateNew))
        {
            large.SetLength(1L << 28);
        }

        using (var backup = HostProcess.Begin("backup", "--data", source.Data, "--to", _copies["during"]))
        {
            while (!File.Exists(_copies["during.partial/log.db"]))
            {
                Assert.False(backup.HasExited, "It was too fast.");
                await Task.Delay(1);
            }

            source.Kill();
            await backup.WaitForExitAsync();
            Assert.Equal(0, backup.ExitCode);
        }

        File.Delete(Path.Combine(source.Data, "large"));
        Assert.Equal(0, (await HostProcess.RunAsync("backup", "--data", source.Data, "--to", _copies["after"])).Code);
        foreach (var backup in (string[])["during", "after"])
        {
            Assert.Equal(0, (await HostProcess.RunAsync("restore", "--from", _copies[backup], "--data", _copies["data of " + backup])).Code);
            await using var restored = await HostProcess.StartAsync(_copies["data of " + backup]);
            Assert.Contains("\"lon\":[121", await restored.Client.GetStringAsync("/api/units/vehicle/1/track?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z"), StringComparison.Ordinal);
        }

        await source.LaunchAsync();
    }

    [Theory(DisplayName = "What cannot be done is one line on standard error that says why, and the exit code is not 0")]
    [InlineData(1, "nothing-here does not exist", "backup", "--data", "nothing-here", "--to", "x")]
    [InlineData(1, "pg_dump", "backup", "--data", "Host=db;Database=vantage", "--to", "x")]
    [InlineData(1, "is no backup: there is no manifest.json", "restore", "--from", "nothing-here", "--data", "x")]
    [InlineData(1, "restored to a folder", "restore", "--from", "nothing-here", "--data", "Host=db;Database=vantage")]
    [InlineData(2, "--to: name a PostgreSQL database", "migrate", "--from", "nothing-here", "--to", "folder")]
    [InlineData(1, "holds no data of Vantage", "migrate", "--from", "nothing-here", "--to", "Host=db;Database=vantage")]
    [InlineData(1, "Option '--to' is required", "backup", "--data", "nothing-here")]
    public async Task Refused(int code, string reason, params string[] command)
    {
        var refused = await HostProcess.RunAsync(command);
        Assert.Equal(code, refused.Code);
        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists("x") || Directory.Exists("x.partial") || Directory.Exists("nothing-here"));
    }
}

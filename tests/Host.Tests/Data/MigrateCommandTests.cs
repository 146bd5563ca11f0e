using System.Net;
using Vantage.Host.Tests.RealData;
using Vantage.Support;

namespace Vantage.Host.Tests.Data;

public sealed class MigrateCommandTests(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private readonly string _database = server.NewDatabase();

    [Fact(DisplayName = "Three days of a town, moved to PostgreSQL: every answer is the same byte for byte, people are still signed in, and the host goes on there; so they are from a dump of that database, taken while it runs and put back elsewhere")]
    public async Task Moved()
    {
        await using var host = await HostProcess.StartAsync();
        var town = new Town(host);
        await town.FillAsync();
        using var li = await host.SignInAsync("li", "long enough");
        var busy = await HostProcess.RunAsync("migrate", "--from", host.Data, "--to", _database);
        Assert.Equal(1, busy.Code);
        Assert.Contains("in use by another process", busy.Error, StringComparison.Ordinal);
        await town.UntilSealedAsync(); // What is not sealed yet has no outline, and is answered fix by fix.
        var expected = await town.AnswersAsync(Town.Outline);
        host.Kill();
        await File.WriteAllTextAsync(Path.Combine(host.Data, "themes.json"), """{"themes":[]}""");

        var moved = await HostProcess.RunAsync("migrate", "--from", host.Data, "--to", _database);
        output.WriteLine(moved.Output);
        Assert.True(moved.Code == 0, moved.Error);
        Assert.Contains($"Copy {Path.Combine(host.Data, "themes.json")} to the folder that the host is started in", moved.Output, StringComparison.Ordinal);
        Assert.True((long)PostgresServer.Scalar(_database, "SELECT count(*) FROM vantage.chunks")! > 50, "Nothing was sealed.");
        Assert.True((long)PostgresServer.Scalar(_database, "SELECT count(*) FROM vantage.outlines")! > 50, "Nothing has outlines.");
        Assert.Equal(
            Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(host.Data, "jt808.key"))),
            PostgresServer.Scalar(_database, "SELECT value FROM vantage.settings WHERE name = 'jt808.key'"));

        host.Data = _database;
        await host.LaunchAsync();
        Town.AssertSame(expected, await new Town(host).AnswersAsync(Town.Outline));
        Assert.Equal(HttpStatusCode.OK, (await li.GetAsync("/api/session")).StatusCode); // By the cookie from before.
        using var again = await host.SignInAsync("li", "long enough");
        await town.PostAsync([("vehicle/long", 4 * 86_400_000L, 121.42, 31.22)]);
        Assert.Contains("\"lon\":[121.42", await host.Client.GetStringAsync($"/api/units/vehicle/long/track?from=2026-03-05T00:00:00Z&to=2026-03-06T00:00:00Z&after={Uri.EscapeDataString(town.Watermark)}"), StringComparison.Ordinal);

        // By the commands of docs/operations.md.
        expected = await town.AnswersAsync();
        using var folder = new TempFolder();
        PostgresServer.RunTool("pg_dump", "--format=custom", "--schema=vantage", $"--file={folder["vantage.dump"]}", OfLibpq(_database));
        host.Kill();
        host.Data = server.NewDatabase();
        PostgresServer.RunTool("pg_restore", "--exit-on-error", $"--dbname={OfLibpq(host.Data)}", folder["vantage.dump"]);
        await host.LaunchAsync();
        Town.AssertSame(expected, await new Town(host).AnswersAsync());
    }

    private static string OfLibpq(string connectionString)
    {
        var address = new Npgsql.NpgsqlConnectionStringBuilder(connectionString);
        return $"host={address.Host} port={address.Port} user={address.Username} dbname={address.Database}";
    }

    [Fact(DisplayName = "Killed in the middle, a migration leaves nothing but a mark: a host is kept off, and the same command run again moves all")]
    public async Task Killed()
    {
        await using var host = await HostProcess.StartAsync();
        var folder = host.Data;
        await new Town(host).PostAsync([("vehicle/1", 0, 121, 31)]);
        host.Kill();
        await using var source = Npgsql.NpgsqlDataSource.Create(_database + ";Pooling=false");
        Storage.Postgres.PostgresStore.Open(_database).Dispose();
        await using (var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            // Others may read the last table, and whoever would fill it waits: all before it has been sent by then.
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await new Npgsql.NpgsqlCommand("LOCK TABLE vantage.area_layers IN SHARE MODE", connection).ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            using var killed = HostProcess.Begin("migrate", "--from", folder, "--to", _database);
            while (!(bool)PostgresServer.Scalar(_database, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY area_layers%')")!)
            {
                Assert.False(killed.HasExited, "It did not wait.");
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        host.Data = _database;
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(host.LaunchAsync);
        Assert.Contains("whose migration began at", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0L, PostgresServer.Scalar(_database, "SELECT count(*) FROM vantage.units"));

        var again = await HostProcess.RunAsync("migrate", "--from", folder, "--to", _database);
        Assert.True(again.Code == 0, again.Error);
        Assert.Contains("did not end, and left nothing; it begins anew", again.Output, StringComparison.Ordinal);
        await host.LaunchAsync();
        Assert.Contains("\"lon\":[121", await host.Client.GetStringAsync("/api/units/vehicle/1/track?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z"), StringComparison.Ordinal);
    }
}

using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;
using Vantage.Storage.Postgres;
using Vantage.Support;

namespace Vantage.Cluster.Tests;

/// <summary>A cluster of one on a folder, as the README starts it; and starts that cannot succeed.</summary>
public class OneNodeTests
{
    private const string Akka = "Vantage.Host.Akka.dll";
    private const string Orleans = "Vantage.Host.Orleans.dll";

    private static readonly TimeSpan Refuses = TimeSpan.FromSeconds(15);

    [Theory(DisplayName = "On a folder alone: what was changed and acknowledged is there after a kill, and derived the same")]
    [InlineData("Vantage.Host.Akka.dll")]
    [InlineData("Vantage.Host.Orleans.dll")]
    public async Task Survives_a_kill(string program)
    {
        await using var node = new Node("the node", program, OnFolder);
        await node.StartAsync();
        await node.SignInAsync();
        var now = DateTimeOffset.UtcNow;
        await node.SendAsync(HttpMethod.Put, "/api/squads/tianshan", """{"name":"天山中队"}""");
        await node.SendAsync(HttpMethod.Put, "/api/units/officer/0132", """{"name":"李明","squad":"tianshan"}""");
        await node.SendAsync(HttpMethod.Put, "/api/zones/park", $$"""
            { "type": "Feature", "geometry": { "type": "Point", "coordinates": [121.42, 31.22] },
              "properties": { "name": "中山公园", "radius": 200, "effectiveFrom": "{{Node.Stamp(now.AddSeconds(-60))}}", "rules": [ { "key": "in", "type": "enter" } ] } }
            """);
        await node.SendAsync(HttpMethod.Post, "/api/positions", $$"""[{"unit":"officer/0132","time":"{{Node.Stamp(now.AddSeconds(-5))}}","lon":121.42,"lat":31.22}]""");

        await node.KillAsync();
        await node.StartAsync();
        await node.SignInAsync();

        Assert.Equal("李明", (string?)(await node.GetAsync("/api/units/officer/0132"))["name"]);
        var breach = Assert.Single(await node.ListAsync("/api/breaches"));
        Assert.Equal(("park", "in", "officer/0132"), ((string?)breach["zone"], (string?)breach["rule"], (string?)breach["unit"]));
        await node.SendAsync(HttpMethod.Put, "/api/units/officer/0132", """{"name":"李明明","squad":"tianshan"}""");
        Assert.Equal("李明明", (string?)(await node.GetAsync("/api/units/officer/0132"))["name"]); // Whoever has changed something sees it.
        await node.StopAsync();
        Assert.Equal(0, node.ExitCode);
    }

    [Fact(DisplayName = "The README's line: the demonstration runs on a cluster of one, its units move and its incidents are open")]
    public async Task Demonstration()
    {
        await using var node = new Node("the node", Akka, node => [.. OnFolder(node), "--demo"]);
        await node.StartAsync();
        await node.SignInAsync();
        var asked = Stopwatch.GetTimestamp();
        while ((await node.ListAsync("/api/units")).Count(unit => (double?)unit["speed"] > 0) < 50 || (await node.ListAsync("/api/incidents")).Count < 6)
        {
            Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromMinutes(2), node.Said);
            await Task.Delay(500);
        }
    }

    [Theory(DisplayName = "On Akka.NET an actor with many events has one snapshot, and after a kill its state and its numbers come from it")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recovers_from_a_snapshot(bool hasServer)
    {
        const string OfSquad = "WHERE persistence_id = 'squad/tianshan'";
        using var server = hasServer ? new PostgresServer() : null;
        var database = server?.NewDatabase();
        await using var node = new Node("the node", Akka, node => Arguments(node, database ?? Path.Combine(node.Folder, "data"), node.NodePort));
        await node.StartAsync();
        await node.SignInAsync();
        foreach (var hundred in (int[])[0, 100])
        {
            // Several may share a turn; the last of a hundred do not, so that snapshots are at 100 and 200.
            await Parallel.ForEachAsync(Enumerable.Range(hundred + 1, 95), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) => await NameAsync(i));
            for (var i = hundred + 96; i <= hundred + 100; i++)
            {
                await NameAsync(i);
            }
        }

        var asked = Stopwatch.GetTimestamp();
        while (Number($"SELECT max(sequence_number) FROM {Table("snapshot")} {OfSquad}") < 200 || Number($"SELECT count(*) FROM {Table("snapshot")} {OfSquad}") > 1)
        {
            Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(30), node.Said);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await node.KillAsync();
        if (!hasServer)
        {
            Assert.Equal("wal", Scalar("PRAGMA journal_mode"));
        }

        Number($"DELETE FROM {Table("journal")} {OfSquad} RETURNING 1"); // So nothing but the snapshot tells.
        await node.StartAsync();
        await node.SignInAsync();
        await NameAsync(200);
        Assert.Equal(0, Number($"SELECT count(*) FROM {Table("journal")} {OfSquad}")); // It has that name.
        await NameAsync(201);
        Assert.Equal(201, Number($"SELECT max(sequence_number) FROM {Table("journal")} {OfSquad}"));

        Task NameAsync(int number) => node.SendAsync(HttpMethod.Put, "/api/squads/tianshan", $$"""{"name":"天山{{number}}队"}""");
        string Table(string name) => hasServer ? "vantage." + name : name;
        long Number(string sql) => Scalar(sql) is { } number and not DBNull ? Convert.ToInt64(number, CultureInfo.InvariantCulture) : 0;
        object? Scalar(string sql)
        {
            if (database is not null)
            {
                return PostgresServer.Scalar(database, sql);
            }

            using var file = new SqliteConnection($"Data Source={Path.Combine(node.Folder, "data", "akka.db")};Pooling=false");
            file.Open();
            using var command = file.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar();
        }
    }

    [Fact(DisplayName = "On Akka.NET zones are in memory again after a kill though nobody asked for one, as a timer of theirs would need; squads are not")]
    public async Task Zones_are_remembered()
    {
        await using var node = new Node("the node", Akka, OnFolder);
        await node.StartAsync();
        await node.SignInAsync();
        for (var i = 0; i < 5; i++)
        {
            await node.SendAsync(HttpMethod.Put, $"/api/squads/s{i}", $$"""{"name":"第{{i}}中队"}""");
            await node.SendAsync(HttpMethod.Put, $"/api/zones/z{i}", $$"""
                { "type": "Feature", "geometry": { "type": "Point", "coordinates": [121.4{{i}}, 31.22] }, "properties": { "name": "区域{{i}}", "radius": 200 } }
                """);
        }

        Assert.Equal(10, await ActiveAsync());
        await node.KillAsync();
        await node.StartAsync();
        await node.SignInAsync();

        var asked = Stopwatch.GetTimestamp();
        while (await ActiveAsync() != 5)
        {
            Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(30), $"{await ActiveAsync()} actors are in memory. It said: {node.Said}");
            await Task.Delay(100);
        }

        async Task<int> ActiveAsync()
        {
            var metrics = await node.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
            return metrics.Split('\n').Where(line => line.StartsWith("vantage_actors_active", StringComparison.Ordinal))
                .Sum(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
        }
    }

    [Theory(DisplayName = "A folder that another node has: the process says so within 15 s, and ends with 1")]
    [InlineData("Vantage.Host.Akka.dll")]
    [InlineData("Vantage.Host.Orleans.dll")]
    public async Task One_node_has_a_folder(string program)
    {
        await using var first = new Node("the first", program, OnFolder);
        await first.StartAsync();

        await RefusesAsync(program, node => Arguments(node, Path.Combine(first.Folder, "data"), node.NodePort), "in use by another");
    }

    [Theory(DisplayName = "A database out of reach, a wrong option: the process says which within 15 s, without a password, and ends with 1; with 2 where what it was told makes no sense")]
    [InlineData("Vantage.Host.Akka.dll", "Host=127.0.0.1;Port=1;Database=vantage;Password=hush", null, null, "vantage on 127.0.0.1:1 cannot be reached")]
    [InlineData("Vantage.Host.Orleans.dll", "Host=127.0.0.1;Port=1;Database=vantage;Password=hush", null, null, "vantage on 127.0.0.1:1 cannot be reached")]
    [InlineData("Vantage.Host.Akka.dll", "Host=127.0.0.1;Database=vantage;Passwort=hush", null, null, "The connection string does not read", 2)]
    [InlineData("Vantage.Host.Orleans.dll", "Host=127.0.0.1;Password=hush", null, null, "The connection string names no host, or no database", 2)]
    [InlineData("Vantage.Host.Akka.dll", null, "0", null, "'0' is not a port")]
    [InlineData("Vantage.Host.Akka.dll", null, null, "nowhere", "'nowhere' is not a node")]
    [InlineData("Vantage.Host.Akka.dll", null, null, "127.0.0.1:4053", "--seeds needs a database that all nodes share")]
    public Task Refusals_say_why(string program, string? data, string? port, string? seeds, string sentence, int code = 1)
        => RefusesAsync(program, node => [.. Arguments(node, data ?? Path.Combine(node.Folder, "data"), port ?? node.NodePort), .. seeds is null ? (string[])[] : ["--seeds", seeds]], sentence, code);

    [Theory(DisplayName = "A database that refuses, for the password or as it is not there: the process says so within 15 s, without the password, and ends with 1")]
    [InlineData("Vantage.Host.Akka.dll")]
    [InlineData("Vantage.Host.Orleans.dll")]
    public async Task Refusals_of_the_database_are_told(string program)
    {
        using var server = new PostgresServer();
        var database = server.NewDatabase();
        PostgresServer.Execute(database, "CREATE ROLE keeper LOGIN PASSWORD 'right'");
        PostgresServer.Execute(
            database,
            $"COPY (VALUES ('host all keeper 127.0.0.1/32 scram-sha-256'), ('host all all 127.0.0.1/32 trust')) TO '{PostgresServer.Scalar(database, "SHOW hba_file")}'");
        PostgresServer.Execute(database, "SELECT pg_reload_conf()");
        var address = new NpgsqlConnectionStringBuilder(database);

        address.Database = "nowhere";
        await RefusesAsync(program, node => Arguments(node, address.ConnectionString, node.NodePort), "database \"nowhere\" does not exist");
        (address.Database, address.Username, address.Password) = ("postgres", "keeper", "hush");
        await RefusesAsync(program, node => Arguments(node, address.ConnectionString, node.NodePort), "password authentication failed for user \"keeper\"");
    }

    [Fact(DisplayName = "An event that a newer program has recorded is not guessed at: the node names both versions, is not ready, goes on with what it has, and does not start again")]
    public async Task Newer_events_are_refused()
    {
        using var server = new PostgresServer();
        var database = server.NewDatabase();
        await using var node = new Node("the node", Orleans, node => Arguments(node, database, node.NodePort));
        await node.StartAsync();
        await node.SignInAsync();
        await node.SendAsync(HttpMethod.Put, "/api/units/officer/0132", """{"name":"李明"}""");
        using (var newer = PostgresStore.Open(database, PostgresUse.Shared))
        {
            var now = DateTimeOffset.UtcNow;
            await newer.Journal.AppendAsync(
                "squad/north", 0, [new Envelope("squad/north", 1, "squad-named", 2, now, now, Origin.System, """{"squad":"north","called":"北"}"""u8.ToArray())]);
        }

        const string BothVersions = "Event squad-named v2 in squad/north/1 was written by a newer program: this one reads up to v1.";
        var asked = Stopwatch.GetTimestamp();
        while (!(await node.ReadinessAsync()).Contains("What other nodes recorded cannot be taken over", StringComparison.Ordinal)
            || !node.Said.Contains(BothVersions, StringComparison.Ordinal))
        {
            Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(30), $"{await node.ReadinessAsync()}\nIt said: {node.Said}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal("李明", (string?)(await node.GetAsync("/api/units/officer/0132"))["name"]);
        await node.StopAsync();
        Assert.Equal(0, node.ExitCode);
        await RefusesAsync(Orleans, node => Arguments(node, database, node.NodePort), BothVersions);
    }

    [Fact(DisplayName = "A seed out of reach: the node waits, says within 15 s for whom, and is there as soon as the seed is")]
    public async Task Waits_for_its_seed()
    {
        using var server = new PostgresServer();
        var database = server.NewDatabase();
        await using var seed = new Node("the seed", Akka, node => [.. Arguments(node, database, node.NodePort), "--seeds", $"127.0.0.1:{node.NodePort}"]);
        await using var waits = new Node("the node", Akka, node => [.. Arguments(node, database, node.NodePort), "--seeds", $"127.0.0.1:{seed.NodePort}"]);

        var started = waits.StartAsync();
        var asked = Stopwatch.GetTimestamp();
        while (!waits.Said.Contains($"No node to join has answered yet; still asking akka.tcp://vantage@127.0.0.1:{seed.NodePort}", StringComparison.Ordinal))
        {
            Assert.True(Stopwatch.GetElapsedTime(asked) < Refuses, waits.Said);
            Assert.False(started.IsCompleted);
            await Task.Delay(100);
        }

        await seed.StartAsync();
        await started;
        await waits.SignInAsync();
        Assert.Empty(await waits.ListAsync("/api/units"));
    }

    private static async Task RefusesAsync(string program, Func<Node, IReadOnlyList<string>> arguments, string sentence, int code = 1)
    {
        await using var node = new Node("the node", program, arguments);
        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<InvalidOperationException>(node.StartAsync);
        await node.EndedAsync(Refuses);

        Assert.True(Stopwatch.GetElapsedTime(started) < Refuses);
        Assert.Equal(code, node.ExitCode);
        Assert.Contains(sentence, node.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", node.Said, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> OnFolder(Node node) => Arguments(node, Path.Combine(node.Folder, "data"), node.NodePort);

    private static IReadOnlyList<string> Arguments(Node node, string data, string port) => ["--data", data, .. node.Doors, "--node-port", port];
}

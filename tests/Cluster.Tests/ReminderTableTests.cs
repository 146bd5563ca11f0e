using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Vantage.Host.Orleans;
using Vantage.Support;

namespace Vantage.Cluster.Tests;

/// <summary>What Orleans' own provider makes of our queries for reminders, on a real server.</summary>
public sealed class ReminderTableTests : IAsyncLifetime
{
    private static readonly DateTime Start = new(2026, 11, 30, 8, 15, 0, DateTimeKind.Utc);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PostgresServer _server = new();
    private readonly List<ServiceProvider> _services = [];
    private readonly string _database;

    public ReminderTableTests()
    {
        _database = $"{_server.NewDatabase()};Search Path={ClusterTables.Schema}";
        ClusterTables.Make(_database);
        ClusterTables.Make(_database); // As each node that starts does.
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var services in _services)
        {
            await services.DisposeAsync();
        }

        _server.Dispose();
    }

    [Fact(DisplayName = "A reminder is read back as it was put down, by its name and by its grain; putting it down again changes it, and its tag")]
    public async Task Rows_are_read_back()
    {
        var table = await OpenAsync();
        var grain = GrainNamed("roll-call/夜班-1");
        var first = await table.UpsertRow(Entry(grain, "timers", Start, Minute));
        await table.UpsertRow(Entry(grain, "another", Start, TimeSpan.FromDays(40))); // More milliseconds than 32 bits hold.
        await table.UpsertRow(Entry(GrainNamed("roll-call/夜班-2"), "timers", Start, Minute));

        var row = (await table.ReadRow(grain, "timers"))!;
        Assert.Equal((grain, "timers", Start, Minute, first), (row.GrainId, row.ReminderName, row.StartAt.ToUniversalTime(), row.Period, row.ETag));
        Assert.Equal(
            [("another", TimeSpan.FromDays(40)), ("timers", Minute)],
            (await table.ReadRows(grain)).Reminders.Select(each => (each.ReminderName, each.Period)).OrderBy(each => each.ReminderName, StringComparer.Ordinal));

        var second = await table.UpsertRow(Entry(grain, "timers", Start.AddHours(1), 2 * Minute));
        row = (await table.ReadRow(grain, "timers"))!;
        Assert.Equal((Start.AddHours(1), 2 * Minute, second), (row.StartAt.ToUniversalTime(), row.Period, row.ETag));
        Assert.NotEqual(first, second);
        Assert.Null(await table.ReadRow(GrainNamed("roll-call/夜班-3"), "timers"));
        Assert.Empty((await table.ReadRows(GrainNamed("roll-call/夜班-3"))).Reminders);
    }

    [Fact(DisplayName = "A reminder is deleted by its tag alone; one that is put down anew never has a tag of before, and those of another service stay")]
    public async Task Rows_are_deleted()
    {
        var (table, other) = (await OpenAsync(), await OpenAsync("another"));
        var grain = GrainNamed("roll-call/r1");
        var first = (await table.UpsertRow(Entry(grain, "timers", Start, Minute)))!;
        var second = (await table.UpsertRow(Entry(grain, "timers", Start, Minute)))!;
        await other.UpsertRow(Entry(grain, "timers", Start, Minute));

        Assert.False(await table.RemoveRow(grain, "timers", first));
        Assert.False(await table.RemoveRow(grain, "another", second));
        Assert.NotNull(await table.ReadRow(grain, "timers"));
        Assert.True(await table.RemoveRow(grain, "timers", second));
        Assert.Null(await table.ReadRow(grain, "timers"));
        Assert.False(await table.RemoveRow(grain, "timers", second));

        await table.UpsertRow(Entry(grain, "timers", Start, Minute));
        Assert.False(await table.RemoveRow(grain, "timers", first));
        Assert.False(await table.RemoveRow(grain, "timers", second));
        await table.TestOnlyClearTable();
        Assert.Null(await table.ReadRow(grain, "timers"));
        Assert.NotNull(await other.ReadRow(grain, "timers"));
    }

    [Fact(DisplayName = "A span of the ring has the reminders whose hash is after its begin and up to its end, where it crosses the middle or the end of the ring, too")]
    public async Task Spans_are_read()
    {
        var table = await OpenAsync();
        var grains = Enumerable.Range(0, 200).Select(i => GrainNamed($"roll-call/r{i}")).OrderBy(grain => grain.GetUniformHashCode()).ToList();
        var hashes = grains.ConvertAll(grain => grain.GetUniformHashCode());
        Assert.Contains(hashes, hash => (int)hash < 0);
        Assert.Contains(hashes, hash => (int)hash > 0);
        foreach (var grain in grains)
        {
            await table.UpsertRow(Entry(grain, "timers", Start, Minute));
        }

        var middle = hashes.FindIndex(hash => (int)hash < 0);
        foreach (var (begin, end) in (IEnumerable<(uint, uint)>)
        [
            (hashes[10], hashes[20]), // Below the middle.
            (hashes[^20], hashes[^10]), // Above it: both are negative.
            (hashes[middle - 5], hashes[middle + 5]), // Across it.
            (int.MaxValue, 1u << 31), // The middle itself.
            (hashes[^5], hashes[5]), // Across the end.
            (hashes[5] - 1, hashes[5]), // One alone: the begin is not in it, the end is.
            (hashes[5], hashes[5]), // All of it.
            (0, 0),
            (0, uint.MaxValue),
            (uint.MaxValue, 0),
        ])
        {
            var expected = grains.Where(grain => IsWithin(grain.GetUniformHashCode(), begin, end)).Select(grain => grain.ToString()).Order(StringComparer.Ordinal);
            var read = (await table.ReadRows(begin, end)).Reminders.Select(row => row.GrainId.ToString()).Order(StringComparer.Ordinal);
            Assert.Equal(expected, read);
        }
    }

    private static bool IsWithin(uint hash, uint begin, uint end) => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;

    private static GrainId GrainNamed(string key) => GrainId.Create("actor", key);

    private static ReminderEntry Entry(GrainId grain, string name, DateTime start, TimeSpan period)
        => new() { GrainId = grain, ReminderName = name, StartAt = start, Period = period };

    /// <summary>The provider as a silo has it.</summary>
    private async Task<IReminderTable> OpenAsync(string service = "vantage")
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (service, service));
        services.UseAdoNetReminderService(options => options.Configure(adoNet => (adoNet.Invariant, adoNet.ConnectionString) = ("Npgsql", _database)));
        _services.Add(services.BuildServiceProvider());
        var table = _services[^1].GetRequiredService<IReminderTable>();
        await table.StartAsync(TestContext.Current.CancellationToken);
        return table;
    }
}

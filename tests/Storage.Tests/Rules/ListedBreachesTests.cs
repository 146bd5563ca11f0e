using Vantage.Actors.History;

namespace Vantage.Storage.Tests.Rules;

public sealed class ListedBreachesTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"vantage-{Guid.NewGuid():N}");

    [Fact(DisplayName = "[BRE-4] lists leave retracted breaches out unless the state asks for them")]
    public void Retracted_ones_are_asked_for()
    {
        using var store = VantageStore.Open(_folder);
        var commit = new ShardCommit { Shard = 0 };
        commit.Breaches.AddRange(Enum.GetValues<BreachState>().Select(state => new Breach
        {
            Id = state.ToString(),
            Zone = "z",
            Rule = "r",
            Type = "enter",
            Unit = 0,
            Level = "warning",
            State = state,
            StartedAtMs = 1_780_000_000_000 + (int)state,
            Why = new BreachReason(null, null, null, null, null, null, null, 1),
        }));
        store.History.Commit([commit]);

        Assert.Equal(["Confirmed", "Provisional"], Ids(store, null));
        Assert.Equal(["Retracted"], Ids(store, [BreachState.Retracted]));
        Assert.Equal(["Confirmed", "Retracted"], Ids(store, [BreachState.Retracted, BreachState.Confirmed]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<string> Ids(VantageStore store, HashSet<BreachState>? states) => store.History
        .QueryBreaches(new BreachQuery("z", null, null, states, null, null, 10, null)).Items.Select(breach => breach.Id).Order(StringComparer.Ordinal);
}

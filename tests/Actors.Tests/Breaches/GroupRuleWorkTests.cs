using Vantage.Actors.Breaches;
using Vantage.Actors.History;
using Vantage.Actors.Tests.Engine;

namespace Vantage.Actors.Tests.Breaches;

/// <summary>Which zones' rules for several units are due, and who works them out. Several processes are several of these on one history.</summary>
public class GroupRuleWorkTests
{
    private const string Crowd = """[{"key":"r","type":"gathering","count":2,"after":60}]""";
    private const string Manned = """[{"key":"r","type":"absence","count":1,"after":900}]""";

    private readonly World _world = new();

    [Fact(DisplayName = "[RULE-5] each process works out the zones of its own shards, whoever noted them")]
    public void Own_zones_only()
    {
        string[] zones = [.. Enumerable.Range(0, 6).Select(i => $"z{i}")];
        foreach (var zone in zones)
        {
            _world.Square(zone, 0, 0, 50, Crowd);
        }

        var (one, other) = (new GroupRuleWork(_world.Parts), new GroupRuleWork(_world.Parts));
        Commit(one, [.. zones.SelectMany(zone => new[] { Stay(zone, 0, 0, 200), Stay(zone, 1, 0, 200) })]);
        bool IsOnes(int shard) => shard % 2 == 0;
        string[] ofOne = [.. zones.Where(zone => IsOnes(ShardOf(zone)))];
        Assert.InRange(ofOne.Length, 1, zones.Length - 1);

        one.Run(At(300), IsOnes);
        Assert.Equal(ofOne, ZonesWithBreaches());
        Assert.Equal(zones.Except(ofOne), Due(300));
        one.Run(At(300), IsOnes);
        Assert.Equal(ofOne, ZonesWithBreaches());

        other.Run(At(300), shard => !IsOnes(shard));
        Assert.Equal(zones, ZonesWithBreaches());
        Assert.Empty(Due(300));
    }

    [Fact(DisplayName = "[BRE-2] each of a zone's breaches is confirmed at its time, by whichever process has the zone then")]
    public void Confirmation_moves_on()
    {
        _world.Square("z", 0, 0, 50, Crowd);
        var first = new GroupRuleWork(_world.Parts);
        Commit(first, Stay("z", 0, 0, 100), Stay("z", 1, 0, 100));
        first.Run(At(100), All);
        Commit(first, Stay("z", 2, 200, 300), Stay("z", 3, 200, 300));
        first.Run(At(300), All);
        Assert.Equal([(60.0, BreachState.Provisional), (260.0, BreachState.Provisional)], States());

        var second = new GroupRuleWork(_world.Parts);
        second.Run(At(399.999), All);
        Assert.Equal([(60.0, BreachState.Provisional), (260.0, BreachState.Provisional)], States());
        second.Run(At(400), All);
        Assert.Equal([(60.0, BreachState.Confirmed), (260.0, BreachState.Provisional)], States());
        var third = new GroupRuleWork(_world.Parts);
        third.Run(At(599.999), All);
        Assert.Equal(BreachState.Provisional, States().Last().State);
        third.Run(At(600), All);
        Assert.Equal([(60.0, BreachState.Confirmed), (260.0, BreachState.Confirmed)], States());
        Assert.Empty(_world.History.ReadGroupWork());
    }

    [Fact(DisplayName = "[RULE-6] an absence that passed while nobody had the zone is found by who takes it over")]
    public void Taken_over_zones_are_looked_back_on()
    {
        _world.Square("z", 0, 0, 50, Manned, fromSeconds: 0);
        _world.Change(new Actors.Zones.ZoneEnded("z", 2, At(1_000), At(0)));
        var work = new GroupRuleWork(_world.Parts);
        work.Resume(At(0));
        for (var seconds = 0; seconds < 3_000; seconds += 5)
        {
            work.AddByTime(At(seconds));
            work.Run(At(seconds), _ => false);
        }

        Assert.Empty(_world.History.Breaches);
        work.Run(At(3_000), All);
        Assert.Equal([(900.0, BreachState.Provisional)], States());
        Assert.Equal([World.Start + 1_000_000], _world.History.Breaches.Values.Select(breach => breach.EndedAtMs!.Value));
    }

    [Fact(DisplayName = "What a refused commit noted is noted again when it is tried again, from the same moment on")]
    public void Refused_commits_note_the_same()
    {
        _world.Square("z", 0, 0, 50, Crowd);
        var work = new GroupRuleWork(_world.Parts);
        Commit(work, Stay("z", 0, 0, 100));
        var longer = new ShardCommit { Shard = 0, Visits = { Stay("z", 0, 0, 150) } };
        work.Collect(longer);
        work.Collect(longer);
        Assert.Equal([new GroupWork("z", World.Start + 100_000, 0)], longer.GroupWork);
    }

    private static DateTimeOffset At(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds(World.Start + (long)(seconds * 1000));

    private static bool All(int shard) => true;

    private static int ShardOf(string zone) => Shards.Of(new ActorId(ActorKinds.Zone, zone));

    private void Commit(GroupRuleWork work, params VisitRow[] visits)
    {
        var commit = new ShardCommit { Shard = 0 };
        commit.Visits.AddRange(visits);
        work.Collect(commit);
        _world.History.Commit([commit]);
        work.Stored(commit);
    }

    private VisitRow Stay(string zone, int unit, double from, double last)
    {
        var (fromMs, toMs) = (At(from).ToUnixTimeMilliseconds(), At(last).ToUnixTimeMilliseconds());
        return new VisitRow(zone, _world.Units[unit], fromMs, toMs, true, fromMs, toMs, false, 1);
    }

    private IEnumerable<string> Due(double seconds) => _world.History.ReadGroupWork()
        .Where(work => work.DueMs <= At(seconds).ToUnixTimeMilliseconds()).Select(work => work.Zone).Order(StringComparer.Ordinal);

    private IEnumerable<string> ZonesWithBreaches() => _world.History.Breaches.Values.Select(breach => breach.Zone).Order(StringComparer.Ordinal);

    private IEnumerable<(double Start, BreachState State)> States() => _world.History.Breaches.Values
        .OrderBy(breach => breach.StartedAtMs).Select(breach => ((breach.StartedAtMs - World.Start) / 1000.0, breach.State));
}

using System.Globalization;
using System.Text.Json;
using Vantage.Actors.History;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every history must do with breaches.</summary>
public abstract class BreachContract(StoreFixture store) : IDisposable
{
    private static readonly string[] Zones = ["park", "夜市", "z-3"];
    private static readonly string[] Rules = ["in", "crowd"];

    private IHistory History => store.History;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "Breaches are what was last said of each id, and every question agrees with a plain list")]
    public void Breaches_equal_a_model()
    {
        var random = new Random(4);
        Dictionary<string, Breach> model = [];
        for (var round = 0; round < 25; round++)
        {
            var commit = new ShardCommit { Shard = 0 };
            for (var i = 0; i < 40; i++)
            {
                var breach = NewBreach(random, $"b-{random.Next(600)}");
                commit.Breaches.Add(breach);
                model[breach.Id] = breach;
            }

            History.Commit([commit]);
            if (round % 10 == 9)
            {
                store.Reopen();
            }

            for (var i = 0; i < 8; i++)
            {
                AssertFound(model, random);
                AssertOverlaps(model.Values, random);
                AssertPages(model.Values, random);
            }
        }
    }

    [Fact(DisplayName = "A bad cursor or limit is refused with the reason")]
    public void Bad_questions_are_refused()
    {
        var query = new BreachQuery(null, null, null, null, null, null, 10, null);
        foreach (var cursor in new[] { "", "nonsense", "!!", "dmlzaXRzMXwxfDF8cGFyaw" })
        {
            Assert.Contains("cursor", Assert.Throws<ArgumentException>(() => History.QueryBreaches(query with { Cursor = cursor })).Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => History.QueryBreaches(query with { Limit = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => History.QueryBreaches(query with { Limit = 1001 }));
        Assert.Empty(History.QueryBreaches(query with { States = new HashSet<BreachState>() }).Items);
    }

    private static Breach NewBreach(Random random, string id)
    {
        var identity = new Random(int.Parse(id["b-".Length..], CultureInfo.InvariantCulture)); // What an id is made from never changes.
        var isGroup = identity.Next(3) == 0;
        var start = (long)identity.Next(0, 40) * 100;
        return new Breach
        {
            Id = id,
            Zone = Zones[identity.Next(Zones.Length)],
            Rule = Rules[identity.Next(Rules.Length)],
            Type = isGroup ? "gathering" : random.Next(2) == 0 ? "enter" : "exit", // A new version of the zone may give the rule's key another type.
            Unit = isGroup ? null : identity.Next(3),
            Units = isGroup ? [.. Enumerable.Range(0, random.Next(4))] : null,
            Level = "warning",
            State = (BreachState)random.Next(3),
            StartedAtMs = start,
            EndedAtMs = random.Next(3) == 0 ? null : start + random.Next(random.Next(2) == 0 ? 10 : 9_000),
            SupersededBy = random.Next(4) == 0 ? "b-other" : null,
            RetractedAtMs = random.Next(4) == 0 ? random.NextInt64() : null,
            Longitude = random.Next(4) == 0 ? null : random.NextDouble() * 180,
            Latitude = random.Next(4) == 0 ? null : random.NextDouble() * 90,
            Why = new BreachReason(
                random.Next(2) == 0 ? null : random.NextInt64(), null, random.NextInt64(), random.NextDouble(), null, random.NextDouble() * 1e-9, 8.3,
                random.Next(9), random.Next(2) == 0 ? null : [1, 2]),
            IsMuted = random.Next(2) == 0,
            RaisedAtMs = random.NextInt64(),
        };
    }

    // Lists within a record compare by reference: their text says whether they are equal.
    private static string Text(Breach? breach) => JsonSerializer.Serialize(breach);

    private static void AssertSame(IEnumerable<Breach> expected, IReadOnlyList<Breach> actual, bool isNewestFirst = false)
    {
        Assert.Equal(expected.Select(Text).Order(StringComparer.Ordinal), actual.Select(Text).Order(StringComparer.Ordinal));
        var starts = actual.Select(breach => breach.StartedAtMs).ToArray();
        Assert.Equal(isNewestFirst ? starts.OrderDescending() : starts.Order(), starts);
    }

    private static bool Overlaps(Breach breach, long from, long to) => breach.StartedAtMs <= to && (breach.EndedAtMs ?? long.MaxValue) >= from;

    private void AssertFound(Dictionary<string, Breach> model, Random random)
    {
        var id = $"b-{random.Next(600)}";
        Assert.Equal(Text(model.GetValueOrDefault(id)), Text(History.FindBreach(id)));
    }

    private void AssertOverlaps(IEnumerable<Breach> model, Random random)
    {
        var from = (long)random.Next(-100, 9_000);
        var to = from + random.Next(0, 3_000);
        var valid = model.Where(breach => breach.State != BreachState.Retracted && Overlaps(breach, from, to)).ToArray();

        List<Breach> read = [];
        History.ReadBreachesOfUnit(1, null, from, to, read);
        AssertSame(valid.Where(breach => breach.Unit == 1), read);
        read = [];
        History.ReadBreachesOfUnit(1, "park", from, to, read);
        AssertSame(valid.Where(breach => breach.Unit == 1 && breach.Zone == "park"), read);
        read = [];
        History.ReadBreachesOfUnits([2, 1, 77], from, to, read);
        AssertSame(valid.Where(breach => breach.Unit == 1), [.. read.Where(breach => breach.Unit == 1)]);
        AssertSame(valid.Where(breach => breach.Unit == 2), [.. read.Where(breach => breach.Unit != 1)]);
        read = [];
        History.ReadBreachesOfZones("park", "crowd", from, to, read);
        AssertSame(valid.Where(breach => breach.Unit is null && breach.Zone == "park" && breach.Rule == "crowd"), read);
        read = [];
        History.ReadBreachesOfZones(null, null, from, to, read);
        AssertSame(valid.Where(breach => breach.Unit is null), read);
    }

    private void AssertPages(IEnumerable<Breach> model, Random random)
    {
        var states = random.Next(2) == 0 ? null : Enum.GetValues<BreachState>().Where(_ => random.Next(2) == 0).ToHashSet();
        var query = new BreachQuery(
            random.Next(2) == 0 ? Zones[random.Next(Zones.Length)] : null,
            random.Next(2) == 0 ? random.Next(3) : null,
            random.Next(2) == 0 ? Rules[random.Next(Rules.Length)] : null,
            states,
            random.Next(2) == 0 ? random.Next(0, 5_000) : null,
            random.Next(2) == 0 ? random.Next(0, 5_000) : null,
            random.Next(1, 30),
            null);
        var expected = model.Where(breach => (query.Zone is null || breach.Zone == query.Zone) && (query.Unit is null || breach.Unit == query.Unit)
            && (query.Rule is null || breach.Rule == query.Rule)
            && (states?.Contains(breach.State) ?? breach.State != BreachState.Retracted)
            && Overlaps(breach, query.FromMs ?? long.MinValue, (query.ToMs ?? long.MaxValue) - 1)).ToArray();

        List<Breach> read = [];
        do
        {
            var page = History.QueryBreaches(query);
            Assert.True(page.Items.Count == query.Limit || page.Cursor is null);
            read.AddRange(page.Items);
            query = query with { Cursor = page.Cursor };
        }
        while (query.Cursor is not null);

        AssertSame(expected, read, isNewestFirst: true);
    }
}

using Vantage.Actors.History;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every history must do with visits.</summary>
public abstract class VisitContract(StoreFixture store) : IDisposable
{
    private static readonly string[] Zones = ["park", "夜市", "z-3", "𠀀-beyond", "|"];

    private IHistory History => store.History;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "Visits are what was last said of each (unit, zone, start), and every question agrees with a plain list")]
    public void Visits_equal_a_model()
    {
        var random = new Random(3);
        Dictionary<(int, string, long), VisitRow> model = [];
        for (var round = 0; round < 30; round++)
        {
            var commit = new ShardCommit { Shard = 0 };
            for (var i = 0; i < 60; i++)
            {
                var row = NewVisit(random);
                commit.Visits.Add(row);
                model.Remove((row.Unit, row.Zone, row.FromMs));
                if (!row.Removed)
                {
                    model.Add((row.Unit, row.Zone, row.FromMs), row);
                }
            }

            History.Commit([commit]);
            if (round % 10 == 9)
            {
                store.Reopen();
            }

            for (var i = 0; i < 10; i++)
            {
                AssertOverlaps(model.Values, random);
                AssertPages(model.Values, random);
            }
        }
    }

    [Fact(DisplayName = "A bad cursor or limit is refused with the reason")]
    public void Bad_questions_are_refused()
    {
        foreach (var cursor in new[] { "", "nonsense", "!!", "djF8MQ", "YnJlYWNoZXMxfDF8eA" })
        {
            Assert.Contains("cursor", Assert.Throws<ArgumentException>(() => History.QueryVisits(Query() with { Cursor = cursor })).Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => History.QueryVisits(Query() with { Limit = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => History.QueryVisits(Query() with { Limit = 1001 }));
        Assert.Null(History.QueryVisits(Query() with { Limit = 1000 }).Cursor);
        Assert.Empty(History.QueryVisits(Query() with { Limit = 1 }).Items);
    }

    private static VisitQuery Query() => new(null, null, null, null, 10, null);

    private static VisitRow NewVisit(Random random)
    {
        var from = (long)random.Next(0, 40) * 100;
        var lasting = random.Next(5) switch { 0 => 0, 1 => random.Next(10), 2 => random.Next(300), 3 => random.Next(5_000), _ => random.NextInt64(90_000_000) };
        return new VisitRow(
            Zones[random.Next(Zones.Length)], random.Next(4), from, from + lasting, random.Next(2) == 0, from - random.Next(50), from + lasting + random.Next(50),
            random.Next(2) == 0, random.Next(9), Removed: random.Next(5) == 0);
    }

    private void AssertOverlaps(IEnumerable<VisitRow> model, Random random)
    {
        var from = (long)random.Next(-100, 9_000);
        var to = from + random.Next(0, 3_000);
        var zone = Zones[random.Next(Zones.Length)];
        var overlapping = model.Where(row => row.FromMs <= to && row.ToMs >= from).ToArray();

        List<VisitRow> read = [];
        History.ReadVisitsOfUnit(1, null, from, to, read);
        AssertByStart(overlapping.Where(row => row.Unit == 1), read);
        read = [];
        History.ReadVisitsOfUnit(1, zone, from, to, read);
        AssertByStart(overlapping.Where(row => row.Unit == 1 && row.Zone == zone), read);
        read = [];
        History.ReadVisitsOfUnits([3, 1, 77], from, to, read);
        AssertByStart(overlapping.Where(row => row.Unit == 1), [.. read.Where(row => row.Unit == 1)]);
        AssertByStart(overlapping.Where(row => row.Unit == 3), [.. read.Where(row => row.Unit != 1)]);
        read = [];
        History.ReadVisitsOfUnits([0, 1, 2, 3], long.MinValue, long.MaxValue, read);
        Assert.Equal(model.ToHashSet(), read.ToHashSet());
        read = [];
        History.ReadVisitsOfZone(zone, from, to, read);
        AssertByStart(overlapping.Where(row => row.Zone == zone), read);
    }

    private static void AssertByStart(IEnumerable<VisitRow> expected, List<VisitRow> actual)
    {
        Assert.Equal(expected.ToHashSet(), actual.ToHashSet());
        Assert.Equal(actual.Count, actual.Distinct().Count());
        Assert.Equal(actual.Select(row => row.FromMs).Order(), actual.Select(row => row.FromMs));
    }

    private void AssertPages(IEnumerable<VisitRow> model, Random random)
    {
        var query = new VisitQuery(
            random.Next(2) == 0 ? Zones[random.Next(Zones.Length)] : null,
            random.Next(2) == 0 ? random.Next(4) : null,
            random.Next(2) == 0 ? random.Next(0, 5_000) : null,
            random.Next(2) == 0 ? random.Next(0, 5_000) : null,
            random.Next(1, 40),
            null);
        var expected = model.Where(row => (query.Zone is null || row.Zone == query.Zone) && (query.Unit is null || row.Unit == query.Unit)
            && (query.FromMs is null || row.ToMs >= query.FromMs) && (query.ToMs is null || row.FromMs < query.ToMs)).ToHashSet();

        List<VisitRow> read = [];
        do
        {
            var page = History.QueryVisits(query);
            Assert.True(page.Items.Count == query.Limit || page.Cursor is null);
            read.AddRange(page.Items);
            query = query with { Cursor = page.Cursor };
        }
        while (query.Cursor is not null);

        Assert.Equal(expected.Count, read.Count);
        Assert.Equal(expected, read.ToHashSet());
        Assert.Equal(read.Select(row => row.FromMs).OrderDescending(), read.Select(row => row.FromMs));
    }
}

using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.Records;
using Vantage.Geo;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every store of records of other systems must do.</summary>
public abstract class RecordsContract(StoreFixture store) : IDisposable
{
    private static readonly string[] Categories = ["渣土", "违章建筑", "Bau|stelle", "it's"];
    private static readonly string[] States = ["处置中", "已办结"];

    private static readonly ExternalRecord Full = new()
    {
        System = RecordSystems.Case,
        Number = "长城管罚字〔2026〕第001号/甲|\"x\"",
        TimeMs = 1_772_414_430_000,
        Kind = "一般程序",
        Category = "占道设摊",
        State = "立案",
        Street = "天山路街道",
        Squad = "tianshan",
        Place = ExternalRecord.OnGrid(LatLng.Trusted(31.2200000049, -121.42000000049)),
        Address = "长宁路 1018 号,\r\n\"龙之梦\"门口 𠮷",
        Link = "https://example.org/case?id=1&x=%20",
        UpdatedAtMs = 1_772_414_430_001,
    };

    private IRecords Records => store.Records;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "[REC-1] a record is kept as it came, with every field or with none; the same again changes nothing, and all survives a restart")]
    public async Task Kept()
    {
        var bare = new ExternalRecord { System = RecordSystems.Case, Number = "2", TimeMs = -1 };
        Assert.Equal(2, await Records.SaveAsync([Full, bare]));
        Assert.Equal(0, await Records.SaveAsync([Full, bare, Full]));
        Assert.Equal(0, await Records.SaveAsync([]));
        store.Reopen();

        Assert.Equal([Full, bare], All(RecordSystems.Case));
        Assert.Empty(All(RecordSystems.Duty));
        Assert.Equal(31.22, Full.Place!.Value.Latitude);
    }

    [Fact(DisplayName = "[REC-1] the same number in two systems is two records")]
    public async Task Systems_are_apart()
    {
        Assert.Equal(2, await Records.SaveAsync([Full, Full with { System = RecordSystems.Duty, State = "其他" }]));
        Assert.Equal("立案", Assert.Single(All(RecordSystems.Case)).State);
        Assert.True(await Records.DeleteAsync(RecordSystems.Case, Full.Number));
        Assert.Equal("其他", Assert.Single(All(RecordSystems.Duty)).State);
    }

    [Theory(DisplayName = "[REC-2] of two copies the later changed one counts; where one of them does not say, or both say the same, the later come one")]
    [InlineData(5L, 4L, false)]
    [InlineData(5L, 5L, true)]
    [InlineData(5L, 6L, true)]
    [InlineData(null, 4L, true)]
    [InlineData(5L, null, true)]
    [InlineData(null, null, true)]
    public async Task Newer_replaces(long? kept, long? come, bool isReplaced)
    {
        var (first, second) = (Full with { UpdatedAtMs = kept }, Full with { UpdatedAtMs = come, State = "结案", Place = null, Link = null });
        Assert.Equal(isReplaced ? 2 : 1, await Records.SaveAsync([first, second]));
        Assert.Equal(isReplaced ? second : first, Assert.Single(All(RecordSystems.Case)));

        await Records.DeleteAsync(RecordSystems.Case, Full.Number);
        await Records.SaveAsync([first]);
        Assert.Equal(isReplaced ? 1 : 0, await Records.SaveAsync([second])); // The same in two calls.
        Assert.Equal(isReplaced ? second : first, Assert.Single(All(RecordSystems.Case)));
    }

    [Fact(DisplayName = "[REC-2] copies that say when they were changed end in the same table, in any order, doubled, and however they are split")]
    public void Order_means_nothing()
    {
        var run = 0;
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var system = $"run{run++}";
            var copies = Enumerable.Range(0, 40).Select(i => Random(random, system) with { Number = $"{random.Next(12)}", UpdatedAtMs = i }).ToList();
            var uploads = copies.Concat(copies.Where(_ => random.Next(2) == 0)).ToArray();
            random.Shuffle(uploads);
            foreach (var upload in uploads.Chunk(random.Next(1, 30)))
            {
                Records.SaveAsync(upload).AsTask().GetAwaiter().GetResult();
            }

            var expected = copies.GroupBy(copy => copy.Number).Select(number => number.MaxBy(copy => copy.UpdatedAtMs)!);
            Assert.Equal(expected.OrderBy(record => record.Number), All(system).OrderBy(record => record.Number));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    [Fact(DisplayName = "[REC-2] uploads that race leave each record whole, and the latest changed")]
    public async Task Uploads_race()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(upload => Task.Run(async () => await Records.SaveAsync(
            [.. Enumerable.Range(0, 200).Select(i => Full with { Number = $"{(i * 7) % 200}", State = $"{upload}", Squad = $"{upload}", UpdatedAtMs = upload })]))));

        var all = All(RecordSystems.Case);
        Assert.Equal(200, all.Count);
        Assert.All(all, record => Assert.Equal(("7", "7"), (record.State, record.Squad)));
    }

    [Fact(DisplayName = "A record is deleted once; one that comes again is kept like a new one")]
    public async Task Deleted()
    {
        await Records.SaveAsync([Full]);
        Assert.True(await Records.DeleteAsync(RecordSystems.Case, Full.Number));
        Assert.False(await Records.DeleteAsync(RecordSystems.Case, Full.Number));
        Assert.False(await Records.DeleteAsync(RecordSystems.Case, "no\0ne"));
        store.Reopen();
        Assert.Empty(All(RecordSystems.Case));
        Assert.Equal(1, await Records.SaveAsync([Full with { UpdatedAtMs = 0 }]));
    }

    [Fact(DisplayName = "[REC-6] a filter gives exactly what matches all of it, whole and page by page, newest first")]
    public async Task Filters()
    {
        var random = new Random(7);
        ExternalRecord[] all = [.. Enumerable.Range(0, 600).Select(i => Random(random, RecordSystems.Complaint) with { Number = $"{i}" })];
        await Records.SaveAsync(all);
        await Records.SaveAsync([Full]);
        foreach (var filter in Enumerable.Range(0, 300).Select(_ => Filter(random)))
        {
            ExternalRecord[] expected = [.. all.Where(record => Matches(record, filter))
                .OrderByDescending(record => record.TimeMs).ThenByDescending(record => record.Number, StringComparer.Ordinal)];

            Assert.Equal(expected.OrderBy(record => record.Number), All(filter).OrderBy(record => record.Number));
            List<ExternalRecord> paged = [];
            string? cursor = null;
            do
            {
                var page = Records.Query(filter, 37, cursor);
                Assert.True(page.Items.Count == 37 || page.Cursor is null);
                paged.AddRange(page.Items);
                cursor = page.Cursor;
            }
            while (cursor is not null);
            Assert.Equal(expected, paged);
        }
    }

    [Fact(DisplayName = "A page of no size, and a cursor of nobody's, are refused")]
    public void Wrong_pages()
    {
        var filter = new RecordFilter(RecordSystems.Case);
        Assert.ThrowsAny<ArgumentException>(() => Records.Query(filter, 0, null));
        Assert.ThrowsAny<ArgumentException>(() => Records.Query(filter, 1001, null));
        Assert.ThrowsAny<ArgumentException>(() => Records.Query(filter, 10, "nonsense"));
    }

    private static ExternalRecord Random(Random random, string system) => new()
    {
        System = system,
        Number = "",
        TimeMs = random.Next(100),
        Category = random.Next(4) == 0 ? null : Categories[random.Next(Categories.Length)],
        State = random.Next(4) == 0 ? null : States[random.Next(States.Length)],
        Street = random.Next(2) == 0 ? null : "天山路街道",
        Squad = random.Next(2) == 0 ? null : "tianshan",
        Kind = random.Next(2) == 0 ? null : "a",
        Place = random.Next(4) == 0 ? null : LatLng.Trusted(random.Next(-20, 20) / 10.0, random.Next(-20, 20) * 9),
    };

    private static RecordFilter Filter(Random random) => new(RecordSystems.Complaint)
    {
        FromMs = random.Next(2) == 0 ? null : random.Next(100),
        ToMs = random.Next(2) == 0 ? null : random.Next(100),
        Categories = random.Next(2) == 0 ? null : [.. Categories.Where(_ => random.Next(2) == 0)],
        States = random.Next(3) > 0 ? null : [States[random.Next(States.Length)], "gibt's nicht\0"],
        Streets = random.Next(4) > 0 ? null : ["天山路街道"],
        Squads = random.Next(4) > 0 ? null : ["tianshan", "xinhua"],
        Kinds = random.Next(4) > 0 ? null : ["a"],
        Boxes = random.Next(3) > 0 ? null : random.Next(2) == 0 ? [new GeoBox(-1, -90, 0.5, 90)] : [new GeoBox(-2, 90, 2, 180), new GeoBox(-2, -180, 2, -90)],
    };

    private static bool Matches(ExternalRecord record, RecordFilter filter)
        => !(record.TimeMs < filter.FromMs) && !(record.TimeMs >= filter.ToMs)
        && IsIn(record.Category, filter.Categories) && IsIn(record.State, filter.States) && IsIn(record.Street, filter.Streets)
        && IsIn(record.Squad, filter.Squads) && IsIn(record.Kind, filter.Kinds)
        && (filter.Boxes is null || (record.Place is { } place && filter.Boxes.Any(box => box.Contains(place))));

    private static bool IsIn(string? value, IReadOnlyList<string>? list) => list is null || (value is not null && list.Contains(value));

    private List<ExternalRecord> All(string system) => All(new RecordFilter(system));

    private List<ExternalRecord> All(RecordFilter filter)
    {
        List<ExternalRecord> all = [];
        Records.Read(filter, all.Add);
        return [.. all.OrderByDescending(record => record.TimeMs)];
    }
}

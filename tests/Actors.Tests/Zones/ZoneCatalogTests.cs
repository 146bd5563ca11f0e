using System.Collections.Concurrent;
using System.Globalization;
using Vantage.Actors.Zones;
using Vantage.Geo;
using Vantage.Geo.Zones;

namespace Vantage.Actors.Tests.Zones;

public class ZoneCatalogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact(DisplayName = "A zone whose number can be found is there, also while it is being put")]
    public async Task Readers_and_a_writer()
    {
        const int Zones = 300;
        var catalog = new ZoneCatalog();
        var reader = Task.Run(() =>
        {
            for (var next = 0; next < Zones;)
            {
                next += catalog.TryNumberOf(Key(next), out var zone) && catalog.Current.VersionsOf(zone).Count == 1 ? 1 : 0;
            }
        });

        for (var i = 0; i < Zones; i++)
        {
            await catalog.ApplyAsync(Defined(Key(i)));
        }

        await reader;
    }

    [Fact(DisplayName = "A storm of changes is published as one; nobody who applies waits for it, and none is in force before it completes")]
    public async Task Storm()
    {
        const int Changes = 250;
        var held = new Held();
        var publications = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(
            () => Enumerable.Range(0, Changes).Select(i => held.Catalog.ApplyAsync(Defined($"{thread}-{i}"))).ToList())));
        var publication = Assert.Single(publications.SelectMany(one => one).Distinct());
        Assert.Same(publication, held.Catalog.PublishedAsync());
        Assert.False(publication.IsCompleted);
        Assert.Equal((0, 0L), (held.Catalog.Current.ZoneCount, held.Catalog.Current.Epoch));
        Assert.False(held.Catalog.TryNumberOf("0-0", out _));

        held.Release();
        await publication;

        Assert.Equal((8 * Changes, 8L * Changes), (held.Catalog.Current.ZoneCount, held.Catalog.Current.Epoch));
        Assert.Equal(8 * Changes, held.Catalog.Newest.Select(zone => zone.Key).Distinct().Count());
        Assert.True(held.Catalog.PublishedAsync().IsCompletedSuccessfully);
    }

    [Fact(DisplayName = "When a publication completes, what was applied before it was asked for is in force: from many threads at once")]
    public async Task In_force()
    {
        var catalog = new ZoneCatalog();
        var seen = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var inForce = 0;
            for (var i = 0; i < 50; i++)
            {
                var key = $"{thread}-{i}";
                _ = catalog.ApplyAsync(Defined(key));
                await catalog.PublishedAsync();
                inForce += catalog.TryGetNewest(key, out _) ? 1 : 0;
            }

            return inForce;
        })));

        Assert.All(seen, inForce => Assert.Equal(50, inForce));
        Assert.Equal(8 * 50, catalog.Current.Epoch);
    }

    [Fact(DisplayName = "Versions that are published together follow one another as they were applied, and an end ends")]
    public async Task Order()
    {
        var held = new Held();
        for (var version = 1; version <= 5; version++)
        {
            _ = held.Catalog.ApplyAsync(Defined("a", version));
            _ = held.Catalog.ApplyAsync(Defined("b", version));
        }

        var last = held.Catalog.ApplyAsync(new ZoneEnded("b", 6, Noon.AddHours(6), Noon));
        held.Release();
        await last;

        var zones = held.Catalog.Current;
        Assert.Equal(
            ["a 1", "b 1", "a 2", "b 2", "a 3", "b 3", "a 4", "b 4", "a 5", "b 5", "b 6"],
            zones.Changes.Select(change => string.Create(CultureInfo.InvariantCulture, $"{change.Key} {change.Version}")));
        Assert.True(held.Catalog.TryGetNewest("a", out var a));
        Assert.Equal([1, 2, 3, 4, 5], zones.VersionsOf(a.Zone).Select(version => version.Version));
        Assert.All(zones.VersionsOf(a.Zone).Zip(zones.VersionsOf(a.Zone).Skip(1)), pair => Assert.Equal(pair.Second.FromMs, pair.First.ToMs));
        Assert.False(held.Catalog.TryGetNewest("b", out _));
        Assert.True(held.Catalog.TryNumberOf("b", out var b));
        Assert.True(zones.VersionsOf(b)[^1].IsEnd);
    }

    [Fact(DisplayName = "A change that cannot be published is told and fails who waits for it; those beside it and after it are in force")]
    public async Task Failure()
    {
        var failures = new ConcurrentQueue<Exception>();
        var catalog = new ZoneCatalog { OnFailure = failures.Enqueue };

        var failed = catalog.ApplyAsync(Defined("a"), Bad, Defined("c"));

        await Assert.ThrowsAsync<InvalidDataException>(() => failed);
        Assert.Equal("bad", Assert.IsType<InvalidDataException>(Assert.Single(failures)).Message.Split(' ')[1]);
        await Assert.ThrowsAsync<InvalidDataException>(catalog.PublishedAsync);
        Assert.Equal((2, 2L), (catalog.Current.ZoneCount, catalog.Current.Epoch));
        Assert.True(catalog.TryGetNewest("c", out _));

        await catalog.ApplyAsync(Defined("d"));
        await catalog.PublishedAsync();
        Assert.Equal(3, catalog.Current.Epoch);
        Assert.True(catalog.TryGetNewest("d", out _));
    }

    [Fact(DisplayName = "A zone keeps the time zone that it was put with, and one from an old journal that of its time")]
    public async Task Time_zone()
    {
        var catalog = new ZoneCatalog();
        await catalog.ApplyAsync(Defined("new") with { TimeZone = "Europe/Berlin" }, Defined("old"));

        Assert.Equal(["Europe/Berlin", "Asia/Shanghai"], catalog.Newest.Select(zone => zone.TimeZone));
    }

    [Fact(DisplayName = "After any changes, positions and segments are in the versions that a catalog which took all at once has them in")]
    public async Task Changes_one_by_one()
    {
        var random = new Random(20261129);
        var (stepwise, events) = (new ZoneCatalog(), new List<object>());
        var versions = new int[60];
        for (var turn = 0; turn < 250; turn++)
        {
            var zone = random.Next(versions.Length);
            var (version, isEnd) = (++versions[zone], versions[zone] > 1 && random.Next(4) == 0);
            var from = Noon.AddHours(random.Next(48)); // Sometimes before what was put earlier, which then is of no time any more.
            events.Add(isEnd
                ? new ZoneEnded(Key(zone), version, from, Noon)
                : new ZoneDefined(Key(zone), version, from, Noon, Circle(121.4 + (random.NextDouble() / 5), 31.1 + (random.NextDouble() / 5), random.Next(50, 3000))));
            await stepwise.ApplyAsync(events[^1]);
            if (turn % 10 == 0)
            {
                var atOnce = new ZoneCatalog();
                await atOnce.ApplyAsync(events);
                AssertSame(atOnce.Current, stepwise.Current, random);
            }
        }
    }

    private static void AssertSame(ZoneSet expected, ZoneSet actual, Random random)
    {
        ZoneHits hits = new();
        for (var i = 0; i < 200; i++)
        {
            var (from, to) = (Near(random), Near(random));
            expected.Index.Query(from, hits);
            var held = Names(expected);
            expected.Index.QuerySegment(from, to, hits);
            var touched = Names(expected);
            actual.Index.Query(from, hits);
            Assert.Equal(held, Names(actual));
            actual.Index.QuerySegment(from, to, hits);
            Assert.Equal(touched, Names(actual));
        }

        List<(string, int, long, long)> Names(ZoneSet set)
            => [.. hits.Ids.ToArray().Select(set.Entry).Select(version => (version.Key, version.Version, version.FromMs, version.ToMs)).Order()];
    }

    private static LatLng Near(Random random) => LatLng.Trusted(31.05 + (random.NextDouble() * 0.3), 121.35 + (random.NextDouble() * 0.3));

    private static string Circle(double longitude, double latitude, int metres) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"type":"Feature","geometry":{"type":"Point","coordinates":[{{longitude}},{{latitude}}]},"properties":{"radius":{{metres}} } }""");

    private const string Feature = """{"type":"Feature","geometry":{"type":"Point","coordinates":[121.4,31.2]},"properties":{"radius":20}}""";

    private static string Key(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static ZoneDefined Bad => new("bad", 1, Noon, Noon, "{}");

    private static ZoneDefined Defined(string key, int version = 1) => new(key, version, Noon.AddHours(version), Noon, Feature);

    /// <summary>A catalog whose publisher is in the middle of something until it is released: it tells of a failure.</summary>
    private sealed class Held
    {
        private readonly TaskCompletionSource _released = new();

        public Held()
        {
            var isHeld = new TaskCompletionSource();
            Catalog = new ZoneCatalog
            {
                OnFailure = _ =>
                {
                    isHeld.TrySetResult();
                    _released.Task.Wait();
                },
            };
            _ = Catalog.ApplyAsync(Bad);
            isHeld.Task.Wait();
        }

        public ZoneCatalog Catalog { get; }

        public void Release() => _released.SetResult();
    }
}

using Vantage.Actors.Zones;

namespace Vantage.Host.Tests.Zones;

public sealed class GatheringTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact(DisplayName = "Zones that are gathered come into force together, when the last who gathers is done, and not before")]
    public void Together()
    {
        var zones = new ZoneCatalog();
        var told = 0;
        zones.Changed = () => told++;
        zones.Apply(Defined("a"));

        var (first, second) = (zones.Gather(), zones.Gather());
        zones.Apply(Defined("b"));
        first.Dispose();
        first.Dispose();
        zones.Apply(Defined("c"));
        var published = zones.PublishedAsync();

        Assert.Equal((1, 1, 1L), (told, zones.Current.ZoneCount, zones.Current.Epoch));
        Assert.False(zones.TryNumberOf("b", out _));
        Assert.False(published.IsCompleted);

        second.Dispose();

        Assert.Equal((2, 3, 3L), (told, zones.Current.ZoneCount, zones.Current.Epoch));
        Assert.True(zones.TryGetNewest("c", out _));
        Assert.True(published.IsCompletedSuccessfully);
        Assert.True(zones.PublishedAsync().IsCompletedSuccessfully);
    }

    private static ZoneDefined Defined(string key) => new(
        key, 1, Noon, Noon, """{"type":"Feature","geometry":{"type":"Point","coordinates":[121.4,31.2]},"properties":{"radius":100}}""");
}

using Vantage.Actors.Areas;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every store of areas must do.</summary>
public abstract class AreasContract(StoreFixture store) : IDisposable
{
    private static readonly Area Tianshan = new("tianshan", "天山路街道", """{"type":"Polygon","coordinates":[[[121.4,31.2],[121.5,31.2],[121.5,31.3],[121.4,31.2]]]}""");
    private static readonly Area Xinhua = new("xinhua", "新华路街道", Tianshan.GeometryJson);

    private IAreas Areas => store.Areas;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "An import takes the place of all that its layer had, makes its version grow, leaves other layers alone, and survives a restart")]
    public async Task Imports_replace()
    {
        Assert.Equal(0, Areas.VersionOf(AreaLayers.Street));
        Assert.Empty(Areas.Read(AreaLayers.Street).Areas);
        await Areas.ReplaceAsync(AreaLayers.Squad, [Xinhua]);
        await Areas.ReplaceAsync(AreaLayers.Street, [Xinhua, Tianshan]);
        store.Reopen();

        Assert.Equal([Tianshan, Xinhua], Areas.Read(AreaLayers.Street).Areas);
        Assert.Equal(1, Areas.VersionOf(AreaLayers.Street));

        await Areas.ReplaceAsync(AreaLayers.Street, [Tianshan with { Name = "天山" }]);

        var layer = Areas.Read(AreaLayers.Street);
        Assert.Equal((2, "天山"), (layer.Version, Assert.Single(layer.Areas).Name));
        Assert.Equal(2, Areas.VersionOf(AreaLayers.Street));
        Assert.Equal([Xinhua], Areas.Read(AreaLayers.Squad).Areas);
        await Areas.ReplaceAsync(AreaLayers.Street, []);
        Assert.Equal(3, Areas.VersionOf(AreaLayers.Street));
        Assert.Empty(Areas.Read(AreaLayers.Street).Areas);
    }

    [Fact(DisplayName = "An import that storage refuses leaves the layer as it was")]
    public async Task Refused_imports_change_nothing()
    {
        await Areas.ReplaceAsync(AreaLayers.Street, [Tianshan]);
        await Assert.ThrowsAnyAsync<IOException>(() => Areas.ReplaceAsync(AreaLayers.Street, [Xinhua, Xinhua]).AsTask()); // One key twice.
        Assert.Equal([Tianshan], Areas.Read(AreaLayers.Street).Areas);
        Assert.Equal(1, Areas.VersionOf(AreaLayers.Street));
    }

    [Fact(DisplayName = "Imports that race leave the areas of one of them, and a version for each")]
    public async Task Imports_race()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(import => Task.Run(async () => await Areas.ReplaceAsync(
            AreaLayers.Street, [.. Enumerable.Range(0, 20).Select(i => new Area($"{i:00}", $"{import}", Tianshan.GeometryJson))]))));

        var layer = Areas.Read(AreaLayers.Street);
        Assert.Equal((6, 20), (layer.Version, layer.Areas.Count));
        Assert.Single(layer.Areas.Select(area => area.Name).Distinct());
    }
}

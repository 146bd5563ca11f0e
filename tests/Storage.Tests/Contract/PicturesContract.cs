using Vantage.Actors.Pictures;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every store of pictures must do.</summary>
public abstract class PicturesContract(StoreFixture store) : IDisposable
{
    private static readonly Picture Stall = new("i1", "aa", "officer/0132", DateTimeOffset.FromUnixTimeMilliseconds(1772414430000), "image/jpeg", [0xFF, 0xD8, 0, 1, 2]);

    private IPictures Pictures => store.Pictures;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "A picture that was saved is there after a restart, byte for byte; saved again it stays as it was; of another incident it is not")]
    public async Task Saved()
    {
        Assert.Null(Pictures.Find("i1", "aa"));
        Assert.True(await Pictures.SaveAsync(Stall, 2));
        store.Reopen();

        Assert.True(await Pictures.SaveAsync(Stall with { Unit = "officer/0133" }, 2));
        var found = Pictures.Find("i1", "aa")!;
        Assert.Equal(Stall with { Bytes = found.Bytes }, found);
        Assert.Equal(Stall.Bytes, found.Bytes);
        Assert.Null(Pictures.Find("i2", "aa"));
        Assert.Null(Pictures.Find("i1", "ab"));
    }

    [Fact(DisplayName = "A unit has so many pictures of an incident and no more, whatever others have; one that is there already is not another")]
    public async Task Bounded()
    {
        Assert.True(await Pictures.SaveAsync(Stall, 2));
        Assert.True(await Pictures.SaveAsync(Stall with { Id = "ab" }, 2));
        Assert.False(await Pictures.SaveAsync(Stall with { Id = "ac" }, 2));
        Assert.Null(Pictures.Find("i1", "ac"));
        Assert.True(await Pictures.SaveAsync(Stall, 2));
        Assert.True(await Pictures.SaveAsync(Stall with { Id = "ac", Unit = "officer/0133" }, 2));
        Assert.True(await Pictures.SaveAsync(Stall with { Incident = "i2" }, 2));
    }
}

using Vantage.Actors.Tours;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every record of tours must do.</summary>
public abstract class TourLogContract(StoreFixture store) : IDisposable
{
    private const int Plenty = 1000;

    private ITourLog Log => store.TourLog;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "[VID-8] a page that was told is there after a restart, with its cameras; told again it is not there twice, and stays as it was")]
    public async Task Saved()
    {
        var page = Page("p1", 1000) with
        {
            InterruptedBy = "breach",
            Cameras = [new TouredCamera("探头一", "playing", null, 9.5), new TouredCamera("c2", "failed", "timeout", 0)],
        };
        await Log.SaveAsync([page, Page("p2", 2000) with { Stage = null, Screen = null }], Plenty);
        store.Reopen();

        await Log.SaveAsync([page with { Tour = "other" }], Plenty);
        var found = Log.Read(new TourQuestion(null, null, null, null, null), 10);
        Assert.Equal(["p2", "p1"], found.Select(each => each.Id));
        Assert.Equal((null, null), (found[0].Stage, found[0].Screen));
        Assert.Equal(page with { Cameras = found[1].Cameras }, found[1]);
        Assert.Equal(page.Cameras.AsEnumerable(), found[1].Cameras);
    }

    [Fact(DisplayName = "Pages are asked for by tour, wall, screen and time, newest first, one part of the list after the other")]
    public async Task Asked()
    {
        await Log.SaveAsync(
            [
                Page("a", 1000), Page("b", 2000) with { Tour = "markets" }, Page("c", 3000) with { Screen = "left" }, Page("d", 3000) with { Stage = "room" },
            ],
            Plenty);
        var all = new TourQuestion(null, null, null, null, null);
        Assert.Equal(["d", "c", "b", "a"], Ids(all));
        Assert.Equal(["b"], Ids(all with { Tour = "markets" }));
        Assert.Equal(["d"], Ids(all with { Stage = "room" }));
        Assert.Equal(["c"], Ids(all with { Stage = "hall", Screen = "left" }));
        Assert.Equal(["d", "c", "b"], Ids(all with { FromMs = 1501 })); // Each lasts 500 ms.
        Assert.Equal(["d", "c", "b", "a"], Ids(all with { FromMs = 1500 }));
        Assert.Equal(["b", "a"], Ids(all with { ToMs = 3000 }));
        Assert.Equal(["d", "c"], Ids(all, 2));
        Assert.Equal(["b"], Ids(all with { Before = (3000, "c") }, 1));
    }

    [Fact(DisplayName = "[VID-8] beyond so many the pages that were shown first go")]
    public async Task Bounded()
    {
        await Log.SaveAsync([.. Enumerable.Range(0, 5).Select(i => Page($"p{i}", 1000 + i))], 5);
        await Log.SaveAsync([Page("late", 500), Page("new", 9000)], 5);
        Assert.Equal(["new", "p4", "p3", "p2", "p1"], Ids(new TourQuestion(null, null, null, null, null)));
    }

    private static TourPage Page(string id, long fromMs) => new(id, "roads", "hall", "right", 0, fromMs, fromMs + 500, null, "li", []);

    private IEnumerable<string> Ids(TourQuestion question, int limit = 10) => Log.Read(question, limit).Select(page => page.Id);
}

using System.Globalization;
using Vantage.Actors.Positions;

namespace Vantage.Devices.Tests;

public sealed class UnclaimedTerminalsTests
{
    private readonly UnclaimedTerminals _unclaimed = new();

    [Fact(DisplayName = "A terminal that nobody registered is kept with when it was heard, how often, and the newest place of all, in whatever order they came")]
    public void Kept()
    {
        _unclaimed.Hear("jt808", "013900000001", 1000, plate: "沪A1");
        _unclaimed.Hear("jt808", "13900000001", 3000, At(2000));
        _unclaimed.Hear("osmand", "phone", 3500);
        _unclaimed.Hear("jt808", "13900000001", 4000, At(1500));

        Assert.Equal(["13900000001", "phone"], _unclaimed.All.Select(terminal => terminal.Number));
        var one = _unclaimed.All[0];
        Assert.Equal((1000, 4000, 3, "沪A1", 2000), (one.FirstHeardMs, one.LastHeardMs, one.Count, one.Plate, one.Last!.Value.TimeMs));
    }

    [Fact(DisplayName = "However many knock, a thousand are kept: the one that was silent the longest goes")]
    public void Bounded()
    {
        for (var i = 0; i < UnclaimedTerminals.Most; i++)
        {
            _unclaimed.Hear("osmand", i.ToString(CultureInfo.InvariantCulture), i);
        }

        _unclaimed.Hear("osmand", "0", 5000);
        _unclaimed.Hear("osmand", "new", 5001);

        Assert.Equal(UnclaimedTerminals.Most, _unclaimed.All.Count);
        Assert.NotNull(_unclaimed.Find("osmand", "0"));
        Assert.Null(_unclaimed.Find("osmand", "1"));
    }

    [Fact(DisplayName = "One that is ignored is not listed again however often it sends; one that was registered is forgotten")]
    public void Ignored()
    {
        _unclaimed.Hear("osmand", "spam", 1);
        _unclaimed.Hear("osmand", "phone", 1);
        Assert.True(_unclaimed.Ignore("osmand", "spam"));
        _unclaimed.Hear("osmand", "spam", 2);
        _unclaimed.Forget("osmand", "phone");

        Assert.Empty(_unclaimed.All);
        Assert.False(_unclaimed.Ignore("osmand", "spam"));
        Assert.False(_unclaimed.Ignore("osmand", "nobody"));
    }

    [Fact(DisplayName = "What could not be registered is not kept: no number, or one that is too long")]
    public void Passed_over()
    {
        _unclaimed.Hear("jt808", "000000000000", 1);
        _unclaimed.Hear("osmand", new string('x', 65), 1);

        Assert.Empty(_unclaimed.All);
    }

    [Fact(DisplayName = "Many may knock at once")]
    public void Together()
    {
        Parallel.For(0, 20_000, i => _unclaimed.Hear("osmand", (i % 1500).ToString(CultureInfo.InvariantCulture), i));

        Assert.Equal(UnclaimedTerminals.Most, _unclaimed.All.Count);
    }

    private static Fix At(long timeMs) => new() { TimeMs = timeMs, LatitudeE7 = 312_000_000, LongitudeE7 = 1_214_000_000 };
}

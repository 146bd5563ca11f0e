using Vantage.Support;

namespace Vantage.Actors.Tests;

public class LogPaceTests
{
    [Fact(DisplayName = "Of a flood of lines the first is written, then one number a minute, and after a quiet minute the next again")]
    public void Flood()
    {
        var time = new ManualTimeProvider();
        var summaries = new List<long>();
        var pace = new LogPace(time, summaries.Add);

        Assert.True(pace.Admits());
        for (var i = 0; i < 1_000; i++)
        {
            Assert.False(pace.Admits());
        }

        time.Advance(LogPace.Interval);
        Assert.Equal([1_000], summaries);
        Assert.False(pace.Admits());
        time.Advance(LogPace.Interval);
        Assert.Equal([1_000, 1], summaries);
        time.Advance(LogPace.Interval);
        Assert.True(pace.Admits());
        Assert.Equal([1_000, 1], summaries);
    }
}

using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.Replays;
using Vantage.Actors.Tests.Runtime;

namespace Vantage.Actors.Tests.Replays;

public class ReplayTests
{
    private const long From = 1_760_000_000_000;
    private const long To = From + (8 * 3_600_000);
    private static readonly OpenReplay Open = new("周二夜市", From, To, ["vehicle/a", "officer/1"], null, []);

    private readonly ReplayBehaviour _replay = new();
    private readonly FakeContext _context;

    public ReplayTests() => _context = new FakeContext(_replay, "replay/r");

    [Fact(DisplayName = "A clock goes at its rate from where it was set, in either direction, and stops at either end [REP-2]")]
    public void Clocks() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var (at, set) = (DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(0, To)), From + random.Next(8 * 3_600_000));
        var rate = (random.Next(2) == 0 ? -1 : 1) * (0.25 + (random.NextDouble() * 63.75));
        var seconds = random.Next(0, 10_000);
        var clock = new ReplayClock(set, at, rate, IsPlaying: true);
        Assert.Equal(Math.Clamp(set + (seconds * rate * 1000), From, To), clock.TimeAt(at.AddSeconds(seconds), From, To), 1.0);
        Assert.Equal(set, (clock with { IsPlaying = false }).TimeAt(at.AddSeconds(seconds), From, To));
    }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "A replay opens at its begin, standing; each setting of the clock goes on from what it shows at that moment [REP-2]")]
    public void Settings()
    {
        AssertClock(Send(Open), From, 1, isPlaying: false);
        AssertClock(Send(new SetReplayClock(null, 4, true)), From, 4, isPlaying: true);
        AssertClock(Send(new SetReplayClock(null, null, false)), From + 4_000, 4, isPlaying: false); // A second later.
        AssertClock(Send(new SetReplayClock(null, -64, true)), From + 4_000, -64, isPlaying: true);
        AssertClock(Send(new SetReplayClock(null, 2, null)), From, 2, isPlaying: true); // It had come to the begin.
        AssertClock(Send(new SetReplayClock(To + 99, null, null)), To, 2, isPlaying: true);
        Assert.Equal(6, _context.Recorded.Count);
        Assert.Equal(_context.Recorded, _context.Published);
    }

    [Fact(DisplayName = "What was recorded gives the same replay again, and opening it once more changes nothing")]
    public void Recovery()
    {
        Send(Open);
        var before = Send(new SetReplayClock(From + 5_000, 8, true));
        var again = new ReplayBehaviour();
        _context.Recorded.ForEach(again.Apply);
        var context = new FakeContext(again, "replay/r");
        Assert.Equal(before, (ReplayReceipt)context.Send(Open));
        Assert.Empty(context.Recorded);
    }

    [Fact(DisplayName = "What is not open, or closed, says so and changes nothing")]
    public void Closed()
    {
        Assert.Equal(new ReplayReceipt(false, null), Send(new SetReplayClock(null, 2, null)));
        Send(Open);
        Assert.Equal(new ReplayReceipt(false, null), Send(new CloseReplay()));
        foreach (var message in new object[] { Open, new SetReplayClock(null, 2, null), new CloseReplay() })
        {
            Assert.Equal(new ReplayReceipt(false, null), Send(message));
        }

        Assert.Equal([typeof(ReplayOpened), typeof(ReplayClosed)], _context.Recorded.Select(e => e.GetType()));
    }

    [Theory(DisplayName = "Rates are 0.25 to 64, forwards and backwards")]
    [InlineData(0.25, true)]
    [InlineData(64, true)]
    [InlineData(-0.25, true)]
    [InlineData(-64, true)]
    [InlineData(0, false)]
    [InlineData(0.2, false)]
    [InlineData(-65, false)]
    [InlineData(double.NaN, false)]
    public void Rates(double rate, bool isRate) => Assert.Equal(isRate, ReplayClock.IsRate(rate));

    private ReplayReceipt Send(object message) => (ReplayReceipt)_context.Send(message);

    private static void AssertClock(ReplayReceipt receipt, long timeMs, double rate, bool isPlaying)
        => Assert.Equal((true, timeMs, rate, isPlaying), (receipt.IsOpen, receipt.Clock!.TimeMs, receipt.Clock.Rate, receipt.Clock.IsPlaying));
}

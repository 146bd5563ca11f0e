using Vantage.Host.WallScreens;
using Vantage.Support;

namespace Vantage.Host.Tests.WallScreens;

public sealed class ScreenCodesTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScreenCodes _codes;

    public ScreenCodesTests() => _codes = new ScreenCodes(_time);

    [Fact(DisplayName = "[SCR-1] a code lives for ten minutes: then nobody can approve it, and its screen learns that it is over")]
    public void Life()
    {
        var (early, late) = (_codes.Begin("a")!, _codes.Begin("a")!);
        _time.Advance(ScreenCodes.Life - TimeSpan.FromSeconds(1));
        Assert.Equal(CodeState.Waiting, _codes.Take(early.Code, "chief"));
        _codes.Give(early.Code, "token");
        Assert.Equal((CodeState.Taken, "token"), (_codes.Ask(early.Code, early.Secret).State, _codes.Ask(early.Code, early.Secret).Token));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CodeState.Unknown, _codes.Take(late.Code, "chief"));
        Assert.Equal(CodeState.Unknown, _codes.Ask(early.Code, early.Secret).State);
    }

    [Fact(DisplayName = "[SCR-1] who knows a code without its secret learns nothing of it, not even that it is one")]
    public void Secret()
    {
        var begun = _codes.Begin("a")!;
        _codes.Take(begun.Code, "chief");
        _codes.Give(begun.Code, "token");

        Assert.Equal((CodeState.Unknown, null, false), _codes.Ask(begun.Code, _codes.Begin("a")!.Secret));
        Assert.Equal((CodeState.Unknown, null, false), _codes.Ask(begun.Code == "000000" ? "000001" : "000000", begun.Secret));
    }

    [Fact(DisplayName = "[SCR-1] no address holds more than 100 codes and all together no more than 500; old ones make room")]
    public void Bounds()
    {
        Assert.All(Enumerable.Range(0, 100), _ => Assert.NotNull(_codes.Begin("a")));
        Assert.Null(_codes.Begin("a"));
        Assert.All(Enumerable.Range(0, 400), i => Assert.NotNull(_codes.Begin($"b{i % 4}")));
        Assert.Null(_codes.Begin("c"));

        _time.Advance(ScreenCodes.Life);
        Assert.NotNull(_codes.Begin("a"));
        Assert.NotNull(_codes.Begin("c"));
    }

    [Fact(DisplayName = "[SCR-2] who typed ten wrong codes waits until the first of them is ten minutes old; others are not held up")]
    public void Guessing()
    {
        var right = _codes.Begin("a")!.Code;
        var wrong = right == "000000" ? "000001" : "000000";
        for (var i = 0; i < ScreenCodes.MostWrong; i++)
        {
            Assert.Null(_codes.WaitOf("guesser"));
            Assert.Equal(CodeState.Unknown, _codes.Take(wrong, "guesser"));
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(ScreenCodes.Life - TimeSpan.FromSeconds(100), _codes.WaitOf("guesser"));
        Assert.Null(_codes.WaitOf("chief"));
        _time.Advance(ScreenCodes.Life - TimeSpan.FromSeconds(100));
        Assert.Null(_codes.WaitOf("guesser"));
    }

    [Fact(DisplayName = "An approval that failed leaves the code to be approved again; a screen that asks too fast is told so")]
    public void Again()
    {
        var begun = _codes.Begin("a")!;
        Assert.Equal(CodeState.Waiting, _codes.Take(begun.Code, "chief"));
        Assert.Equal(CodeState.Taken, _codes.Take(begun.Code, "admin"));
        _codes.Give(begun.Code, null);
        Assert.Equal(CodeState.Waiting, _codes.Take(begun.Code, "admin"));

        Assert.False(_codes.Ask(begun.Code, begun.Secret).IsTooFast);
        Assert.True(_codes.Ask(begun.Code, begun.Secret).IsTooFast);
        _time.Advance(ScreenCodes.LeastPause);
        Assert.False(_codes.Ask(begun.Code, begun.Secret).IsTooFast);
    }
}

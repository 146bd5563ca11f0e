using Vantage.Actors.RollCalls;
using Vantage.Actors.Tests.Runtime;

namespace Vantage.Actors.Tests.RollCalls;

public class RollCallTests
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly OpenRollCall Open = new("早点名", "指挥中心", ["tianshan", "xinhua", "beixinjing"], TenMinutes);

    private readonly RollCallBehaviour _behaviour = new();
    private readonly FakeContext _context;
    private readonly RollCallDirectory _directory = new();

    public RollCallTests() => _context = new FakeContext(_behaviour, "roll-call/r1");

    [Fact(DisplayName = "[ROL-1] who answers in time has answered, who answers later is late, and who says nothing has missed it")]
    public void Life()
    {
        Assert.Equal(RollCallOutcome.NoRollCall, Send(new AnswerRollCall("tianshan", null)));
        Assert.Equal(RollCallOutcome.Done, Send(Open));
        Assert.Equal(RollCallOutcome.Done, Send(new AnswerRollCall("tianshan", "到齐 12 人")));
        Assert.Equal("Answered Waiting Waiting", States());

        Assert.True(_context.Ring("end", TenMinutes));
        Assert.Equal("Answered Missed Missed", States());
        Assert.Equal(["xinhua", "beixinjing"], _directory.Find("r1")!.Ended!.Missing);
        Assert.Empty(_context.Timers);

        Assert.Equal(RollCallOutcome.Done, Send(new AnswerRollCall("xinhua", null)));
        Assert.Equal("Answered Late Missed", States());
        var answer = _directory.Find("r1")!.Find("tianshan")!.Answered!;
        Assert.Equal(("到齐 12 人", "wang", "duty"), (answer.Note, answer.By, answer.Post));
    }

    [Fact(DisplayName = "[ROL-1] an answer between the due time and the clock's own end is late: the time decides, not the clock")]
    public void The_time_decides()
    {
        Send(Open);
        _context.Now += TenMinutes + TimeSpan.FromSeconds(1);
        Send(new AnswerRollCall("tianshan", null));

        Assert.Equal("Late Waiting Waiting", States());
        Assert.Equal(TimeSpan.Zero, _context.Timers["end"].Due);
    }

    [Fact(DisplayName = "[ROL-2] a repeated call or answer changes nothing; another under the same key, and the answer of who was not called, are refused")]
    public void Repeated()
    {
        Send(Open);
        Send(new AnswerRollCall("tianshan", null));
        var events = _context.Recorded.Count;

        Assert.Equal(RollCallOutcome.Unchanged, Send(Open));
        Assert.Equal(RollCallOutcome.Unchanged, Send(new AnswerRollCall("tianshan", "再说一次")));
        Assert.Equal(RollCallOutcome.Unchanged, Send(new TakeBackRollCallAnswer("xinhua")));
        Assert.Equal(RollCallOutcome.Taken, Send(Open with { Title = "晚点名" }));
        Assert.Equal(RollCallOutcome.NotCalled, Send(new AnswerRollCall("nobody", null)));
        Assert.Equal(RollCallOutcome.NotCalled, Send(new TakeBackRollCallAnswer("nobody")));
        Assert.Equal(events, _context.Recorded.Count);
    }

    [Fact(DisplayName = "[ROL-2] an answer put down by mistake is taken back: its squad waits again, or has missed it once the time is over")]
    public void Taken_back()
    {
        Send(Open);
        Send(new AnswerRollCall("tianshan", null));
        Assert.Equal(RollCallOutcome.Done, Send(new TakeBackRollCallAnswer("tianshan")));
        Assert.Equal("Waiting Waiting Waiting", States());

        Send(new AnswerRollCall("xinhua", null));
        _context.Ring("end", TenMinutes);
        Send(new TakeBackRollCallAnswer("xinhua"));
        Assert.Equal("Missed Missed Missed", States());
    }

    [Fact(DisplayName = "[ROL-2] a roll call that was withdrawn has no clock, and takes no answer")]
    public void Withdrawn()
    {
        Send(Open);
        Assert.Equal(RollCallOutcome.Done, Send(new WithdrawRollCall()));
        Assert.Empty(_context.Timers);
        Assert.Equal(RollCallOutcome.Unchanged, Send(new WithdrawRollCall()));
        Assert.Equal(RollCallOutcome.Over, Send(new AnswerRollCall("tianshan", null)));
        Assert.False(Fold().IsRunning);
    }

    [Fact(DisplayName = "[ROL-2] twelve hours after the time was over a roll call stays as it is")]
    public void Stays()
    {
        Send(Open);
        _context.Ring("end", TenMinutes);
        _context.Now += RollCallBehaviour.StaysOpen - TimeSpan.FromMinutes(1);
        Assert.Equal(RollCallOutcome.Done, Send(new AnswerRollCall("xinhua", null)));
        _context.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(RollCallOutcome.Over, Send(new AnswerRollCall("tianshan", null)));
        Assert.Equal(RollCallOutcome.Over, Send(new TakeBackRollCallAnswer("xinhua")));
        Assert.Equal(RollCallOutcome.Over, Send(new WithdrawRollCall()));
    }

    [Fact(DisplayName = "[ROL-3] after a recovery the clock runs for what is left, rings at once when the time has passed, and not again after the end")]
    public void Recovered()
    {
        Send(Open);
        var again = new RollCallBehaviour();
        _context.Recorded.ForEach(again.Apply);
        var opened = ((RollCallOpened)_context.Recorded[0]).At;

        var soon = new FakeContext(again, "roll-call/r1") { Now = opened.AddSeconds(590) };
        again.Recovered(soon);
        Assert.Equal(TimeSpan.FromSeconds(10), soon.Timers["end"].Due);

        var late = new FakeContext(again, "roll-call/r1") { Now = opened.AddHours(3) };
        again.Recovered(late);
        Assert.Equal(TimeSpan.Zero, late.Timers["end"].Due);
        Assert.True(late.Ring("end", TimeSpan.Zero));
        Assert.IsType<RollCallEnded>(Assert.Single(late.Published));

        again.Recovered(late);
        Assert.Empty(late.Timers);
    }

    [Fact(DisplayName = "[ROL-3] a roll call ends when the system's time says so, however that is set meanwhile: never before its due time, and within half a minute after it")]
    public void Time_set_anew()
    {
        Send(Open);
        var halfMinute = TimeSpan.FromSeconds(30);
        Assert.Equal(halfMinute, _context.Timers["end"].Due);
        Assert.True(_context.Ring("end", -TenMinutes));
        Assert.Equal("Waiting Waiting Waiting", States());

        Assert.Equal(halfMinute, _context.Timers["end"].Due);
        Assert.True(_context.Ring("end", 3 * TenMinutes));
        Assert.Equal("Missed Missed Missed", States());
        Assert.Empty(_context.Timers);
    }

    [Fact(DisplayName = "A directory that is told of a roll call twice keeps the answers that came between")]
    public void Told_twice()
    {
        Send(Open);
        Send(new AnswerRollCall("tianshan", null));
        Fold();
        _directory.Apply(_context.Published[0]);

        Assert.Equal(CalledState.Answered, _directory.Find("r1")!.StateOf(_directory.Find("r1")!.Find("tianshan")!));
    }

    private RollCallOutcome Send(object message) => ((RollCallReceipt)_context.Send(message)).Outcome;

    private string States()
    {
        var call = Fold();
        return string.Join(' ', call.Called.Select(call.StateOf));
    }

    private RollCall Fold()
    {
        foreach (var @event in _context.Published)
        {
            _directory.Apply(@event);
        }

        return _directory.Find("r1")!;
    }
}

using System.Collections.Immutable;
using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.RollCalls;

/// <summary>Calls the roll: each that is named has so long to answer.</summary>
/// <param name="Caller">Who calls: the centre itself, or whoever calls the centre (市局指挥中心, 区城运中心).</param>
/// <param name="Called">Squads' keys, or whoever else is called. At least one, each once.</param>
/// <param name="Within">Positive.</param>
public sealed record OpenRollCall(string Title, string Caller, ImmutableArray<string> Called, TimeSpan Within);

/// <summary>One of those that are called has answered.</summary>
public sealed record AnswerRollCall(string Called, string? Note);

/// <summary>An answer was put down by mistake.</summary>
public sealed record TakeBackRollCallAnswer(string Called);

/// <summary>The roll was called by mistake.</summary>
public sealed record WithdrawRollCall;

/// <summary>Brings a roll call into memory, so that its clock runs: it changes nothing.</summary>
public sealed record WakeRollCall;

/// <summary>What became of a change.</summary>
public enum RollCallOutcome
{
    Done,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>There is no such roll call.</summary>
    NoRollCall,

    /// <summary>It does not call that one.</summary>
    NotCalled,

    /// <summary>Another of this key was called before.</summary>
    Taken,

    /// <summary>It was withdrawn, or ended too long ago.</summary>
    Over,
}

public sealed record RollCallReceipt(RollCallOutcome Outcome);

/// <summary>The roll is called. On the wire for ever, as all events here: add fields, never rename or reuse them.</summary>
/// <param name="Due">When the time to answer is over.</param>
public sealed record RollCallOpened(
    string RollCall, DateTimeOffset At, string Title, string Caller, ImmutableArray<string> Called, DateTimeOffset Due, string? By, string? Post);

/// <summary>One that is called has answered: late when that is after the time was over.</summary>
public sealed record RollCallAnswered(string RollCall, DateTimeOffset At, string Called, string? Note, string? By, string? Post);

/// <summary>Its answer does not count: it was put down by mistake.</summary>
public sealed record RollCallAnswerTakenBack(string RollCall, DateTimeOffset At, string Called, string? By, string? Post);

/// <summary>The time to answer is over.</summary>
/// <param name="Missing">Who had not answered by then.</param>
public sealed record RollCallEnded(string RollCall, DateTimeOffset At, ImmutableArray<string> Missing);

/// <summary>The roll was called by mistake: it counts for nothing.</summary>
public sealed record RollCallWithdrawn(string RollCall, DateTimeOffset At, string? By, string? Post);

/// <summary>A roll call (点名): who is called, who has answered, and that the time is over (ROL-1 to ROL-4).</summary>
/// <remarks>It ends by itself, at its time, whether anybody looks or not: the end is an event, and what alarms screens.</remarks>
public sealed class RollCallBehaviour : IBehaviour
{
    /// <summary>How long after the end answers are still put down, as late ones, and mistakes mended.</summary>
    public static readonly TimeSpan StaysOpen = TimeSpan.FromHours(12);

    private const string Clock = "end";

    /// <summary>How long the clock is trusted: the system's time may be set anew while it runs.</summary>
    private static readonly TimeSpan Looks = TimeSpan.FromSeconds(30);

    private RollCall? _call;

    public void Receive(object message, IActorContext context)
    {
        if (message is EndNow)
        {
            if (_call is { IsRunning: true } running && context.Now >= running.Opened.Due)
            {
                var missing = running.Called.Where(called => called.Answered is null).Select(called => called.Name);
                Tell(new RollCallEnded(running.Key, context.Now, [.. missing]), context);
            }

            SetClock(context);
            return;
        }

        var (outcome, @event) = Decide(message, context);
        if (@event is not null)
        {
            Tell(@event, context);
            SetClock(context);
        }

        context.Reply(new RollCallReceipt(outcome));
    }

    public void Apply(object @event) => _call = RollCall.Fold(_call, @event);

    public void Recovered(IActorContext context) => SetClock(context);

    private static void Tell(object @event, IActorContext context)
    {
        context.Record(@event);
        context.Publish(@event);
    }

    private void SetClock(IActorContext context)
    {
        if (_call is { IsRunning: true } running)
        {
            context.StartTimer(Clock, TimeSpan.FromTicks(Math.Clamp((running.Opened.Due - context.Now).Ticks, 0, Looks.Ticks)), new EndNow());
        }
        else
        {
            context.CancelTimer(Clock);
        }
    }

    private (RollCallOutcome Outcome, object? Event) Decide(object message, IActorContext context)
    {
        var (key, now, by, post) = (context.Self.Key, context.Now, context.Origin.Who, context.Origin.Post);
        return (message, _call) switch
        {
            (WakeRollCall, _) => (RollCallOutcome.Unchanged, null),
            (OpenRollCall open, null) => (RollCallOutcome.Done, new RollCallOpened(
                key, now, open.Title, open.Caller, open.Called, now + open.Within, by, post)),
            (OpenRollCall open, { Opened: var opened }) => (opened.Title == open.Title && opened.Caller == open.Caller
                && opened.Called.SequenceEqual(open.Called) && opened.Due - opened.At == open.Within ? RollCallOutcome.Unchanged : RollCallOutcome.Taken, null),
            (AnswerRollCall or TakeBackRollCallAnswer or WithdrawRollCall, null) => (RollCallOutcome.NoRollCall, null),
            (WithdrawRollCall, { Withdrawn: not null }) => (RollCallOutcome.Unchanged, null),
            (_, { } call) when call.Withdrawn is not null || now > call.Opened.Due + StaysOpen => (RollCallOutcome.Over, null),
            (WithdrawRollCall, _) => (RollCallOutcome.Done, new RollCallWithdrawn(key, now, by, post)),
            (AnswerRollCall answer, { } call) => call.Find(answer.Called) is not { } called ? (RollCallOutcome.NotCalled, null)
                : called.Answered is null ? (RollCallOutcome.Done, new RollCallAnswered(key, now, answer.Called, answer.Note, by, post))
                : (RollCallOutcome.Unchanged, null),
            (TakeBackRollCallAnswer back, { } call) => call.Find(back.Called) is not { } called ? (RollCallOutcome.NotCalled, null)
                : called.Answered is not null ? (RollCallOutcome.Done, new RollCallAnswerTakenBack(key, now, back.Called, by, post))
                : (RollCallOutcome.Unchanged, null),
            _ => throw new UnreachableException($"No rule for message {message.GetType().Name}."),
        };
    }

    /// <summary>Its own clock's message; it never leaves the process.</summary>
    private sealed record EndNow;
}

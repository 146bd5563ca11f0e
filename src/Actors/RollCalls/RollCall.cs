using System.Collections.Immutable;

namespace Vantage.Actors.RollCalls;

/// <summary>One that is called, and how it has answered.</summary>
/// <param name="Name">A squad's key, or whoever else is called.</param>
/// <param name="Answered">Its answer; null: none so far.</param>
public sealed record Called(string Name, RollCallAnswered? Answered);

/// <summary>How one that is called stands.</summary>
public enum CalledState
{
    /// <summary>There is still time to answer.</summary>
    Waiting,
    Answered,

    /// <summary>Answered, after the time was over.</summary>
    Late,

    /// <summary>The time is over, and nothing was heard.</summary>
    Missed,
}

/// <summary>A roll call (点名) as it stands, immutable.</summary>
/// <param name="Ended">That its time is over; null: it is not.</param>
/// <param name="Withdrawn">That it was called by mistake, and counts for nothing; null: it was not.</param>
public sealed record RollCall(
    RollCallOpened Opened, ImmutableArray<Called> Called, RollCallEnded? Ended = null, RollCallWithdrawn? Withdrawn = null)
{
    public string Key => Opened.RollCall;

    /// <summary>Whether its time runs.</summary>
    public bool IsRunning => Ended is null && Withdrawn is null;

    public Called? Find(string name) => Called.FirstOrDefault(called => called.Name == name);

    public CalledState StateOf(Called called) => called.Answered switch
    {
        { } answer => answer.At > Opened.Due ? CalledState.Late : CalledState.Answered,
        null => Ended is null ? CalledState.Waiting : CalledState.Missed,
    };

    /// <summary>The roll call with one more event; <paramref name="before"/> is null before its first.</summary>
    /// <exception cref="System.Diagnostics.UnreachableException">There is no rule for the event.</exception>
    internal static RollCall? Fold(RollCall? before, object @event) => (@event, before) switch
    {
        (RollCallOpened opened, null) => new RollCall(opened, [.. opened.Called.Select(name => new Called(name, null))]),
        (RollCallOpened, { } call) => call, // Told again: what came since stays.
        (RollCallAnswered answer, { } call) => call.With(answer.Called, answer),
        (RollCallAnswerTakenBack back, { } call) => call.With(back.Called, null),
        (RollCallEnded ended, { } call) => call with { Ended = ended },
        (RollCallWithdrawn withdrawn, { } call) => call with { Withdrawn = withdrawn },
        (RollCallAnswered or RollCallAnswerTakenBack or RollCallEnded or RollCallWithdrawn, null) => null, // Of one that this was never told of.
        _ => throw new System.Diagnostics.UnreachableException($"No rule for event {@event.GetType().Name}."),
    };

    private RollCall With(string name, RollCallAnswered? answer)
        => Find(name) is { } called ? this with { Called = Called.Replace(called, called with { Answered = answer }) } : this;
}

using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Breaches;

/// <summary>How far people have come with a breach. Kept apart from the breach, which follows from tracks: BRE-5.</summary>
public enum HandlingState
{
    Open,
    Acknowledged,
    Handled,
    FalseAlarm,
}

public sealed record AcknowledgeBreach(string? Note);

public sealed record HandleBreach(string? Note);

public sealed record MarkFalseAlarm(string? Note);

/// <summary>Answer to all three: the state it has now; <paramref name="IsAllowed"/> is false when the step is not open from there.</summary>
public sealed record HandlingReceipt(HandlingState State, bool IsAllowed);

/// <summary>A step in the handling of a breach. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record BreachHandled(string Breach, HandlingState State, DateTimeOffset At, string? By, string? Post, string? Note);

/// <summary>What was done about one breach.</summary>
/// <remarks>
/// <code>
///        acknowledge                 handle
/// open ──────────────▶ acknowledged ────────▶ handled
///   │                        │
///   └──────── handle ────────┼──▶ handled
///   └───── false alarm ──────┴──▶ false alarm
/// </code>
/// Doing again what was done is a retry and changes nothing.
/// </remarks>
public sealed class BreachHandlingBehaviour : IBehaviour
{
    private BreachHandled? _last;

    private HandlingState State => _last?.State ?? HandlingState.Open;

    public void Receive(object message, IActorContext context)
    {
        var (next, note) = message switch
        {
            AcknowledgeBreach acknowledge => (HandlingState.Acknowledged, acknowledge.Note),
            HandleBreach handle => (HandlingState.Handled, handle.Note),
            MarkFalseAlarm mark => (HandlingState.FalseAlarm, mark.Note),
            _ => throw new UnreachableException($"No rule for message {message.GetType().Name}."),
        };

        var isRetry = next == State;
        var isAllowed = isRetry || State < HandlingState.Handled;
        if (isAllowed && !isRetry && next > State)
        {
            var origin = context.Origin;
            var @event = new BreachHandled(context.Self.Key, next, context.Now, origin.Who, origin.Post, note);
            context.Record(@event);
            context.Publish(@event);
        }

        context.Reply(new HandlingReceipt(State, isAllowed));
    }

    public void Apply(object @event) => _last = @event switch
    {
        BreachHandled handled => handled,
        _ => throw new UnreachableException($"No rule for event {@event.GetType().Name}."),
    };

    public IReadOnlyList<object>? Snapshot() => _last is null ? [] : [_last];
}

using System.Collections.Immutable;
using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Replays;

/// <summary>Opens a replay of units between two times. Its clock stands at the begin.</summary>
/// <param name="FromMs">Milliseconds since 1970-01-01 UTC, as all times here.</param>
/// <param name="Units">Their ids.</param>
/// <param name="Zone">The zone whose visitors the units are, if they were found so.</param>
/// <param name="Box">The box of those, as west, south, east, north in degrees; empty: none.</param>
public sealed record OpenReplay(
    string Name, long FromMs, long ToMs, ImmutableArray<string> Units, string? Zone, ImmutableArray<double> Box);

/// <summary>Sets the clock of a replay; what is null stays.</summary>
public sealed record SetReplayClock(long? TimeMs, double? Rate, bool? IsPlaying);

/// <summary>Nobody needs the replay any more.</summary>
public sealed record CloseReplay;

/// <param name="IsOpen">False: there is no such replay, or it is closed; then nothing was changed.</param>
public sealed record ReplayReceipt(bool IsOpen, ReplayClock? Clock);

/// <summary>A replay can be followed from now on. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record ReplayOpened(
    string Replay, DateTimeOffset At, string Name, long FromMs, long ToMs, ImmutableArray<string> Units, string? Zone, ImmutableArray<double> Box, string By);

/// <summary>The clock of a replay was set at that moment.</summary>
public sealed record ReplayClockSet(string Replay, DateTimeOffset At, long TimeMs, double Rate, bool IsPlaying);

/// <summary>A replay cannot be followed any more.</summary>
public sealed record ReplayClosed(string Replay, DateTimeOffset At);

/// <summary>A replay: whom it shows, of what time, and its clock.</summary>
public sealed class ReplayBehaviour : IBehaviour
{
    private ReplayOpened? _opened;
    private ReplayClockSet? _set;
    private bool _isClosed;

    private bool IsOpen => _opened is not null && !_isClosed;

    public void Receive(object message, IActorContext context)
    {
        if (Decide(message, context) is { } @event)
        {
            context.Record(@event);
            context.Publish(@event);
        }

        context.Reply(new ReplayReceipt(IsOpen, IsOpen ? Clock() : null));
    }

    public void Apply(object @event)
    {
        switch (@event)
        {
            case ReplayOpened opened:
                _opened = opened;
                break;
            case ReplayClockSet set:
                _set = set;
                break;
            case ReplayClosed:
                _isClosed = true;
                break;
            default:
                throw new UnreachableException($"No rule for event {@event.GetType().Name}.");
        }
    }

    private object? Decide(object message, IActorContext context) => message switch
    {
        OpenReplay open when _opened is null => new ReplayOpened(
            context.Self.Key, context.Now, open.Name, open.FromMs, open.ToMs, open.Units, open.Zone, open.Box, context.Origin.Name ?? context.Origin.Person ?? ""),
        SetReplayClock set when IsOpen => Set(set, context.Now),
        CloseReplay when IsOpen => new ReplayClosed(context.Self.Key, context.Now),
        OpenReplay or SetReplayClock or CloseReplay => null,
        _ => throw new UnreachableException($"No rule for message {message.GetType().Name}."),
    };

    private ReplayClockSet Set(SetReplayClock set, DateTimeOffset now)
    {
        var clock = Clock();
        var timeMs = Math.Clamp(set.TimeMs ?? clock.TimeAt(now, _opened!.FromMs, _opened.ToMs), _opened!.FromMs, _opened.ToMs);
        return new ReplayClockSet(_opened.Replay, now, timeMs, set.Rate ?? clock.Rate, set.IsPlaying ?? clock.IsPlaying);
    }

    private ReplayClock Clock() => ReplayDirectory.ClockOf(_opened!, _set);
}

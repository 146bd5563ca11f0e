using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Journal;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;

namespace Vantage.Runtime.Contract;

/// <summary>Keeps a number for good; answers with how many it has.</summary>
public sealed record Keep(int Value);

/// <summary>Sends, publishes and keeps a number, then throws.</summary>
public sealed record KeepAndThrow(int Value);

/// <summary>Throws having done nothing.</summary>
public sealed record Throw;

/// <summary>Records an event that the catalog does not know, and hides the error.</summary>
public sealed record RecordUnknown;

/// <summary>Answers with <see cref="Seen"/>.</summary>
public sealed record Read;

/// <summary>Keeps a number, then sends, publishes and answers.</summary>
public sealed record KeepAndShow(int Value, ActorId To);

/// <summary>Sends a message on.</summary>
public sealed record Forward(ActorId To, object Message, int Times = 1)
{
    internal static void Write(Forward forward, IBufferWriter<byte> bytes)
    {
        var message = new ArrayBufferWriter<byte>();
        Probe.Messages.Write(forward.Message, message);
        JsonSerializer.Serialize(
            new Utf8JsonWriter(bytes), new Form(forward.To, Probe.Messages.ManifestOf(forward.Message), message.WrittenSpan.ToArray(), forward.Times));
    }

    internal static Forward Read(ReadOnlyMemory<byte> bytes)
    {
        var form = JsonSerializer.Deserialize<Form>(bytes.Span)!;
        return new Forward(form.To, Probe.Messages.Read(form.Manifest, form.Bytes), form.Times);
    }

    private sealed record Form(ActorId To, string Manifest, byte[] Bytes, int Times);
}

/// <summary>Is received and not answered.</summary>
public sealed record Ignore;

/// <summary>Answers with <see cref="Turned"/>.</summary>
public sealed record AskTurn;

/// <summary>Starts a timer; a durable one is armed again after recovery. It rings as <see cref="Rang"/>.</summary>
public sealed record Arm(string Name, TimeSpan Due, int Value, bool IsDurable = false);

public sealed record Disarm(string Name);

/// <summary>What a timer sends; published when received.</summary>
public sealed record Rang(string Name, int Value);

public sealed record Leave;

/// <summary>What an actor remembers.</summary>
public sealed record Seen(IReadOnlyList<int> Values)
{
    public bool Equals(Seen? other) => other is not null && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => Values.Count;
}

/// <summary>Who asked, and when.</summary>
public sealed record Turned(Origin Origin, DateTimeOffset Now);

/// <summary>Published when a behaviour was recovered.</summary>
public sealed record Woke(int Values);

public sealed record Kept(int Value);

public sealed record TimerSet(string Name, DateTimeOffset At, int Value);

public sealed record TimerDone(string Name);

public sealed record Unknown;

/// <summary>The actor of the suite: does what the message says.</summary>
public sealed class Probe : IBehaviour
{
    private readonly List<int> _values = [];
    private readonly Dictionary<string, TimerSet> _timers = new(StringComparer.Ordinal);

    public static EventCatalog Catalog { get; } = new EventCatalog()
        .Add<Kept>("kept")
        .Add<TimerSet>("timer-set")
        .Add<TimerDone>("timer-done");

    /// <summary>What the suite sends and answers, for runtimes whose messages may travel.</summary>
    public static WireCatalog Messages { get; } = new WireCatalog()
        .Add<AskLastInside>("ask-last-inside") // A runtime that hands shards over asks it whether they live again.
        .Add<LastInside>("last-inside")
        .Add<Keep>("keep")
        .Add<KeepAndThrow>("keep-and-throw")
        .Add<Throw>("throw")
        .Add<RecordUnknown>("record-unknown")
        .Add<Read>("read")
        .Add<KeepAndShow>("keep-and-show")
        .Add("forward", 1, Forward.Write, Forward.Read)
        .Add<Ignore>("ignore")
        .Add<AskTurn>("ask-turn")
        .Add<Arm>("arm")
        .Add<Disarm>("disarm")
        .Add<Rang>("rang")
        .Add<Leave>("leave")
        .Add<Seen>("seen")
        .Add<Turned>("turned")
        .Add<CountFrames>("count-frames")
        .Add<FrameCount>("frame-count")
        .Add<int>("int");

    public void Receive(object message, IActorContext context)
    {
        switch (message)
        {
            case Keep keep:
                context.Record(new Kept(keep.Value));
                context.Reply(_values.Count);
                break;
            case KeepAndThrow keep:
                context.Tell(context.Self, new Keep(-1));
                context.Publish(keep);
                context.Record(new Kept(keep.Value));
                throw new InvalidOperationException("Told to.");
            case Throw:
                throw new InvalidOperationException("Told to.");
            case RecordUnknown:
                Hide(() => context.Record(new Unknown()));
                context.Reply(0);
                break;
            case Read:
                context.Reply(new Seen([.. _values]));
                break;
            case KeepAndShow keep:
                context.Record(new Kept(keep.Value));
                context.Tell(keep.To, new Keep(keep.Value));
                context.Publish(new Kept(keep.Value));
                context.Reply(_values.Count);
                break;
            case Forward forward:
                for (var i = 0; i < forward.Times; i++)
                {
                    context.Tell(forward.To, forward.Message);
                }

                context.Reply(forward.Times);
                break;
            case AskTurn:
                context.Reply(new Turned(context.Origin, context.Now));
                break;
            case Ignore:
                break;
            case Leave:
                context.Passivate();
                context.Reply(0);
                break;
            default:
                ReceiveTimer(message, context);
                break;
        }
    }

    public void Apply(object @event)
    {
        switch (@event)
        {
            case Kept kept:
                _values.Add(kept.Value);
                break;
            case TimerSet set:
                _timers[set.Name] = set;
                break;
            case TimerDone done:
                _timers.Remove(done.Name);
                break;
            default:
                throw new UnreachableException($"No rule for {@event.GetType().Name}.");
        }
    }

    public void Recovered(IActorContext context)
    {
        foreach (var timer in _timers.Values)
        {
            context.StartTimer(timer.Name, timer.At - context.Now, new Rang(timer.Name, timer.Value));
        }

        context.Publish(new Woke(_values.Count));
    }

    private void ReceiveTimer(object message, IActorContext context)
    {
        switch (message)
        {
            case Arm arm:
                if (arm.IsDurable)
                {
                    context.Record(new TimerSet(arm.Name, context.Now + arm.Due, arm.Value));
                }

                context.StartTimer(arm.Name, arm.Due, new Rang(arm.Name, arm.Value));
                context.Reply(0);
                break;
            case Disarm disarm:
                context.CancelTimer(disarm.Name);
                context.Reply(0);
                break;
            case Rang rang:
                if (_timers.ContainsKey(rang.Name))
                {
                    context.Record(new TimerDone(rang.Name));
                }

                context.Publish(rang);
                break;
            default:
                throw new UnreachableException($"No rule for {message.GetType().Name}.");
        }
    }

    private static void Hide(Action action)
    {
        try
        {
            action();
        }
        catch (InvalidOperationException)
        {
            // The runtime must remember what the behaviour forgets.
        }
    }
}

/// <summary>Probes for squads; nothing for any other kind.</summary>
public sealed class ProbeFactory : IBehaviourFactory
{
    public IBehaviour? Create(ActorId id) => id.Kind == ActorKinds.Squad ? new Probe() : null;
}

using Akka.Actor;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;
using Envelope = Vantage.Actors.Journal.Envelope;
using IActorContext = Vantage.Actors.Runtime.IActorContext;

namespace Vantage.Actors.Akka;

internal enum EffectKind : byte
{
    Tell,
    Reply,
    Publish,
    StartTimer,
    CancelTimer,
    Passivate,
}

/// <summary>Something that a turn makes happen outside its actor, held until the turn's events are durable.</summary>
internal readonly record struct Effect(
    EffectKind Kind,
    object? Payload = null,
    ActorId To = default,
    Origin? Origin = null,
    string? Name = null,
    long Due = 0,
    IActorRef? Asker = null,
    long Ask = 0);

/// <summary>
/// The messages that an actor takes between two appends: their events, already applied, and their effects, held back.
/// The context of its behaviour, open only while a message is received.
/// </summary>
internal sealed class Turn(ActorId self, IBehaviour behaviour, long sequence, Clock clock, EventCatalog catalog) : IActorContext
{
    private readonly string _stream = self.ToString();
    private readonly List<Envelope> _events = [];
    private readonly List<Effect> _effects = [];
    private Letter _letter;
    private long _ticks;
    private bool _isOpen;
    private Exception? _broken;

    public ActorId Self => self;

    public DateTimeOffset Now { get; private set; }

    public Origin Origin => _letter.Mail?.Origin ?? Origin.System;

    public IReadOnlyList<Envelope> Events => _events;

    public IReadOnlyList<Effect> Effects => _effects;

    /// <summary>Letters that the turn got to, the one that threw among them.</summary>
    public int Processed { get; private set; }

    public int Messages { get; private set; }

    /// <summary>Why the turn ended early.</summary>
    public Exception? Thrown { get; private set; }

    /// <summary>Lets the behaviour arm its timers, when it is new, and receive the letters until one throws.</summary>
    public void Take(Letter[] letters, bool isFirst)
    {
        if (isFirst && !Run(default, static (behaviour, _, context) => behaviour.Recovered(context)))
        {
            return;
        }

        foreach (var letter in letters)
        {
            Processed++;
            if (letter.IsStale || (letter.Timer is { } timer && Overrides(timer.Name)))
            {
                continue;
            }

            Messages++;
            if (!Run(letter, static (behaviour, message, context) => behaviour.Receive(message!, context)))
            {
                return;
            }
        }
    }

    public void Record(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        MustBeOpen();
        try
        {
            var envelope = catalog.Wrap(_stream, sequence + _events.Count + 1, @event, Now, Origin);
            behaviour.Apply(@event);
            _events.Add(envelope);
        }
        catch (Exception thrown)
        {
            // Half applied: the message must not survive, even if the behaviour catches this.
            _broken ??= thrown;
            throw;
        }
    }

    public void Tell(ActorId to, object message)
    {
        ArgumentNullException.ThrowIfNull(message);

        // Here, where it fails this message alone: once the turn is durable it is too late to refuse.
        if (string.IsNullOrEmpty(to.Kind) || string.IsNullOrEmpty(to.Key) || to.Key.Length > ActorId.MaxKeyLength)
        {
            throw new ArgumentException($"'{to}' names no actor.", nameof(to));
        }

        Hold(new Effect(EffectKind.Tell, message, To: to, Origin: Origin));
    }

    public void Reply(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        MustBeOpen();
        if (_letter.Mail is { Ask: not 0 and var ask })
        {
            Hold(new Effect(EffectKind.Reply, message, Asker: _letter.Sender, Ask: ask));
        }
    }

    public void Publish(object delta)
    {
        ArgumentNullException.ThrowIfNull(delta);
        Hold(new Effect(EffectKind.Publish, delta));
    }

    public void StartTimer(string name, TimeSpan due, object message)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(message);
        Hold(new Effect(EffectKind.StartTimer, message, Name: name, Due: _ticks + Math.Clamp(due.Ticks, 0, long.MaxValue / 2)));
    }

    public void CancelTimer(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Hold(new Effect(EffectKind.CancelTimer, Name: name));
    }

    public void Passivate() => Hold(new Effect(EffectKind.Passivate));

    /// <summary>False when the behaviour threw: nothing of the message is left, and the behaviour is in a state that nobody knows.</summary>
    private bool Run(in Letter letter, Action<IBehaviour, object?, IActorContext> receive)
    {
        Now = clock.UtcNow;
        _ticks = clock.Ticks;
        _letter = letter;
        var (events, effects) = (_events.Count, _effects.Count);
        _isOpen = true;
        try
        {
            receive(behaviour, letter.Mail?.Message, this);
        }
        catch (Exception thrown)
        {
            _broken ??= thrown;
        }

        _isOpen = false;
        _letter = default;
        if (_broken is null)
        {
            return true;
        }

        _events.RemoveRange(events, _events.Count - events);
        _effects.RemoveRange(effects, _effects.Count - effects);
        Thrown = _broken;
        return false;
    }

    /// <summary>Whether this turn started or cancelled the timer of that name: then what the old one sent is stale.</summary>
    private bool Overrides(string timer) => _effects.Exists(effect
        => effect.Kind is EffectKind.StartTimer or EffectKind.CancelTimer && string.Equals(effect.Name, timer, StringComparison.Ordinal));

    private void Hold(in Effect effect)
    {
        MustBeOpen();
        _effects.Add(effect);
    }

    private void MustBeOpen()
    {
        if (!_isOpen)
        {
            throw new InvalidOperationException($"{self}: the context is valid only while a message is received.");
        }
    }
}

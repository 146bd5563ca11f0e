using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

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
    EffectKind Kind, object? Payload = null, ActorId To = default, Origin? Origin = null, string? Name = null, long Due = 0, int Index = -1);

/// <summary>What a turn keeps in the journal: whose it is, and where it continues.</summary>
internal sealed class ActorState(ActorId id)
{
    public ActorId Id => id;

    /// <summary>The actor's name as text: its stream in the journal.</summary>
    public string Stream { get; } = id.ToString();

    public IBehaviour? Behaviour { get; set; }

    /// <summary>The sequence of the last durable event.</summary>
    public long Sequence { get; set; }
}

/// <summary>
/// The messages that an actor takes between two appends: their events, already applied, and their effects, held back.
/// One an actor, used again for each of its turns. The context of its behaviour, open only while a message is received.
/// </summary>
internal sealed class Turn(ActorState actor, Clock clock, EventCatalog catalog) : IActorContext
{
    private readonly List<Envelope> _events = [];
    private readonly List<Effect> _effects = [];
    private Mail _mail;
    private int _index;
    private long _ticks;
    private int _eventMark;
    private int _effectMark;
    private bool _isOpen;
    private Exception? _broken;

    public ActorId Self => actor.Id;

    public DateTimeOffset Now { get; private set; }

    public Origin Origin => _mail.Origin ?? Origin.System;

    public List<Envelope> Events => _events;

    public List<Effect> Effects => _effects;

    /// <summary>What the last message of the turn threw.</summary>
    public Exception? Thrown { get; private set; }

    public int Messages { get; private set; }

    public bool StartsTimer => _effects.Exists(effect => effect.Kind == EffectKind.StartTimer);

    public void Begin()
    {
        _events.Clear();
        _effects.Clear();
        Thrown = null;
        Messages = 0;
    }

    /// <summary>Lets the behaviour receive one message, or <c>Recovered</c> for none. False when it threw: nothing of the message is left.</summary>
    /// <param name="index">The message's place in its parcel, by which it is answered.</param>
    public bool Receive(IBehaviour behaviour, in Mail mail, int index = -1)
    {
        Now = clock.UtcNow;
        _ticks = clock.Ticks;
        _mail = mail;
        _index = index;
        _eventMark = _events.Count;
        _effectMark = _effects.Count;
        _broken = null;
        _isOpen = true;
        try
        {
            if (mail.Message is null)
            {
                behaviour.Recovered(this);
            }
            else
            {
                Messages++;
                behaviour.Receive(mail.Message, this);
            }
        }
        catch (Exception thrown)
        {
            _broken ??= thrown;
        }

        _isOpen = false;
        _mail = default;
        if (_broken is null)
        {
            return true;
        }

        _events.RemoveRange(_eventMark, _events.Count - _eventMark);
        _effects.RemoveRange(_effectMark, _effects.Count - _effectMark);
        Thrown = _broken;
        return false;
    }

    /// <summary>A message that did not read, and never reaches the behaviour: its asker is told why.</summary>
    public void Refuse(in Mail mail, Unreadable instead, int index)
    {
        if (mail.Ask is not null)
        {
            _effects.Add(new Effect(EffectKind.Reply, instead, Index: index));
        }
    }

    /// <summary>Whether this turn started or cancelled the timer of that name: then what the old one sent is stale.</summary>
    public bool Overrides(string timer)
    {
        foreach (var effect in _effects)
        {
            if (effect.Kind is EffectKind.StartTimer or EffectKind.CancelTimer
                && string.Equals(effect.Name, timer, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public void Record(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        MustBeOpen();
        try
        {
            var envelope = catalog.Wrap(actor.Stream, actor.Sequence + _events.Count + 1, @event, Now, Origin);
            actor.Behaviour!.Apply(@event);
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
        if (_mail.Ask is not null)
        {
            Hold(new Effect(EffectKind.Reply, message, Index: _index));
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

    private void Hold(in Effect effect)
    {
        MustBeOpen();
        _effects.Add(effect);
    }

    private void MustBeOpen()
    {
        if (!_isOpen)
        {
            throw new InvalidOperationException($"{actor.Id}: the context is valid only while a message is received.");
        }
    }
}

using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

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
    EffectKind Kind, object? Payload = null, ActorId To = default, Origin? Origin = null, string? Name = null, long Due = 0, Ask? Ask = null);

/// <summary>
/// The messages that an actor takes between two appends: their events, already applied, and their effects, held back.
/// One an actor, used again for each of its turns. The context of its behaviour, open only while a message is received.
/// </summary>
internal sealed class Turn(ActorCell cell, Clock clock, EventCatalog catalog) : IActorContext
{
    private readonly List<Envelope> _events = [];
    private readonly List<Effect> _effects = [];
    private readonly List<Ask> _asks = [];
    private Mail _mail;
    private long _ticks;
    private int _eventMark;
    private int _effectMark;
    private bool _isOpen;
    private Exception? _broken;

    public ActorId Self => cell.Id;

    public DateTimeOffset Now { get; private set; }

    public Origin Origin => _mail.Origin ?? Origin.System;

    public List<Envelope> Events => _events;

    public List<Effect> Effects => _effects;

    /// <summary>The asks whose messages the turn took, the one that threw among them: they fail with it.</summary>
    public IEnumerable<Ask> AllAsks => Failure is { Mail.Ask: { } thrown } ? _asks.Append(thrown) : _asks;

    /// <summary>Why the turn ended early, and on whose behalf.</summary>
    public (Exception Reason, Mail Mail)? Failure { get; private set; }

    public int Messages { get; private set; }

    public void Begin()
    {
        _events.Clear();
        _effects.Clear();
        _asks.Clear();
        Failure = null;
        Messages = 0;
    }

    /// <summary>Lets the behaviour receive one message, or <c>Recovered</c> for none. False when it threw: nothing of the message is left.</summary>
    public bool Receive(IBehaviour behaviour, in Mail mail)
    {
        Now = clock.UtcNow;
        _ticks = clock.Ticks;
        _mail = mail;
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
            if (mail.Ask is not null)
            {
                _asks.Add(mail.Ask);
            }

            return true;
        }

        _events.RemoveRange(_eventMark, _events.Count - _eventMark);
        _effects.RemoveRange(_effectMark, _effects.Count - _effectMark);
        Failure = (_broken, mail);
        return false;
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
            var envelope = catalog.Wrap(cell.Stream, cell.Sequence + _events.Count + 1, @event, Now, Origin);
            cell.Behaviour!.Apply(@event);
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
        if (_mail.Ask is { } ask)
        {
            Hold(new Effect(EffectKind.Reply, message, Ask: ask));
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
            throw new InvalidOperationException($"{cell.Id}: the context is valid only while a message is received.");
        }
    }
}

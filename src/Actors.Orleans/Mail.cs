using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>A message on its way.</summary>
/// <param name="owner">
/// Set when an activation sent it to itself: a <see cref="NamedTimer"/> that is due, or the activation's <see cref="ActorTimers"/> as a
/// reminder to look whether it is idle. Either may be stale by the time it is read.
/// </param>
internal readonly struct Mail(object message, Origin origin, Ask? ask = null, object? owner = null)
{
    public readonly object Message = message;
    public readonly Origin Origin = origin;
    public readonly Ask? Ask = ask;
    public readonly object? Owner = owner;

    public bool IsOwn => Owner is not null;
}

/// <summary>Stands for an asker in another process, who gets the reply with the turn's result.</summary>
internal sealed class DistantAsk : Ask
{
    public static DistantAsk Instance { get; } = new();

    public override bool IsOver => false;

    public override void Answer(object reply)
    {
    }

    public override void Fail(Exception reason)
    {
    }
}

/// <summary>A mail that found its mailbox full. Its task completes when the mailbox takes it.</summary>
internal sealed class Waiter(Mail mail) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Mail Mail { get; } = mail;

    public bool IsWithdrawn => Task.IsCanceled || Mail.Ask is { IsOver: true };

    /// <summary>False when the sender gave up meanwhile: the mail must then not be delivered.</summary>
    public bool TryAdmit() => Mail.Ask is not { IsOver: true } && TrySetResult();

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (waiter, token) => ((Waiter)waiter!).TrySetCanceled(token), this);
        await Task.ConfigureAwait(false);
    }
}

/// <summary>A queue in a ring that grows, and that takes back what was read too early. Bounds are its owner's business.</summary>
internal sealed class MailQueue
{
    private Mail[] _ring = [];
    private int _head;

    public int Count { get; private set; }

    public void Enqueue(in Mail mail)
    {
        Grow();
        _ring[(_head + Count) & (_ring.Length - 1)] = mail;
        Count++;
    }

    public void PushFront(in Mail mail)
    {
        Grow();
        _head = (_head - 1) & (_ring.Length - 1);
        _ring[_head] = mail;
        Count++;
    }

    public Mail Dequeue()
    {
        var mail = _ring[_head];
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        return mail;
    }

    private void Grow()
    {
        if (Count < _ring.Length)
        {
            return;
        }

        var larger = new Mail[Math.Max(4, _ring.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }
}

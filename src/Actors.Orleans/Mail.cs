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

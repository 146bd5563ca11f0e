using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>One question that waits for its answer. What comes first counts: reply, failure, timeout or cancellation.</summary>
internal abstract class Ask
{
    public abstract bool IsOver { get; }

    public abstract void Answer(object reply);

    public abstract void Fail(Exception reason);
}

internal sealed class Ask<TReply>(ActorId to) : Ask
{
    private readonly TaskCompletionSource<TReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timeout;
    private CancellationTokenRegistration _cancellation;

    public Task<TReply> Task => _answer.Task;

    public override bool IsOver => _answer.Task.IsCompleted;

    /// <summary>Starts the timeout and follows the token; called once, before the message is sent.</summary>
    public void Arm(TimeProvider time, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _timeout = time.CreateTimer(static ask => ((Ask<TReply>)ask!).TimeOut(), this, timeout, Timeout.InfiniteTimeSpan);
        _cancellation = cancellationToken.UnsafeRegister(static (ask, token) => ((Ask<TReply>)ask!).Cancel(token), this);

        // Either may have ended the ask before its field was set.
        if (IsOver)
        {
            Disarm();
        }
    }

    public override void Answer(object reply)
    {
        if (reply is TReply answer)
        {
            if (_answer.TrySetResult(answer))
            {
                Disarm();
            }
        }
        else
        {
            Fail(new ActorFailedException(to, $"answered with {reply.GetType().Name} where {typeof(TReply).Name} was asked for"));
        }
    }

    public override void Fail(Exception reason)
    {
        if (_answer.TrySetException(reason))
        {
            Disarm();
        }
    }

    private void TimeOut() => Fail(new TimeoutException($"{to} did not reply in time."));

    private void Cancel(CancellationToken token)
    {
        if (_answer.TrySetCanceled(token))
        {
            Disarm();
        }
    }

    private void Disarm()
    {
        _timeout?.Dispose();
        _cancellation.Unregister();
    }
}

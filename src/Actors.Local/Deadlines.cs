using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>Something that is due at a time: an actor's timer, or, without a name, the end of its back-off.</summary>
internal sealed class Deadline(ActorCell cell, string? name, object? message)
{
    public ActorCell Cell => cell;

    public string? Name => name;

    public object? Message => message;

    public bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;
}

/// <summary>The deadlines of one worker, earliest first; equal ones in the order in which they were set. For its thread only.</summary>
internal sealed class Deadlines
{
    private readonly PriorityQueue<Deadline, (long Due, long Order)> _queue = new();
    private long _order;
    private int _cancelled;

    /// <summary>When the next one is due, in <see cref="Clock"/> ticks.</summary>
    public long Next => _queue.TryPeek(out _, out var priority) ? priority.Due : long.MaxValue;

    public void Add(Deadline deadline, long due) => _queue.Enqueue(deadline, (due, _order++));

    /// <summary>Cancelled deadlines stay in the heap until they are due, or until they are most of it.</summary>
    public void Cancel(Deadline deadline)
    {
        if (deadline.IsCancelled)
        {
            return;
        }

        deadline.Cancel();
        if (++_cancelled > 1024 && _cancelled > _queue.Count / 2)
        {
            var live = _queue.UnorderedItems.Where(item => !item.Element.IsCancelled).ToArray();
            _queue.Clear();
            _queue.EnqueueRange(live);
            _cancelled = 0;
        }
    }

    public bool TryTakeDue(long now, out Deadline deadline)
    {
        while (_queue.TryPeek(out deadline!, out var priority) && priority.Due <= now)
        {
            _queue.Dequeue();
            if (!deadline.IsCancelled)
            {
                return true;
            }

            _cancelled = Math.Max(0, _cancelled - 1);
        }

        return false;
    }
}

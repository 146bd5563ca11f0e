using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>Named timers, and back-offs that end.</summary>
internal sealed partial class ActorHost
{
    private void StartTimer(ActorCell cell, string name, long due, object message)
    {
        CancelTimer(cell, name);
        var timer = new Deadline(cell, name, message);
        (cell.Timers ??= new Dictionary<string, Deadline>(StringComparer.Ordinal))[name] = timer;
        _deadlines.Add(timer, due);
    }

    private void CancelTimer(ActorCell cell, string name)
    {
        if (cell.Timers is not null && cell.Timers.Remove(name, out var timer))
        {
            _deadlines.Cancel(timer);
        }
    }

    /// <summary>
    /// Whether the message of a timer still counts: between its becoming due and its turn, the timer may have been cancelled
    /// or started anew, in this very turn too. If it counts it is done with.
    /// </summary>
    private static bool IsCurrent(ActorCell cell, Turn turn, Deadline timer)
    {
        if (turn.Overrides(timer.Name!) || cell.Timers is null
            || !cell.Timers.TryGetValue(timer.Name!, out var current) || current != timer)
        {
            return false;
        }

        return cell.Timers.Remove(timer.Name!);
    }

    private bool TakeDue(long now)
    {
        var worked = false;
        while (_deadlines.TryTakeDue(now, out var deadline))
        {
            worked = true;
            lock (gate.Lock)
            {
                if (deadline.Name is not null)
                {
                    // Timers end with the runtime's welcome to new work. They pass the mailbox's bound: each has one message at most.
                    if (!_refusesOutside)
                    {
                        Sort_NeedsLock();
                        Enqueue_NeedsLock(deadline.Cell, new Mail(deadline.Message!, Origin.System, timer: deadline));
                    }

                    continue;
                }

                deadline.Cell.Status = CellStatus.Busy;
                _busy++;
            }

            Recover(deadline.Cell);
        }

        return worked;
    }
}

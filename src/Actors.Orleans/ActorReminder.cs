namespace Vantage.Actors.Orleans;

/// <summary>Has the cluster wake an actor while timers of its run: they are in the memory of its silo alone, which may die.</summary>
/// <remarks>
/// It says no more than that there are timers: which, recovery derives from state. So one too many costs a recovery, and is dropped at its next
/// tick; one too few would be a timer that never rings. Called by the grain, in its turns and its recovery.
/// </remarks>
internal sealed class ActorReminder(ActorGrain grain, ActorId actor, RuntimeParts parts)
{
    private const string Name = "timers";

    private readonly bool _isRemembered = parts.Options.Remembers(actor.Kind);
    private IGrainReminder? _held;

    /// <summary>Completes when the last one that was let go is off the record, or that has failed.</summary>
    public Task Released { get; private set; } = Task.CompletedTask;

    /// <summary>Completes when a reminder is on record, whatever becomes of this silo. Nothing happens for kinds that are not remembered.</summary>
    /// <exception cref="IOException">It could not be put on record.</exception>
    public async Task HoldAsync()
    {
        if (!_isRemembered || _held is not null)
        {
            return;
        }

        await Released;
        var every = parts.Options.RemindEvery;
        try
        {
            _held = await grain.RegisterOrUpdateReminder(Name, every, every).WaitAsync(parts.Ended);
        }
        catch (Exception refused)
        {
            throw new IOException("The reminder of its timers could not be put on record.", refused);
        }
    }

    /// <summary>No timer runs any more. Nobody waits for it: should it fail, the next tick finds no timer either.</summary>
    public void Release()
    {
        if (_held is { } held)
        {
            _held = null;
            Released = ForgetAsync(() => Task.FromResult<IGrainReminder?>(held));
        }
    }

    /// <summary>It has ticked, and no timer runs: drops what is on record, whoever put it there.</summary>
    public async Task DropAsync()
    {
        _held = null;
        await Released;
        await (Released = ForgetAsync(() => grain.GetReminder(Name)));
    }

    private async Task ForgetAsync(Func<Task<IGrainReminder?>> find)
    {
        try
        {
            if (await find() is { } found)
            {
                await grain.UnregisterReminder(found);
            }
        }
        catch (Exception failed)
        {
            if (!parts.Ended.IsCancellationRequested)
            {
                RuntimeLog.ReminderKept(parts.Logger, failed, actor);
            }
        }
    }
}

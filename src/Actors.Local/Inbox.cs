using System.Collections.Concurrent;

namespace Vantage.Actors.Local;

/// <summary>Where senders leave messages for a worker without waiting for its lock. The worker puts them into mailboxes.</summary>
/// <remarks>
/// What waits for the actors of a shard is counted together, here and in their mailboxes. While that is less than one mailbox may
/// hold there is room in each of them, and nobody has to look. Otherwise, and while senders wait for an actor of the shard, the
/// mailbox decides, under the lock.
/// </remarks>
internal sealed class Inbox(LocalRuntimeOptions options)
{
    /// <summary>More than any bound, and little enough to be added for every actor that there could be.</summary>
    private const long ShutBy = 1L << 32;

    /// <summary>Two cache lines a shard: they are counted on all cores.</summary>
    private const int LongsAShard = 16;

    private readonly ConcurrentQueue<Letter> _letters = new();
    private readonly long[] _waiting = new long[(Shards.Count + 1) * LongsAShard];

    /// <summary>All shards of the worker together stay within its own bound, if it is this way alone that messages come.</summary>
    private readonly int _most = Math.Min(options.MailboxCapacity, options.WorkerCapacity / ((Shards.Count + options.Workers - 1) / options.Workers));

    private bool _isFull;

    /// <summary>False when there may be no room.</summary>
    public bool TryPut(ActorId to, int shard, in Mail mail)
    {
        ref var waiting = ref WaitingIn(shard);
        if (Volatile.Read(ref waiting) >= _most || Volatile.Read(ref _isFull))
        {
            return false;
        }

        if (Interlocked.Increment(ref waiting) > _most)
        {
            Interlocked.Decrement(ref waiting);
            return false;
        }

        _letters.Enqueue(new Letter(to, shard, in mail));
        return true;
    }

    /// <summary>What is taken still counts as waiting.</summary>
    public bool TryTake(out Letter letter) => _letters.TryDequeue(out letter);

    /// <summary>Counts messages that came to a mailbox of the shard by another way, or, negative, that have left it.</summary>
    public void Add(int shard, int messages) => Interlocked.Add(ref WaitingIn(shard), messages);

    /// <summary>Whether the mailboxes of the worker hold all that they may together.</summary>
    public void SetFull(bool isFull)
    {
        if (_isFull != isFull)
        {
            Volatile.Write(ref _isFull, isFull);
        }
    }

    /// <summary>From here on the mailbox decides: none may pass those who wait. Reopened as often as it was shut.</summary>
    public void Shut(int shard) => Interlocked.Add(ref WaitingIn(shard), ShutBy);

    public void Reopen(int shard) => Interlocked.Add(ref WaitingIn(shard), -ShutBy);

    private ref long WaitingIn(int shard) => ref _waiting[(shard + 1) * LongsAShard];
}

/// <summary>A message and who is to have it.</summary>
internal readonly struct Letter(ActorId to, int shard, in Mail mail)
{
    public readonly ActorId To = to;
    public readonly int Shard = shard;
    public readonly Mail Mail = mail;
}

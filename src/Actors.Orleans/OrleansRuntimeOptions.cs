namespace Vantage.Actors.Orleans;

/// <summary>Bounds and times of the runtime on Orleans. Where and with whom the silo runs is its clustering's configuration.</summary>
public sealed record OrleansRuntimeOptions
{
    /// <summary>Threads that own position shards; each owns those whose number modulo this is its own. Default: one a core. 1 to 64.</summary>
    public int ShardThreads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, Shards.Count);

    /// <summary>
    /// How often every silo has the position shards woken that live nowhere: so long after the loss of a silo they begin to move at the latest, once
    /// the cluster has noticed. Default: 500 ms.
    /// </summary>
    public TimeSpan WakeInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the cluster must have stood still before position shards move to a silo that joined. Default: 2 s.</summary>
    public TimeSpan MoveAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Messages that wait for one actor before outside senders have to. Default: 1,024.</summary>
    public int MailboxCapacity { get; init; } = 1024;

    /// <summary>
    /// Messages that may wait for one actor when actors and position shards send, which cannot wait. Beyond it a message is a dead
    /// letter. Default: 8,192.
    /// </summary>
    public int MailboxLimit { get; init; } = 8192;

    /// <summary>Messages that one turn, and so one append, may take. More: better throughput, longer turns. Default: 32.</summary>
    public int MessagesPerTurn { get; init; } = 32;

    /// <summary>Frames that wait for one shard loop before <c>Deliver</c> blocks. Default: 256.</summary>
    public int FrameCapacity { get; init; } = 256;

    /// <summary>
    /// Fixes in the frames that wait for one shard loop before <c>Deliver</c> blocks; a larger frame is taken when it is alone.
    /// Default: 200,000, or 10 MB.
    /// </summary>
    public int FixCapacity { get; init; } = 200_000;

    /// <summary>Functions that wait for one loop's shards before <c>OnShardAsync</c> waits to queue its own. Default: 1,024.</summary>
    public int ShardFunctionCapacity { get; init; } = 1024;

    /// <summary>Actors that read the journal at the same time. Default: 64.</summary>
    public int ConcurrentRecoveries { get; init; } = 64;

    /// <summary>
    /// An actor without messages and running timers for this long leaves memory, at the latest after twice the time. Default: 10 minutes.
    /// </summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The kinds whose actors hold a reminder while a timer of theirs runs, so that the cluster wakes them when their silo dies; the silo must have a
    /// reminder service. Default: those that have timers.
    /// </summary>
    public IReadOnlyList<string> Remembered { get; init; } = ActorKinds.WithTimers;

    /// <summary>
    /// How often reminders tick: so long after the loss of a silo a timer may ring late at most, once the cluster has noticed. Default: 1 minute, the least
    /// that Orleans allows unless it is told otherwise.
    /// </summary>
    public TimeSpan RemindEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often position shards get their <c>Tick</c>. Default: 200 ms; at most 250 ms.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The wait before the second recovery in a row, of an actor or a position shard; it doubles with each further one.
    /// The first failure is recovered from at once. Default: 100 ms.
    /// </summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between recoveries. Default: 10 s.</summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a silo that stops lets queued work finish. Default: 10 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentException">Names every value that is out of its range.</exception>
    internal void Validate()
    {
        List<string> wrong = [];
        Check(ShardThreads is >= 1 and <= Shards.Count, $"{nameof(ShardThreads)} is {ShardThreads}, must be 1 to {Shards.Count}");
        Check(WakeInterval > TimeSpan.Zero, $"{nameof(WakeInterval)} is {WakeInterval}, must be positive");
        Check(MoveAfter >= TimeSpan.Zero, $"{nameof(MoveAfter)} is {MoveAfter}, must not be negative");
        Check(MailboxCapacity >= 1, $"{nameof(MailboxCapacity)} is {MailboxCapacity}, must be at least 1");
        Check(MailboxLimit >= MailboxCapacity, $"{nameof(MailboxLimit)} is {MailboxLimit}, must be at least {nameof(MailboxCapacity)}");
        Check(MessagesPerTurn >= 1, $"{nameof(MessagesPerTurn)} is {MessagesPerTurn}, must be at least 1");
        Check(FrameCapacity >= 1, $"{nameof(FrameCapacity)} is {FrameCapacity}, must be at least 1");
        Check(FixCapacity >= 1, $"{nameof(FixCapacity)} is {FixCapacity}, must be at least 1");
        Check(ShardFunctionCapacity >= 1, $"{nameof(ShardFunctionCapacity)} is {ShardFunctionCapacity}, must be at least 1");
        Check(ConcurrentRecoveries >= 1, $"{nameof(ConcurrentRecoveries)} is {ConcurrentRecoveries}, must be at least 1");
        Check(IdleAfter > TimeSpan.Zero, $"{nameof(IdleAfter)} is {IdleAfter}, must be positive");
        Check(RemindEvery > TimeSpan.Zero, $"{nameof(RemindEvery)} is {RemindEvery}, must be positive");
        Check(
            TickInterval > TimeSpan.Zero && TickInterval <= TimeSpan.FromMilliseconds(250),
            $"{nameof(TickInterval)} is {TickInterval}, must be positive and at most 250 ms");
        Check(FirstBackOff > TimeSpan.Zero, $"{nameof(FirstBackOff)} is {FirstBackOff}, must be positive");
        Check(LongestBackOff >= FirstBackOff, $"{nameof(LongestBackOff)} is {LongestBackOff}, must be at least {nameof(FirstBackOff)}");
        Check(StopTimeout >= TimeSpan.Zero, $"{nameof(StopTimeout)} is {StopTimeout}, must not be negative");

        if (wrong.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", wrong) + ".");
        }

        void Check(bool holds, string complaint)
        {
            if (!holds)
            {
                wrong.Add(complaint);
            }
        }
    }

    internal bool Remembers(string kind) => Remembered.Contains(kind, StringComparer.Ordinal);

    /// <summary>The wait before recovery after that many failures in a row: none, then the first, doubling up to the longest.</summary>
    internal TimeSpan BackOff(int failures) => Runtime.BackOff.After(failures, FirstBackOff, LongestBackOff);
}

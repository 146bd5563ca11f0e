namespace Vantage.Actors.Akka;

/// <summary>Where a node stands in the cluster, and its bounds and times.</summary>
public sealed record AkkaRuntimeOptions
{
    /// <summary>The name of the actor system; the same on every node of a cluster.</summary>
    public const string SystemName = "vantage";

    /// <summary>The role of nodes on which actors and position shards live.</summary>
    public const string Engine = "engine";

    /// <summary>The role of nodes that only take devices, people and screens: nothing lives there, so they come and go without anything having to move.</summary>
    public const string Front = "front";

    /// <summary>The address that this node listens on for the others. Default: loopback, where none of another machine can be.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The name or address by which the others know this node, where it is another than <see cref="Host"/>. Default: the same.</summary>
    public string? PublicHost { get; init; }

    /// <summary>The TCP port of the cluster. Default: 4053.</summary>
    public int Port { get; init; } = 4053;

    /// <summary>Addresses of nodes to join, <c>akka.tcp://vantage@10.0.0.1:4053</c>. Without any the node is a cluster of its own.</summary>
    public IReadOnlyList<string> SeedNodes { get; init; } = [];

    /// <summary>What this node is for: <see cref="Engine"/> or <see cref="Front"/>. Default: engine. A cluster without engines waits for one.</summary>
    public string Role { get; init; } = Engine;

    /// <summary>After how long without a cluster to join the log says that the node still waits for one. Default: 5 s.</summary>
    public TimeSpan JoinPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often every node has the position shards woken that live nowhere: so long after the loss of a node they begin to move at the latest, once
    /// the cluster has noticed. Default: 500 ms.
    /// </summary>
    public TimeSpan WakeInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Events of one actor after which its state is kept, so that the rest of its stream need not be read back. Default: 100.</summary>
    public int SnapshotEvery { get; init; } = 100;

    /// <summary>
    /// The kinds whose actors the cluster wakes by itself after a move, as a timer of theirs would else wait for a message. Default: those that have
    /// timers, and zones and incidents, which a wall asks for first.
    /// </summary>
    public IReadOnlyList<string> Remembered { get; init; } = [ActorKinds.Zone, ActorKinds.Incident, .. ActorKinds.WithTimers];

    /// <summary>HOCON that goes before the runtime's own.</summary>
    public string Hocon { get; init; } = "";

    /// <summary>Messages from this node's outside that wait for one actor before senders have to. Default: 1,024.</summary>
    public int MailboxCapacity { get; init; } = 1024;

    /// <summary>
    /// How often actors that messages seem to wait for are asked how many do: a message that was lost on its way, with a node or to another version of the
    /// program, holds nobody up for longer. Default: 10 s.
    /// </summary>
    public TimeSpan CountCreditsEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Messages that may wait for one actor when actors send, which cannot wait: two full actors that waited for each other would
    /// never go on. Beyond it a message is a dead letter. Default: 8,192.
    /// </summary>
    public int MailboxLimit { get; init; } = 8192;

    /// <summary>Messages that one turn, and so one append, may take. More: better throughput, longer waits for neighbours. Default: 32.</summary>
    public int MessagesPerTurn { get; init; } = 32;

    /// <summary>Threads for positions; each owns the shards whose number modulo this is its own. Default: one a core. 1 to 64.</summary>
    public int PositionThreads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, Shards.Count);

    /// <summary>Frames that wait for one of those threads before <c>Deliver</c> blocks. Default: 256.</summary>
    public int FrameCapacity { get; init; } = 256;

    /// <summary>Fixes in the frames that wait for one thread before <c>Deliver</c> blocks; a larger frame is taken when alone. Default: 200,000.</summary>
    public int FixCapacity { get; init; } = 200_000;

    /// <summary>Functions that wait for one thread's shards before <c>OnShardAsync</c> waits to queue its own. Default: 1,024.</summary>
    public int ShardFunctionCapacity { get; init; } = 1024;

    /// <summary>How often position shards get their <c>Tick</c>. Default: 200 ms; at most 250 ms.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>An actor without messages and running timers for this long leaves memory. Default: 10 minutes.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The wait before the second recovery in a row; it doubles with each further one. The first is at once. Default: 100 ms.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between recoveries. Default: 10 s.</summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long <c>DisposeAsync</c> lets the node hand over what it has. Default: 10 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentException">Names every value that is out of its range.</exception>
    internal void Validate()
    {
        List<string> wrong = [];
        Check(Port is > 0 and <= 65_535, $"{nameof(Port)} is {Port}, must be 1 to 65535");
        Check(Role is Engine or Front, $"{nameof(Role)} is '{Role}', must be {Engine} or {Front}");
        Check(SnapshotEvery >= 1, $"{nameof(SnapshotEvery)} is {SnapshotEvery}, must be at least 1");
        Check(JoinPatience > TimeSpan.Zero, $"{nameof(JoinPatience)} is {JoinPatience}, must be positive");
        Check(WakeInterval > TimeSpan.Zero, $"{nameof(WakeInterval)} is {WakeInterval}, must be positive");
        Check(MailboxCapacity >= 1, $"{nameof(MailboxCapacity)} is {MailboxCapacity}, must be at least 1");
        Check(CountCreditsEvery > TimeSpan.Zero, $"{nameof(CountCreditsEvery)} is {CountCreditsEvery}, must be positive");
        Check(MailboxLimit >= MailboxCapacity, $"{nameof(MailboxLimit)} is {MailboxLimit}, must be at least {nameof(MailboxCapacity)}");
        Check(MessagesPerTurn >= 1, $"{nameof(MessagesPerTurn)} is {MessagesPerTurn}, must be at least 1");
        Check(PositionThreads is >= 1 and <= Shards.Count, $"{nameof(PositionThreads)} is {PositionThreads}, must be 1 to {Shards.Count}");
        Check(FrameCapacity >= 1, $"{nameof(FrameCapacity)} is {FrameCapacity}, must be at least 1");
        Check(FixCapacity >= 1, $"{nameof(FixCapacity)} is {FixCapacity}, must be at least 1");
        Check(ShardFunctionCapacity >= 1, $"{nameof(ShardFunctionCapacity)} is {ShardFunctionCapacity}, must be at least 1");
        Check(
            TickInterval > TimeSpan.Zero && TickInterval <= TimeSpan.FromMilliseconds(250),
            $"{nameof(TickInterval)} is {TickInterval}, must be positive and at most 250 ms");
        Check(IdleAfter > TimeSpan.Zero, $"{nameof(IdleAfter)} is {IdleAfter}, must be positive");
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

    internal TimeSpan BackOff(int failures) => Runtime.BackOff.After(failures, FirstBackOff, LongestBackOff);
}

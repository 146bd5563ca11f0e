namespace Vantage.Storage;

/// <summary>How the stored files are written. The defaults suit a server with a solid-state disk.</summary>
public sealed record StorageOptions
{
    /// <summary>The most fixes written by one commit of the track log. Default: 65,536. Larger commits make senders wait longer.</summary>
    public int MaxCommitFixes { get; init; } = 65_536;

    /// <summary>
    /// Fixes that may be queued for the track log before callers wait for room. Default: 200,000. Callers with four times as many may wait;
    /// beyond that they are refused: the disk or the database hangs.
    /// </summary>
    public int QueueFixes { get; init; } = 200_000;

    /// <summary>
    /// The shortest time from the begin of one commit of the track log to that of the next. Default: 1 ms. Longer spares the disk
    /// under a light load and makes each acknowledgement later; zero commits as often as the disk syncs.
    /// </summary>
    public TimeSpan MinCommitInterval { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Bytes that may gather in a file's write-ahead log before they are copied into the file. Default: 8 MB. Larger makes rarer and
    /// longer pauses, and a longer start after a crash.
    /// </summary>
    public long CheckpointBytes { get; init; } = 8 << 20;

    /// <summary>
    /// The largest size of the track log's file, or null (the default) for no limit. When it is reached, positions are refused until
    /// sealing has trimmed the log, instead of filling the disk.
    /// </summary>
    public long? MaxLogBytes { get; init; }

    /// <summary>Heat cells that are kept decoded in memory between commits. Default: 1,000,000, about 40 MB.</summary>
    public int HeatCacheCells { get; init; } = 1_000_000;

    /// <summary>Told in a sentence of each chunk of a track that cannot be read, once; from any thread. Its neighbours are read all the same.</summary>
    public Action<string>? OnDamage { get; init; }
}

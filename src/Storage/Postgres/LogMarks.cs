using Vantage.Actors;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Postgres;

/// <summary>How far this process knows the track log, and up to where it dropped each shard's frames. Thread-safe.</summary>
internal sealed class LogMarks(string database)
{
    private readonly Lock _gate = new();
    private readonly long[] _trimmed = new long[Shards.Count];
    private long _lastSequence;
    private volatile string? _lost;

    /// <summary>The newest frame that this process wrote, read, or was given; 0 when there is none.</summary>
    public long LastSequence => Interlocked.Read(ref _lastSequence);

    public void Saw(long sequence)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _lastSequence, Math.Max(_lastSequence, sequence));
        }
    }

    /// <summary>Marks a shard's frames as dropped. Marks never go back.</summary>
    public void Trim(int shard, long upToSequence)
    {
        lock (_gate)
        {
            _trimmed[shard] = Math.Max(_trimmed[shard], upToSequence);
        }
    }

    public long TrimmedTo(int shard) => Interlocked.Read(ref _trimmed[shard]);

    public void CopyTrimmed(Span<long> into)
    {
        lock (_gate)
        {
            _trimmed.CopyTo(into);
        }
    }

    /// <summary>Refuses a database that came back without what it had acknowledged: it would give sequences anew, and readers have passed those.</summary>
    /// <param name="headCommit">The newest commit's number, as the database has it.</param>
    /// <param name="known"><see cref="LastSequence"/> from before that was asked.</param>
    /// <exception cref="StorageException">It lacks some, or did before: this does not pass.</exception>
    public void Check(long headCommit, long known)
    {
        if (headCommit < FrameDirectory.CommitOf(known))
        {
            _lost = $"The track log in {database} lacks what it has acknowledged: was an older state restored, or a standby promoted that was behind?";
        }

        if (_lost is { } reason)
        {
            throw new StorageException(reason);
        }
    }
}

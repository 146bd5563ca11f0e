using System.Diagnostics;

namespace Vantage.Storage.Sqlite;

/// <summary>Decides when a write-ahead log is copied into its file: by the writer's thread, after callers were answered.</summary>
internal sealed class Checkpointer(Database writer, long thresholdBytes, StorageMetrics metrics)
{
    /// <summary>What a commit adds besides its payload: the pages that it changes are written whole.</summary>
    private const int CommitOverheadBytes = 16 << 10;

    private const int IdleFraction = 8;

    private long _pendingBytes;

    /// <summary>Enough has gathered to use an idle moment for it.</summary>
    public bool HasIdleWork => _pendingBytes >= thresholdBytes / IdleFraction;

    public bool IsDue => _pendingBytes >= thresholdBytes;

    public void OnCommit(long payloadBytes) => _pendingBytes += payloadBytes + CommitOverheadBytes;

    /// <summary>Checkpoints when enough has gathered.</summary>
    /// <exception cref="StorageException">The file could not be written. Nothing is lost: the write-ahead log still has it.</exception>
    public void RunIfDue()
    {
        if (IsDue)
        {
            Run();
        }
    }

    public void Run()
    {
        var startedAt = Stopwatch.GetTimestamp();
        _pendingBytes = 0;
        writer.CheckpointPassive();
        metrics.OnCheckpoint(writer.FileName, startedAt);
    }
}

using System.Diagnostics;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Records;

/// <summary><c>records.db</c>: a file of its own, so that an upload of many records holds up neither positions nor what people enter.</summary>
internal sealed class RecordsFile : IDisposable
{
    public static readonly FileSchema Schema = new("records.db", 0x56_52_45_43, 4096, [SqliteRecords.Schema + SqliteAreas.Schema, SqlitePictures.Schema, SqliteTourLog.Schema]);

    private readonly StorageMetrics _metrics;
    private readonly Checkpointer _checkpointer;
    private readonly SemaphoreSlim _writing = new(1);
    private bool _disposed;

    public RecordsFile(string folder, StorageOptions options, StorageMetrics metrics)
    {
        _metrics = metrics;
        File = DatabaseFile.Open(folder, Schema, cacheKibibytes: 16 << 10);
        _checkpointer = new Checkpointer(File.Writer, options.CheckpointBytes, metrics);
    }

    public DatabaseFile File { get; }

    /// <summary>Does work in a transaction of its own, and returns when that is on the disk.</summary>
    /// <param name="bytes">About how much it writes.</param>
    /// <exception cref="IOException">Storage refused: nothing was written.</exception>
    public async ValueTask<T> WriteAsync<T>(Func<Database, T> work, long bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Write_NeedsLock(work, bytes);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose()
    {
        _writing.Wait();
        if (!_disposed)
        {
            _disposed = true;
            File.Dispose();
        }

        _writing.Release();
    }

    private T Write_NeedsLock<T>(Func<Database, T> work, long bytes)
    {
        if (_disposed)
        {
            throw new StorageException($"{Schema.Name} is closed: nothing was stored.");
        }

        var startedAt = Stopwatch.GetTimestamp();
        T result;
        try
        {
            File.Writer.Execute("BEGIN IMMEDIATE");
            result = work(File.Writer);
            File.Writer.Execute("COMMIT");
        }
        catch
        {
            File.Writer.RollbackIfOpen();
            _metrics.OnFailure(Schema.Name);
            throw;
        }

        _metrics.OnCommit(Schema.Name, startedAt, bytes);
        _checkpointer.OnCommit(bytes);
        try
        {
            _checkpointer.RunIfDue();
        }
        catch (StorageException)
        {
            _metrics.OnFailure(Schema.Name); // The commit stands; the next checkpoint tries again.
        }

        return result;
    }
}

using Vantage.Actors;
using Vantage.Actors.Areas;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Pictures;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Tours;
using Vantage.Storage.History;
using Vantage.Storage.Journal;
using Vantage.Storage.Records;
using Vantage.Storage.Sqlite;
using Vantage.Storage.Tracks;

namespace Vantage.Storage;

/// <summary>One folder of stored files: <c>log.db</c>, <c>history.db</c>, <c>journal.db</c>, <c>records.db</c>, each with its own writer, none waiting for another.</summary>
/// <remarks>
/// A commit that has returned is on the disk. One process has the folder at a time. Dispose it after whoever writes has stopped.
/// </remarks>
public sealed class VantageStore : IStore
{
    private readonly FolderLock _lock;
    private readonly StorageMetrics _metrics = new();
    private readonly Stack<IDisposable> _open = new();
    private readonly SqliteTrackLog _trackLog;
    private readonly SqliteHistory _history;
    private readonly JournalFile _journalFile;
    private readonly RecordsFile _recordsFile;

    private VantageStore(string folder, FolderLock folderLock, StorageOptions options)
    {
        Folder = folder;
        _lock = folderLock;
        try
        {
            _trackLog = Keep(new SqliteTrackLog(folder, options, _metrics));
            _history = Keep(new SqliteHistory(folder, options, _metrics, unit => DamageReport.NameOf(_trackLog, unit)));
            _journalFile = Keep(new JournalFile(folder, options, _metrics));
            _recordsFile = Keep(new RecordsFile(folder, options, _metrics));
            MatchLogWithHistory();
        }
        catch
        {
            Dispose();
            throw;
        }

        Journal = new SqliteJournal(_journalFile);
        Accounts = new SqliteAccounts(_journalFile);
        Records = new SqliteRecords(_recordsFile);
        Areas = new SqliteAreas(_recordsFile);
        Pictures = new SqlitePictures(_recordsFile);
        TourLog = new SqliteTourLog(_recordsFile);
    }

    /// <summary>The full path.</summary>
    public string Folder { get; }

    public ITrackLog TrackLog => _trackLog;

    public IHistory History => _history;

    public IJournal Journal { get; }

    public IAccounts Accounts { get; }

    public IRecords Records { get; }

    public IAreas Areas { get; }

    public IPictures Pictures { get; }

    public ITourLog TourLog { get; }

    /// <summary>For reading whole tables.</summary>
    internal IReadOnlyList<DatabaseFile> Files => [_trackLog.File, _journalFile.File, _history.File, _recordsFile.File];

    public bool IsHealthy => _trackLog.IsHealthy;

    public string? LastError => _trackLog.LastError;

    /// <summary>Opens a folder, creates it when there is none, and migrates its files to this version.</summary>
    /// <exception cref="StorageException">
    /// In use, not writable, damaged, foreign, written by a newer program, or files that do not belong together.
    /// </exception>
    public static VantageStore Open(string folder, StorageOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new StorageException($"{folder} cannot be created: {failure.Message}", failure);
        }

        return new VantageStore(folder, FolderLock.Take(folder), options ?? new StorageOptions());
    }

    public void Dispose()
    {
        while (_open.TryPop(out var part))
        {
            part.Dispose();
        }

        _metrics.Dispose();
        _lock.Dispose();
    }

    private T Keep<T>(T part)
        where T : IDisposable
    {
        _open.Push(part);
        return part;
    }

    /// <summary>A log that ends before what history has processed would give numbers of frames anew, and they would be taken as done.</summary>
    private void MatchLogWithHistory()
    {
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            var (processed, @sealed) = _history.ReadProgress(shard);
            if (Math.Max(processed, @sealed) > _trackLog.LastSequence)
            {
                throw new StorageException(
                    $"{LogFile.Schema.Name} in {Folder} is missing or older than {SqliteHistory.Schema.Name}: restore both from one backup.");
            }

            _trackLog.Trim(shard, @sealed);
        }
    }
}

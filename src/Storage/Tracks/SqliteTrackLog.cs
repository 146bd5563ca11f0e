using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

/// <summary>The track log on SQLite.</summary>
public sealed class SqliteTrackLog : StoredTrackLog
{
    private readonly FrameDirectory _directory = new();
    private readonly LogFile _file;

    internal SqliteTrackLog(string folder, StorageOptions options, StorageMetrics metrics)
        : base(options, metrics)
    {
        _file = new LogFile(folder, Units, _directory, options, metrics);
        try
        {
            _file.LoadUnits();
            _file.LoadFrames();
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        Open(_file);
    }

    public override long LastSequence => _directory.LastSequence;

    internal Sqlite.DatabaseFile File => _file.File;

    private protected override int Add(ActorId unit)
    {
        var number = Units.GetOrAdd(unit, out var added);
        if (added)
        {
            Writer.StoreUnitsLater();
        }

        return number;
    }

    private protected override IEnumerable<PositionFrame> ReadFrames(int shard, long afterSequence)
        => ReadFrames(shard, afterSequence, LastSequence);

    private protected override void MarkTrimmed(int shard, long upToSequence) => _directory.Trim(shard, upToSequence);

    private protected override void CloseStore() => _file.Dispose();

    private IEnumerable<PositionFrame> ReadFrames(int shard, long afterSequence, long lastSequence)
    {
        using var loan = _file.File.Read();
        var frame = new PositionFrame(256);
        for (var next = _directory.Next(shard, afterSequence);
             next != 0 && next <= lastSequence;
             next = _directory.Next(shard, next))
        {
            if (LogFile.TryRead(loan.Database, next, frame))
            {
                yield return frame;
            }
        }
    }
}

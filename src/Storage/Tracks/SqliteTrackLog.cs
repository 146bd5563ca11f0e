using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

/// <summary>The track log on SQLite.</summary>
public sealed class SqliteTrackLog : StoredTrackLog
{
    private readonly LogFile _file;

    internal SqliteTrackLog(string folder, StorageOptions options, StorageMetrics metrics)
        : base(options, metrics)
    {
        _file = new LogFile(folder, Directory, options, metrics);
        try
        {
            _file.LoadUnits(Units);
            _file.LoadFrames();
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        Open(_file);
    }

    internal Sqlite.DatabaseFile File => _file.File;

    private protected override IEnumerable<PositionFrame> ReadFrames(int shard, long afterSequence, long lastSequence)
    {
        using var loan = _file.File.Read();
        var frame = new PositionFrame(256);
        for (var next = Directory.Next(shard, afterSequence);
             next != 0 && next <= lastSequence;
             next = Directory.Next(shard, next))
        {
            if (LogFile.TryRead(loan.Database, next, frame))
            {
                yield return frame;
            }
        }
    }

    private protected override void CloseStore() => _file.Dispose();
}

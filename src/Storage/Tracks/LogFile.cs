using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Tracks;

/// <summary>What is written to and read from <c>log.db</c>. Writing belongs to the log's thread.</summary>
internal sealed class LogFile : ILogStore, IDisposable
{
    public static readonly FileSchema Schema = new("log.db", 0x56_4C_4F_47, 4096,
    [
        """
        CREATE TABLE units (number INTEGER PRIMARY KEY, id TEXT NOT NULL);
        -- sequence = number of the commit × 64 + shard: the key is the directory.
        CREATE TABLE frames (sequence INTEGER PRIMARY KEY, count INTEGER NOT NULL, payload BLOB NOT NULL);
        -- Frames of a shard up to here are dropped, though they may still be there.
        CREATE TABLE trims (shard INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
        """,
    ]);

    private readonly DatabaseFile _file;
    private readonly Database _writer;
    private readonly UnitNumbers _units;
    private readonly FrameDirectory _directory;
    private readonly Checkpointer _checkpointer;
    private readonly long[] _marks = new long[Shards.Count];
    private readonly long[] _storedMarks = new long[Shards.Count];
    private byte[] _scratch = new byte[1 << 16];
    private long _bytes;
    private int _durableUnits;
    private int _insertedUnits;
    private CommitFrames? _inserted;

    public LogFile(string folder, UnitNumbers units, FrameDirectory directory, StorageOptions options, StorageMetrics metrics)
    {
        (_units, _directory) = (units, directory);
        _file = DatabaseFile.Open(folder, Schema, cacheKibibytes: 8 << 10);
        _writer = _file.Writer;
        _checkpointer = new Checkpointer(_writer, options.CheckpointBytes, metrics);
        if (options.MaxLogBytes is { } bytes)
        {
            _writer.ReadInt64($"PRAGMA max_page_count={Math.Max(16, bytes / Schema.PageSizeBytes)}");
        }
    }

    public string Path => _file.Path;

    public DatabaseFile File => _file;

    public string Name => Schema.Name;

    public bool IsAway => false;

    public bool HasNewUnits => _durableUnits < _units.Count;

    public bool HasIdleWork => _checkpointer.HasIdleWork;

    public bool HasDueWork => _checkpointer.IsDue;

    /// <exception cref="StorageException">The table is damaged.</exception>
    public void LoadUnits()
    {
        var select = _writer.Prepare("SELECT number, id FROM units ORDER BY number");
        while (select.Step())
        {
            if (!ActorId.TryParse(select.Text(1), out var unit) || _units.GetOrAdd(unit, out _) != select.Int32(0))
            {
                throw new StorageException($"{Path} is damaged: unit {select.Int32(0)} ({select.Text(1)}) does not follow the one before.");
            }
        }

        select.Reset();
        _durableUnits = _units.Count;
    }

    public void LoadFrames()
    {
        var marks = _writer.Prepare("SELECT shard, sequence FROM trims");
        while (marks.Step())
        {
            _storedMarks[marks.Int32(0)] = marks.Int64(1);
            _directory.Trim(marks.Int32(0), marks.Int64(1));
        }

        marks.Reset();
        var frames = _writer.Prepare("SELECT sequence FROM frames ORDER BY sequence");
        while (frames.Step())
        {
            _directory.Add(frames.Int64(0));
        }

        frames.Reset();
    }

    public void Begin()
    {
        (_bytes, _insertedUnits, _inserted) = (0, _durableUnits, null);
        _writer.Execute("BEGIN IMMEDIATE");
    }

    /// <summary>Returns when the write-ahead log is on the disk.</summary>
    public void Commit()
    {
        _writer.Execute("COMMIT");
        _checkpointer.OnCommit(_bytes);
        _durableUnits = _insertedUnits;
        foreach (var frame in _inserted is null ? default : _inserted.All)
        {
            if (frame is not null)
            {
                _directory.Add(frame.Sequence);
            }
        }
    }

    public void Rollback()
    {
        _writer.RollbackIfOpen();
        Array.Clear(_storedMarks); // It is not known which of them were stored.
    }

    public void RunOwnWork() => _checkpointer.Run();

    public void InsertNewUnits()
    {
        for (var count = _units.Count; _insertedUnits < count; _insertedUnits++)
        {
            _writer.Prepare("INSERT INTO units (number, id) VALUES (?1, ?2)")
                .Bind(1, _insertedUnits).Bind(2, _units.UnitOf(_insertedUnits).ToString()).Run();
        }
    }

    public int InsertFrames(CommitFrames frames)
    {
        frames.Number(_directory.LastCommit + 1);
        _inserted = frames;
        var bytes = 0;
        foreach (var frame in frames.All)
        {
            bytes += frame is null ? 0 : InsertFrame(frame);
        }

        return bytes;
    }

    /// <summary>Deletes a contiguous range, so that whole pages go.</summary>
    public bool Trim(int maxFrames)
    {
        _directory.CopyTrimmed(_marks);
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            if (_marks[shard] != _storedMarks[shard])
            {
                _writer.Prepare("INSERT INTO trims (shard, sequence) VALUES (?1, ?2) ON CONFLICT (shard) DO UPDATE SET sequence = excluded.sequence")
                    .Bind(1, shard).Bind(2, _marks[shard]).Run();
                _storedMarks[shard] = _marks[shard];
            }
        }

        var needed = FrameDirectory.SequenceOf(_directory.OldestNeeded(), 0);
        var slice = _writer.Prepare("SELECT max(sequence) FROM (SELECT sequence FROM frames WHERE sequence < ?1 ORDER BY sequence LIMIT ?2)")
            .Bind(1, needed).Bind(2, maxFrames);
        slice.Step();
        var upTo = slice.NullableInt64(0);
        slice.Reset();
        if (upTo is null)
        {
            return false;
        }

        _writer.Prepare("DELETE FROM frames WHERE sequence <= ?1").Bind(1, upTo.Value).Run();
        return _writer.Changes == maxFrames;
    }

    /// <summary>Reads one frame into a buffer that grows as needed; false when it is not there any more.</summary>
    /// <exception cref="StorageException">The row is damaged.</exception>
    public static bool TryRead(Database reader, long sequence, PositionFrame into)
    {
        var select = reader.Prepare("SELECT count, payload FROM frames WHERE sequence = ?1").Bind(1, sequence);
        try
        {
            if (!select.Step())
            {
                return false;
            }

            into.Sequence = sequence;
            into.Shard = FrameDirectory.ShardOf(sequence);
            into.Count = select.Int32(0);
            if (into.Buffer.Length < into.Count)
            {
                into.Buffer = new UnitFix[Math.Max(into.Count, into.Buffer.Length * 2)];
            }

            FrameCodec.Decode(select.Blob(1), into.Buffer.AsSpan(0, into.Count));
            return true;
        }
        catch (InvalidDataException damage)
        {
            throw select.Damaged($"frame {sequence}", damage);
        }
        finally
        {
            select.Reset();
        }
    }

    public void Dispose() => _file.Dispose();

    private int InsertFrame(PositionFrame frame)
    {
        var needed = frame.Count * FrameCodec.MaxBytesPerFix;
        if (_scratch.Length < needed)
        {
            _scratch = new byte[needed];
        }

        var length = FrameCodec.Encode(frame.Fixes, _scratch);
        _writer.Prepare("INSERT INTO frames (sequence, count, payload) VALUES (?1, ?2, ?3)")
            .Bind(1, frame.Sequence).Bind(2, frame.Count).Bind(3, _scratch.AsSpan(0, length)).Run();
        _bytes += length;
        return length;
    }
}

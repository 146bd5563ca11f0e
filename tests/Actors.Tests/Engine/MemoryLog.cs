using Vantage.Actors.Positions;

namespace Vantage.Actors.Tests.Engine;

/// <summary>A track log that keeps frames in memory: for tests of the engine, which must not depend on storage.</summary>
internal sealed class MemoryLog : ITrackLog
{
    private readonly List<ActorId> _units = [];
    private readonly List<(int Shard, long Sequence, UnitFix[] Fixes)> _frames = [];
    private Action<PositionFrame>? _deliver;

    public int UnitCount => _units.Count;

    public long LastSequence { get; private set; }

    public int FrameCount => _frames.Count;

    /// <summary>Reading fails after so many frames.</summary>
    public int FailsAfter { get; set; } = int.MaxValue;

    public int NumberOf(ActorId unit)
    {
        var number = _units.IndexOf(unit);
        if (number < 0)
        {
            number = _units.Count;
            _units.Add(unit);
        }

        return number;
    }

    public ActorId UnitOf(int number) => _units[number];

    public ValueTask CommitAsync(PositionBatch batch, CancellationToken cancellationToken = default)
    {
        foreach (var shard in batch.Items.ToArray().GroupBy(item => Shards.Of(_units[item.Unit])))
        {
            var frame = Append(shard.Key, [.. shard]);
            _deliver?.Invoke(frame);
        }

        return ValueTask.CompletedTask;
    }

    public PositionFrame Append(int shard, UnitFix[] fixes)
    {
        _frames.Add((shard, ++LastSequence, fixes));
        return FrameOf(_frames[^1]);
    }

    public void Start(Action<PositionFrame> deliver) => _deliver = deliver;

    public IEnumerable<PositionFrame> Read(int shard, long afterSequence)
        => _frames.Where(frame => frame.Shard == shard && frame.Sequence > afterSequence).ToList()
            .Select((frame, index) => index < FailsAfter ? FrameOf(frame) : throw new IOException("The disk is gone."));

    public void Trim(int shard, long upToSequence)
        => _frames.RemoveAll(frame => frame.Shard == shard && frame.Sequence <= upToSequence);

    private static PositionFrame FrameOf((int Shard, long Sequence, UnitFix[] Fixes) frame) => new(0)
    {
        Shard = frame.Shard,
        Sequence = frame.Sequence,
        Buffer = frame.Fixes,
        Count = frame.Fixes.Length,
    };
}

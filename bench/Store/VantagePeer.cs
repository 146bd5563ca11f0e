using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Storage;

namespace Vantage.Bench.Store;

/// <summary>Our chunks, in a folder or in a database.</summary>
internal sealed class VantagePeer : IPeer
{
    private readonly IStore _store;
    private readonly Func<long> _bytes;
    private readonly List<Fix> _track = [];

    public VantagePeer(string name, IStore store, Func<long> bytes)
    {
        (Name, _store, _bytes) = (name, store, bytes);
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            store.History.Claim(shard);
        }
    }

    public string Name { get; }

    public TrackDetail? Coarse => TrackDetail.Levels[^1];

    public void Write(int unit, ReadOnlyMemory<Fix> fixes) => _store.History.Commit(
        [new ShardCommit { Shard = unit % Shards.Count, Tracks = { new TrackRewrite(unit, fixes.Span[0].TimeMs, fixes.Span[^1].TimeMs, fixes) } }]);

    public void Settle()
    {
    }

    public long Bytes() => _bytes();

    public void Read(int unit, long fromMs, long toMs, List<Fix> into) => _store.History.ReadTrack(unit, fromMs, toMs - 1, into);

    public void ReadCoarse(int unit, long fromMs, long toMs, List<Fix> into) => _store.History.ReadTrack(unit, fromMs, toMs - 1, into, detail: Coarse);

    public HashSet<int> WhoWasHere(GeoBox box, long fromMs, long toMs)
    {
        HashSet<int> here = [];
        foreach (var unit in _store.History.UnitsNear(box, fromMs, toMs - 1))
        {
            _track.Clear();
            Read(unit, fromMs, toMs, _track);
            if (_track.Exists(fix => box.Contains(fix.Position)))
            {
                here.Add(unit);
            }
        }

        return here;
    }

    public void Dispose() => _store.Dispose();
}

using Vantage.Actors.Positions;
using Vantage.Geo;

namespace Vantage.Bench.Store;

/// <summary>One way to keep tracks.</summary>
internal interface IPeer : IDisposable
{
    string Name { get; }

    /// <summary>Keeps a piece of a unit's track, durably.</summary>
    void Write(int unit, ReadOnlyMemory<Fix> fixes);

    /// <summary>All is written: what it takes once before it is read.</summary>
    void Settle();

    /// <summary>Everything on the disk, in bytes.</summary>
    long Bytes();

    /// <summary>The fixes of a unit in [from, to).</summary>
    void Read(int unit, long fromMs, long toMs, List<Fix> into);

    /// <summary>What it would give a screen for a long time; null where it has nothing of the kind.</summary>
    TrackDetail? Coarse { get; }

    /// <summary>The same, coarsely.</summary>
    void ReadCoarse(int unit, long fromMs, long toMs, List<Fix> into);

    /// <summary>The units that had a fix in a box in [from, to).</summary>
    HashSet<int> WhoWasHere(GeoBox box, long fromMs, long toMs);
}

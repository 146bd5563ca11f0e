using System.Buffers;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;
using Vantage.Geo;

namespace Vantage.Actors.Positions;

/// <summary>The fixes of a unit in [from, to) that its shard has in memory.</summary>
/// <param name="AtMost">The first of them are given, when there are more.</param>
public sealed record CopyTrack(int Unit, long FromMs, long ToMs, int AtMost = int.MaxValue) : IShardQuery<TrackCopy>
{
    public TrackCopy Run(IPositionShard shard)
    {
        var fixes = new List<Fix>();
        ((PositionShard)shard).CopyTrack(Unit, FromMs, ToMs, fixes, AtMost);
        return new TrackCopy(fixes);
    }
}

/// <summary>Answer to <see cref="CopyTrack"/>. On the wire: the fixes, <see cref="FixBytes"/> each.</summary>
public sealed record TrackCopy(List<Fix> Fixes)
{
    internal static void Write(TrackCopy copy, IBufferWriter<byte> bytes)
    {
        foreach (ref readonly var fix in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(copy.Fixes))
        {
            FixBytes.Write(in fix, bytes.GetSpan(FixBytes.Length));
            bytes.Advance(FixBytes.Length);
        }
    }

    internal static TrackCopy Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length % FixBytes.Length != 0)
        {
            throw new InvalidDataException($"A copy of a track has {bytes.Length} bytes, which are no whole fixes.");
        }

        var fixes = new List<Fix>(bytes.Length / FixBytes.Length);
        for (var rest = bytes.Span; !rest.IsEmpty; rest = rest[FixBytes.Length..])
        {
            fixes.Add(FixBytes.Read(rest));
        }

        return new TrackCopy(fixes);
    }
}

/// <summary>How many fixes of a unit in [from, to) its shard has in memory: what <see cref="CopyTrack"/> would copy.</summary>
public sealed record CountFixes(int Unit, long FromMs, long ToMs) : IShardQuery<FixCount>
{
    public FixCount Run(IPositionShard shard) => new(((PositionShard)shard).CountFixes(Unit, FromMs, ToMs));
}

/// <summary>Answer to <see cref="CountFixes"/>.</summary>
public sealed record FixCount(int Fixes);

/// <summary>A visit that lasts, by its key.</summary>
public readonly record struct LastingVisit(int Unit, string Zone, long FromMs);

/// <summary>Until when visits have lasted so far: history is told when they begin and end, and their shard alone knows the time between.</summary>
public sealed record AskLastInside(IReadOnlyList<LastingVisit> Visits) : IShardQuery<LastInside>
{
    public LastInside Run(IPositionShard shard)
        => new([.. Visits.Select(visit => ((PositionShard)shard).LastInsideOf(visit.Unit, visit.Zone, visit.FromMs))]);
}

/// <summary>Answer to <see cref="AskLastInside"/>, in its order: the last fix inside, in milliseconds; null for a visit the shard does not know.</summary>
public sealed record LastInside(IReadOnlyList<long?> Times);

/// <summary>The units of a shard that have a fix in memory that counts, in a box of degrees, within [from, to).</summary>
public sealed record FindUnits(double South, double West, double North, double East, long FromMs, long ToMs) : IShardQuery<UnitsFound>
{
    public UnitsFound Run(IPositionShard shard)
        => new([.. ((PositionShard)shard).UnitsWithin(new GeoBox(South, West, North, East), FromMs, ToMs)]);
}

/// <summary>Answer to <see cref="FindUnits"/>: numbers of units.</summary>
public sealed record UnitsFound(IReadOnlyList<int> Units);

using System.Runtime.InteropServices;
using Vantage.Actors.History;
using Vantage.Actors.Positions;

namespace Vantage.Storage.History;

/// <summary>A part of a track while it is put together from chunks, in the order of time.</summary>
/// <param name="wholeAt">The chunk that begins at a time, when its outline cannot be read for the reason; nothing when it is gone.</param>
internal sealed class TrackSlice(int unit, long fromMs, long toMs, List<Fix> into, int atMost, TrackDetail? detail, Func<long, string, byte[]> wholeAt)
{
    private readonly int _first = into.Count;
    private readonly List<DamagedTrack> _damaged = [];
    private TrackOutline? _outline;
    private Fix[] _buffer = [];

    public bool IsFull => into.Count - _first >= atMost;

    public IReadOnlyList<DamagedTrack> Damaged
    {
        get
        {
            _damaged.Sort(static (a, b) => a.FromMs.CompareTo(b.FromMs));
            return _damaged;
        }
    }

    /// <summary>Adds what a chunk has of it.</summary>
    /// <param name="outline">The chunk's outline; empty when there is none, or none is asked for.</param>
    /// <param name="outlineCount">How many fixes the outline has.</param>
    /// <param name="encoded">The chunk itself; empty when there is an outline.</param>
    /// <returns>Why it could not be read, or null.</returns>
    public string? Add(long firstMs, long lastMs, int count, ReadOnlySpan<byte> encoded, int outlineCount, ReadOnlySpan<byte> outline)
    {
        try
        {
            if (!TryAppend(outline, outlineCount, firstMs, lastMs, out var damage))
            {
                encoded = damage is null ? encoded : wholeAt(firstMs, damage);
                Append(Outline(ChunkMerge.Decode(encoded, count, firstMs, lastMs, ref _buffer)));
            }

            return null;
        }
        catch (InvalidDataException damage)
        {
            AddDamaged(firstMs, lastMs, count);
            return damage.Message;
        }
    }

    public void AddDamaged(long firstMs, long lastMs, int count) => _damaged.Add(new DamagedTrack(unit, firstMs, lastMs, count));

    /// <param name="damage">Why an outline that is there could not be read.</param>
    private bool TryAppend(ReadOnlySpan<byte> outline, int count, long firstMs, long lastMs, out string? damage)
    {
        damage = null;
        if (outline.IsEmpty)
        {
            return false;
        }

        try
        {
            Append(ChunkMerge.Decode(outline, count, firstMs, lastMs, ref _buffer));
            return true;
        }
        catch (InvalidDataException unreadable)
        {
            damage = unreadable.Message;
            return false;
        }
    }

    private ReadOnlySpan<Fix> Outline(ReadOnlySpan<Fix> fixes)
    {
        if (detail is null)
        {
            return fixes;
        }

        _outline ??= new TrackOutline();
        _outline.Begin(fixes);
        for (var level = 1; level < detail.Level; level++)
        {
            _outline.Next();
        }

        return _outline.Next();
    }

    private void Append(ReadOnlySpan<Fix> fixes)
    {
        while (!fixes.IsEmpty && fixes[0].TimeMs < fromMs)
        {
            fixes = fixes[1..];
        }

        while (!fixes.IsEmpty && fixes[^1].TimeMs > toMs)
        {
            fixes = fixes[..^1];
        }

        if (detail is not null && !fixes.IsEmpty && into.Count > _first && fixes[0].TimeMs - into[^1].TimeMs > TrackDetail.GapMs)
        {
            CollectionsMarshal.AsSpan(into)[^1].Mark(FixFlags.BeforeGap, on: true); // Ends of chunks are never left out: this is a gap of the track.
        }

        into.AddRange(fixes[..Math.Min(fixes.Length, atMost - (into.Count - _first))]);
    }
}

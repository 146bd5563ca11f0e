using System.Runtime.InteropServices;
using Vantage.Actors.Visits;
using Vantage.Geo.Tracks;

namespace Vantage.Actors.Positions;

/// <summary>Leaves out of a track what a picture of it does not need, level by level (TRK-7). Serves one track after another; not thread-safe.</summary>
public sealed class TrackOutline
{
    private readonly List<Fix> _fixes = [];
    private TrackPoint[] _points = [];
    private bool[] _kept = [];
    private int _level;

    /// <summary>Takes a track: all its fixes, in order. Those that do not count are in no outline.</summary>
    public void Begin(ReadOnlySpan<Fix> track)
    {
        _level = 0;
        _fixes.Clear();
        foreach (ref readonly var fix in track)
        {
            if ((fix.Flags & FixFlags.Outranked) == 0)
            {
                _fixes.Add(fix);
            }
        }

        var fixes = CollectionsMarshal.AsSpan(_fixes);
        for (var i = 0; i < fixes.Length - 1; i++)
        {
            fixes[i].Mark(FixFlags.BeforeGap, fixes[i + 1].TimeMs - fixes[i].TimeMs > VisitMachine.GapMs);
        }
    }

    /// <summary>The outline of the next level of <see cref="TrackDetail.Levels"/>, first and last fix always among it. Valid until the next call.</summary>
    /// <remarks>Made of the level before. Errors add up, so each may err by no more than what its bound is above that one's.</remarks>
    public ReadOnlySpan<Fix> Next()
    {
        var detail = TrackDetail.Levels[_level];
        var metres = detail.Metres - (_level == 0 ? 0 : TrackDetail.Levels[_level - 1].Metres);
        _level++;
        var fixes = CollectionsMarshal.AsSpan(_fixes);
        MakeRoom(fixes.Length);
        for (var i = 0; i < fixes.Length; i++)
        {
            _points[i] = new TrackPoint(fixes[i].TimeMs, fixes[i].Longitude, fixes[i].Latitude);
        }

        TrackSimplifier.Mark(_points.AsSpan(0, fixes.Length), metres, detail.LongestMs, VisitMachine.GapMs, _kept.AsSpan(0, fixes.Length));
        var count = 0;
        for (var i = 0; i < fixes.Length; i++)
        {
            if (_kept[i])
            {
                fixes[count++] = fixes[i];
            }
        }

        CollectionsMarshal.SetCount(_fixes, count);
        return CollectionsMarshal.AsSpan(_fixes);
    }

    private void MakeRoom(int count)
    {
        if (_kept.Length < count)
        {
            _kept = new bool[Math.Max(count, 1024)];
            _points = new TrackPoint[_kept.Length];
        }
    }
}

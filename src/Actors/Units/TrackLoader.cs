using System.Runtime.ExceptionServices;
using Vantage.Actors.Positions;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Units;

/// <summary>Brings the newest part of a unit's track into memory, and older parts of it when judging needs them.</summary>
internal sealed class TrackLoader(ShardParts parts, StoredVisits visits)
{
    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 4 };

    public UnitTrack Load(int unit)
    {
        var track = LoadNewest(unit, parts.History.TrackRange(unit));

        // As one, to the end of time: visits of fixes that only the log holds are among them, and each breach must find its own.
        visits.Load(track, track.LoadedFromMs, long.MaxValue);
        return track;
    }

    /// <summary>Loads several, with few questions, and those at the same time: most of a load is waiting for answers, where storage is a server.</summary>
    /// <exception cref="IOException">One could not be loaded: none was.</exception>
    public UnitTrack[] LoadAll(int[] units)
    {
        var ranges = parts.History.TrackRanges(units);
        var tracks = new UnitTrack[units.Length];
        try
        {
            Parallel.For(0, units.Length, AtOnce, i => tracks[i] = LoadNewest(units[i], ranges[i]));
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        visits.LoadAll(tracks);
        return tracks;
    }

    /// <summary>Extends a track's window back so that it begins at or before a time, if so much is stored.</summary>
    public void LoadBack(UnitTrack track, long toMs)
    {
        while (track.LoadedFromMs > toMs)
        {
            var endMs = track.LoadedFromMs;
            LoadFixes(track, toMs, parts.History.TrackRange(track.Number));

            // Once all sealed fixes are here: all visits, for there are those of fixes that only the log holds.
            visits.Load(track, track.LoadedFromMs, endMs);
        }
    }

    /// <summary>Has two fixes in the window before a time, if so many are stored: marks of jumps look that far.</summary>
    public void LoadAround(UnitTrack track, long timeMs)
    {
        LoadBack(track, timeMs - 1);
        while (track.LoadedFromMs != long.MinValue && track.Previous(track.Previous(track.IndexAtOrAfter(timeMs))) < 0)
        {
            LoadMore(track);
        }
    }

    /// <summary>Has in the window all fixes before a time back to a gap, or to the track's beginning.</summary>
    public void LoadToGap(UnitTrack track, long timeMs)
    {
        while (track.LoadedFromMs != long.MinValue && !HasGapBefore(track, timeMs))
        {
            LoadMore(track);
        }
    }

    /// <summary>The anchor of a zone before a time, see <see cref="Reevaluation.FindAnchor"/>; older fixes are loaded until there is one.</summary>
    public int AnchorBefore(UnitTrack track, ZoneSet zones, int zone, long timeMs)
    {
        while (true)
        {
            if (Reevaluation.FindAnchor(track, zones, zone, track.IndexAtOrAfter(timeMs)) is { } anchor)
            {
                return anchor;
            }

            LoadMore(track);
        }
    }

    private static bool HasGapBefore(UnitTrack track, long timeMs)
    {
        for (var i = track.Previous(track.IndexAtOrAfter(timeMs)); i >= 0; i = track.Previous(i))
        {
            if (track.IsAfterGap(i))
            {
                return true;
            }
        }

        return false;
    }

    private UnitTrack LoadNewest(int unit, (long FirstMs, long LastMs)? stored)
    {
        var track = new UnitTrack(parts.Directory.Get(unit));
        if (stored is { } range)
        {
            track.LoadedFromMs = range.LastMs + 1;
            LoadFixes(track, range.LastMs - parts.WindowMs, range);
            track.NeedsRebuild = true;
        }

        return track;
    }

    private void LoadMore(UnitTrack track) => LoadBack(track, track.LoadedFromMs - parts.WindowMs);

    private void LoadFixes(UnitTrack track, long toMs, (long FirstMs, long LastMs)? stored)
    {
        var endMs = track.LoadedFromMs;
        var fromMs = Math.Min(toMs, endMs - 1);
        fromMs = parts.History.LastFixAtOrBefore(track.Number, fromMs) is { } earlier ? Math.Min(fromMs, earlier) : fromMs;
        var older = new List<Fix>();
        parts.History.ReadTrack(track.Number, fromMs, endMs - 1, older); // Both ends belong to what is read.
        track.Prepend(older);
        var isAll = stored is not { } range || range.FirstMs >= fromMs;
        track.LoadedFromMs = isAll ? long.MinValue : fromMs;
    }
}

using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Geo;

namespace Vantage.Actors.Zones;

/// <summary>Judges a shard's stored tracks by new versions of zones, a slice at a time, so that live fixes never wait long: VIS-10.</summary>
/// <remarks>Changes that wait together are worked off together, unit by unit: a thousand imported zones read each track a few times.</remarks>
internal sealed class ZoneRejudging(
    ShardParts parts, ZoneSet current, UnitTracks tracks, TrackLoader loader, TrackRebuild rebuild, ShardOutput output, LiveUnits live)
{
    /// <summary>Units judged in one go between two frames.</summary>
    private const int UnitsInOneSlice = 16;

    private readonly List<ZoneChange> _waiting = [];
    private readonly List<ZoneChange> _current = [];
    private readonly Queue<UnitTrack> _units = new();
    private readonly List<(string Zone, int Version)> _applied = [];
    private readonly Reevaluation.Outcome _outcome = new();
    private ZoneSet _zones = current;
    private long _seenEpoch = current.Epoch;

    /// <summary>The epoch of zones by which all tracks are judged.</summary>
    public long JudgedEpoch { get; private set; }

    private bool IsIdle => _waiting.Count + _current.Count == 0;

    /// <summary>Takes up the changes of zones since the last call.</summary>
    public void Notice(ZoneSet zones)
    {
        _zones = zones;
        for (; _seenEpoch < _zones.Epoch; _seenEpoch++)
        {
            _waiting.Add(_zones.Changes[(int)_seenEpoch]);
        }

        JudgedEpoch = IsIdle ? _seenEpoch : JudgedEpoch;
    }

    /// <summary>Puts on the list what a crash or a stop left undone.</summary>
    public void Resume(IReadOnlyList<(string Zone, int Version)> applied)
    {
        var done = applied.ToHashSet();
        for (var zone = 0; zone < _zones.ZoneCount; zone++)
        {
            foreach (var version in _zones.VersionsOf(zone).Where(version => !done.Contains((version.Key, version.Version))))
            {
                _waiting.Add(new ZoneChange(version.Key, zone, version.Version, version.FromMs));
            }
        }
    }

    public void Work(DateTimeOffset now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        for (var budget = UnitsInOneSlice; budget > 0 && !IsIdle;)
        {
            if (_current.Count == 0)
            {
                Begin();
            }

            if (_units.TryDequeue(out var track))
            {
                budget -= Judge(track, nowMs) ? 1 : 0;
                continue;
            }

            _applied.AddRange(_current.Select(change => (change.Key, change.Version)));
            _current.Clear();
        }

        JudgedEpoch = IsIdle ? _seenEpoch : JudgedEpoch;
    }

    public IReadOnlyList<(string Zone, int Version)> TakeApplied()
    {
        (string, int)[] applied = [.. _applied];
        _applied.Clear();
        return applied;
    }

    private void Begin()
    {
        _current.AddRange(_waiting);
        _waiting.Clear();
        foreach (var track in tracks.All)
        {
            _units.Enqueue(track);
        }
    }

    /// <returns>Whether the unit had anything to judge.</returns>
    private bool Judge(UnitTrack track, long nowMs)
    {
        var newest = track.Newest;
        var newestMs = newest < 0 ? long.MinValue : track.At(newest).TimeMs;
        var judgedFromMs = parts.JudgedFromMs(nowMs); // Before it fixes are missing: what was found from them stands.
        var fromMs = Math.Max(_current.Min(change => change.FromMs), judgedFromMs);
        if (newestMs < fromMs)
        {
            return false;
        }

        if (track.NeedsRebuild)
        {
            rebuild.Run(track, _zones);
        }

        var windowFromMs = track.LoadedFromMs;
        loader.LoadBack(track, fromMs);
        var bounds = BoundsFrom(track, fromMs);
        foreach (var zone in _current.Where(change => change.FromMs <= newestMs).GroupBy(change => change.Zone))
        {
            if (MayTouch(track, zone.Key, bounds))
            {
                Judge(track, zone.Key, zone.Min(change => change.FromMs), judgedFromMs, nowMs);
            }
        }

        live.Show(track);
        if (windowFromMs > track.LoadedFromMs)
        {
            track.TrimTo(track.Count - track.IndexAtOrAfter(windowFromMs)); // A year of every unit at once would fill the memory.
        }

        return true;
    }

    private void Judge(UnitTrack track, int zone, long fromMs, long judgedFromMs, long nowMs)
    {
        var anchor = loader.AnchorBefore(track, _zones, zone, Math.Max(fromMs, judgedFromMs));
        output.Settle(track, _zones, Reevaluation.Run(track, _zones, zone, anchor, track.Count - 1, _outcome, isCut: fromMs < judgedFromMs), nowMs);
    }

    // Most zones are far from most tracks: their boxes tell, without looking at a single fix again.
    private bool MayTouch(UnitTrack track, int zone, GeoBox bounds)
        => track.Visits.Exists(visit => visit.Zone == zone)
        || track.States.Exists(state => state.Zone == zone)
        || _zones.VersionsOf(zone).Any(version => !version.IsEnd && version.Shape.Bounds.Intersects(bounds));

    private static GeoBox BoundsFrom(UnitTrack track, long fromMs)
    {
        var first = Math.Max(0, track.IndexAtOrAfter(fromMs) - 1); // The segment into the range belongs to it.
        var position = track.At(Math.Min(first, track.Count - 1)).Position;
        var bounds = GeoBox.Around(position, position);
        for (var i = first + 1; i < track.Count; i++)
        {
            bounds = bounds.Union(GeoBox.Around(track.At(i).Position, track.At(i).Position));
        }

        return bounds;
    }
}

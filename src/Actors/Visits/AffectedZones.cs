using Vantage.Actors.Zones;
using Vantage.Geo;
using Vantage.Geo.Zones;

namespace Vantage.Actors.Visits;

/// <summary>Gathers the zones that a change of a track may concern, each once. Reused from fix to fix: then it allocates nothing.</summary>
internal sealed class AffectedZones
{
    private readonly List<int> _zones = [];
    private readonly ZoneHits _atPoint = new();
    private readonly ZoneHits _alongSegment = new();
    private ZoneSet _set = ZoneSet.Empty;

    public void Begin(ZoneSet set)
    {
        _set = set;
        _zones.Clear();
    }

    public List<int>.Enumerator GetEnumerator() => _zones.GetEnumerator();

    public void Add(int zone)
    {
        if (!_zones.Contains(zone))
        {
            _zones.Add(zone);
        }
    }

    /// <summary>Adds the zones that hold a point.</summary>
    public void AddAt(LatLng point)
    {
        _set.Index.Query(point, _atPoint);
        Add(_atPoint.Ids);
    }

    /// <summary>Adds the zones that a segment touches.</summary>
    public void AddAlong(LatLng from, LatLng to)
    {
        _set.Index.QuerySegment(from, to, _alongSegment);
        Add(_alongSegment.Ids);
    }

    /// <summary>Whether the last point given to <see cref="AddAt"/> is in a version: what the index has said is not asked again.</summary>
    public bool IsPointIn(ZoneVersion version)
    {
        foreach (var id in _atPoint.Ids)
        {
            if (ReferenceEquals(_set.Entry(id), version))
            {
                return true;
            }
        }

        return false;
    }

    private void Add(ReadOnlySpan<int> entries)
    {
        foreach (var entry in entries)
        {
            Add(_set.Entry(entry).Zone);
        }
    }
}

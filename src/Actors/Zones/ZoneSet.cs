using Vantage.Geo.Zones;

namespace Vantage.Actors.Zones;

/// <summary>All versions of all zones at one moment, with their index: immutable, replaced on change.</summary>
public sealed class ZoneSet
{
    private readonly ZoneVersion?[] _entries; // By id in the index; null where a version is no longer.
    private readonly ZoneVersion[][] _versionsOfZone;

    /// <param name="versionsOfZone">By zone number, each oldest first, with times in force that do not overlap.</param>
    /// <param name="changes">Every change since the process began, the one of epoch 1 first.</param>
    public ZoneSet(IReadOnlyList<IReadOnlyList<ZoneVersion>> versionsOfZone, IReadOnlyList<ZoneChange> changes)
        : this(null, versionsOfZone, changes)
    {
    }

    private ZoneSet(ZoneSet? before, IReadOnlyList<IReadOnlyList<ZoneVersion>> versionsOfZone, IReadOnlyList<ZoneChange> changes)
    {
        Changes = changes;
        _versionsOfZone = [.. versionsOfZone.Select(versions => versions.ToArray())];
        var versions = _versionsOfZone.SelectMany(versions => versions).Where(version => !version.IsEnd && version.FromMs < version.ToMs).ToArray();
        HasRuns = versions.Any(version => version.HysteresisFixes > 1);
        Blurred = [.. versions.Where(version => version.RespectsAccuracy || version.HysteresisMetres > 0)];
        if (before is null || before._entries.Length > 2 * versions.Length)
        {
            _entries = versions;
            Index = ZoneIndex.Build([.. versions.Select((version, id) => new ZoneEntry(id, version.Shape))]);
        }
        else
        {
            (_entries, Index) = before.Replace(versions);
        }
    }

    public static ZoneSet Empty { get; } = new([], []);

    public ZoneIndex Index { get; }

    /// <summary>Some zone asks for more than one fix before it takes a unit for inside or outside.</summary>
    public bool HasRuns { get; }

    /// <summary>The versions near whose edge a fix may be neither inside nor outside.</summary>
    internal IReadOnlyList<ZoneVersion> Blurred { get; }

    /// <summary>Grows by one with every change.</summary>
    public long Epoch => Changes.Count;

    /// <summary>Every change since the process began, the one of epoch 1 first.</summary>
    public IReadOnlyList<ZoneChange> Changes { get; }

    public int ZoneCount => _versionsOfZone.Length;

    /// <summary>The set after a change: for the index only what changed is work.</summary>
    /// <param name="versionsOfZone">As the constructor has it.</param>
    /// <param name="changes">As the constructor has it.</param>
    public ZoneSet With(IReadOnlyList<IReadOnlyList<ZoneVersion>> versionsOfZone, IReadOnlyList<ZoneChange> changes)
        => new(this, versionsOfZone, changes);

    /// <summary>The version behind an id that the index gave.</summary>
    public ZoneVersion Entry(int id) => _entries[id]!;

    public IReadOnlyList<ZoneVersion> VersionsOf(int zone) => _versionsOfZone[zone];

    /// <summary>The cooldown of a rule as one version of a zone has it, in milliseconds; 0 without.</summary>
    public long CooldownOf(int zone, int version, string rule)
    {
        foreach (var candidate in _versionsOfZone[zone])
        {
            if (candidate.Version == version)
            {
                for (var i = 0; i < candidate.Rules.Count; i++) // By index: an enumerator would be allocated.
                {
                    if (candidate.Rules[i].Key == rule)
                    {
                        return candidate.Rules[i].CooldownMs;
                    }
                }
            }
        }

        return 0;
    }

    /// <summary>The version of a zone in force at a time, or null.</summary>
    public ZoneVersion? InForce(int zone, long timeMs)
    {
        if (zone >= _versionsOfZone.Length)
        {
            return null;
        }

        var versions = _versionsOfZone[zone];
        for (var i = versions.Length - 1; i >= 0; i--)
        {
            if (versions[i].FromMs <= timeMs)
            {
                return versions[i].IsInForce(timeMs) ? versions[i] : null;
            }
        }

        return null;
    }

    /// <summary>Versions that are there already keep their ids. Their shape is what tells them: times in force may have changed.</summary>
    private (ZoneVersion?[] Entries, ZoneIndex Index) Replace(ZoneVersion[] versions)
    {
        var wanted = versions.ToDictionary(version => version.Shape);
        var entries = Array.ConvertAll(_entries, old => old is not null && wanted.Remove(old.Shape, out var version) ? version : null);
        var removed = Enumerable.Range(0, entries.Length).Where(id => _entries[id] is not null && entries[id] is null).ToArray();
        var added = versions.Where(version => wanted.ContainsKey(version.Shape)).ToArray();
        return ([.. entries, .. added], Index.With(removed, [.. added.Select((version, n) => new ZoneEntry(entries.Length + n, version.Shape))]));
    }
}

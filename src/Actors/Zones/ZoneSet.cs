using Vantage.Geo.Zones;

namespace Vantage.Actors.Zones;

/// <summary>All versions of all zones at one moment, with their index: immutable, replaced on change.</summary>
public sealed class ZoneSet
{
    private readonly ZoneVersion[] _entries;
    private readonly ZoneVersion[][] _versionsOfZone;

    /// <param name="versionsOfZone">By zone number, each oldest first, with times in force that do not overlap.</param>
    /// <param name="changes">Every change since the process began, the one of epoch 1 first.</param>
    public ZoneSet(IReadOnlyList<IReadOnlyList<ZoneVersion>> versionsOfZone, IReadOnlyList<ZoneChange> changes)
    {
        Changes = changes;
        _versionsOfZone = [.. versionsOfZone.Select(versions => versions.ToArray())];
        _entries = [.. _versionsOfZone.SelectMany(versions => versions).Where(version => !version.IsEnd && version.FromMs < version.ToMs)];
        HasRuns = _entries.Any(version => version.HysteresisFixes > 1);
        Blurred = [.. _entries.Where(version => version.RespectsAccuracy || version.HysteresisMetres > 0)];
        Index = ZoneIndex.Build([.. _entries.Select((version, id) => new ZoneEntry(id, version.Shape))]);
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

    /// <summary>The version behind an id that the index gave.</summary>
    public ZoneVersion Entry(int id) => _entries[id];

    public IReadOnlyList<ZoneVersion> VersionsOf(int zone) => _versionsOfZone[zone];

    /// <summary>The cooldown of a rule as one version of a zone has it, in milliseconds; 0 without.</summary>
    public long CooldownOf(int zone, int version, string rule)
    {
        foreach (var candidate in _versionsOfZone[zone])
        {
            if (candidate.Version == version)
            {
                foreach (var one in candidate.Rules)
                {
                    if (one.Key == rule)
                    {
                        return one.CooldownMs;
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
}

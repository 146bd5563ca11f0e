using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Vantage.Actors.Zones;

/// <summary>A zone is from now on this. On the wire for ever: add fields, never rename or reuse them.</summary>
/// <param name="Feature">The GeoJSON feature as it was put.</param>
public sealed record ZoneDefined(string Zone, int Version, DateTimeOffset EffectiveFrom, DateTimeOffset At, string Feature);

/// <summary>A zone is no more from <paramref name="EffectiveFrom"/> on; its history stays.</summary>
public sealed record ZoneEnded(string Zone, int Version, DateTimeOffset EffectiveFrom, DateTimeOffset At);

/// <summary>A zone's newest version, and from when on tracks must be judged by it.</summary>
public readonly record struct ZoneChange(string Key, int Zone, int Version, long FromMs);

/// <summary>All zones with all their versions. Readers take <see cref="Current"/>; writing follows the journal.</summary>
public sealed class ZoneCatalog
{
    private readonly Lock _writing = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<ImmutableList<ZoneVersion>> _versions = [];
    private ImmutableList<ZoneChange> _changes = [];
    private volatile ZoneSet _current = ZoneSet.Empty;
    private volatile IReadOnlyDictionary<string, int> _published = ImmutableDictionary<string, int>.Empty;

    public ZoneSet Current => _current;

    /// <summary>Told after <see cref="Current"/> changed. Set before the first live change.</summary>
    public Action? Changed { get; set; }

    public bool TryNumberOf(string key, out int zone) => _published.TryGetValue(key, out zone);

    /// <summary>The newest version of every zone that has not ended.</summary>
    public IEnumerable<ZoneVersion> Newest
        => Enumerable.Range(0, _current.ZoneCount).Select(zone => _current.VersionsOf(zone)[^1]).Where(version => !version.IsEnd);

    public bool TryGetNewest(string key, [NotNullWhen(true)] out ZoneVersion? version)
    {
        version = TryNumberOf(key, out var zone) ? _current.VersionsOf(zone)[^1] : null;
        version = version is { IsEnd: true } ? null : version;
        return version is not null;
    }

    /// <exception cref="InvalidDataException">The feature in the journal does not read: it was checked before it was written.</exception>
    public void Apply(ZoneDefined defined) => Apply([defined]);

    /// <summary>Folds events in and publishes them as one: <see cref="ZoneDefined"/> and <see cref="ZoneEnded"/>.</summary>
    public void Apply(IReadOnlyList<object> events)
    {
        lock (_writing)
        {
            _changes = _changes.AddRange(events.Select(Fold));
            _current = new ZoneSet(_versions, _changes);
            _published = _numbers.ToImmutableDictionary(StringComparer.Ordinal); // After: whoever finds a number here finds its zone there.
        }

        Changed?.Invoke();
    }

    private ZoneChange Fold(object @event) => @event switch
    {
        ZoneDefined defined => Add(Read(defined)),
        ZoneEnded ended => Add(EndOf(ended)),
        _ => throw new System.Diagnostics.UnreachableException($"No rule for event {@event.GetType().Name}."),
    };

    private static ZoneVersion Read(ZoneDefined defined)
    {
        var reading = ZoneReader.Read(defined.Zone, defined.Feature, defined.At);
        return reading.Version is { } version
            ? version with { Version = defined.Version, FromMs = defined.EffectiveFrom.ToUnixTimeMilliseconds() }
            : throw new InvalidDataException($"Zone {defined.Zone} v{defined.Version} does not read: {reading.Errors[0]}");
    }

    private ZoneVersion EndOf(ZoneEnded ended)
        => _versions[_numbers[ended.Zone]][^1] with
        {
            Version = ended.Version,
            FromMs = ended.EffectiveFrom.ToUnixTimeMilliseconds(),
            ToMs = long.MaxValue,
            Rules = [],
            HasGroupRules = false,
            IsEnd = true,
        };

    // The newest word counts from its moment on, whatever older versions said about that time.
    private ZoneChange Add(ZoneVersion version)
    {
        if (!_numbers.TryGetValue(version.Key, out var zone))
        {
            zone = _versions.Count;
            _numbers.Add(version.Key, zone);
            _versions.Add([]);
        }

        _versions[zone] = _versions[zone]
            .ConvertAll(older => older with { ToMs = Math.Min(older.ToMs, version.FromMs) })
            .Add(version with { Zone = zone });
        return new ZoneChange(version.Key, zone, version.Version, version.FromMs);
    }
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Vantage.Actors.Zones;

/// <summary>A zone is from now on this. On the wire for ever: add fields, never rename or reuse them.</summary>
/// <param name="Feature">The GeoJSON feature as it was put.</param>
/// <param name="TimeZone">In which its schedules are read; null in journals from before it was kept: see <see cref="FirstTimeZone"/>.</param>
public sealed record ZoneDefined(string Zone, int Version, DateTimeOffset EffectiveFrom, DateTimeOffset At, string Feature, string? TimeZone = null)
{
    /// <summary>What the schedules of a feature that names no time zone were read in before the event said so.</summary>
    public const string FirstTimeZone = "Asia/Shanghai";
}

/// <summary>A zone is no more from <paramref name="EffectiveFrom"/> on; its history stays.</summary>
public sealed record ZoneEnded(string Zone, int Version, DateTimeOffset EffectiveFrom, DateTimeOffset At);

/// <summary>A zone's newest version, and from when on tracks must be judged by it.</summary>
public readonly record struct ZoneChange(string Key, int Zone, int Version, long FromMs);

/// <summary>All zones with all their versions. Readers take <see cref="Current"/>; writing follows the journal.</summary>
/// <remarks>
/// Who applies a change goes on at once: what it takes to have it in the index is too long for the thread of an actor.
/// A thread of its own takes all that was applied meanwhile and publishes it as one, so that a storm of changes costs a few turns.
/// </remarks>
public sealed class ZoneCatalog
{
    private readonly Lock _applying = new();
    private List<object> _waiting = [];
    private TaskCompletionSource _next = NewPublication(); // Of what waits …
    private Task _last = Task.CompletedTask; // … and of what was taken last.
    private bool _isPublishing;

    // The publishing thread's own.
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<ImmutableList<ZoneVersion>> _versions = [];
    private ImmutableList<ZoneChange> _changes = [];

    private volatile ZoneSet _current = ZoneSet.Empty;
    private volatile IReadOnlyDictionary<string, int> _published = ImmutableDictionary<string, int>.Empty;

    /// <summary>Told when a publication failed, which is a bug. Must not throw.</summary>
    public Action<Exception> OnFailure { get; init; } = _ => { };

    public ZoneSet Current => _current;

    public bool TryNumberOf(string key, out int zone) => _published.TryGetValue(key, out zone);

    /// <summary>The newest version of every zone that has not ended.</summary>
    public IEnumerable<ZoneVersion> Newest
    {
        get
        {
            var zones = _current;
            return Enumerable.Range(0, zones.ZoneCount).Select(zone => zones.VersionsOf(zone)[^1]).Where(version => !version.IsEnd);
        }
    }

    public bool TryGetNewest(string key, [NotNullWhen(true)] out ZoneVersion? version)
    {
        version = TryNumberOf(key, out var zone) ? _current.VersionsOf(zone)[^1] : null;
        version = version is { IsEnd: true } ? null : version;
        return version is not null;
    }

    /// <summary>Takes changes, <see cref="ZoneDefined"/> and <see cref="ZoneEnded"/>, and has them published. Does not wait.</summary>
    /// <returns>As <see cref="PublishedAsync"/>.</returns>
    public Task ApplyAsync(params IReadOnlyList<object> events)
    {
        lock (_applying)
        {
            _waiting.AddRange(events);
            if (_waiting.Count > 0 && !_isPublishing)
            {
                _isPublishing = true;
                _ = Task.Factory.StartNew(PublishWaiting, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }

            return PublishedAsync();
        }
    }

    /// <summary>Completes when everything applied until now is in <see cref="Current"/>; fails when the publication of it did.</summary>
    /// <exception cref="InvalidDataException">A feature does not read, though it was checked before it was written.</exception>
    public Task PublishedAsync()
    {
        lock (_applying)
        {
            return _waiting.Count > 0 ? _next.Task : _last;
        }
    }

    private static TaskCompletionSource NewPublication() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void PublishWaiting()
    {
        while (TryTake(out var events, out var publication))
        {
            var failures = new List<Exception>();
            foreach (var @event in events)
            {
                Try(() => _changes = _changes.Add(Fold(@event)), failures);
            }

            Try(Publish, failures);
            if (failures.Count == 0)
            {
                publication.SetResult();
                continue;
            }

            failures.ForEach(OnFailure);
            publication.SetException(failures);
        }
    }

    // The one supervisor of the publishing thread: the changes beside one that fails, and after it, are in the journal and must come into force.
    private static void Try(Action step, List<Exception> failures)
    {
        try
        {
            step();
        }
        catch (Exception failure)
        {
            failures.Add(failure);
        }
    }

    private bool TryTake(out List<object> events, out TaskCompletionSource publication)
    {
        lock (_applying)
        {
            (events, publication) = (_waiting, _next);
            _isPublishing = events.Count > 0;
            if (_isPublishing)
            {
                (_waiting, _next, _last) = ([], NewPublication(), publication.Task);
            }

            return _isPublishing;
        }
    }

    private void Publish()
    {
        _current = _current.With(_versions, _changes);
        _published = new Dictionary<string, int>(_numbers, StringComparer.Ordinal); // Last: who knows a number finds its zone.
    }

    private ZoneChange Fold(object @event) => @event switch
    {
        ZoneDefined defined => Add(Read(defined)),
        ZoneEnded ended => Add(EndOf(ended)),
        _ => throw new System.Diagnostics.UnreachableException($"No rule for event {@event.GetType().Name}."),
    };

    private static ZoneVersion Read(ZoneDefined defined)
    {
        var reading = ZoneReader.Read(defined.Zone, defined.Feature, defined.At, defined.TimeZone ?? ZoneDefined.FirstTimeZone);
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

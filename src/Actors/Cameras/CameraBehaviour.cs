using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Cameras;

public enum CameraState
{
    Unknown,
    Online,
    Offline,
}

/// <summary>Registers a camera, or changes what is registered.</summary>
/// <param name="Source">Who runs it: 公安, 网格, 自建.</param>
/// <param name="Classes">The standard's coverage classes (S1-09) that it serves.</param>
/// <param name="Heading">Degrees clockwise from true north, or null.</param>
/// <param name="Streams">Addresses of video; empty: not connected.</param>
public sealed record RegisterCamera(
    string Name, double Longitude, double Latitude, string? Source, ImmutableArray<string> Classes, double? Heading, ImmutableArray<string> Streams);

/// <summary>Says whether a camera is reachable.</summary>
public sealed record ReportCameraState(CameraState State);

public sealed record CameraReceipt(bool IsNew, bool IsKnown);

/// <summary>A camera is from now on known by this. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record CameraRegistered(
    string Camera, DateTimeOffset At, string Name, double Longitude, double Latitude, string? Source,
    ImmutableArray<string> Classes, double? Heading, ImmutableArray<string> Streams);

/// <summary>A camera came or went.</summary>
public sealed record CameraStateChanged(string Camera, DateTimeOffset At, CameraState State);

/// <summary>A camera: where it stands, what it serves, whether it is reachable.</summary>
public sealed class CameraBehaviour : IBehaviour
{
    private CameraRegistered? _registered;
    private CameraStateChanged? _changed;

    private CameraState State => _changed?.State ?? CameraState.Unknown;

    public void Receive(object message, IActorContext context)
    {
        var isNew = _registered is null;
        if (Decide(message, context) is { } @event)
        {
            context.Record(@event);
            context.Publish(@event);
        }

        context.Reply(new CameraReceipt(isNew, _registered is not null));
    }

    public void Apply(object @event)
    {
        switch (@event)
        {
            case CameraRegistered registered:
                _registered = registered;
                break;
            case CameraStateChanged changed:
                _changed = changed;
                break;
            default:
                throw new UnreachableException($"No rule for event {@event.GetType().Name}.");
        }
    }

    public IReadOnlyList<object>? Snapshot() => (_registered, _changed) switch
    {
        (null, _) => [],
        (_, null) => [_registered],
        _ => [_registered, _changed],
    };

    private object? Decide(object message, IActorContext context) => message switch
    {
        RegisterCamera register => IsSame(register) ? null : new CameraRegistered(
            context.Self.Key, context.Now, register.Name, register.Longitude, register.Latitude, register.Source,
            register.Classes, register.Heading, register.Streams),
        ReportCameraState report => _registered is null || report.State == State
            ? null
            : new CameraStateChanged(context.Self.Key, context.Now, report.State),
        _ => throw new UnreachableException($"No rule for message {message.GetType().Name}."),
    };

    private bool IsSame(RegisterCamera register) => _registered is { } known
        && (known.Name, known.Longitude, known.Latitude, known.Source, known.Heading)
        == (register.Name, register.Longitude, register.Latitude, register.Source, register.Heading)
        && known.Classes.SequenceEqual(register.Classes) && known.Streams.SequenceEqual(register.Streams);
}

/// <summary>A camera as the wall shows it.</summary>
public sealed record CameraView(CameraRegistered Registered, CameraState State);

/// <summary>All cameras, by key.</summary>
public sealed class CameraDirectory
{
    private readonly ConcurrentDictionary<string, CameraView> _cameras = new(StringComparer.Ordinal);
    private long _registrations;

    public IEnumerable<CameraView> All => _cameras.Values;

    /// <summary>Grows with every registration: what was made of all cameras before is out of date.</summary>
    public long Registrations => Interlocked.Read(ref _registrations);

    public CameraView? Find(string key) => _cameras.GetValueOrDefault(key);

    internal void Apply(object @event)
    {
        if (@event is CameraRegistered registered)
        {
            _cameras.AddOrUpdate(
                registered.Camera, _ => new CameraView(registered, CameraState.Unknown), (_, known) => known with { Registered = registered });
            Interlocked.Increment(ref _registrations);
        }
        else if (@event is CameraStateChanged changed && _cameras.TryGetValue(changed.Camera, out var camera))
        {
            _cameras[changed.Camera] = camera with { State = changed.State };
        }
    }
}

using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Zones;

/// <summary>Defines a zone, or its next version. The feature has been read by <see cref="ZoneReader"/>.</summary>
/// <param name="TimeZone">In which its schedules were read. Kept with the zone, so that another setting does not change what was judged.</param>
/// <param name="EffectiveFrom">Null: the moment at which the zone takes it.</param>
public sealed record DefineZone(string Feature, string TimeZone, DateTimeOffset? EffectiveFrom);

/// <summary>Ends a zone now. Its history stays.</summary>
public sealed record EndZone;

/// <summary>Answer to both: the version that is now the newest; 0 when there was nothing to end.</summary>
public sealed record ZoneReceipt(int Version, bool IsNew);

/// <summary>A hot zone: what it is and was. Who is inside follows from tracks, see <see cref="Positions.PositionShard"/>.</summary>
/// <remarks>
/// <code>
///            DefineZone                  EndZone
/// (nothing) ───────────▶ version 1, 2 … ─────────▶ ended ── DefineZone ──▶ version n
/// </code>
/// </remarks>
public sealed class ZoneBehaviour : IBehaviour
{
    private object? _last;
    private int _version;
    private bool _isDefined;
    private string? _feature;
    private string? _timeZone;
    private DateTimeOffset _effectiveFrom;

    public void Receive(object message, IActorContext context)
    {
        var before = _version;
        var isNew = !_isDefined;
        if (Decide(message, context.Self.Key, context.Now) is { } @event)
        {
            context.Record(@event);
            context.Publish(@event);
        }

        context.Reply(new ZoneReceipt(message is EndZone && before == _version ? 0 : _version, isNew));
    }

    public void Apply(object @event)
    {
        _last = @event;
        switch (@event)
        {
            case ZoneDefined defined:
                (_version, _isDefined, _feature, _effectiveFrom) = (defined.Version, true, defined.Feature, defined.EffectiveFrom);
                _timeZone = defined.TimeZone ?? ZoneDefined.FirstTimeZone;
                break;
            case ZoneEnded ended:
                (_version, _isDefined, _feature) = (ended.Version, false, null);
                break;
            default:
                throw new UnreachableException($"No rule for event {@event.GetType().Name}.");
        }
    }

    public IReadOnlyList<object>? Snapshot() => _last is null ? [] : [_last];

    private object? Decide(object message, string key, DateTimeOffset now) => message switch
    {
        // The same definition put again is a retry, unless it asks for another time.
        DefineZone define when _isDefined && define.Feature == _feature && define.TimeZone == _timeZone
            && (define.EffectiveFrom is not { } from || Whole(from) == _effectiveFrom) => null,
        DefineZone define => new ZoneDefined(key, _version + 1, Whole(define.EffectiveFrom ?? now), now, define.Feature, define.TimeZone),
        EndZone when _isDefined => new ZoneEnded(key, _version + 1, Whole(now), now),
        EndZone => null,
        _ => throw new UnreachableException($"No rule for message {message.GetType().Name}."),
    };

    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}

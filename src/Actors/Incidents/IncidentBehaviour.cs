using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Incidents;

/// <summary>Something has happened somewhere.</summary>
/// <param name="Kind">What it is, a word in small letters such as <c>street-vending</c>.</param>
/// <param name="Level"><c>info</c>, <c>warning</c> or <c>critical</c>.</param>
/// <param name="Lon">Degrees, WGS-84, as <paramref name="Lat"/>; both null: nobody knows where, which only a call for help may be.</param>
/// <param name="Source">Who or what found it: <c>person</c>, <c>detection</c>, <c>sos</c>, or the name of another system.</param>
/// <param name="Unit">Whose call for help it is, if it is one.</param>
/// <param name="Picture">The address of a picture, if there is one.</param>
/// <param name="OccurredAt">When it was seen, which may be before it was reported.</param>
public sealed record ReportIncident(
    string Kind, string Title, string Level, double? Lon, double? Lat, string? Address, string? Note, string Source, string? Camera, string? Unit,
    string? Picture, DateTimeOffset OccurredAt);

/// <summary>Adds a remark to its time line.</summary>
/// <param name="Lon">Where it is from now on, in degrees, WGS-84, as <paramref name="Lat"/>; both null: where it was.</param>
public sealed record NoteIncident(string Note, double? Lon = null, double? Lat = null);

/// <summary>Nothing is left to do about it.</summary>
public sealed record CloseIncident(string? Note);

/// <summary>Answer to all three.</summary>
/// <param name="IsKnown">False: no incident of that key was ever reported.</param>
/// <param name="IsAllowed">False: it was closed already, or an incident of that key was there before.</param>
public sealed record IncidentReceipt(bool IsKnown, bool IsAllowed);

/// <summary>An incident is open from now on. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record IncidentReported(
    string Incident, DateTimeOffset At, string Kind, string Title, string Level, double? Lon, double? Lat, string? Address, string? Note, string Source,
    string? Camera, string? Unit, string? Picture, DateTimeOffset OccurredAt, string? By, string? Post);

/// <summary>A remark. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record IncidentNoted(string Incident, DateTimeOffset At, string Note, string? By, string? Post, double? Lon = null, double? Lat = null);

/// <summary>An incident is closed, for good. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record IncidentClosed(string Incident, DateTimeOffset At, string? Note, string? By, string? Post);

/// <summary>What happened, and that it is over (INC-1). Who was sent is the units' own, see <see cref="OrderBook"/>.</summary>
public sealed class IncidentBehaviour : IBehaviour
{
    private IncidentReported? _reported;
    private IncidentClosed? _closed;

    public void Receive(object message, IActorContext context)
    {
        var @event = Decide(message, context);
        if (@event is not null)
        {
            context.Record(@event);
            context.Publish(@event);
        }

        context.Reply(new IncidentReceipt(_reported is not null, @event is not null));
    }

    public void Apply(object @event)
    {
        switch (@event)
        {
            case IncidentReported reported:
                _reported = reported;
                break;
            case IncidentClosed closed:
                _closed = closed;
                break;
            case IncidentNoted:
                break; // Of interest to readers alone.
            default:
                throw new UnreachableException($"No rule for event {@event.GetType().Name}.");
        }
    }

    public IReadOnlyList<object>? Snapshot() => [.. new object?[] { _reported, _closed }.OfType<object>()];

    private object? Decide(object message, IActorContext context)
    {
        var (key, now, by, post) = (context.Self.Key, context.Now, context.Origin.Who, context.Origin.Post);
        return message switch
        {
            ReportIncident report when _reported is null => new IncidentReported(
                key, now, report.Kind, report.Title, report.Level, report.Lon, report.Lat, report.Address, report.Note, report.Source, report.Camera,
                report.Unit, report.Picture, report.OccurredAt, by, post),
            NoteIncident note when IsOpen => new IncidentNoted(key, now, note.Note, by, post, note.Lon, note.Lat),
            CloseIncident close when IsOpen => new IncidentClosed(key, now, close.Note, by, post),
            ReportIncident or NoteIncident or CloseIncident => null,
            _ => throw new UnreachableException($"No rule for message {message.GetType().Name}."),
        };
    }

    private bool IsOpen => _reported is not null && _closed is null;
}

using Vantage.Actors.Incidents;
using Vantage.Actors.Runtime;
using Vantage.Devices;
using Vantage.Host.Settings;
using Vantage.Host.Situations;

namespace Vantage.Host.Incidents;

/// <summary>Makes an incident of every call for help, before the device is answered (INC-4). The fix that came with it carries the flag into the track.</summary>
internal sealed partial class SosIncidents(Situation situation, HostSettings settings, TimeProvider time, ILogger<SosIncidents> log) : IDeviceAlarms
{
    public const string Kind = "sos";

    public async ValueTask RaiseSosAsync(DeviceSos sos, CancellationToken cancellationToken = default)
    {
        var unit = situation.Units.Get(sos.Unit);
        Raised(unit.IdText, sos.Longitude, sos.Latitude);
        if (situation.Incidents.All.FirstOrDefault(incident => incident.IsOpen && incident.Reported.Kind == Kind && incident.Reported.Unit == unit.IdText) is { } open)
        {
            var receipt = await situation.ChangeIncidentAsync(open.Key, Again(sos, open), Origin.System, cancellationToken);
            if (receipt.IsAllowed)
            {
                return;
            }

            // Somebody closed it this very moment: this call is a new one.
        }

        var (lon, lat, note) = PlaceOf(sos);
        var report = new ReportIncident(
            Kind, $"{unit.Name}求助", "critical", lon, lat, null, note, "sos", null, unit.IdText, null,
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(sos.TimeMs, time.GetUtcNow().ToUnixTimeMilliseconds())));
        await situation.ChangeIncidentAsync(IncidentEndpoints.NewKey(settings, time), report, Origin.System, cancellationToken);
    }

    /// <summary>A remark, and where the incident is from now on: where the call came from, unless it is older than the incident.</summary>
    private NoteIncident Again(DeviceSos sos, Incident open)
    {
        var (lon, lat, _) = sos.Longitude is null && open.Place is not null ? default : PlaceOf(sos);
        return sos.TimeMs < open.Reported.OccurredAt.ToUnixTimeMilliseconds() ? new NoteIncident("再次求助") : new NoteIncident("再次求助", lon, lat);
    }

    private (double? Lon, double? Lat, string? Note) PlaceOf(DeviceSos sos)
        => sos is { Longitude: { } lon, Latitude: { } lat } ? (lon, lat, null)
            : situation.Live.TryGet(sos.Unit, out var live) ? (live.Newest.Longitude, live.Newest.Latitude, "求助时无定位，为最后已知位置")
            : (null, null, "求助时无定位，也从未收到过位置");

    [LoggerMessage(1301, LogLevel.Critical, "SOS from {Unit} at {Longitude}, {Latitude}.")]
    private partial void Raised(string unit, double? longitude, double? latitude);
}

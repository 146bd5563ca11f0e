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
            await situation.ChangeIncidentAsync(open.Key, new NoteIncident("再次求助"), Origin.System, cancellationToken);
            return;
        }

        var hasPlace = sos.Longitude is not null && sos.Latitude is not null;
        var isKnown = situation.Live.TryGet(unit.Number, out var live);
        if (!hasPlace && !isKnown)
        {
            return; // Nobody ever knew where it is: the log is all there is.
        }

        var (lon, lat) = hasPlace ? (sos.Longitude!.Value, sos.Latitude!.Value) : (live.Newest.Longitude, live.Newest.Latitude);
        var report = new ReportIncident(
            Kind, $"{unit.Name}求助", "critical", lon, lat, null, hasPlace ? null : "求助时无定位，为最后已知位置", "sos", null, unit.IdText, null,
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(sos.TimeMs, time.GetUtcNow().ToUnixTimeMilliseconds())));
        await situation.ChangeIncidentAsync(IncidentEndpoints.NewKey(settings, time), report, Origin.System, cancellationToken);
    }

    [LoggerMessage(1301, LogLevel.Critical, "SOS from {Unit} at {Longitude}, {Latitude}.")]
    private partial void Raised(string unit, double? longitude, double? latitude);
}

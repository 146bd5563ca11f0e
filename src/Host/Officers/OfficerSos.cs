using System.Collections.Concurrent;
using Vantage.Actors.Incidents;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Devices;
using Vantage.Host.Access;
using Vantage.Host.Incidents;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Officers;

/// <summary><c>POST /api/officer/sos</c>: a call for help from the page, taken as one from a terminal is (INC-4).</summary>
internal static class OfficerSos
{
    public static async Task<IResult> CallAsync(
        HttpContext context, Situation situation, IPositionIngest ingest, IDeviceAlarms alarms, OfficerCalls calls, GateOptions gate,
        TimeProvider time)
    {
        var (unit, missing) = OfficerEndpoints.OwnUnit(context, situation, Rights.PositionsWrite);
        if (unit is null)
        {
            return missing!;
        }

        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("time", "lon", "lat", "accuracy", "fixTime");
        var (pressedMs, fixMs) = (fields.Time("time", required: true), fields.Time("fixTime"));
        var (lon, lat, accuracy) = (fields.Number("lon", -180, 180), fields.Number("lat", -90, 90), fields.Number("accuracy", 0, 1_000_000));
        if (lon is null != lat is null)
        {
            fields.Wrong(lon is null ? "lon" : "lat", "Is missing: give both, or neither.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        // The page repeats a call until it is answered: a repetition is neither a second incident nor a remark.
        if (calls.Find(unit, pressedMs!.Value) is { } known)
        {
            return TypedResults.Ok(new SosView(known));
        }

        await RaiseAsync(unit, pressedMs.Value, Fix(), ingest, alarms);
        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(new SosView(calls.Taken(unit, pressedMs.Value)));

        Fix? Fix()
        {
            if (lon is null)
            {
                return null;
            }

            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var report = PositionReport.At(fixMs ?? pressedMs!.Value, lon.Value, lat!.Value, ReportSource.OfficerPage);
            (report.Accuracy, report.Flags) = (accuracy ?? double.NaN, FixFlags.Sos);
            if (Gate.TryAccept(in report, nowMs, gate, out var fix) == Refusal.None)
            {
                return fix;
            }

            report.TimeMs = nowMs; // A phone whose clock is wrong must be found all the same.
            return Gate.TryAccept(in report, nowMs, gate, out fix) == Refusal.None ? fix : null;
        }
    }

    private static async Task RaiseAsync(UnitInfo unit, long pressedMs, Fix? fix, IPositionIngest ingest, IDeviceAlarms alarms)
    {
        if (fix is { } known)
        {
            var batch = new PositionBatch();
            batch.Add(unit.Number, in known);
            await ingest.CommitAsync(batch, CancellationToken.None);
        }

        await alarms.RaiseSosAsync(new DeviceSos(unit.Number, pressedMs, fix?.Longitude, fix?.Latitude, "page"), CancellationToken.None);
    }
}

/// <summary>Which call became which incident: of late, and of those that began one, always. Thread-safe.</summary>
internal sealed class OfficerCalls(Situation situation)
{
    /// <summary>Calls that are remembered; forgetting one costs a remark too many, if it is repeated.</summary>
    private const int Most = 1000;

    private readonly ConcurrentDictionary<(int Unit, long PressedMs), string> _calls = new();

    public string? Find(UnitInfo unit, long pressedMs) => _calls.TryGetValue((unit.Number, pressedMs), out var known) ? known
        : Of(unit).FirstOrDefault(incident => incident.Reported.OccurredAt.ToUnixTimeMilliseconds() == pressedMs)?.Reported.Incident;

    /// <summary>Remembers what a call that was raised has become.</summary>
    /// <returns>The incident.</returns>
    public string Taken(UnitInfo unit, long pressedMs)
    {
        var incident = Of(unit).OrderByDescending(incident => incident.IsOpen).ThenByDescending(incident => incident.Reported.At).First();
        if (_calls.Count >= Most)
        {
            _calls.Clear();
        }

        _calls[(unit.Number, pressedMs)] = incident.Key;
        return incident.Key;
    }

    private IEnumerable<Incident> Of(UnitInfo unit)
        => situation.Incidents.All.Where(incident => incident.Reported.Kind == SosIncidents.Kind && incident.Reported.Unit == unit.IdText);
}

/// <summary>What <c>POST /api/officer/sos</c> takes.</summary>
/// <param name="Time">When the button was pressed; the same in every repetition of the call.</param>
/// <param name="FixTime">When the position was measured; left out: when the button was pressed.</param>
internal sealed record SosBody(string Time, double? Lon, double? Lat, double? Accuracy, string? FixTime);

/// <param name="Incident">The key of the incident that the call is.</param>
internal sealed record SosView(string Incident);

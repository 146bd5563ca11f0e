using System.Diagnostics.Metrics;

namespace Vantage.Actors.Positions;

/// <summary>What the position shards count. Names are stable.</summary>
public sealed class PositionMetrics(Meter meter)
{
    public const string MeterName = "Vantage.Positions";

    private readonly Counter<long> _processed = meter.CreateCounter<long>("vantage.positions.processed", "{fix}", "Fixes processed by their units.");
    private readonly Counter<long> _late = meter.CreateCounter<long>("vantage.positions.late", "{fix}", "Fixes that came after newer ones.");
    private readonly Counter<long> _duplicates = meter.CreateCounter<long>("vantage.positions.duplicate", "{fix}", "Fixes that were known already.");
    private readonly Counter<long> _visits = meter.CreateCounter<long>("vantage.visits.changed", "{visit}", "Visits that began, ended or were corrected.");
    private readonly Counter<long> _breaches = meter.CreateCounter<long>("vantage.breaches.changed", "{breach}", "Breaches raised, changed or retracted.");

    public void ObserveUnsealed(Func<long> count)
        => meter.CreateObservableGauge("vantage.positions.unsealed", count, "{fix}", "Fixes that only the log holds.");

    public void OnProcessed(int fixes) => _processed.Add(fixes);

    public void OnLate(bool isDuplicate) => (isDuplicate ? _duplicates : _late).Add(1);

    public void OnCommit(int visits, int breaches)
    {
        _visits.Add(visits);
        _breaches.Add(breaches);
    }
}

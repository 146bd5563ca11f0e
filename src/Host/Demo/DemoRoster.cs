using Vantage.Actors;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Host.Situations;
using Vantage.Simulator;

namespace Vantage.Host.Demo;

/// <summary>The demonstration's roster: says who goes on and off duty, as whoever keeps the roster of a real district does.</summary>
internal sealed class DemoRoster(Situation situation, DemoFleet fleet, TimeProvider time)
{
    private readonly Dictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>Reports all whose duty is not known, or has changed.</summary>
    public async Task ReportAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        foreach (var unit in fleet.Units.Where(unit => _until.GetValueOrDefault(unit.Id) <= now))
        {
            var (isOnDuty, until) = fleet.DutyOf(unit);
            _until[unit.Id] = until;
            await situation.ReportDutyAsync(new ActorId(unit.Kind, unit.Key), new ReportDuty(isOnDuty, isOnDuty ? null : until), Origin.System, stopping);
        }
    }
}

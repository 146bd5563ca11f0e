using System.Globalization;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;

namespace Vantage.Host.Zones;

/// <summary>Tries zones on the past (TRY-1): one at a time, as each reads what all units near it did.</summary>
internal sealed class ZoneTrials(Situation situation) : IDisposable
{
    /// <summary>Of one unit: a month at a fix a second, 240 MB while it is judged.</summary>
    public const int MaxFixesOfUnit = 3_000_000;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);

    /// <returns>Null: another trial did not end within <see cref="Patience"/>.</returns>
    /// <exception cref="TrialTooLargeException">The track of a unit is too long.</exception>
    public async Task<ZoneTrialResult?> RunAsync(ZoneVersion version, long fromMs, long toMs, CancellationToken cancelled)
    {
        if (!await _one.WaitAsync(Patience, cancelled))
        {
            return null;
        }

        try
        {
            var trial = new ZoneTrial(version, situation.Units, fromMs);
            var near = await situation.UnitsNearAsync([trial.Reach], fromMs, toMs, cancelled);
            var damaged = new HashSet<DamagedTrack>();
            foreach (var unit in near.Order().Select(situation.Units.Get))
            {
                trial.Add(unit, await ReadAsync(unit, fromMs - ZoneTrial.LeadMs, toMs, damaged, cancelled));
            }

            var (visits, breaches) = trial.Until(toMs);
            return new ZoneTrialResult(near.Count, visits, breaches, [.. damaged.OrderBy(lost => lost.FromMs)]);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<List<Fix>> ReadAsync(UnitInfo unit, long fromMs, long toMs, HashSet<DamagedTrack> damaged, CancellationToken cancelled)
    {
        var fixes = new List<Fix>();
        await foreach (var piece in TrackWindows.ReadAsync(situation, unit, fromMs, toMs, cancelled))
        {
            fixes.AddRange(piece.Fixes);
            damaged.UnionWith(piece.Damaged);
            if (fixes.Count > MaxFixesOfUnit)
            {
                throw new TrialTooLargeException(string.Create(
                    CultureInfo.InvariantCulture, $"{unit.IdText} has more than {MaxFixesOfUnit} fixes in this range: ask for a shorter one."));
            }
        }

        return fixes;
    }
}

/// <param name="Units">How many were near enough to be judged.</param>
/// <param name="Damaged">What storage cannot read of their tracks: nothing was judged there.</param>
internal sealed record ZoneTrialResult(int Units, IReadOnlyList<VisitRow> Visits, IReadOnlyList<Breach> Breaches, IReadOnlyList<DamagedTrack> Damaged);

internal sealed class TrialTooLargeException(string message) : Exception(message);

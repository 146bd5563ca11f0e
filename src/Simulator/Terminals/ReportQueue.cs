using Vantage.Simulator.Scenes;

namespace Vantage.Simulator.Terminals;

/// <summary>What one unit has still to report. Nothing is stored: the scene can be asked for any moment again.</summary>
/// <remarks>Bounded: what is older than <see cref="KeptMs"/> is given up, as a terminal's memory would.</remarks>
internal sealed class ReportQueue(Scene scene, UnitPlan unit, ReportSpacing spacing, long fromMs)
{
    public const long KeptMs = 6 * 3_600_000L;

    private readonly long _stepMs = spacing.Of(unit) * 1000L;
    private long _nextMs = scene.NextReportMs(unit, spacing, fromMs);

    /// <summary>When the next report is, or was, due.</summary>
    public long NextMs => _nextMs;

    /// <summary>Fills in what is due by now, oldest first; returns how many.</summary>
    public int Peek(long nowMs, Span<SimFix> due)
    {
        DropOlderThan(nowMs - KeptMs);
        var count = 0;
        for (var timeMs = _nextMs; timeMs <= nowMs && count < due.Length;)
        {
            if (scene.StateAt(unit, timeMs) is { } fix)
            {
                due[count++] = fix;
                timeMs += _stepMs;
                continue;
            }

            timeMs = scene.NextReportMs(unit, spacing, scene.NextDutyMs(unit, timeMs));
            if (count == 0)
            {
                _nextMs = timeMs;
            }
        }

        return count;
    }

    /// <summary>Everything up to this fix has been dealt with.</summary>
    public void Advance(SimFix last) => _nextMs = last.TimeMs + _stepMs;

    private void DropOlderThan(long timeMs)
    {
        if (_nextMs < timeMs)
        {
            _nextMs = scene.NextReportMs(unit, spacing, timeMs);
        }
    }
}

using Vantage.Simulator.City;

namespace Vantage.Simulator.Scenes;

/// <summary>A day in the district: who is where, when. The same for the same seed, for ever. Thread-safe.</summary>
/// <remarks>
/// Nothing runs in here and nothing is remembered: a unit's state is a function of the moment asked for, so yesterday
/// can be told as fast as it can be written down, and live reports go on exactly where history ends.
/// </remarks>
public sealed class Scene
{
    private readonly long _seed;
    private readonly Patrol _patrol;
    private readonly Itinerary?[] _itineraries;

    private Scene(long seed, int officers, int vehicles, int cameras)
    {
        _seed = seed;
        var sketch = Sketch.Load();
        var graph = new RoadGraph(sketch);
        var squads = Scenes.Squads.Of(sketch, graph);
        (Sketch, Graph, Squads) = (sketch, graph, squads);
        Units = Scenes.Units.Of(seed, squads, officers, vehicles);
        Zones = Scenes.Zones.Of(seed, sketch, graph, squads);
        Cameras = Scenes.Cameras.Of(seed, cameras, sketch, Zones);
        _patrol = new(seed, graph, new(seed, graph, Zones));
        _itineraries = new Itinerary?[Units.Count];
    }

    public Sketch Sketch { get; }

    public RoadGraph Graph { get; }

    public IReadOnlyList<Squad> Squads { get; }

    /// <summary>Officers first, then vehicles; <see cref="UnitPlan.Index"/> is the place here.</summary>
    public IReadOnlyList<UnitPlan> Units { get; }

    public IReadOnlyList<CameraPlan> Cameras { get; }

    public IReadOnlyList<ZonePlan> Zones { get; }

    /// <summary>The demo: 300 officers, 60 vehicles, 1,250 cameras, 30 zones.</summary>
    public static Scene Create(long seed = 310105) => new(seed, officers: 300, vehicles: 60, cameras: 1250);

    /// <summary>What the unit's receiver says, or null when it is off duty.</summary>
    public SimFix? StateAt(UnitPlan unit, DateTimeOffset time) => StateAt(unit, time.ToUnixTimeMilliseconds());

    /// <inheritdoc cref="StateAt(UnitPlan, DateTimeOffset)"/>
    public SimFix? StateAt(UnitPlan unit, long timeMs)
    {
        if (ItineraryAt(unit, timeMs) is not { } itinerary)
        {
            return null;
        }

        var (at, speed, heading) = itinerary.At(timeMs);
        return Receiver.Read(_seed, unit, timeMs, at, speed, heading);
    }

    public bool IsOnDuty(UnitPlan unit, long timeMs) => Shifts.Containing(_seed, unit, timeMs) is not null;

    /// <summary>What the roster says of a unit, and when that changes next.</summary>
    public (bool IsOnDuty, DateTimeOffset Until) DutyAt(UnitPlan unit, DateTimeOffset time)
    {
        var timeMs = time.ToUnixTimeMilliseconds();
        var shift = Shifts.Containing(_seed, unit, timeMs);
        return (shift is not null, DateTimeOffset.FromUnixTimeMilliseconds(shift?.EndMs ?? NextDutyMs(unit, timeMs)));
    }

    /// <summary>When the unit's next turn of duty begins, after a moment.</summary>
    public long NextDutyMs(UnitPlan unit, long timeMs)
    {
        for (var day = Shifts.DayOf(timeMs); ; day++) // Nobody rests two days in a row.
        {
            if (Shifts.Of(_seed, unit, day) is { } shift && shift.StartMs > timeMs)
            {
                return shift.StartMs;
            }
        }
    }

    /// <summary>False while a vehicle's modem finds no network: one vehicle in twelve, 5 to 20 minutes of every hour.</summary>
    public bool HasNetwork(UnitPlan unit, long timeMs)
    {
        if (!unit.IsVehicle || unit.Index % 12 != 5)
        {
            return true;
        }

        const long HourMs = 3_600_000;
        var hour = timeMs / HourMs;
        var startMs = hour * HourMs + (long)(Dice.At(_seed + 21, unit.Index, hour) * 38 * 60_000);
        var lengthMs = (long)((5 + 15 * Dice.At(_seed + 22, unit.Index, hour)) * 60_000);
        return timeMs < startMs || timeMs >= startMs + lengthMs;
    }

    /// <summary>When a unit reports: at every whole multiple of its spacing plus this, from 1970 on.</summary>
    /// <remarks>Live devices and history keep to the same moments, so that where they overlap they say the same.</remarks>
    public long PhaseMs(UnitPlan unit, ReportSpacing spacing)
    {
        var phase = (long)(Dice.At(_seed + 31, unit.Index, 0) * spacing.Of(unit) * 1000);
        return unit.IsVehicle ? phase / 1000 * 1000 : phase; // JT/T 808 has no milliseconds.
    }

    /// <summary>All reports of a time range [from, to), in order of time; what was cut off by the network is in its place.</summary>
    public IEnumerable<HistoryReport> History(DateTimeOffset from, DateTimeOffset to, ReportSpacing? spacing = null)
    {
        spacing ??= new();
        var queue = new PriorityQueue<UnitPlan, long>(Units.Count);
        var toMs = to.ToUnixTimeMilliseconds();
        foreach (var unit in Units)
        {
            queue.Enqueue(unit, NextReportMs(unit, spacing, from.ToUnixTimeMilliseconds()));
        }

        while (queue.TryPeek(out var unit, out var timeMs) && timeMs < toMs)
        {
            if (StateAt(unit, timeMs) is { } fix)
            {
                yield return new(unit, fix);
                queue.DequeueEnqueue(unit, timeMs + spacing.Of(unit) * 1000L);
            }
            else
            {
                queue.DequeueEnqueue(unit, NextReportMs(unit, spacing, NextDutyMs(unit, timeMs)));
            }
        }
    }

    /// <summary>The first moment at or after <paramref name="notBeforeMs"/> at which the unit is due to report.</summary>
    public long NextReportMs(UnitPlan unit, ReportSpacing spacing, long notBeforeMs)
    {
        var (phase, step) = (PhaseMs(unit, spacing), spacing.Of(unit) * 1000L);
        var steps = (notBeforeMs - phase + step - 1) / step;
        return phase + steps * step;
    }

    // The plan of a shift is made when it is first asked for, and kept until another one is. Two threads may both make it:
    // they make the same.
    private Itinerary? ItineraryAt(UnitPlan unit, long timeMs)
    {
        var kept = Volatile.Read(ref _itineraries[unit.Index]);
        if (kept is not null && kept.Shift.StartMs <= timeMs && timeMs < kept.Shift.EndMs)
        {
            return kept;
        }

        if (Shifts.Containing(_seed, unit, timeMs) is not { } shift)
        {
            return null;
        }

        var planned = _patrol.Plan(unit, shift);
        Volatile.Write(ref _itineraries[unit.Index], planned);
        return planned;
    }
}

using Vantage.Simulator.City;

namespace Vantage.Simulator.Scenes;

/// <summary>Somewhere to be: from a moment, until a moment. Without a node: stay where you are (a meal).</summary>
internal readonly record struct Appointment(long FromMs, long UntilMs, int? Node);

/// <summary>What a unit has to do in a shift besides its patrol: meals, posts to man, meetings, and what goes wrong.</summary>
/// <remarks>
/// What goes wrong, every day: 水城路夜市 is left without its people from about 20:05 to 20:55; a squad meets in 愚园路夜市 at 19:30
/// and one at 中山公园 at 10:30; two vehicles drive down 黄金城道, which is for walkers; four vehicles drive too fast.
/// </remarks>
internal sealed class Duties(long seed, RoadGraph graph, IReadOnlyList<ZonePlan> zones)
{
    public const double SpeederFactor = 1.5;
    private const int FirstTrespasser = 306;
    private const int SecondTrespasser = 311;

    private readonly Dictionary<string, ZonePlan> _zones = zones.ToDictionary(zone => zone.Key);

    /// <summary>Four vehicles drive half as fast again as they may.</summary>
    public static bool IsSpeeder(UnitPlan unit) => unit.Index is 304 or 319 or 331 or 346;

    public static bool IsTrespasser(UnitPlan unit) => unit.Index is FirstTrespasser or SecondTrespasser;

    /// <summary>In order, none overlapping another.</summary>
    public List<Appointment> Of(UnitPlan unit, Shift shift)
    {
        List<Appointment> wanted = unit.IsVehicle ? [.. Trespass(unit, shift)] : [.. Posts(unit, shift), .. Meetings(unit, shift), Meal(unit, shift)];
        List<Appointment> kept = [];
        foreach (var appointment in wanted) // Posts first: who mans one eats there.
        {
            if (appointment.FromMs > shift.StartMs && appointment.UntilMs < shift.EndMs
                && kept.TrueForAll(other => other.UntilMs <= appointment.FromMs || appointment.UntilMs <= other.FromMs))
            {
                kept.Add(appointment);
            }
        }

        kept.Sort((a, b) => a.FromMs.CompareTo(b.FromMs));
        return kept;
    }

    private Appointment Meal(UnitPlan unit, Shift shift)
    {
        var middle = (shift.StartMs + shift.EndMs) / 2 + (long)(Dice.At(seed, unit.Index, shift.Day * 3) * 3_600_000) - 1_800_000;
        return new(middle, middle + 40 * 60_000, null);
    }

    private IEnumerable<Appointment> Posts(UnitPlan unit, Shift shift)
    {
        foreach (var zone in zones)
        {
            if (zone.Kind is not (ZoneTable.NightMarket or ZoneTable.MuckWharf) || zone.Squad != unit.Squad)
            {
                continue;
            }

            var isPosted = unit.Index / 10 % 3 == 0;
            var isLeft = zone.Key == ZoneTable.LeftPost;
            var node = graph.NearestNode(zone.Centre);
            if (isLeft)
            {
                yield return new(Shifts.At(shift.Day, 20.2), Shifts.At(shift.Day, 20.85), unit.Squad.Base); // All of the squad.
            }

            if (isPosted)
            {
                yield return new(Shifts.At(shift.Day, 18.1), Shifts.At(shift.Day, isLeft ? 20.08 : 23), node);
            }

            if (isPosted && isLeft)
            {
                yield return new(Shifts.At(shift.Day, 20.95), Shifts.At(shift.Day, 23), node);
            }
        }
    }

    private IEnumerable<Appointment> Meetings(UnitPlan unit, Shift shift)
    {
        (string Zone, double Hour)[] meetings = [(ZoneTable.EveningMeeting, 19.5), (ZoneTable.MorningMeeting, 10.5)];
        foreach (var (key, hour) in meetings)
        {
            var zone = _zones[key];
            if (zone.Squad == unit.Squad)
            {
                yield return new(Shifts.At(shift.Day, hour), Shifts.At(shift.Day, hour + 0.2), graph.NearestNode(zone.Centre));
            }
        }
    }

    private IEnumerable<Appointment> Trespass(UnitPlan unit, Shift shift)
    {
        if (IsTrespasser(unit))
        {
            var street = graph.Edges.Where(edge => edge.Road.Name == "黄金城道").MaxBy(edge => graph.Nodes[edge.To].X)!;
            var hourMs = shift.StartMs + 2 * 3_600_000;
            yield return new(hourMs, hourMs + 60_000, street.From);
            yield return new(hourMs + 180_000, hourMs + 240_000, street.To);
        }
    }
}

using System.Globalization;
using Vantage.Actors;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Figures;
using Vantage.Host.Tracks;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Heat of some units, worked out from their tracks, as the cube does not know whose a fix was (HEAT-6).</summary>
/// <param name="units">Those that are of the kind and the squad now.</param>
/// <param name="field">The parameter that asks for it.</param>
internal sealed class UnitHeat(HeatSources sources, IReadOnlyList<UnitInfo> units, string? kind, string? squad, string field)
{
    /// <summary>Fixes in one question; at a million a second, which two cores do, that is a minute.</summary>
    private const long MaxFixes = 50_000_000;

    /// <summary><c>kind</c> and <c>squad</c>. Null when neither is asked for. Units out of the caller's reach are not there.</summary>
    public static UnitHeat? Read(Fields fields, string kindName, string squadName, HeatSources sources, Caller caller)
    {
        var kind = fields.Choice(kindName, ActorKinds.Units);
        var squad = fields.Text(squadName, ActorId.MaxKeyLength);
        if (kind is null && squad is null)
        {
            return null;
        }

        if (squad is not null && !sources.Situation.Squads.All.Any(known => known.Key == squad) && !sources.Situation.Units.All.Any(unit => unit.Squad == squad))
        {
            fields.Wrong(squadName, $"There is no squad '{squad}'.");
        }

        var units = sources.Situation.Units.All.Where(unit =>
            (kind is null || unit.Id.Kind == kind) && (squad is null || unit.Squad == squad) && caller.May(Rights.HeatRead, unit));
        return new UnitHeat(sources, [.. units.OrderBy(unit => unit.IdText, StringComparer.Ordinal)], kind, squad, kind is null ? squadName : kindName);
    }

    /// <summary>A definition that says whose heat it is.</summary>
    public FigureDefinition Tell(FigureDefinition of) => of.And(
        $"Only of the {units.Count.ToString(CultureInfo.InvariantCulture)} units that are now registered as "
        + string.Join(" and ", new[] { kind is null ? null : $"of kind '{kind}'", squad is null ? null : $"of squad '{squad}'" }.OfType<string>())
        + ", from their tracks (HEAT-6).",
        $"仅计当前登记{(kind is null ? "" : $"类型为“{kind}”")}{(squad is null ? "" : $"属于中队“{squad}”")}的"
        + $"{units.Count.ToString(CultureInfo.InvariantCulture)}个单位，按其轨迹计算（HEAT-6）。");

    /// <inheritdoc cref="HeatLayer.EnterAsync"/>
    public async Task<(IDisposable? Room, IResult? Problem)> EnterAsync(IReadOnlyList<HeatRequest> requests, CancellationToken cancelled)
    {
        var fixes = 0L;
        foreach (var request in requests)
        {
            var (fromHour, toHour) = request.Hours;
            if (sources.Settings.KeptFromMs((fromHour * HeatCube.HourMs) - HeatCube.MaxPresenceMs, sources.Time.GetUtcNow()) is { } keptFromMs)
            {
                return (null, Problems.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal)
                {
                    [field] = [$"Is worked out from tracks, which are kept from {WireTime.Write(keptFromMs)} on: ask for a range that begins later, or without this."],
                }));
            }

            foreach (var unit in units)
            {
                cancelled.ThrowIfCancellationRequested();
                fixes += sources.Situation.History.CountTrack(unit.Number, fromHour * HeatCube.HourMs, (toHour * HeatCube.HourMs) - 1);
            }
        }

        if (fixes > MaxFixes)
        {
            return (null, Problems.TooMuch(
                $"By kind or squad heat is worked out from tracks, here of about {fixes} fixes, and at most {MaxFixes} are read for one answer: "
                + "ask for a shorter range or fewer units."));
        }

        // A piece that turns out too long is read once more, and memory adds what is not sealed.
        var room = await sources.Reads.HoldAsync(2 * TracksHeat.UnitsAtOnce * TrackWindows.MaxFixes, cancelled);
        return room is null ? (null, Problems.Busy(TrackReads.Patience)) : (room, null);
    }

    /// <summary>Passes the heat of all units within [fromHour, toHour), by one thread at a time.</summary>
    /// <returns>How many fixes storage could not read.</returns>
    public Task<long> ReadAsync(int fromHour, int toHour, Action<HeatDelta> add, CancellationToken cancelled)
        => TracksHeat.ReadAsync(sources.Situation, units, fromHour, toHour, add, cancelled);
}

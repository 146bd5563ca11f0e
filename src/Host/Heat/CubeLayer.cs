using System.Runtime.InteropServices;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Host.Figures;

namespace Vantage.Host.Heat;

/// <summary>Heat of fixes (HEAT-1, HEAT-2): of all units, as it is kept by hour and base cell; or of some, worked out from their tracks (HEAT-6).</summary>
/// <param name="units">Null: all.</param>
internal sealed class CubeLayer(IHistory history, bool isPresence, UnitHeat? units) : HeatLayer
{
    public const string Presence = "presence";
    public const string Fixes = "fixes";

    public override string Name => isPresence ? Presence : Fixes;

    public override string ValueNameZh => isPresence ? "停留秒数" : "定位点数";

    public override FigureDefinition Definition => Tell(isPresence ? Definitions.Presence : Definitions.Fixes);

    public override FigureDefinition DefinitionByArea => Definitions.OfCellsByArea(Definition);

    public override bool IsOfFixes => true;

    /// <summary>A definition that says whose fixes it is of, when that is not everybody's.</summary>
    public FigureDefinition Tell(FigureDefinition definition) => units?.Tell(definition) ?? definition;

    /// <summary>Presence is kept in milliseconds and told in seconds; a decimal keeps the milliseconds exact.</summary>
    public override decimal ValueOf(long sum) => isPresence ? sum / 1000m : sum;

    public override decimal HoursOf(HeatRequest request)
    {
        var (from, to) = request.Hours;
        return request.Times is { } times ? Enumerable.Range(from, to - from).Count(times.HasHour) : to - from;
    }

    public override Task<(IDisposable? Room, IResult? Problem)> EnterAsync(IReadOnlyList<HeatRequest> requests, CancellationToken cancelled)
        => units?.EnterAsync(requests, cancelled) ?? base.EnterAsync(requests, cancelled);

    public override async Task<HeatReading> ReadAsync<TPlace>(
        HeatRequest request, Func<H3Cell, LatLng, TPlace> placeOf, Action<TPlace, int, long> add, CancellationToken cancelled)
    {
        var (fromHour, toHour) = request.Hours;
        bool[] counts = [.. Enumerable.Range(fromHour, toHour - fromHour).Select(hour => request.Times?.HasHour(hour) ?? true)];
        var known = new Dictionary<ulong, (bool IsInside, TPlace Place)>();
        var blocks = new Dictionary<ulong, bool>();
        var (count, unreadable) = (0L, 0L);
        if (units is not null)
        {
            unreadable = await units.ReadAsync(fromHour, toHour, Take, cancelled);
        }
        else
        {
            foreach (var (from, to) in RunsOf(counts, fromHour))
            {
                history.ReadHeat(from, to, request.Area is null ? null : MayMatter, Take);
            }
        }

        return new HeatReading(
            fromHour * HeatCube.HourMs, toHour * HeatCube.HourMs, count, FigureBasis.Share(unreadable, count + unreadable)); // No fix is without a position.

        bool MayMatter(ulong block)
        {
            ref var may = ref CollectionsMarshal.GetValueRefOrAddDefault(blocks, block, out var exists);
            return exists ? may : may = request.Area!.MayHold(new H3Cell(block));
        }

        void Take(HeatDelta delta)
        {
            cancelled.ThrowIfCancellationRequested();
            if (!counts[delta.Hour - fromHour])
            {
                return;
            }

            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(known, delta.Cell, out var exists);
            if (!exists)
            {
                var cell = new H3Cell(delta.Cell);
                var centre = cell.Center();
                place = request.Area?.Contains(centre) ?? true ? (true, placeOf(cell, centre)) : default;
            }

            if (place.IsInside)
            {
                count += delta.Fixes;
                add(place.Place, delta.Hour, isPresence ? delta.PresenceMs : delta.Fixes);
            }
        }
    }

    /// <summary>Neighbouring hours that count, as [from, to).</summary>
    private static IEnumerable<(int From, int To)> RunsOf(bool[] counts, int first)
    {
        for (var i = 0; i < counts.Length;)
        {
            var from = i;
            for (; i < counts.Length && counts[i] == counts[from]; i++)
            {
            }

            if (counts[from])
            {
                yield return (first + from, first + i);
            }
        }
    }
}

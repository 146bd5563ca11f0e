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
        var (count, unreadable) = (0L, 0L);
        if (units is not null)
        {
            unreadable = await units.ReadAsync(fromHour, toHour, Take, cancelled);
        }
        else
        {
            foreach (var (from, to) in RunsOf(counts, fromHour))
            {
                history.ReadHeat(from, to, BlocksOf(request.Area), Take);
            }
        }

        return new HeatReading(
            fromHour * HeatCube.HourMs, toHour * HeatCube.HourMs, count, FigureBasis.Share(unreadable, count + unreadable)); // No fix is without a position.

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

    /// <summary>From sums over longer spans than hours. An area keeps or leaves base cells, so that of it they are looked at.</summary>
    protected override Task<HeatReading> ReadSumsAsync<TPlace>(
        HeatRequest request, int resolution, Func<H3Cell, LatLng, TPlace> placeOf, Action<TPlace, long> add, CancellationToken cancelled)
    {
        if (units is not null || request.Times is not null)
        {
            return base.ReadSumsAsync(request, resolution, placeOf, add, cancelled);
        }

        var (fromHour, toHour) = request.Hours;
        var count = 0L;
        history.SumHeat(fromHour, toHour, request.Area is null ? resolution : HeatCube.BaseResolution, BlocksOf(request.Area), sum =>
        {
            cancelled.ThrowIfCancellationRequested();
            var cell = new H3Cell(sum.Cell);
            var centre = cell.Center();
            if (request.Area?.Contains(centre) ?? true)
            {
                count += sum.Fixes;
                add(placeOf(cell, centre), isPresence ? sum.PresenceMs : sum.Fixes);
            }
        });
        return Task.FromResult(new HeatReading(fromHour * HeatCube.HourMs, toHour * HeatCube.HourMs, count, Missing: 0));
    }

    private static Func<ulong, bool>? BlocksOf(HeatArea? area)
    {
        if (area is null)
        {
            return null;
        }

        var known = new Dictionary<ulong, bool>();
        return block =>
        {
            ref var may = ref CollectionsMarshal.GetValueRefOrAddDefault(known, block, out var exists);
            return exists ? may : may = area.MayHold(new H3Cell(block));
        };
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

using System.Runtime.InteropServices;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Host.Figures;

namespace Vantage.Host.Heat;

/// <summary>Heat of fixes, which is kept by hour and base cell (HEAT-1, HEAT-2).</summary>
internal sealed class CubeLayer(IHistory history, bool isPresence) : HeatLayer
{
    public const string Presence = "presence";
    public const string Fixes = "fixes";

    public override string Name => isPresence ? Presence : Fixes;

    public override string ValueNameZh => isPresence ? "停留秒数" : "定位点数";

    public override FigureDefinition Definition => isPresence ? Definitions.Presence : Definitions.Fixes;

    public override FigureDefinition DefinitionByArea => Definitions.OfCellsByArea(Definition);

    /// <summary>Presence is kept in milliseconds and told in seconds; a decimal keeps the milliseconds exact.</summary>
    public override decimal ValueOf(long sum) => isPresence ? sum / 1000m : sum;

    public override HeatSums<H3Cell> ByCell(HeatRequest request, int resolution, CancellationToken cancelled)
        => Sum<H3Cell>(request, resolution == HeatCube.BaseResolution ? cell => cell : cell => cell.Parent(resolution), cancelled);

    public override HeatSums<int> ByArea(HeatRequest request, Func<LatLng, int> areaOf, CancellationToken cancelled)
        => Sum(request, cell => areaOf(cell.Center()), cancelled);

    private HeatSums<TKey> Sum<TKey>(HeatRequest request, Func<H3Cell, TKey> keyOf, CancellationToken cancelled)
        where TKey : notnull
    {
        var (fromHour, toHour) = HoursOf(request);
        var known = new Dictionary<ulong, (bool IsInside, TKey Key)>();
        var sums = new Dictionary<TKey, long>();
        var count = 0L;
        history.ReadHeat(fromHour, toHour, null, delta =>
        {
            cancelled.ThrowIfCancellationRequested();
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(known, delta.Cell, out var exists);
            if (!exists)
            {
                var cell = new H3Cell(delta.Cell);
                place = (request.Inside?.Invoke(cell.Center()) ?? true, keyOf(cell));
            }

            if (place.IsInside)
            {
                count += delta.Fixes;
                CollectionsMarshal.GetValueRefOrAddDefault(sums, place.Key, out _) += isPresence ? delta.PresenceMs : delta.Fixes;
            }
        });
        foreach (var empty in sums.Where(sum => sum.Value == 0).Select(sum => sum.Key).ToList())
        {
            sums.Remove(empty);
        }

        return new HeatSums<TKey>(sums, fromHour * HeatCube.HourMs, toHour * HeatCube.HourMs, count, Missing: 0); // No fix is without a position.
    }

    private static (int From, int To) HoursOf(HeatRequest request) => (
        (int)Math.Floor((double)request.FromMs / HeatCube.HourMs),
        (int)Math.Ceiling((double)request.ToMs / HeatCube.HourMs));
}

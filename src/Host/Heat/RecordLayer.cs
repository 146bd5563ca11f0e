using System.Runtime.InteropServices;
using Vantage.Actors.Heat;
using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Host.Figures;
using Vantage.Host.Records;

namespace Vantage.Host.Heat;

/// <summary>Heat of records of another system (REC-7): exact in time and place, as each record is looked at.</summary>
/// <param name="filter">Which records; the range is the request's.</param>
internal sealed class RecordLayer(IRecords records, RecordFilter filter) : HeatLayer
{
    public const string Prefix = "records.";

    public override string Name => Prefix + filter.System;

    public override string ValueNameZh => "件数";

    public override FigureDefinition Definition => Definitions.RecordHeat;

    public override FigureDefinition DefinitionByArea => Definitions.OfRecordsByArea(Definition);

    public override HeatSums<H3Cell> ByCell(HeatRequest request, int resolution, CancellationToken cancelled)
        => Sum(request, place => H3Cell.Of(place, HeatCube.BaseResolution).Parent(resolution), cancelled);

    public override HeatSums<int> ByArea(HeatRequest request, Func<LatLng, int> areaOf, CancellationToken cancelled) => Sum(request, areaOf, cancelled);

    private HeatSums<TKey> Sum<TKey>(HeatRequest request, Func<LatLng, TKey> keyOf, CancellationToken cancelled)
        where TKey : notnull
    {
        var sums = new Dictionary<TKey, long>();
        var placed = PlacedRecords.Read(
            records,
            filter with { FromMs = request.FromMs, ToMs = request.ToMs },
            request.Inside,
            (record, place) => CollectionsMarshal.GetValueRefOrAddDefault(sums, keyOf(place), out _)++,
            cancelled);
        return new HeatSums<TKey>(sums, request.FromMs, request.ToMs, placed.Count, placed.Missing);
    }
}

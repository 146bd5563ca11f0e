using Vantage.Actors.Heat;
using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Host.Figures;
using Vantage.Host.Records;

namespace Vantage.Host.Heat;

/// <summary>Heat of records of another system (REC-7): exact in time and place, as each record is looked at.</summary>
/// <param name="filter">Which records; the range is the request's.</param>
internal sealed class RecordLayer(IRecords records, RecordFilter filter) : PointLayer
{
    public const string Prefix = "records.";

    public override string Name => Prefix + filter.System;

    public override FigureDefinition Definition => Definitions.RecordHeat;

    public override FigureDefinition DefinitionByArea => Definitions.OfRecordsByArea(Definition);

    public override Task<HeatReading> ReadAsync<TPlace>(
        HeatRequest request, Func<H3Cell, LatLng, TPlace> placeOf, Action<TPlace, int, long> add, CancellationToken cancelled)
    {
        var placed = PlacedRecords.Read(
            records,
            filter with { FromMs = request.FromMs, ToMs = request.ToMs },
            request.Times is { } times ? times.HasMoment : null,
            request.Area?.Contains,
            (record, place) => add(placeOf(H3Cell.Of(place, HeatCube.BaseResolution), place), HeatCube.HourOf(record.TimeMs), 1),
            cancelled);
        return Task.FromResult(new HeatReading(request.FromMs, request.ToMs, placed.Count, placed.Missing));
    }
}

using Vantage.Actors.Heat;
using Vantage.Actors.Incidents;
using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Host.Figures;

namespace Vantage.Host.Heat;

/// <summary>Heat of incidents, open or closed, by when and where they happened.</summary>
/// <param name="kind">Null: of all kinds.</param>
internal sealed class IncidentLayer(IncidentDirectory incidents, string? kind) : PointLayer
{
    public const string All = "incidents";
    public const string Prefix = All + ".";

    public override string Name => kind is null ? All : Prefix + kind;

    public override FigureDefinition Definition => Definitions.IncidentHeat;

    public override FigureDefinition DefinitionByArea => Definitions.OfIncidentsByArea(Definition);

    public override Task<HeatReading> ReadAsync<TPlace>(
        HeatRequest request, Func<H3Cell, LatLng, TPlace> placeOf, Action<TPlace, int, long> add, CancellationToken cancelled)
    {
        var (count, placeless) = (0L, 0L);
        foreach (var incident in incidents.All.Where(incident => kind is null || incident.Reported.Kind == kind))
        {
            var timeMs = incident.Reported.OccurredAt.ToUnixTimeMilliseconds();
            if (timeMs < request.FromMs || timeMs >= request.ToMs || request.Times?.HasMoment(timeMs) == false)
            {
                continue;
            }

            if (incident.Place is not { } place)
            {
                placeless += request.Area is null ? 1 : 0;
            }
            else if (request.Area?.Contains(place) != false)
            {
                count++;
                add(placeOf(H3Cell.Of(place, HeatCube.BaseResolution), place), HeatCube.HourOf(timeMs), 1);
            }
        }

        return Task.FromResult(new HeatReading(request.FromMs, request.ToMs, count + placeless, placeless == 0 ? 0 : placeless / (double)(count + placeless)));
    }
}

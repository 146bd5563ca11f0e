using Vantage.Actors.Areas;
using Vantage.Actors.Heat;
using Vantage.Actors.Records;
using Vantage.Host.Access;
using Vantage.Host.Areas;
using Vantage.Host.Records;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>What questions about heat are answered from.</summary>
internal sealed record HeatSources(
    Situation Situation, IRecords Records, Themes Themes, AreaBook Areas, HostSettings Settings, TrackReads Reads, TimeProvider Time)
{
    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(Settings.TimeZone);
}

/// <summary>A question about heat as it came: in the query, or, with a polygon, in the body. What is wrong with it gathers in <see cref="Fields"/>.</summary>
internal sealed record HeatQuestion(string LayerName, Fields Fields, Caller Caller, HeatSources Sources, CancellationToken Cancelled)
{
    private const int DefaultResolution = 9;

    public IResult UnknownLayer => Problems.Unknown("layer", LayerName);

    /// <summary>The layer of the path, with the filters that are its own; null when there is none.</summary>
    public HeatLayer? Layer() => LayerName switch
    {
        CubeLayer.Presence or CubeLayer.Fixes => OfFixes(LayerName == CubeLayer.Presence, "kind", "squad"),
        _ => Demand(),
    };

    /// <summary>The layer of the path when it is one of records or incidents; null when it is not.</summary>
    public PointLayer? Demand() => LayerName switch
    {
        IncidentLayer.All => new IncidentLayer(Sources.Situation.Incidents, null),
        _ when LayerName.StartsWith(IncidentLayer.Prefix, StringComparison.Ordinal)
            => new IncidentLayer(Sources.Situation.Incidents, LayerName[IncidentLayer.Prefix.Length..]),
        _ when LayerName.StartsWith(RecordLayer.Prefix, StringComparison.Ordinal) && RecordSystems.TryGet(LayerName[RecordLayer.Prefix.Length..], out var system)
            => new RecordLayer(Sources.Records, RecordFilters.Read(system, Fields, Sources.Themes)),
        _ => null,
    };

    /// <summary>Heat of fixes, of the units of a kind and a squad when these are given.</summary>
    public CubeLayer OfFixes(bool isPresence, string kindName, string squadName) => new(
        Sources.Situation.History, isPresence, UnitHeat.Read(Fields, kindName, squadName, Sources, Caller));

    public (long FromMs, long ToMs)? Range(bool isOfFixes, string fromName = "from", string toName = "to")
        => HeatRequest.ReadRange(Fields, fromName, toName, isOfFixes, Sources.Time.GetUtcNow());

    public HeatPlace? Place() => HeatPlace.Read(Fields, Sources.Situation);

    public HeatTimes? Times() => HeatTimes.Read(Fields, Sources.Zone);

    /// <summary>The layer of areas, <c>by</c>; null when none is given.</summary>
    public string? By(bool isRequired)
    {
        if (isRequired && Fields.Text("by") is null)
        {
            Fields.Wrong("by", $"Is missing: {string.Join(" or ", AreaLayers.All)}.");
        }

        return Fields.Choice("by", AreaLayers.All);
    }

    public int Resolution() => Fields.Whole("resolution", 0, HeatCube.BaseResolution) ?? DefaultResolution;
}

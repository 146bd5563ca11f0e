using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Tracks;

/// <summary>A stretch of a track that storage cannot read (TRK-8).</summary>
/// <param name="Count">How many fixes were in it.</param>
internal sealed record DamagedView(WireMoment From, WireMoment To, int Count)
{
    public static DamagedView Of(DamagedTrack damaged) => new(new WireMoment(damaged.FromMs), new WireMoment(damaged.ToMs), damaged.Fixes);
}

/// <summary>The same, of one of several units.</summary>
internal sealed record DamagedUnitView(string Unit, WireMoment From, WireMoment To, int Count)
{
    public static DamagedUnitView Of(UnitInfo unit, DamagedTrack damaged)
        => new(unit.IdText, new WireMoment(damaged.FromMs), new WireMoment(damaged.ToMs), damaged.Fixes);
}

using Vantage.Actors.History;
using Vantage.Host.Web;

namespace Vantage.Host.Tracks;

/// <summary>A stretch of a track that storage cannot read any more (TRK-8).</summary>
/// <param name="Count">How many fixes were sealed in it.</param>
internal sealed record DamagedView(WireMoment From, WireMoment To, int Count)
{
    public static DamagedView Of(DamagedTrack damaged) => new(new WireMoment(damaged.FromMs), new WireMoment(damaged.ToMs), damaged.Fixes);
}

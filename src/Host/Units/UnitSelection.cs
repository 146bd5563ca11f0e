using Vantage.Actors;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Units;

/// <summary>The units that a query is about.</summary>
/// <param name="Units">By id.</param>
/// <param name="Denied">One that was asked for by name and is out of the caller's reach; null: there is none.</param>
internal sealed record UnitSelection(IReadOnlyList<UnitInfo> Units, UnitInfo? Denied)
{
    /// <summary>Units that may be named at once.</summary>
    public const int MaxNamed = 1000;

    /// <summary>
    /// <c>units</c>, <c>kind</c> and <c>squad</c>: those that are all of it. Without <c>units</c>, those out of the caller's reach are not there.
    /// </summary>
    /// <param name="rights">All of them are needed.</param>
    public static UnitSelection Read(Fields fields, Situation situation, Caller caller, params IReadOnlyList<string> rights)
    {
        var kind = fields.Choice("kind", ActorKinds.Units);
        var squad = fields.Text("squad", ActorId.MaxKeyLength);
        var named = Named(fields, situation);
        var denied = named.Find(unit => !May(unit));
        var units = (named.Count == 0 ? situation.Units.All.Where(May) : named)
            .Where(unit => (kind is null || unit.Id.Kind == kind) && (squad is null || unit.Squad == squad))
            .OrderBy(unit => unit.IdText, StringComparer.Ordinal);
        return new UnitSelection([.. units], denied);

        bool May(UnitInfo unit) => rights.All(right => caller.May(right, unit));
    }

    /// <summary>The units in <c>units</c>, ids with commas between them, each once, in the order given. Who may see them is not asked.</summary>
    public static List<UnitInfo> Named(Fields fields, Situation situation, bool required = false)
    {
        var ids = fields.List("units", MaxNamed);
        if (required && ids.Count == 0)
        {
            fields.Wrong("units", "Is missing: unit ids, separated by commas.");
        }

        return Find(fields, situation, ids);
    }

    /// <summary>The units with these ids, each once, in the order given; an id that is none, or nobody's, is a fault of <c>units</c>.</summary>
    public static List<UnitInfo> Find(Fields fields, Situation situation, IReadOnlyList<string> ids)
    {
        var units = new List<UnitInfo>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (ActorId.TryParse(id, out var actor) && situation.Units.TryGet(actor, out var unit))
            {
                units.Add(unit);
            }
            else
            {
                fields.Wrong("units", ActorId.FaultOfUnit(id) ?? $"There is no unit '{id}'.");
            }
        }

        return units;
    }
}

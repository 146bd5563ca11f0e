using Vantage.Actors;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Units;

/// <summary>Finds the unit that a path names, and asks whether the caller may.</summary>
internal static class UnitAccess
{
    public static Subject SubjectOf(UnitInfo unit) => Subject.OfUnit(unit.IdText, unit.Squad);

    public static bool May(this Caller caller, string right, UnitInfo unit) => AccessPolicy.Authorize(caller, right, SubjectOf(unit));

    /// <summary>The unit, or the answer to give instead. A unit out of one's reach is answered like a right that is missing.</summary>
    public static (UnitInfo? Unit, IResult? Problem) Find(Situation situation, Caller caller, string right, string kind, string key)
    {
        if (!ActorId.TryCreate(kind, key, out var id) || !ActorKinds.IsUnit(id.Kind) || !situation.Units.TryGet(id, out var unit))
        {
            return (null, ActorId.FaultOf(key) is { } fault
                ? Problems.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["id"] = [fault] })
                : Problems.Unknown("unit", $"{kind}/{key}"));
        }

        return caller.May(right, unit) ? (unit, null) : (null, Problems.RightMissing(right));
    }
}

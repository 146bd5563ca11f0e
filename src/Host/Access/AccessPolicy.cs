namespace Vantage.Host.Access;

/// <summary>What an action is done to.</summary>
/// <param name="Unit">The unit's id, when it concerns one.</param>
/// <param name="Squad">The squad that unit belongs to, or the squad concerned.</param>
/// <param name="IsAnything">It is not known yet, or there are many: each will be asked about by itself.</param>
internal readonly record struct Subject(string? Unit, string? Squad, bool IsAnything = false)
{
    /// <summary>Is anything at all allowed? For lists, which then ask about each row.</summary>
    public static Subject Some => new(null, null, IsAnything: true);

    /// <summary>The whole installation: zones, heat, accounts.</summary>
    public static Subject All => default;

    public static Subject OfUnit(string unit, string? squad) => new(unit, squad);

    public static Subject OfSquad(string squad) => new(null, squad);
}

/// <summary>The one place that decides who may do what. Every endpoint and every hub method passes it.</summary>
internal static class AccessPolicy
{
    /// <summary>Whether the caller may use a right on a subject.</summary>
    public static bool Authorize(Caller caller, string right, Subject subject)
    {
        if (caller.IsStranger)
        {
            return false;
        }

        if (right == Rights.SignedIn)
        {
            return true;
        }

        return ReachOf(caller, right) switch
        {
            Reach.None => false,
            Reach.Everything => true,
            _ when subject.IsAnything => true,
            Reach.Unit => IsOwnUnit(caller, subject),
            _ => IsOwnUnit(caller, subject) || (caller.Squad is not null && caller.Squad == subject.Squad),
        };
    }

    public static Reach ReachOf(Caller caller, string right) => caller.Grants.GetValueOrDefault(right);

    private static bool IsOwnUnit(Caller caller, Subject subject) => caller.Unit is not null && caller.Unit == subject.Unit;
}

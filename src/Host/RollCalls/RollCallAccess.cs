using System.Collections.Immutable;
using Vantage.Actors.RollCalls;
using Vantage.Host.Access;

namespace Vantage.Host.RollCalls;

/// <summary>Who sees which roll call: whoever sees the whole map, all; a squad's people, what their squad was called in, and of that their squad (ROL-4).</summary>
internal static class RollCallAccess
{
    public static bool SeesAll(Caller caller) => AccessPolicy.ReachOf(caller, Rights.LiveRead) == Reach.Everything;

    public static bool MaySee(Caller caller, RollCall call)
        => SeesAll(caller)
            || (caller.Squad is { } squad && AccessPolicy.Authorize(caller, Rights.LiveRead, Subject.OfSquad(squad)) && call.Find(squad) is not null);

    /// <summary>Whom a caller that may see the roll call sees of those that are called.</summary>
    public static ImmutableArray<Called> SeenBy(Caller caller, RollCall call)
        => SeesAll(caller) ? call.Called : call.Called.RemoveAll(called => called.Name != caller.Squad);
}

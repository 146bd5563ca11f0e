using Vantage.Actors.RollCalls;
using Vantage.Host.Access;
using Vantage.Host.Situations;

namespace Vantage.Host.RollCalls;

/// <summary>The roll calls that screens of one reach show: the hub's message <c>rollCalls</c>, whole each time, as there are few.</summary>
/// <param name="Items">Those that run, the newest first, then those that were over not long ago: as long as their answers are taken.</param>
internal sealed record RollCallSheet(IReadOnlyList<RollCallView> Items)
{
    /// <summary>A day has four or so.</summary>
    private const int Most = 12;

    public static RollCallSheet Of(Situation situation, Caller caller, DateTimeOffset now) => new(
        [.. situation.RollCalls.All.Where(call => call.Withdrawn is null && call.Opened.Due > now - RollCallBehaviour.StaysOpen && RollCallAccess.MaySee(caller, call))
            .OrderByDescending(call => call.IsRunning).ThenBy(RollCallEndpoints.NewestFirst, StringComparer.Ordinal).Take(Most)
            .Select(call => RollCallView.Of(call, caller, situation))]);
}

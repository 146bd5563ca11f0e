using Vantage.Host.Access;
using Vantage.Host.Situations;

namespace Vantage.Host.RollCalls;

/// <summary>The roll calls that screens of one reach show: the hub's message <c>rollCalls</c>, whole each time, as there are few.</summary>
/// <param name="Items">The newest first: those of the last hours, running or over.</param>
internal sealed record RollCallSheet(IReadOnlyList<RollCallView> Items)
{
    /// <summary>A day has four or so.</summary>
    private const int Most = 12;

    private static readonly TimeSpan Reaches = TimeSpan.FromHours(12);

    public static RollCallSheet Of(Situation situation, Caller caller, DateTimeOffset now) => new(
        [.. situation.RollCalls.All.Where(call => call.Opened.At > now - Reaches && call.Withdrawn is null && RollCallAccess.MaySee(caller, call))
            .OrderBy(RollCallEndpoints.NewestFirst, StringComparer.Ordinal).Take(Most)
            .Select(call => RollCallView.Of(call, caller, situation))]);
}

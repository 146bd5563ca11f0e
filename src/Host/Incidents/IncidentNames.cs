using Vantage.Actors.Incidents;

namespace Vantage.Host.Incidents;

/// <summary>The words of the contract for states and steps.</summary>
internal static class IncidentNames
{
    private static readonly string[] States = ["new", "dispatched", "accepted", "arrived", "done", "closed"];
    private static readonly string[] Steps = ["given", "delivered", "accepted", "arrived", "done", "declined", "withdrawn", "released", "recalled"];
    private static readonly string[] Outcomes = ["given", "busy", "off-duty", "changed", "not-allowed", "unknown", "too-many"];

    public static IReadOnlyList<string> AllStates => States;

    /// <summary>From the least to the gravest.</summary>
    public static IReadOnlyList<string> Levels { get; } = ["info", "warning", "critical"];

    public static int RankOf(string level) => level switch
    {
        "critical" => 2,
        "warning" => 1,
        _ => 0,
    };

    public static string NameOf(IncidentState state) => States[(int)state];

    public static string NameOf(OrderStep step) => Steps[(int)step];

    public static string NameOf(OrderOutcome outcome) => Outcomes[(int)outcome];
}

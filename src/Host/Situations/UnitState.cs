namespace Vantage.Host.Situations;

/// <summary>What a unit is doing, as people see it. On the wire of the hub a state is its number: never renumber.</summary>
internal enum UnitState : byte
{
    Unknown = 0,
    Moving = 1,
    Stopped = 2,
    Idle = 3,

    /// <summary>No report for longer than the installation allows.</summary>
    Offline = 4,
    OffDuty = 5,
}

/// <summary>The words of the contract for <see cref="UnitState"/>.</summary>
internal static class UnitStates
{
    public static IReadOnlyList<string> Names { get; } = ["unknown", "moving", "stopped", "idle", "offline", "offDuty"];

    public static string NameOf(UnitState state) => Names[(int)state];
}

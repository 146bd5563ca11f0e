namespace Vantage.Simulator.Scenes;

/// <summary>What a unit's receiver says at a moment.</summary>
/// <param name="TimeMs">Milliseconds since 1970 UTC.</param>
/// <param name="Longitude">Degrees, WGS-84, with the receiver's error in it.</param>
/// <param name="Speed">Metres a second.</param>
/// <param name="Heading">Degrees clockwise from north.</param>
/// <param name="Accuracy">Radius in metres that the receiver admits to.</param>
public readonly record struct SimFix(
    long TimeMs, double Longitude, double Latitude, double Speed, double Heading, double Accuracy, bool IsMoving);

/// <summary>A report of a unit in the past.</summary>
public readonly record struct HistoryReport(UnitPlan Unit, SimFix Fix);

/// <summary>How often units report, in whole seconds.</summary>
/// <param name="OfficerSeconds">Default 10.</param>
/// <param name="VehicleSeconds">Default 5.</param>
public sealed record ReportSpacing(int OfficerSeconds = 10, int VehicleSeconds = 5)
{
    public int Of(UnitPlan unit) => unit.IsVehicle ? VehicleSeconds : OfficerSeconds;
}

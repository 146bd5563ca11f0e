using Vantage.Actors.Heat;

namespace Vantage.Host.Heat;

/// <summary>Heat of what happened at a place and a time, exact in both: each adds one.</summary>
internal abstract class PointLayer : HeatLayer
{
    public override string ValueNameZh => "件数";

    public override bool IsOfFixes => false;

    public override decimal HoursOf(HeatRequest request)
        => (request.Times?.MsWithin(request.FromMs, request.ToMs) ?? request.ToMs - request.FromMs) / (decimal)HeatCube.HourMs;
}

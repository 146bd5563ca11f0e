using Vantage.Host.Access;

namespace Vantage.Host.Equipment;

/// <summary><c>GET /api/equipment</c>: whether the equipment works, for those who keep it and may not see where anybody is.</summary>
internal static class EquipmentEndpoints
{
    public static void MapEquipment(this IEndpointRouteBuilder app)
        => app.MapGet("/api/equipment", (EquipmentReport report) => TypedResults.Ok(report.Make())).Needs(Rights.CamerasRead)
            .WithTags("Cameras").WithSummary("How cameras, terminals and the host itself are: numbers, and no positions.");
}

using Vantage.Simulator.City;

namespace Vantage.Simulator.Scenes;

/// <summary>A camera of the demo (探头).</summary>
/// <param name="Key">A 20-digit channel number as GB/T 28181 builds them.</param>
/// <param name="Source">公安, 网格 or 自建.</param>
/// <param name="Coverage">The standard's class of place (重点道路, 三甲医院, …).</param>
/// <param name="HeadingDegrees">Where it looks, clockwise from north.</param>
/// <param name="IsOnline">False for the few that wait for repair.</param>
public sealed record CameraPlan(
    string Key, string Name, string Source, string Coverage, double Longitude, double Latitude, double HeadingDegrees, bool IsOnline);

/// <summary>Spreads cameras along the roads, denser on the important ones, and sorts them by what they cover.</summary>
internal static class Cameras
{
    private const double NearMetres = 180;
    private const double CampusMetres = 400;
    private const double OfflineShare = 0.03;

    public static CameraPlan[] Of(long seed, int count, Sketch sketch, IReadOnlyList<ZonePlan> zones)
    {
        Road[] roads = [.. sketch.Roads.Where(road => road.Class != RoadClass.Motorway)];
        var weights = roads.Select(road => Roads.Length(road) * (road.Class == RoadClass.Primary ? 1.5 : 1)).ToArray();
        var spacing = weights.Sum() / count;
        var cameras = new CameraPlan[count];
        var dice = Dice.Of(seed, 4);
        var (road, before) = (0, 0.0);
        for (var i = 0; i < count; i++)
        {
            var at = (i + 0.5) * spacing;
            while (at > before + weights[road])
            {
                before += weights[road++];
            }

            cameras[i] = At(i, roads[road], (at - before) / weights[road], ref dice, sketch, zones) with { IsOnline = Dice.At(seed, 4, i) >= OfflineShare };
        }

        return cameras;
    }

    private static CameraPlan At(int index, Road road, double share, ref Dice dice, Sketch sketch, IReadOnlyList<ZonePlan> zones)
    {
        var (onRoad, along) = Roads.At(road, share);
        var side = dice.Chance(0.5) ? 1 : -1;
        var across = (along + 90 * side) * Math.PI / 180;
        var offset = dice.Between(8, 14);
        var at = onRoad.Plus(Math.Sin(across) * offset, Math.Cos(across) * offset);
        var (code, source) = dice.Next() switch
        {
            < 0.60 => ("02", "公安"),
            < 0.85 => ("06", "网格"),
            _ => ("08", "自建"),
        };
        var coverage = Coverage(at, road, sketch, zones);
        var heading = Math.Round((along + (dice.Chance(0.5) ? 0 : 180) + dice.Between(-30, 30) + 360) % 360, 1);
        return new(
            $"310105{code}001320{index + 1:000000}", $"{road.Name}{index + 1:0000}号", source, coverage,
            Math.Round(Plane.Longitude(at), 6), Math.Round(Plane.Latitude(at), 6), heading, IsOnline: true);
    }

    private static string Coverage(Point at, Road road, Sketch sketch, IReadOnlyList<ZonePlan> zones)
    {
        var zone = zones.Where(zone => zone.Centre.DistanceTo(at) < NearMetres).MinBy(zone => zone.Centre.DistanceTo(at));
        var byZone = zone?.Kind switch
        {
            ZoneTable.MuckWharf => "渣土码头周边道路",
            ZoneTable.Market => "标准化菜市场",
            ZoneTable.Hospital => "三甲医院",
            ZoneTable.School when zone.Name.EndsWith("中学", StringComparison.Ordinal) => "中学（高考考点）",
            ZoneTable.Landscape => "景观区域",
            ZoneTable.NightMarket => "集中投诉较多区域",
            ZoneTable.Site => "渣土主要卸点周边道路",
            _ => null,
        };
        if (byZone is not null)
        {
            return byZone;
        }

        if (sketch.Places.Any(place => place.Class == "campus" && place.At.DistanceTo(at) < CampusMetres))
        {
            return "高等院校（本科）";
        }

        var place = sketch.Places.Where(place => place.At.DistanceTo(at) < NearMetres).MinBy(place => place.At.DistanceTo(at));
        return place switch
        {
            { Kind: "metro", LineCount: > 1 } => "地铁换乘站点",
            { Kind: "park" } => "景观区域",
            _ when road.Name is "宋园路" => "主要墓园",
            _ when road.Name is "北虹路" => "过江通道（隧道、大桥）出入口",
            _ when road.Name is "遵义路" or "娄山关路" => "城市综合体",
            _ when road.Name is "金钟路" or "通协路" or "协和路" => "进博会保障区域",
            _ when road.Class == RoadClass.Primary => "重点道路",
            _ => "主要路段",
        };
    }
}

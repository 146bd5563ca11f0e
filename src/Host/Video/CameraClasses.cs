using Vantage.Actors.Cameras;
using Vantage.Host.Situations;

namespace Vantage.Host.Video;

/// <summary>The standard's classes of places that cameras cover (S1-09), and how many cameras it asks for (S1-10).</summary>
internal static class CameraClasses
{
    public const int CentralDistrict = 1200;
    public const int SuburbanDistrict = 800;

    public static IReadOnlyList<string> Names { get; } =
    [
        "重点道路", "主要路段", "渣土码头周边道路", "渣土主要卸点周边道路", "景观区域", "进博会保障区域", "标准化菜市场", "三甲医院", "高等院校（本科）", "中学（高考考点）",
        "城市综合体", "地铁换乘站点", "集中投诉较多区域", "主要墓园", "过江通道（隧道、大桥）出入口",
    ];

    /// <summary>The class as it is written here: people write brackets and commas in either width.</summary>
    public static string Canonical(string name)
    {
        var plain = Plain(name);
        return Names.FirstOrDefault(known => Plain(known) == plain) ?? name.Trim();
    }

    public static IResult List(Situation situation)
    {
        var (total, online) = (0, 0);
        var counts = Names.ToDictionary(name => name, _ => (Cameras: 0, Online: 0), StringComparer.Ordinal);
        foreach (var camera in situation.Cameras.All)
        {
            var isOnline = camera.State == CameraState.Online ? 1 : 0;
            (total, online) = (total + 1, online + isOnline);
            foreach (var name in camera.Registered.Classes.Select(Canonical).Distinct(StringComparer.Ordinal))
            {
                var (cameras, working) = counts.GetValueOrDefault(name);
                counts[name] = (cameras + 1, working + isOnline);
            }
        }

        var others = counts.Keys.Except(Names, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return TypedResults.Ok(new CameraClassListView(
            [.. Names.Concat(others).Select(name => new CameraClassView(name, counts[name].Cameras, counts[name].Online))], total, online,
            new CameraStandardView(CentralDistrict, SuburbanDistrict), Names));
    }

    private static string Plain(string name) => name.Trim().Replace('(', '（').Replace(')', '）').Replace(',', '、').Replace('，', '、');
}

internal sealed record CameraClassView(string Class, int Cameras, int Online);

/// <param name="Central">As many a central district must have at least.</param>
internal sealed record CameraStandardView(int Central, int Suburban);

/// <param name="Items">The standard's classes in its order, then others.</param>
/// <param name="Classes">The standard's, by name.</param>
internal sealed record CameraClassListView(IReadOnlyList<CameraClassView> Items, int Total, int Online, CameraStandardView Standard, IReadOnlyList<string> Classes);

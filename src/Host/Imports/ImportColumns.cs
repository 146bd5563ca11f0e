using System.Collections.Frozen;

namespace Vantage.Host.Imports;

/// <summary>The columns that a table of some kind may have: their names in JSON, and the headers that people give them.</summary>
internal sealed class ImportColumns
{
    private readonly FrozenDictionary<string, string> _byHeader;
    private readonly FrozenDictionary<string, string[]> _headers;

    private ImportColumns(params (string Name, string[] Headers)[] columns)
    {
        _headers = columns.ToFrozenDictionary(column => column.Name, column => column.Headers, StringComparer.Ordinal);
        _byHeader = columns.SelectMany(column => column.Headers.Append(column.Name).Select(header => (header, column.Name)))
            .ToFrozenDictionary(pair => pair.header, pair => pair.Name, StringComparer.OrdinalIgnoreCase);
    }

    public static ImportColumns Units { get; } = new(
        ("kind", ["类型", "种类"]),
        ("key", ["编号", "警号", "工号", "人员编号", "车辆编号"]),
        ("name", ["名称", "姓名", "车辆名称"]),
        ("squad", ["中队", "所属中队"]),
        ("plate", ["车牌", "车牌号", "号牌"]),
        ("jt808", ["终端号", "终端手机号", "车载终端号", "SIM卡号"]),
        ("osmand", ["手机标识", "设备标识"]));

    public static ImportColumns Cameras { get; } = new(
        ("key", ["编号", "点位编号", "探头编号"]),
        ("name", ["名称", "点位名称", "探头名称"]),
        ("lon", ["经度", "lng", "longitude"]),
        ("lat", ["纬度", "latitude"]),
        ("crs", ["坐标系"]),
        ("source", ["来源", "建设单位", "所属单位"]),
        ("classes", ["类别", "点位类别", "覆盖类别"]),
        ("heading", ["朝向", "方向"]),
        ("streams", ["视频地址", "流地址"]),
        ("state", ["状态"]));

    /// <summary>Zones that are circles: what has corners comes as GeoJSON.</summary>
    public static ImportColumns Zones { get; } = new(
        ("key", ["编号", "区域编号"]),
        ("name", ["名称", "区域名称"]),
        ("lon", ["经度", "lng", "longitude"]),
        ("lat", ["纬度", "latitude"]),
        ("crs", ["坐标系"]),
        ("radius", ["半径", "半径米", "半径(米)", "半径（米）"]),
        ("kind", ["类型", "种类"]),
        ("level", ["级别", "等级"]));

    public IEnumerable<string> Names => _headers.Keys;

    /// <summary>The column that a header means; null: none.</summary>
    public string? OfHeader(string header) => _byHeader.GetValueOrDefault(header.Trim());

    /// <summary>All headers that mean a column, for messages.</summary>
    public string HeadersOf(string name) => string.Join(", ", _headers[name].Prepend(name));
}

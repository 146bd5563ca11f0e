using System.Collections.Frozen;

namespace Vantage.Host.Records;

/// <summary>What a row of an upload may say.</summary>
internal enum RecordColumn
{
    Number,
    Kind,
    Category,
    Time,
    Lon,
    Lat,
    Address,
    State,
    Street,
    Squad,
    Link,
    UpdatedAt,
    Crs,
}

/// <summary>The names of columns: those of JSON, and the headers that other systems give their tables.</summary>
internal static class RecordColumns
{
    public const int Count = (int)RecordColumn.Crs + 1;

    private static readonly string[] Names =
        ["number", "kind", "category", "time", "lon", "lat", "address", "state", "street", "squad", "link", "updatedAt", "crs"];

    private static readonly (RecordColumn Column, string[] Headers)[] Headers =
    [
        (RecordColumn.Number, ["编号", "案号", "单号", "案件编号", "工单编号", "诉件编号", "勤务编号", "督察编号", "记录编号", "流水号"]),
        (RecordColumn.Kind, ["类型", "种类", "案件类型", "工单类型", "任务类型"]),
        (RecordColumn.Category, ["类别", "分类", "案由", "诉求类别", "事项", "问题类别"]),
        (RecordColumn.Time, ["时间", "发生时间", "受理时间", "立案时间", "登记时间", "上报时间", "接收时间"]),
        (RecordColumn.Lon, ["经度", "lng", "longitude"]),
        (RecordColumn.Lat, ["纬度", "latitude"]),
        (RecordColumn.Address, ["地址", "地点", "发生地址", "发生地点"]),
        (RecordColumn.State, ["状态", "办理状态", "案件状态", "处理状态"]),
        (RecordColumn.Street, ["街道", "所属街道", "街镇", "所属街镇"]),
        (RecordColumn.Squad, ["中队", "承办中队", "所属中队", "执法中队"]),
        (RecordColumn.Link, ["链接", "网址", "详情链接"]),
        (RecordColumn.UpdatedAt, ["更新时间", "修改时间", "最后更新时间"]),
        (RecordColumn.Crs, ["坐标系"]),
    ];

    private static readonly FrozenDictionary<string, RecordColumn> ByHeader = Headers
        .SelectMany(column => column.Headers.Append(NameOf(column.Column)).Select(header => (header, column.Column)))
        .ToFrozenDictionary(pair => pair.header, pair => pair.Column, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name in JSON, by which errors name it too.</summary>
    public static string NameOf(RecordColumn column) => Names[(int)column];

    /// <summary>The column that has exactly this name in JSON, or null.</summary>
    public static RecordColumn? OfName(string name) => Array.IndexOf(Names, name) is >= 0 and var index ? (RecordColumn)index : null;

    /// <summary>The column that a table's header means, in Chinese or in English of any case, or null.</summary>
    public static RecordColumn? OfHeader(string header) => ByHeader.TryGetValue(header.Trim(), out var column) ? column : null;

    /// <summary>All headers that mean a column, for messages.</summary>
    public static string HeadersOf(RecordColumn column)
        => string.Join(", ", Headers[(int)column].Headers.Prepend(NameOf(column)));
}

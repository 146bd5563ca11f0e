namespace Vantage.Host.Figures;

/// <summary>All figures there are. The rules are in docs/spec.md.</summary>
internal static class Definitions
{
    public static FigureDefinition Presence { get; } = new(
        "Seconds of presence: each fix that counts gives its cell the time until the next one, at most 120 s (HEAT-2).",
        "停留秒数：每个有效定位点计到下一点为止，最多120秒，归其所在网格（HEAT-2）。");

    public static FigureDefinition Fixes { get; } = new(
        "Fixes that count: each adds one to its cell (HEAT-1).",
        "有效定位点数：每点在其所在网格计一次（HEAT-1）。");

    public static FigureDefinition RecordHeat { get; } = new(
        "Records whose time lies in the range: each adds one where its position is; those without a position are the missing share (REC-7).",
        "时间在范围内的记录：每件按其坐标计一次；没有坐标的计入缺失比例（REC-7）。");

    public static FigureDefinition RecordPoints { get; } = new(
        "Records whose time lies in the range, each at its position; those without a position are the missing share (REC-6).",
        "时间在范围内的记录，按其坐标标出；没有坐标的计入缺失比例（REC-6）。");

    public static FigureDefinition RecordsByTime { get; } = new(
        "Records by their time, in the time zone of this installation; a week begins on Monday (REC-8).",
        "按记录时间统计，用本系统时区；每周从周一开始（REC-8）。");

    public static FigureDefinition RecordsByField { get; } = new(
        "Records by what their system says in this field; those where it says nothing are the missing share (REC-8).",
        "按来源系统填写的该字段统计；未填写的计入缺失比例（REC-8）。");

    /// <summary>What a table by areas adds to the definition of cells.</summary>
    public static FigureDefinition OfCellsByArea(FigureDefinition layer) => layer.And(
        "A cell counts in the area that holds its centre (AREA-2).", "网格归其中心所在的区域（AREA-2）。");

    /// <summary>What a table by areas adds to the definition of records.</summary>
    public static FigureDefinition OfRecordsByArea(FigureDefinition layer) => layer.And(
        "A record counts in the area that holds its position (AREA-1).", "记录归其坐标所在的区域（AREA-1）。");
}

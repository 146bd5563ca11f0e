using System.Globalization;

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

    public static FigureDefinition IncidentHeat { get; } = new(
        "Incidents that happened within the range, open or closed: each adds one where it is; calls for help from nobody knows where are the missing share (INC-4).",
        "发生时间在范围内的事件（含已结束）：每件按其位置计一次；位置不明的求助计入缺失比例（INC-4）。");

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

    public static FigureDefinition RollCalls { get; } = new(
        "Callings of roll calls that began within the range, each squad or other that is called once for each; withdrawn roll calls do not count, and those whose time still runs are the missing share (ROL-5).",
        "点名开始时间在范围内的被点次数：每次点名对每个被点单位计一次；已撤回的点名不计，尚未截止且未应答的计入缺失比例（ROL-5）。");

    public static FigureDefinition Motion { get; } = new(
        "Distance, trips, stops and time, from tracks as they are now, late positions included; drift at rest is no distance, and the time of which nothing is known is the missing share (MOT-6 to MOT-12).",
        "按现有轨迹（含补传）统计里程、行程、停留与时长；静止时的漂移不计里程，没有定位的时长计入缺失比例（MOT-6至MOT-12）。");

    /// <summary>What a comparison with another time adds to a definition.</summary>
    public static FigureDefinition Compared(FigureDefinition layer) => layer.And(
        "Set against the same of another range, as it is in each; values an hour go by the hours that were counted (HEAT-7).",
        "与另一时段的同一指标对比，均为各自原值；每小时值按各自统计的小时数计算（HEAT-7）。");

    /// <summary>What looking for hot spots adds to a definition.</summary>
    /// <param name="rate">The false-discovery rate.</param>
    /// <param name="isOfPlace">All cells of a place were tested; else those with something, and their surroundings.</param>
    public static FigureDefinition HotSpots(FigureDefinition layer, int ring, double rate, bool isOfPlace) => layer.And(
        string.Create(CultureInfo.InvariantCulture, $"Hot and cold by Getis-Ord Gi* over the cells within {ring} steps, among ")
        + (isOfPlace ? "all cells whose centre is in the place" : "the cells with something and those as near to them")
        + string.Create(CultureInfo.InvariantCulture, $" (HEAT-8); two-sided, with a false-discovery rate of {rate} by Benjamini and Hochberg (HEAT-9)."),
        string.Create(CultureInfo.InvariantCulture, $"按Getis-Ord Gi*统计量判定冷热点，邻域{ring}圈，检验范围为")
        + (isOfPlace ? "区域内（按中心）的全部网格" : "有数值的网格及其邻域")
        + string.Create(CultureInfo.InvariantCulture, $"（HEAT-8）；双侧检验，按Benjamini-Hochberg法控制错误发现率{rate}（HEAT-9）。"));

    /// <summary>What demand minus coverage adds to the definition of the demand.</summary>
    /// <param name="coveredSeconds">The presence that suffices.</param>
    public static FigureDefinition Uncovered(FigureDefinition demand, int coveredSeconds, int ring) => demand.And(
        string.Create(CultureInfo.InvariantCulture, $"Uncovered are those in whose cell{(ring == 0 ? "" : $" and the cells within {ring} steps")} there was less than ")
        + string.Create(CultureInfo.InvariantCulture, $"{coveredSeconds} s of presence (HEAT-2) in the UTC hour of the record (HEAT-10)."),
        string.Create(CultureInfo.InvariantCulture, $"所在网格{(ring == 0 ? "" : $"及其{ring}圈邻域")}在该记录所处的UTC小时内")
        + string.Create(CultureInfo.InvariantCulture, $"停留（HEAT-2）不足{coveredSeconds}秒的，计为未覆盖（HEAT-10）。"));

    /// <summary>What telling it by the hour of the day and the day of the week adds to a definition.</summary>
    public static FigureDefinition Rhythm(FigureDefinition layer) => layer.And(
        "Added up by the hour of the day and the day of the week that the middle of the UTC hour lies in, in the time zone of this installation (HEAT-11).",
        "按UTC小时的中点所在的本地时刻（本系统时区）归入一天中的小时和星期（HEAT-11）。");

    /// <summary>What a table by areas adds to the definition of cells.</summary>
    public static FigureDefinition OfCellsByArea(FigureDefinition layer) => layer.And(
        "A cell counts in the area that holds its centre (AREA-2).", "网格归其中心所在的区域（AREA-2）。");

    /// <summary>What a table by areas adds to the definition of incidents.</summary>
    public static FigureDefinition OfIncidentsByArea(FigureDefinition layer) => layer.And(
        "An incident counts in the area that holds its position (AREA-1).", "事件归其位置所在的区域（AREA-1）。");

    /// <summary>What a table by areas adds to the definition of records.</summary>
    public static FigureDefinition OfRecordsByArea(FigureDefinition layer) => layer.And(
        "A record counts in the area that holds its position (AREA-1).", "记录归其坐标所在的区域（AREA-1）。");
}

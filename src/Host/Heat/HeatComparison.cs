using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Heat by cell in two ranges, as it is in each, with the difference and the ratio (HEAT-7).</summary>
internal static class HeatComparison
{
    public static async Task<IResult> AnswerAsync(HeatQuestion question)
    {
        if (question.Layer() is not { } layer)
        {
            return question.UnknownLayer;
        }

        var range = question.Range(layer.IsOfFixes);
        var other = question.Range(layer.IsOfFixes, "againstFrom", "againstTo");
        var (place, times, resolution, format) = (question.Place(), question.Times(), question.Resolution(), CellAnswer.ReadFormat(question.Fields));
        if (range is null || other is null || !question.Fields.IsValid)
        {
            return question.Fields.Problem;
        }

        var now = new HeatRequest(range.Value.FromMs, range.Value.ToMs, place?.Area, times);
        var then = now with { FromMs = other.Value.FromMs, ToMs = other.Value.ToMs };
        var (room, problem) = await layer.EnterAsync([now, then], question.Cancelled);
        using var held = room;
        if (problem is not null)
        {
            return problem;
        }

        var sums = await layer.ByCellAsync(now, resolution, question.Cancelled);
        var against = await layer.ByCellAsync(then, resolution, question.Cancelled);
        var cells = sums.Sums.Keys.Union(against.Sums.Keys).Order().ToList();
        if (cells.Count > CellAnswer.MaxCells)
        {
            return CellAnswer.TooMany(cells.Count);
        }

        var (hours, againstHours) = (layer.HoursOf(now), layer.HoursOf(then));
        return new CellAnswer(
            "compare", layer.Name, resolution, sums.Reading.BasisOf(now.Tell(Definitions.Compared(layer.Definition))),
            [
                new("hours", "小时数", hours), new("total", "合计", layer.ValueOf(sums.Total)),
                new("againstFrom", "对比期起（UTC）", WireTime.Write(against.Reading.FromMs)),
                new("againstTo", "对比期止（UTC）", WireTime.Write(against.Reading.ToMs)),
                new("againstHours", "对比期小时数", againstHours), new("againstTotal", "对比期合计", layer.ValueOf(against.Total)),
                new("againstCount", "对比期统计数量", against.Reading.Count), new("againstMissing", "对比期缺失比例", against.Reading.Missing),
            ],
            [
                new("value", layer.ValueNameZh), new("against", $"对比期{layer.ValueNameZh}"), new("difference", "差值"), new("ratio", "比值"),
                new("perHour", "每小时"), new("againstPerHour", "对比期每小时"),
            ],
            cells.Count,
            cells.Select(cell => (cell, RowOf(layer.ValueOf(sums.Sums.GetValueOrDefault(cell)), layer.ValueOf(against.Sums.GetValueOrDefault(cell))))))
            .In(format, question.Sources.Settings);

        object?[] RowOf(decimal value, decimal before) =>
        [
            value, before, value - before, RatioOf(value, before), PerHour(value, hours), PerHour(before, againstHours),
        ];
    }

    /// <summary>Null where there was nothing before.</summary>
    public static decimal? RatioOf(decimal value, decimal before) => before == 0 ? null : Math.Round(value / before, 6);

    private static object? PerHour(decimal value, decimal hours) => hours == 0 ? null : Math.Round(value / hours, 6);
}

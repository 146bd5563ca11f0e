using Vantage.Geo.H3;
using Vantage.Geo.Statistics;
using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>The cells around which there is more heat, or less, than chance explains (HEAT-8, HEAT-9).</summary>
internal static class HotSpotSearch
{
    private const int DefaultRing = 1;
    private const double DefaultRate = 0.05;

    private static readonly CellColumn[] AreaColumns = [new("hot", "热点网格数"), new("cold", "冷点网格数"), new("value", "热点内合计")];

    public static async Task<IResult> AnswerAsync(HeatQuestion question)
    {
        if (question.Layer() is not { } layer)
        {
            return question.UnknownLayer;
        }

        var fields = question.Fields;
        var range = question.Range(layer.IsOfFixes);
        var (place, times, resolution, format) = (question.Place(), question.Times(), question.Resolution(), CellAnswer.ReadFormat(fields));
        var ring = fields.Whole("ring", 1, GetisOrd.MaxRing) ?? DefaultRing;
        var rate = fields.Number("fdr", 0.000001, 0.5) ?? DefaultRate;
        var table = fields.Choice("table", "cells", "areas");
        var by = question.By(isRequired: table == "areas");
        if (range is null || !fields.IsValid)
        {
            return fields.Problem;
        }

        var area = place?.CellsOf(resolution, CellAnswer.MaxCells);
        if (place is not null && area is null)
        {
            return TooLarge();
        }

        var request = new HeatRequest(range.Value.FromMs, range.Value.ToMs, area is null ? null : HeatArea.OfCells(area, resolution), times);
        var (room, problem) = await layer.EnterAsync([request], question.Cancelled);
        using var held = room;
        if (problem is not null)
        {
            return problem;
        }

        var sums = await layer.ByCellAsync(request, resolution, question.Cancelled);
        area ??= Surroundings(sums.Sums.Keys, ring);
        if (area is null)
        {
            return TooLarge();
        }

        long[] values = [.. area.Select(cell => sums.Sums.GetValueOrDefault(cell))];
        var found = HotSpots.Find(area, values, ring, rate);
        var areas = by is null ? null : AreaTable.Of<(int Hot, int Cold, long Value)>(
            by, question.Sources.Areas.Of(by), found.Select(spot => (spot.Cell, spot.IsHot ? (1, 0, spot.Value) : (0, 1, 0L))),
            (a, b) => (a.Hot + b.Hot, a.Cold + b.Cold, a.Value + b.Value), AreaColumns,
            sums => [sums.Hot, sums.Cold, layer.ValueOf(sums.Value)]);
        var definition = Definitions.HotSpots(layer.Definition, ring, rate, place is not null);
        var answer = new CellAnswer(
            "hotspots", layer.Name, resolution, sums.Reading.BasisOf(request.Tell(by is null ? definition : Definitions.OfCellsByArea(definition))),
            [
                new("total", "合计", layer.ValueOf(sums.Total)),
                new("ring", "邻域圈数", ring), new("fdr", "错误发现率", rate), new("tested", "检验网格数", area.Count),
                new("hot", "热点网格数", found.Count(spot => spot.IsHot)), new("cold", "冷点网格数", found.Count(spot => !spot.IsHot)),
            ],
            [new("value", layer.ValueNameZh), new("spot", "冷热"), new("z", "z值"), new("p", "p值"), new("q", "q值")],
            found.Count,
            found.Select(spot => (spot.Cell, new object?[]
            {
                layer.ValueOf(spot.Value), spot.IsHot ? "hot" : "cold", Math.Round(spot.Z, 6), spot.P, spot.Q,
            })))
        {
            WriteMore = json => areas?.Write(json),
        };
        return (format.Name, table) is ("csv", "areas")
            ? answer.TableIn(by!, areas!.Head, areas.Lines, question.Sources.Settings)
            : answer.In(format, question.Sources.Settings);
    }

    private static IResult TooLarge() => Problems.TooMuch(
        $"More than {CellAnswer.MaxCells} cells of this resolution would have to be tested: ask for a coarser resolution or a smaller area.");

    /// <summary>Cells with something, and those within the ring around them, in order; null when that are too many.</summary>
    private static List<H3Cell>? Surroundings(IReadOnlyCollection<H3Cell> cells, int ring)
    {
        var all = new HashSet<H3Cell>(cells);
        var disk = new H3Cell[H3Cell.MaxDiskSize(ring)];
        foreach (var cell in cells)
        {
            foreach (var near in disk.AsSpan(0, cell.Disk(ring, disk)))
            {
                all.Add(near);
            }

            if (all.Count > CellAnswer.MaxCells)
            {
                return null;
            }
        }

        return [.. all.Order()];
    }
}

using System.Text.Json;
using Vantage.Actors.Heat;
using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Demand minus coverage: records that came in a cell and hour in which there was too little presence (HEAT-10).</summary>
internal static class UncoveredDemand
{
    private const int MaxRing = 3;
    private const int DefaultCoveredSeconds = 60;
    private const int MaxCoveredSeconds = 86_400;

    private static readonly CellColumn[] Columns =
        [new("demand", "需求"), new("uncovered", "未覆盖"), new("presence", "停留秒数"), new("share", "未覆盖比例")];

    private static readonly CellColumn[] AreaColumns = [Columns[0], Columns[1], Columns[3]];

    public static async Task<IResult> AnswerAsync(HeatQuestion question)
    {
        if (question.Demand() is not { } demand)
        {
            return Problems.Unknown("layer of records or incidents", question.LayerName);
        }

        var fields = question.Fields;
        var range = question.Range(isOfFixes: true); // What is still to come cannot have been covered.
        var (place, times, resolution, format) = (question.Place(), question.Times(), question.Resolution(), CellAnswer.ReadFormat(fields));
        var covered = fields.Whole("covered", 1, MaxCoveredSeconds) ?? DefaultCoveredSeconds;
        var ring = fields.Whole("ring", 0, MaxRing) ?? 0;
        var table = fields.Choice("table", "cells", "hours", "areas");
        var by = question.By(isRequired: table == "areas");
        var presence = question.OfFixes(isPresence: true, "patrolKind", "patrolSquad");
        if (range is null || !fields.IsValid)
        {
            return fields.Problem;
        }

        var (fromHour, toHour) = new HeatRequest(range.Value.FromMs, range.Value.ToMs, null, null).Hours;
        var request = new HeatRequest(fromHour * HeatCube.HourMs, toHour * HeatCube.HourMs, place?.Area, times?.ByHour());
        var ledger = new UncoveredLedger(ring, covered * 1000L);
        var records = await demand.ReadAsync(request, (cell, _) => cell.Parent(resolution), ledger.AddDemand, question.Cancelled);
        if (ledger.CellCount > CellAnswer.MaxCells)
        {
            return CellAnswer.TooMany(ledger.CellCount);
        }

        request = request with { Area = HeatArea.OfCells(ledger.CellsNear(), resolution) };
        var (room, problem) = await presence.EnterAsync([request], question.Cancelled);
        using var held = room;
        if (problem is not null)
        {
            return problem;
        }

        var patrols = await presence.ReadAsync(request, (cell, _) => cell.Parent(resolution), ledger.AddPresence, question.Cancelled);
        if (ledger.IsTooMuch)
        {
            return Problems.TooMuch(
                "So much came in so many cells and hours that it is not set against each other at once: ask for a shorter range, a coarser resolution or a smaller area.");
        }

        var (cells, hours) = ledger.Settle(hour => HeatTimes.HourOfDay(hour, question.Sources.Zone));
        var areas = by is null ? null : AreaTable.Of(
            by, question.Sources.Areas.Of(by), cells, (a, b) => a.With(b.Demand, b.Uncovered), AreaColumns, sums => [sums.Demand, sums.Uncovered, sums.Share]);
        var (all, uncovered) = (hours.Sum(hour => hour.Demand), hours.Sum(hour => hour.Uncovered));
        var definition = Definitions.Uncovered(demand.Definition, covered, ring);
        var answer = new CellAnswer(
            "uncovered", demand.Name, resolution,
            records.BasisOf(request.Tell(presence.Tell(by is null ? definition : Definitions.OfCellsByArea(definition)))),
            [
                new("covered", "达标停留秒数", covered), new("ring", "邻域圈数", ring),
                new("total", "需求合计", all), new("uncovered", "未覆盖合计", uncovered),
                new("share", "未覆盖比例", FigureBasis.Share(uncovered, all)), new("fixes", "巡查定位点数", patrols.Count),
                new("fixesMissing", "巡查缺失比例", patrols.Missing),
            ],
            Columns,
            cells.Count,
            cells.Select(cell => (cell.Cell, cell.Sums.Values)))
        {
            WriteMore = json =>
            {
                WriteHours(json, hours);
                areas?.Write(json);
            },
        };
        return (format.Name, table) switch
        {
            ("csv", "hours") => answer.TableIn(
                "hours", ["小时", .. Columns.Select(column => column.NameZh)], hours.Index().Select(hour => (object?[])[hour.Index, .. hour.Item.Values]), question.Sources.Settings),
            ("csv", "areas") => answer.TableIn(by!, areas!.Head, areas.Lines, question.Sources.Settings),
            _ => answer.In(format, question.Sources.Settings),
        };
    }

    private static void WriteHours(Utf8JsonWriter json, CoverageSums[] hours)
    {
        json.WriteStartArray("hours");
        foreach (var (hour, sums) in hours.Index())
        {
            json.WriteStartObject();
            json.WriteNumber("hour", hour);
            foreach (var (column, value) in Columns.Zip(sums.Values))
            {
                json.WritePropertyName(column.Name);
                CellAnswer.WriteValue(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

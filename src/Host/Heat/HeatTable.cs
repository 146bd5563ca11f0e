using Vantage.Actors.Areas;
using Vantage.Host.Areas;
using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Heat by areas: a row for each, and one for what lies outside all of them.</summary>
internal sealed record HeatTable(HeatLayer Layer, string By, IReadOnlyList<HeatTableRow> Rows, decimal Total, FigureBasis Basis)
{
    public static async Task<HeatTable> OfAsync(HeatLayer layer, string by, AreaSet areas, HeatRequest request, CancellationToken cancelled)
    {
        var sums = await layer.ByAreaAsync(request, areas.Locator(), cancelled);
        var rows = areas.Areas.Index().Select(area => new HeatTableRow(area.Item.Key, area.Item.Name, ValueOf(area.Index)))
            .Append(new HeatTableRow(null, null, ValueOf(AreaSet.Outside))).ToList();
        return new HeatTable(layer, by, rows, layer.ValueOf(sums.Total), sums.Reading.BasisOf(request.Tell(layer.DefinitionByArea)));

        decimal ValueOf(int area) => layer.ValueOf(sums.Sums.GetValueOrDefault(area));
    }

    public HeatTableView View => new(
        Layer.Name, By, new WireMoment(Basis.FromMs), new WireMoment(Basis.ToMs), Total, Basis.Definition.English, Basis.Definition.Chinese, Basis.Count,
        Basis.Missing, Rows);

    /// <summary>As people read it in Excel: what the figures mean comes below them.</summary>
    /// <param name="note">Said at the end; null: nothing.</param>
    public async Task WriteCsvAsync(Stream body, TimeZoneInfo zone, string? note)
    {
        await using var csv = new CsvTable(body);
        await csv.WriteRowAsync(By == AreaLayers.Street ? "街道" : "中队", "编号", Layer.ValueNameZh);
        foreach (var row in Rows)
        {
            await csv.WriteRowAsync(row.Name ?? "区域外", row.Key, row.Value);
        }

        await csv.WriteRowAsync("合计", null, Total);
        await csv.WriteRowAsync();
        await Basis.WriteAsync(csv, zone, note);
    }
}

/// <param name="Key">Null for what lies outside all areas.</param>
internal sealed record HeatTableRow(string? Key, string? Name, decimal Value);

internal sealed record HeatTableView(
    string Layer, string By, WireMoment From, WireMoment To, decimal Total, string Definition, string DefinitionZh, long Count, double Missing,
    IReadOnlyList<HeatTableRow> Rows);

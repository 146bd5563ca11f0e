using System.Text.Json.Serialization;
using Vantage.Actors.Areas;
using Vantage.Host.Areas;
using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Heat by areas: a row for each, and one for what lies outside all of them; perhaps against that of another range (HEAT-7).</summary>
internal sealed record HeatTable(HeatLayer Layer, string By, IReadOnlyList<HeatTableRow> Rows, decimal Total, FigureBasis Basis, HeatTable? Against)
{
    /// <param name="against">The other range, with the same place and times; null: none.</param>
    public static async Task<HeatTable> OfAsync(
        HeatLayer layer, string by, AreaSet areas, HeatRequest request, HeatRequest? against, CancellationToken cancelled)
    {
        var then = against is null ? null : await OfAsync(layer, by, areas, against, null, cancelled);
        var sums = await layer.ByAreaAsync(request, areas.Locator(), cancelled);
        var definition = then is null ? layer.DefinitionByArea : Definitions.Compared(layer.DefinitionByArea);
        var rows = areas.Rows.Select((row, number) => RowOf(row.Key, row.Name, row.Area, number)).ToList();
        return new HeatTable(layer, by, rows, layer.ValueOf(sums.Total), sums.Reading.BasisOf(request.Tell(definition)), then);

        HeatTableRow RowOf(string? key, string? name, int area, int row)
        {
            var value = layer.ValueOf(sums.Sums.GetValueOrDefault(area));
            return then is null ? new HeatTableRow(key, name, value) : HeatTableRow.Compared(key, name, value, then.Rows[row].Value);
        }
    }

    /// <summary>What the first two columns of a table by area are called: its name and its key.</summary>
    public static string[] HeadOf(string by) => [by == AreaLayers.Street ? "街道" : "中队", "编号"];

    public HeatTableView View => new(
        Layer.Name, By, new WireMoment(Basis.FromMs), new WireMoment(Basis.ToMs), Total, Basis.Definition.English, Basis.Definition.Chinese, Basis.Count,
        Basis.Missing, Rows)
    {
        AgainstFrom = Against is null ? null : new WireMoment(Against.Basis.FromMs),
        AgainstTo = Against is null ? null : new WireMoment(Against.Basis.ToMs),
        AgainstTotal = Against?.Total,
        AgainstCount = Against?.Basis.Count,
        AgainstMissing = Against?.Basis.Missing,
    };

    /// <summary>As people read it in Excel: what the figures mean comes below them.</summary>
    /// <param name="note">Said at the end; null: nothing.</param>
    public async Task WriteCsvAsync(Stream body, TimeZoneInfo zone, string? note)
    {
        await using var csv = new CsvTable(body);
        string[] head = [.. HeadOf(By), Layer.ValueNameZh];
        await csv.WriteRowAsync(Against is null ? head : [.. head, $"对比期{Layer.ValueNameZh}", "差值", "比值"]);
        foreach (var row in Rows.Append(Against is null ? new HeatTableRow(null, "合计", Total) : HeatTableRow.Compared(null, "合计", Total, Against.Total)))
        {
            object?[] cells = [row.Name ?? "区域外", row.Key, row.Value];
            await csv.WriteRowAsync(Against is null ? cells : [.. cells, row.Against, row.Difference, row.Ratio]);
        }

        await csv.WriteRowAsync();
        if (Against is not null)
        {
            await csv.WriteRowAsync("对比期起（UTC）", WireTime.Write(Against.Basis.FromMs));
            await csv.WriteRowAsync("对比期止（UTC）", WireTime.Write(Against.Basis.ToMs));
            await csv.WriteRowAsync("对比期统计数量", Against.Basis.Count);
            await csv.WriteRowAsync("对比期缺失比例", Against.Basis.Missing);
        }

        await Basis.WriteAsync(csv, zone, note);
    }
}

/// <param name="Key">Null for what lies outside all areas.</param>
internal sealed record HeatTableRow(string? Key, string? Name, decimal Value)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Against { get; private init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Difference { get; private init; }

    /// <summary>Null also where there was nothing before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Ratio { get; private init; }

    public static HeatTableRow Compared(string? key, string? name, decimal value, decimal against) => new(key, name, value)
    {
        Against = against,
        Difference = value - against,
        Ratio = HeatComparison.RatioOf(value, against),
    };
}

internal sealed record HeatTableView(
    string Layer, string By, WireMoment From, WireMoment To, decimal Total, string Definition, string DefinitionZh, long Count, double Missing,
    IReadOnlyList<HeatTableRow> Rows)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WireMoment? AgainstFrom { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WireMoment? AgainstTo { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? AgainstTotal { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AgainstCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AgainstMissing { get; init; }
}

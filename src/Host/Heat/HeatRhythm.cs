using System.Text.Json.Serialization;
using Vantage.Host.Areas;
using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Heat by the hour of the day and the day of the week, by the clocks of the installation's time zone (HEAT-11); perhaps of each area, too.</summary>
/// <param name="Areas">A row for each area, and one for what lies outside all of them; null when none was asked for.</param>
internal sealed record HeatRhythm(HeatLayer Layer, Rhythm All, string? By, IReadOnlyList<(string? Key, string? Name, Rhythm Rhythm)>? Areas, FigureBasis Basis)
{
    /// <param name="areas">The areas of <paramref name="by"/>; null: none.</param>
    public static async Task<HeatRhythm> OfAsync(
        HeatLayer layer, HeatRequest request, TimeZoneInfo zone, string? by, AreaSet? areas, CancellationToken cancelled)
    {
        var sums = new Dictionary<(int Area, int Hour), long>();
        var areaOf = areas?.Locator();
        var reading = await layer.ReadAsync(
            request, (_, place) => areaOf?.Invoke(place) ?? AreaSet.Outside, (area, hour, value) => sums[(area, hour)] = sums.GetValueOrDefault((area, hour)) + value, cancelled);
        var byArea = new Dictionary<int, Rhythm>();
        var all = new Rhythm();
        foreach (var ((area, hour), value) in sums)
        {
            var (ofDay, ofWeek) = (HeatTimes.HourOfDay(hour, zone), HeatTimes.DayOfWeek(hour, zone) - 1);
            all.Add(ofDay, ofWeek, value);
            byArea.TryAdd(area, new Rhythm());
            byArea[area].Add(ofDay, ofWeek, value);
        }

        return new HeatRhythm(
            layer, all, by, areas is null ? null : [.. areas.Rows.Select(row => (row.Key, row.Name, byArea.GetValueOrDefault(row.Area) ?? new Rhythm()))],
            reading.BasisOf(request.Tell(Definitions.Rhythm(areas is null ? layer.Definition : layer.DefinitionByArea))));
    }

    public HeatRhythmView View => new(
        Layer.Name, new WireMoment(Basis.FromMs), new WireMoment(Basis.ToMs), Layer.ValueOf(All.Hours.Sum()), Basis.Definition.English, Basis.Definition.Chinese,
        Basis.Count, Basis.Missing, Values(All.Hours), Values(All.Days))
    {
        Areas = Areas?.Select(area => new AreaRhythmView(area.Key, area.Name, Values(area.Rhythm.Hours), Values(area.Rhythm.Days))).ToList(),
    };

    /// <summary>As people read it in Excel: what the figures mean comes below them.</summary>
    /// <param name="note">Said at the end; null: nothing.</param>
    public async Task WriteCsvAsync(Stream body, TimeZoneInfo zone, string? note)
    {
        await using var csv = new CsvTable(body);
        var names = (Areas ?? []).Select(area => area.Name ?? "区域外");
        await WriteAsync(csv, ["小时", Layer.ValueNameZh, .. names], 0, All.Hours.Length, rhythm => rhythm.Hours);
        await csv.WriteRowAsync();
        await WriteAsync(csv, ["星期（周一为1）", Layer.ValueNameZh, .. names], 1, All.Days.Length, rhythm => rhythm.Days);
        await csv.WriteRowAsync();
        await Basis.WriteAsync(csv, zone, note);
    }

    private async Task WriteAsync(CsvTable csv, string[] head, int first, int count, Func<Rhythm, long[]> valuesOf)
    {
        await csv.WriteRowAsync(head);
        for (var i = 0; i < count; i++)
        {
            await csv.WriteRowAsync([first + i, .. (Areas ?? []).Select(area => area.Rhythm).Prepend(All).Select(rhythm => (object?)Layer.ValueOf(valuesOf(rhythm)[i]))]);
        }
    }

    private List<decimal> Values(long[] sums) => [.. sums.Select(Layer.ValueOf)];
}

/// <summary>Sums by the clock and the week.</summary>
internal sealed class Rhythm
{
    /// <summary>24 of them, from 0 o'clock.</summary>
    public long[] Hours { get; } = new long[24];

    /// <summary>7 of them, from Monday.</summary>
    public long[] Days { get; } = new long[7];

    public void Add(int hour, int day, long value)
    {
        Hours[hour] += value;
        Days[day] += value;
    }
}

/// <param name="Hours">By hour of the day, from 0 to 23.</param>
/// <param name="Days">By day of the week, from Monday.</param>
internal sealed record HeatRhythmView(
    string Layer, WireMoment From, WireMoment To, decimal Total, string Definition, string DefinitionZh, long Count, double Missing,
    IReadOnlyList<decimal> Hours, IReadOnlyList<decimal> Days)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AreaRhythmView>? Areas { get; init; }
}

/// <param name="Key">Null for what lies outside all areas.</param>
internal sealed record AreaRhythmView(string? Key, string? Name, IReadOnlyList<decimal> Hours, IReadOnlyList<decimal> Days);

using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Heat by the hour of the day and the day of the week, by the clocks of the installation's time zone (HEAT-11).</summary>
/// <param name="Hours">24 sums, from 0 o'clock.</param>
/// <param name="Days">7 sums, from Monday.</param>
internal sealed record HeatRhythm(HeatLayer Layer, long[] Hours, long[] Days, FigureBasis Basis)
{
    private const int HoursADay = 24;
    private const int DaysAWeek = 7;

    public static async Task<HeatRhythm> OfAsync(HeatLayer layer, HeatRequest request, TimeZoneInfo zone, CancellationToken cancelled)
    {
        var byHour = new Dictionary<int, long>();
        var reading = await layer.ReadAsync(
            request, (_, _) => 0, (_, hour, value) => byHour[hour] = byHour.GetValueOrDefault(hour) + value, cancelled);
        var (hours, days) = (new long[HoursADay], new long[DaysAWeek]);
        foreach (var (hour, value) in byHour)
        {
            hours[HeatTimes.HourOfDay(hour, zone)] += value;
            days[HeatTimes.DayOfWeek(hour, zone) - 1] += value;
        }

        return new HeatRhythm(layer, hours, days, reading.BasisOf(request.Tell(Definitions.Rhythm(layer.Definition))));
    }

    public HeatRhythmView View => new(
        Layer.Name, new WireMoment(Basis.FromMs), new WireMoment(Basis.ToMs), Layer.ValueOf(Hours.Sum()), Basis.Definition.English, Basis.Definition.Chinese,
        Basis.Count, Basis.Missing, [.. Hours.Select(Layer.ValueOf)], [.. Days.Select(Layer.ValueOf)]);

    /// <summary>As people read it in Excel: what the figures mean comes below them.</summary>
    /// <param name="note">Said at the end; null: nothing.</param>
    public async Task WriteCsvAsync(Stream body, TimeZoneInfo zone, string? note)
    {
        await using var csv = new CsvTable(body);
        await csv.WriteRowAsync("小时", Layer.ValueNameZh);
        foreach (var (hour, value) in Hours.Index())
        {
            await csv.WriteRowAsync(hour, Layer.ValueOf(value));
        }

        await csv.WriteRowAsync();
        await csv.WriteRowAsync("星期（周一为1）", Layer.ValueNameZh);
        foreach (var (day, value) in Days.Index())
        {
            await csv.WriteRowAsync(day + 1, Layer.ValueOf(value));
        }

        await csv.WriteRowAsync();
        await Basis.WriteAsync(csv, zone, note);
    }
}

/// <param name="Hours">By hour of the day, from 0 to 23.</param>
/// <param name="Days">By day of the week, from Monday.</param>
internal sealed record HeatRhythmView(
    string Layer, WireMoment From, WireMoment To, decimal Total, string Definition, string DefinitionZh, long Count, double Missing,
    IReadOnlyList<decimal> Hours, IReadOnlyList<decimal> Days);

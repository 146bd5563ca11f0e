using System.Globalization;
using System.Text.Json;
using Vantage.Host.Web;

namespace Vantage.Host.Figures;

/// <summary>What a figure means, in a sentence that names its rule: no figure goes out without one (FIG-1).</summary>
/// <param name="English">As answers have it.</param>
/// <param name="Chinese">As people read it, on the wall and in tables.</param>
internal sealed record FigureDefinition(string English, string Chinese)
{
    /// <summary>The same figure, told more closely.</summary>
    public FigureDefinition And(string english, string chinese) => new($"{English} {english}", Chinese + chinese);
}

/// <summary>What goes with a figure wherever it is told.</summary>
/// <param name="FromMs">The begin of the range that was counted, which may be wider than what was asked for.</param>
/// <param name="Count">The records or fixes that the figure is of.</param>
/// <param name="Missing">The share of them, 0 to 1, that lack what the figure goes by.</param>
internal sealed record FigureBasis(FigureDefinition Definition, long FromMs, long ToMs, long Count, double Missing)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("definition", Definition.English);
        json.WriteString("definitionZh", Definition.Chinese);
        json.WriteString("from", WireTime.Write(FromMs));
        json.WriteString("to", WireTime.Write(ToMs));
        json.WriteNumber("count", Count);
        json.WriteNumber("missing", Missing);
    }

    /// <summary>Rows below a table that people read in Excel.</summary>
    /// <param name="zone">Of the times.</param>
    /// <param name="note">Said at the end; null: nothing.</param>
    public async Task WriteAsync(CsvTable csv, TimeZoneInfo zone, string? note)
    {
        await csv.WriteRowAsync("口径", Definition.Chinese);
        await csv.WriteRowAsync("时间范围", $"{Local(FromMs, zone)} 至 {Local(ToMs, zone)}（{zone.Id}，不含止）");
        await csv.WriteRowAsync("统计数量", Count);
        await csv.WriteRowAsync("缺失比例", Missing);
        if (note is not null)
        {
            await csv.WriteRowAsync("说明", note);
        }
    }

    /// <summary>The share of a part in a whole, in millionths; of nothing, none is missing.</summary>
    public static double Share(long part, long whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 6);

    private static string Local(long ms, TimeZoneInfo zone)
        => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}

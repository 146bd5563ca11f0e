using System.Text.Encodings.Web;
using System.Text.Json;
using Vantage.Actors.Units;

namespace Vantage.Host.Wall;

/// <summary>How the hub writes JSON: as the HTTP side does.</summary>
internal static class WallJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
}

/// <summary>Who a unit number is: sent once a connection.</summary>
internal sealed record UnitName(int N, string Id, string Kind, string Key, string Name, string? Squad, string? Plate, string Pinyin)
{
    public static UnitName Of(UnitInfo unit) => new(
        unit.Number, unit.IdText, unit.Id.Kind, unit.Id.Key, unit.Name, unit.Squad, unit.Plate, Wall.Pinyin.InitialsOf(unit.Name));
}

using System.Text.Json;
using Vantage.Actors;

namespace Vantage.Host.Imports;

/// <summary>What is to be told to which actor, in any order; and what <paramref name="Then"/>, to those who were told before.</summary>
internal sealed record ImportPlan(ImportReport Report, IReadOnlyList<(ActorId Actor, object Change)> Changes, IReadOnlyList<(ActorId Actor, object Change)> Then);

/// <summary>A feature of GeoJSON, and its place in the file, from 1.</summary>
internal readonly record struct ImportFeature(int Number, JsonElement Json)
{
    /// <summary>A property, or null.</summary>
    public JsonElement? Property(string name)
        => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            && properties.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The key: a property of that name, or the feature's id.</summary>
    public string? Key => TextOf(Property("key") ?? (Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("id", out var id) ? id : null));

    /// <summary>A value as a cell of a table has it: lists are parted by semicolons.</summary>
    public static string? TextOf(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.Array } list => string.Join(';', list.EnumerateArray().Select(item => TextOf(item))),
        _ => null,
    };
}

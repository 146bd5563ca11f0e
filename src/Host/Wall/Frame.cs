using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vantage.Host.Wall;

/// <summary>What one or more screens were last shown. Immutable; screens that were shown the same hold the same object.</summary>
/// <param name="View">The area and filter, with the rights behind it.</param>
/// <param name="Tick">When.</param>
/// <param name="Visible">Bit n: the unit number n was in view.</param>
/// <param name="Cells">The aggregates that were shown; null: units were.</param>
internal sealed record Shown(Viewport View, long Tick, ulong[] Visible, byte[]? Cells)
{
    public bool Has(int unit) => unit >> 6 < Visible.Length && (Visible[unit >> 6] & (1UL << (unit & 63))) != 0;
}

/// <summary>The part of a frame that is the same for all screens that were last shown the same: encoded once.</summary>
/// <param name="IsReset">The whole picture.</param>
/// <param name="Units">The columns, as JSON.</param>
/// <param name="Gone">A list of unit numbers, as JSON.</param>
/// <param name="Cells">The aggregates, as JSON; null when units are shown.</param>
/// <param name="Numbers">The units in <paramref name="Units"/>.</param>
/// <param name="OldestNewsMs">When the first of the fixes arrived that this frame is the first to show; null when it shows none.</param>
internal sealed record FrameBody(
    bool IsReset, byte[] Units, byte[] Gone, byte[]? Cells, int[] Numbers, Shown After, bool IsEmpty, long? OldestNewsMs = null);

/// <summary>A frame for one screen.</summary>
[JsonConverter(typeof(FrameConverter))]
internal sealed record Frame(long Seq, long TimeMs, FrameBody Body, IReadOnlyList<ReadOnlyMemory<byte>> Names);

internal sealed class FrameConverter : JsonConverter<Frame>
{
    public override Frame Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, Frame value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("seq", value.Seq);
        writer.WriteNumber("time", value.TimeMs);
        if (value.Body.OldestNewsMs is { } arrived)
        {
            writer.WriteNumber("arrived", arrived);
        }
        else
        {
            writer.WriteNull("arrived");
        }

        writer.WriteBoolean("reset", value.Body.IsReset);
        writer.WriteStartArray("names");
        foreach (var name in value.Names)
        {
            writer.WriteRawValue(name.Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WritePropertyName("units");
        writer.WriteRawValue(value.Body.Units, skipInputValidation: true);
        writer.WritePropertyName("gone");
        writer.WriteRawValue(value.Body.Gone, skipInputValidation: true);
        writer.WritePropertyName("cells");
        writer.WriteRawValue(value.Body.Cells ?? "null"u8, skipInputValidation: true);
        writer.WriteEndObject();
    }
}

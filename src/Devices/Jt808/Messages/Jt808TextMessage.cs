namespace Vantage.Devices.Jt808.Messages;

/// <summary>A text for the driver (0x8300).</summary>
/// <param name="Flags">
/// Bit 2 shows it, bit 3 speaks it. Urgent is bit 0 in 2013; in 2019 bits 0–1 say service (1), urgent (2) or notice (3).
/// </param>
/// <param name="Kind">1 notice, 2 service; 2019 only.</param>
/// <param name="Text">At most 1024 bytes of GBK.</param>
public sealed record Jt808TextMessage(byte Flags, byte Kind, string Text)
{
    /// <summary>The longest text, in bytes of GBK.</summary>
    public const int MaxTextLength = 1024;

    public int MaxLength => 2 + Gbk.Length(Text);

    /// <summary>Whether a text is short enough, and not empty.</summary>
    public static bool Fits(string text) => text.Length > 0 && Gbk.Length(text) <= MaxTextLength;

    /// <summary>An urgent text, shown and spoken: what dispatch sends.</summary>
    public static Jt808TextMessage Urgent(Jt808Form form, string text)
        => form.Is2019 ? new(0b1110, Kind: 1, text) : new(0b1101, Kind: 0, text);

    public static bool TryRead(ReadOnlySpan<byte> body, Jt808Form form, out Jt808TextMessage? message)
    {
        var textStart = form.Is2019 ? 2 : 1;
        var isWhole = body.Length >= textStart;
        message = isWhole ? new(body[0], form.Is2019 ? body[1] : (byte)0, Gbk.Read(body[textStart..])) : null;
        return isWhole;
    }

    public int Write(Span<byte> body, Jt808Form form)
    {
        var writer = new Jt808BodyWriter(body);
        writer.Byte(Flags);
        if (form.Is2019)
        {
            writer.Byte(Kind);
        }

        writer.Text(Text);
        return writer.Length;
    }
}

namespace Vantage.Devices.Jt808.Messages;

/// <summary>A terminal shows the code it was given (0x0102), once a connection.</summary>
/// <param name="Imei">15 digits; 2019 only.</param>
/// <param name="SoftwareVersion">Up to 20 bytes; 2019 only.</param>
public sealed record Jt808Authentication(string Code, string? Imei = null, string? SoftwareVersion = null)
{
    private const int ImeiLength = 15;
    private const int SoftwareLength = 20;

    public int MaxLength => 1 + Gbk.Length(Code) + ImeiLength + SoftwareLength;

    /// <summary>Reads a code. The fields of 2019 behind it may be cut short: the code is what counts.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, Jt808Form form, out Jt808Authentication? authentication)
    {
        authentication = null;
        if (!form.Is2019)
        {
            authentication = new(Gbk.Read(body));
            return true;
        }

        if (body.IsEmpty || body.Length < 1 + body[0])
        {
            return false;
        }

        var rest = body[(1 + body[0])..];
        authentication = new(
            Gbk.Read(body.Slice(1, body[0])),
            rest.Length >= ImeiLength ? Gbk.Read(rest[..ImeiLength]) : null,
            rest.Length >= ImeiLength + SoftwareLength ? Gbk.Read(rest.Slice(ImeiLength, SoftwareLength)) : null);
        return true;
    }

    /// <exception cref="ArgumentException">A code over 255 bytes has no place in the 2019 layout.</exception>
    public int Write(Span<byte> body, Jt808Form form)
    {
        var writer = new Jt808BodyWriter(body);
        if (!form.Is2019)
        {
            writer.Text(Code);
            return writer.Length;
        }

        var length = Gbk.Length(Code);
        if (length > byte.MaxValue)
        {
            throw new ArgumentException($"A code of {length} bytes does not fit; 255 do.");
        }

        writer.Byte((byte)length);
        writer.Text(Code);
        writer.Padded(Imei ?? "", ImeiLength);
        writer.Padded(SoftwareVersion ?? "", SoftwareLength);
        return writer.Length;
    }
}

using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>Which of the three printed layouts a registration has.</summary>
public enum Jt808RegistrationLayout
{
    V2011,
    V2013,
    V2019,
}

/// <summary>A terminal introduces itself and its vehicle (0x0100).</summary>
/// <param name="Province">The first two digits of the GB/T 2260 code: 31 is Shanghai.</param>
/// <param name="City">Its last four digits: 105 is Changning.</param>
/// <param name="PlateColor">0 without a plate, 1 blue, 2 yellow, 3 black, 4 white, 5 green, 9 other.</param>
/// <param name="Plate">The number plate; the VIN of a vehicle without one.</param>
public sealed record Jt808Registration(
    ushort Province, ushort City, string Maker, string Model, string TerminalId, byte PlateColor, string Plate)
{
    private const int Length2013 = 37;

    /// <summary>Bytes that <see cref="Write"/> may need.</summary>
    public int MaxLength => 76 + Gbk.Length(Plate);

    /// <summary>Reads a registration; a 2013 header above fewer than 37 bytes means the layout of 2011.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, Jt808Form form, out Jt808Registration? registration)
    {
        var layout = LayoutOf(body, form);
        var (maker, model, terminal) = FieldLengths(layout);
        var fixedLength = 4 + maker + model + terminal + 1;
        registration = null;
        if (body.Length < fixedLength)
        {
            return false;
        }

        var texts = body[4..];
        registration = new(
            BinaryPrimitives.ReadUInt16BigEndian(body),
            BinaryPrimitives.ReadUInt16BigEndian(body[2..]),
            Gbk.Read(texts[..maker]),
            Gbk.Read(texts.Slice(maker, model)),
            Gbk.Read(texts.Slice(maker + model, terminal)),
            body[fixedLength - 1],
            Gbk.Read(body[fixedLength..]));
        return true;
    }

    /// <summary>Which layout a body has.</summary>
    public static Jt808RegistrationLayout LayoutOf(ReadOnlySpan<byte> body, Jt808Form form) => form.Is2019
        ? Jt808RegistrationLayout.V2019
        : body.Length < Length2013 ? Jt808RegistrationLayout.V2011 : Jt808RegistrationLayout.V2013;

    /// <summary>Writes the 2013 or 2019 layout, as the form asks. Texts that are too long for their field are cut.</summary>
    public int Write(Span<byte> body, Jt808Form form)
    {
        var (maker, model, terminal) = FieldLengths(form.Is2019 ? Jt808RegistrationLayout.V2019 : Jt808RegistrationLayout.V2013);
        var writer = new Jt808BodyWriter(body);
        writer.Word(Province);
        writer.Word(City);
        writer.Padded(Maker, maker);
        writer.Padded(Model, model);
        writer.Padded(TerminalId, terminal);
        writer.Byte(PlateColor);
        writer.Text(Plate);
        return writer.Length;
    }

    private static (int Maker, int Model, int Terminal) FieldLengths(Jt808RegistrationLayout layout) => layout switch
    {
        Jt808RegistrationLayout.V2011 => (5, 8, 7),
        Jt808RegistrationLayout.V2013 => (5, 20, 7),
        _ => (11, 30, 30),
    };
}

namespace Vantage.Devices.Jt808;

/// <summary>How a terminal writes its headers; replies are written the same way.</summary>
/// <remarks>
/// The layout and the flag in the properties are kept apart because they disagree in the field: some terminals set the
/// version flag above a 6-byte phone number, others write the long header with the flag clear. Message bodies follow the layout.
/// <c>default</c> is <see cref="V2013"/>.
/// </remarks>
/// <param name="Is2019">A version byte and a 10-byte phone number, rather than a 6-byte phone number alone.</param>
/// <param name="VersionFlag">Bit 14 of the properties.</param>
/// <param name="ProtocolVersion">The version byte of the 2019 header; 1 for the first edition.</param>
public readonly record struct Jt808Form(bool Is2019, bool VersionFlag, byte ProtocolVersion)
{
    public static Jt808Form V2013 => default;

    public static Jt808Form V2019 => new(Is2019: true, VersionFlag: true, ProtocolVersion: 1);

    /// <summary>Bytes before the body, the sub-package block not counted: 12 or 17.</summary>
    public int HeaderLength => Is2019 ? 17 : 12;

    /// <summary>Digits of the phone number on the wire: 12 or 20.</summary>
    public int PhoneDigits => Is2019 ? 20 : 12;
}

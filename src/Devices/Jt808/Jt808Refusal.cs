namespace Vantage.Devices.Jt808;

/// <summary>Why bytes between two delimiters were no packet.</summary>
public enum Jt808Refusal
{
    None,

    /// <summary>An escape byte followed by something other than 01 or 02, and a wrong checksum when it is taken as it stands.</summary>
    Escape,

    /// <summary>More content than any packet may have.</summary>
    TooLong,

    /// <summary>Less content than a header and a checksum.</summary>
    TooShort,

    /// <summary>The bytes do not add up to their checksum.</summary>
    Checksum,

    /// <summary>A part that is numbered outside 1 to its total.</summary>
    PartNumber,
}

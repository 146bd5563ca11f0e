namespace Vantage.Devices.Jt808;

/// <summary>Bounds on messages in parts, a connection. More of anything costs memory that a stranger can claim.</summary>
public sealed record Jt808ReassemblyOptions
{
    /// <summary>Parts of one message. Default: 256, which is 261,888 bytes of body.</summary>
    public int MaxParts { get; init; } = 256;

    /// <summary>Incomplete messages at a time; the oldest gives way. Default: 4.</summary>
    public int MaxMessages { get; init; } = 4;

    /// <summary>Bytes of all incomplete messages; a part beyond it is refused. Default: 524,288.</summary>
    public int MaxBytes { get; init; } = 512 * 1024;

    /// <summary>How long no part may come before the missing ones are asked for. Default: 10 s.</summary>
    public TimeSpan RequestAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often they are asked for. Default: 3.</summary>
    public int MaxRequests { get; init; } = 3;

    /// <summary>How long a message may stay incomplete. Default: 60 s.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(60);
}

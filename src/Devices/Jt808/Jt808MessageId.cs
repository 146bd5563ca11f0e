namespace Vantage.Devices.Jt808;

/// <summary>Ids of the messages spoken here. Below 0x8000 the terminal speaks, above it the platform.</summary>
public static class Jt808MessageId
{
    public const ushort TerminalReply = 0x0001;
    public const ushort Heartbeat = 0x0002;
    public const ushort Deregister = 0x0003;
    public const ushort TimeQuery = 0x0004;
    public const ushort TerminalResendRequest = 0x0005;
    public const ushort Register = 0x0100;
    public const ushort Authenticate = 0x0102;
    public const ushort ParametersReply = 0x0104;
    public const ushort PropertiesReply = 0x0107;
    public const ushort Location = 0x0200;
    public const ushort LocationReply = 0x0201;
    public const ushort VehicleControlReply = 0x0500;
    public const ushort LocationBatch = 0x0704;

    public const ushort PlatformReply = 0x8001;
    public const ushort ResendRequest = 0x8003;
    public const ushort TimeReply = 0x8004;
    public const ushort RegisterReply = 0x8100;
    public const ushort LocationQuery = 0x8201;
    public const ushort Tracking = 0x8202;
    public const ushort ConfirmAlarm = 0x8203;
    public const ushort Text = 0x8300;
}

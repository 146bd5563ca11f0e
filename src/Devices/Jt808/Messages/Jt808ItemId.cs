namespace Vantage.Devices.Jt808.Messages;

/// <summary>Ids of the items behind a fix. E1 to FF belong to the makers.</summary>
public static class Jt808ItemId
{
    public const byte Mileage = 0x01;
    public const byte Fuel = 0x02;
    public const byte RecorderSpeed = 0x03;
    public const byte ManualAlarm = 0x04;
    public const byte TyrePressures = 0x05;
    public const byte CabinTemperature = 0x06;
    public const byte Overspeed = 0x11;
    public const byte AreaAlarm = 0x12;
    public const byte SegmentAlarm = 0x13;
    public const byte VideoAlarms = 0x14;
    public const byte SignalLost = 0x15;
    public const byte Occluded = 0x16;
    public const byte StorageFaults = 0x17;
    public const byte AbnormalDriving = 0x18;
    public const byte VehicleSignals = 0x25;
    public const byte IoStatus = 0x2A;
    public const byte Analog = 0x2B;
    public const byte RadioSignal = 0x30;
    public const byte Satellites = 0x31;
}

using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>A place that raised an alarm: kind 0 none, 1 circle, 2 rectangle, 3 polygon, 4 route segment.</summary>
public readonly record struct Jt808Place(byte Kind, uint Id);

/// <summary>An area was entered (0) or left (1).</summary>
public readonly record struct Jt808AreaAlarm(Jt808Place Place, byte Direction);

/// <summary>A route segment was driven in too short (0) or too long (1) a time.</summary>
public readonly record struct Jt808SegmentAlarm(uint SegmentId, ushort Seconds, byte Result);

/// <summary>Abnormal driving: its kinds, and how tired the driver looks (0 to 100).</summary>
public readonly record struct Jt808AbnormalDriving(ushort Kinds, byte Fatigue);

/// <summary>The standard items of a location, decoded.</summary>
/// <remarks>
/// Makers reuse the standard's ids with lengths of their own, so an item counts only at the length the standard prints;
/// the rest stays raw in <see cref="Jt808Items"/>. Of an id that repeats the last counts.
/// </remarks>
public record struct Jt808Extras
{
    /// <summary>0.1 km.</summary>
    public uint? MileageTenthsKm { get; private set; }

    /// <summary>0.1 litre.</summary>
    public ushort? FuelTenthsLitre { get; private set; }

    /// <summary>0.1 km/h, from the driving recorder.</summary>
    public ushort? RecorderSpeedTenthsKmh { get; private set; }

    /// <summary>The alarm a person must confirm.</summary>
    public ushort? ManualAlarmId { get; private set; }

    /// <summary>Degrees Celsius in the cabin (2019).</summary>
    public int? CabinTemperature { get; private set; }

    public Jt808Place? Overspeed { get; private set; }

    public Jt808AreaAlarm? AreaAlarm { get; private set; }

    public Jt808SegmentAlarm? SegmentAlarm { get; private set; }

    /// <summary>Bit 0 signal lost, 1 occluded, 2 storage, 3 other, 4 overcrowded, 5 abnormal driving, 6 storage threshold.</summary>
    public uint? VideoAlarms { get; private set; }

    /// <summary>One bit a channel.</summary>
    public uint? SignalLostChannels { get; private set; }

    /// <summary>One bit a channel.</summary>
    public uint? OccludedChannels { get; private set; }

    /// <summary>Bits 0–11 the main stores, 12–15 the spare ones.</summary>
    public ushort? StorageFaults { get; private set; }

    public Jt808AbnormalDriving? AbnormalDriving { get; private set; }

    public uint? VehicleSignals { get; private set; }

    /// <summary>Bit 0 deep sleep, bit 1 sleep.</summary>
    public ushort? IoStatus { get; private set; }

    public ushort? Analog0 { get; private set; }

    public ushort? Analog1 { get; private set; }

    /// <summary>Strength of the radio signal, in the terminal's own scale.</summary>
    public byte? RadioSignal { get; private set; }

    /// <summary>Satellites in use.</summary>
    public byte? Satellites { get; private set; }

    /// <summary>The items end in the middle of one.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Decodes every item it knows. Allocates nothing.</summary>
    public static Jt808Extras Read(Jt808Items items)
    {
        var extras = default(Jt808Extras);
        var walk = items.GetEnumerator();
        while (walk.MoveNext())
        {
            extras.Take(walk.Current.Id, walk.Current.Value);
        }

        extras.IsTruncated = walk.IsTruncated;
        return extras;
    }

    private void Take(byte id, ReadOnlySpan<byte> value)
    {
        switch (id, value.Length)
        {
            case (Jt808ItemId.Mileage, 4): MileageTenthsKm = DoubleWord(value); break;
            case (Jt808ItemId.Fuel, 2): FuelTenthsLitre = Word(value); break;
            case (Jt808ItemId.RecorderSpeed, 2): RecorderSpeedTenthsKmh = Word(value); break;
            case (Jt808ItemId.ManualAlarm, 2): ManualAlarmId = Word(value); break;
            case (Jt808ItemId.CabinTemperature, 2): CabinTemperature = SignAndMagnitude(Word(value)); break;
            case (Jt808ItemId.Overspeed, 1) when value[0] == 0: Overspeed = default(Jt808Place); break;
            case (Jt808ItemId.Overspeed, 5): Overspeed = Place(value); break;
            case (Jt808ItemId.AreaAlarm, 6): AreaAlarm = new(Place(value), value[5]); break;
            case (Jt808ItemId.SegmentAlarm, 7): SegmentAlarm = new(DoubleWord(value), Word(value[4..]), value[6]); break;
            case (Jt808ItemId.VideoAlarms, 4): VideoAlarms = DoubleWord(value); break;
            case (Jt808ItemId.SignalLost, 4): SignalLostChannels = DoubleWord(value); break;
            case (Jt808ItemId.Occluded, 4): OccludedChannels = DoubleWord(value); break;
            case (Jt808ItemId.StorageFaults, 2): StorageFaults = Word(value); break;
            case (Jt808ItemId.AbnormalDriving, 3): AbnormalDriving = new(Word(value), value[2]); break;
            case (Jt808ItemId.VehicleSignals, 4): VehicleSignals = DoubleWord(value); break;
            case (Jt808ItemId.IoStatus, 2): IoStatus = Word(value); break;
            case (Jt808ItemId.Analog, 4): Analog1 = Word(value); Analog0 = Word(value[2..]); break;
            case (Jt808ItemId.RadioSignal, 1): RadioSignal = value[0]; break;
            case (Jt808ItemId.Satellites, 1): Satellites = value[0]; break;
            default: break; // Unknown, or a maker's own use of a known id.
        }
    }

    private static ushort Word(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt16BigEndian(value);

    private static uint DoubleWord(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt32BigEndian(value);

    private static Jt808Place Place(ReadOnlySpan<byte> value) => new(value[0], DoubleWord(value[1..]));

    // Not two's complement: the top bit is the sign of the other fifteen.
    private static int SignAndMagnitude(ushort value) => (value & 0x8000) == 0 ? value : -(value & 0x7FFF);
}

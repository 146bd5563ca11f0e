using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>The 28 bytes every location begins with, as they came: nothing is judged here.</summary>
/// <param name="Alarms">One bit an alarm.</param>
/// <param name="Status">One bit a state.</param>
/// <param name="LatitudeRaw">Degrees × 10⁶ without a sign; <see cref="Jt808Status.South"/> has the sign.</param>
/// <param name="LongitudeRaw">Degrees × 10⁶ without a sign; <see cref="Jt808Status.West"/> has the sign.</param>
/// <param name="AltitudeMetres">Above sea level. Printed as unsigned, sent with a sign.</param>
/// <param name="SpeedTenthsKmh">0.1 km/h.</param>
/// <param name="CourseDegrees">0 is north, clockwise.</param>
/// <param name="UnixMilliseconds">When the fix was taken; null when the time sent is on no calendar.</param>
public readonly record struct Jt808Fix(
    Jt808Alarms Alarms,
    Jt808Status Status,
    uint LatitudeRaw,
    uint LongitudeRaw,
    short AltitudeMetres,
    ushort SpeedTenthsKmh,
    ushort CourseDegrees,
    long? UnixMilliseconds)
{
    public const int Length = 28;

    /// <summary>Degrees north. May lie out of range: terminals send what they like.</summary>
    public double Latitude => ((Status & Jt808Status.South) != 0 ? -1 : 1) * (LatitudeRaw / 1e6);

    /// <summary>Degrees east. May lie out of range.</summary>
    public double Longitude => ((Status & Jt808Status.West) != 0 ? -1 : 1) * (LongitudeRaw / 1e6);

    /// <summary>Metres a second.</summary>
    public double Speed => SpeedTenthsKmh / 36.0;

    /// <summary>A fix at a place, for terminals. Sets and clears the two sign bits of <paramref name="status"/>.</summary>
    public static Jt808Fix At(
        double latitude, double longitude, long unixMilliseconds, Jt808Status status = Jt808Status.Positioned | Jt808Status.AccOn,
        Jt808Alarms alarms = Jt808Alarms.None, double speed = 0, double course = 0, double altitude = 0)
    {
        status &= ~(Jt808Status.South | Jt808Status.West);
        status |= (latitude < 0 ? Jt808Status.South : Jt808Status.None) | (longitude < 0 ? Jt808Status.West : Jt808Status.None);
        return new(
            alarms, status, Micro(latitude), Micro(longitude), (short)Math.Round(altitude), (ushort)Math.Round(speed * 36),
            (ushort)((int)Math.Round(course) % 360), unixMilliseconds);
    }

    public static bool TryRead(ReadOnlySpan<byte> body, out Jt808Fix fix)
    {
        if (body.Length < Length)
        {
            fix = default;
            return false;
        }

        fix = new(
            (Jt808Alarms)BinaryPrimitives.ReadUInt32BigEndian(body),
            (Jt808Status)BinaryPrimitives.ReadUInt32BigEndian(body[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[12..]),
            BinaryPrimitives.ReadInt16BigEndian(body[16..]),
            BinaryPrimitives.ReadUInt16BigEndian(body[18..]),
            BinaryPrimitives.ReadUInt16BigEndian(body[20..]),
            Jt808Time.TryRead(body[22..], out var time) ? time : null);
        return true;
    }

    /// <summary>Writes 28 bytes; without a time, zeros stand for it.</summary>
    public int Write(Span<byte> body)
    {
        var writer = new Jt808BodyWriter(body);
        writer.DoubleWord((uint)Alarms);
        writer.DoubleWord((uint)Status);
        writer.DoubleWord(LatitudeRaw);
        writer.DoubleWord(LongitudeRaw);
        writer.Word((ushort)AltitudeMetres);
        writer.Word(SpeedTenthsKmh);
        writer.Word(CourseDegrees);
        if (UnixMilliseconds is { } time)
        {
            writer.Time(time);
        }
        else
        {
            writer.Bytes([0, 0, 0, 0, 0, 0]);
        }

        return writer.Length;
    }

    private static uint Micro(double degrees) => (uint)Math.Round(Math.Abs(degrees) * 1e6);
}

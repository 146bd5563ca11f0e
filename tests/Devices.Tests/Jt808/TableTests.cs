using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Tests.Jt808;

/// <summary>Selected real frames with what they say, written out.</summary>
public class TableTests
{
    [Theory(DisplayName = "A location says what its sender meant")]
    [InlineData("V1", "7E02000026123456789012007D02000000010000000200BA7F0E07E4F11C0028003C00001810151010100104000000640202007D01137E", "123456789012", 126, 12.222222, 132.444444, 40, 60, 0, "2018-10-15T10:10:10+08:00", 1, 2)]
    [InlineData("V2", "7E0200002611223344556622B8000000010000000200BA7F0E07E4F11C0028003C000018071510101001040000006402020037577E", "112233445566", 8888, 12.222222, 132.444444, 40, 60, 0, "2018-07-15T10:10:10+08:00", 1, 2)]
    [InlineData("V4", "7E0200002F01357888888800B60000000000000003015972B406CBF6B802230000000116061317571301040000000003020000EB0700050001016708B37E", "13578888888", 182, 22.639284, 114.030264, 547, 0, 1, "2016-06-13T17:57:13+08:00", 0, 3)]
    [InlineData("V5", "7E0200407D0201000000000202326095590A4F00002000004C100301E0D7F2073E6EAC0064021400142411271542300104000000CC020201D425040000000030010831010914040000007F150400000001160400000001170200011803000709642F0000001F000201323201000035006401E0D40A073E6AC4241127154210FFFF69643030303033241127154217000500767E", "20232609559", 2639, 31.512562, 121.532076, 100, 532, 20, "2024-11-27T15:42:30+08:00", 0x2000, 0x4C1003)]
    [InlineData("V6", "7E020040420100000000013419905507021200040000001410010213679206C4A97D01001300000002220720103957010400000E3E020200000302025825040000001030014531010814040000000115040000000C797E", "13419905507", 530, 34.82613, 113.551741, 19, 0, 2, "2022-07-20T10:39:57+08:00", 0x40000, 0x141001)]
    [InlineData("V7", "7E020040600100000000653695850003022A00000000000C000300145B2206312B7A002E000000002407021142520104000001C404020000030200001404000000041504000000001604000000001702000218030000001904000000002504000000002B0400000000300100310119520100C57E", "653695850003", 554, 1.33405, 103.88569, 46, 0, 0, "2024-07-02T11:42:52+08:00", 0, 0xC0003)]
    [InlineData("V8", "7E0200406C010030000681090E00000000000C0003026C936F074C794C0004036300D7210625155739010400000000052801CC00210625155739054145BBC91E4145A2FA1141450000004145BBC8194145A1370A4145000000240200002A0200002B04000000003001153101125F0A89860418231870850620757E", "10030000681", 2318, 40.670063, 122.4523, 4, 867, 215, "2021-06-25T15:57:39+08:00", 0, 0xC0003)]
    [InlineData("V31", "7E0200001C0123456789010000000004000000080007203B7D0202633DF70138000300632410012359591C7E", "12345678901", 0, 119.552894, 40.058359, 312, 3, 99, "2024-10-01T23:59:59+08:00", 0x400, 0x800)]
    public void Locations(
        string name, string hex, string phone, int serial, double latitude, double longitude, int altitude, int speed, int course,
        string time, uint alarms, uint status)
    {
        var packet = Wire.ReadOne(hex);
        Assert.True(Jt808Location.TryRead(packet.Body, out var location), name);

        Assert.Equal((Jt808MessageId.Location, phone, serial), (packet.Id, packet.Phone.ToString(), packet.Serial));
        var fix = location.Fix;
        Assert.Equal((latitude, longitude), (Math.Round(fix.Latitude, 6), Math.Round(fix.Longitude, 6)));
        Assert.Equal((altitude, speed, course), (fix.AltitudeMetres, fix.SpeedTenthsKmh, fix.CourseDegrees));
        Assert.Equal(DateTimeOffset.Parse(time, null).ToUnixTimeMilliseconds(), fix.UnixMilliseconds);
        Assert.Equal((alarms, status), ((uint)fix.Alarms, (uint)fix.Status));
    }

    [Fact(DisplayName = "V3: every standard item is decoded")]
    public void Items()
    {
        var packet = Wire.ReadOne("7E0200005C11223344556622B8000000010000000200BA7F0E07E4F11C0028003C00001807151010100104000000640202003703020038040200011105010000000112060100000001011307000000020022012504000000172A0200F42B04000000F2300102310105167E");
        Assert.True(Jt808Location.TryRead(packet.Body, out var location));
        var extras = Jt808Extras.Read(location.Items);

        Assert.Equal((100u, (ushort)55, (ushort)56, (ushort)1), (extras.MileageTenthsKm, extras.FuelTenthsLitre, extras.RecorderSpeedTenthsKmh, extras.ManualAlarmId));
        Assert.Equal(new Jt808Place(1, 1), extras.Overspeed);
        Assert.Equal(new Jt808AreaAlarm(new(1, 1), 1), extras.AreaAlarm);
        Assert.Equal(new Jt808SegmentAlarm(2, 34, 1), extras.SegmentAlarm);
        Assert.Equal((23u, (ushort)244, (ushort)242, (ushort)0), (extras.VehicleSignals, extras.IoStatus, extras.Analog0, extras.Analog1));
        Assert.Equal(((byte)2, (byte)5, false), (extras.RadioSignal, extras.Satellites, extras.IsTruncated));
    }

    [Theory(DisplayName = "An item counts at its standard length alone; cabin temperature has a sign bit")]
    [InlineData("06020019", 25)]
    [InlineData("06028019", -25)]
    [InlineData("060164", null)]
    public void Items_at_exact_length(string items, int? temperature)
        => Assert.Equal(temperature, Jt808Extras.Read(new(Hex.Bytes(items))).CabinTemperature);

    [Fact(DisplayName = "V24: the southern hemisphere is south")]
    public void South()
    {
        var packet = Wire.ReadOne("7E0704402D0100000866496077582164881D0001000028000000000000000701A00192091F2A4700160000000226050916422701040000258230010031010E507E");
        Assert.True(Jt808Batch.TryRead(packet.Body, out var batch));
        foreach (var entry in batch)
        {
            Assert.True(Jt808Location.TryRead(entry, out var location));
            Assert.Equal((-27.263378, 153.037383), (location.Fix.Latitude, location.Fix.Longitude));
        }
    }

    [Theory(DisplayName = "V9, V10, V11: authentication, with the version flag right or wrong")]
    [InlineData("7E0102400C01003000068109024A3130303330303030363831857E", "J10030000681", null)]
    [InlineData("7E010200090123456789003039343536313231313131BE7E", "456121111", null)]
    [InlineData("7E0102402F010000000001729984173800000B3137323939383431373338313233343536373839303132333435332E372E31350000000000000000000000000000227E", "17299841738", "123456789012345")]
    public void Authentications(string hex, string code, string? imei)
    {
        var packet = Wire.ReadOne(hex);
        Assert.True(Jt808Authentication.TryRead(packet.Body, packet.Form, out var read));
        Assert.Equal((code, imei), (read!.Code, read.Imei));
    }

    [Theory(DisplayName = "V12, V13, V14: registration in its three layouts")]
    [InlineData("7E01000021000123456789000A002800323132333400746B3132333435004348493132330001D4C1413132333435857E", 40, 50, "1234", "tk12345", "CHI123", "粤A12345")]
    [InlineData("7E0100002D000123456789000A002800323132333400736D616C6C6368693132330000000000000000004348493132330001D4C14131323334358A7E", 40, 50, "1234", "smallchi123", "CHI123", "粤A12345")]
    [InlineData("7E0100405301000000000172998417380000001F0073797A6800000000000000007777772E6A74743830382E636F6D0000000000000000000000000000000037363534333231000000000000000000000000000000000000000000000001B2E241313233343D7E", 31, 115, "yzh", "www.jtt808.com", "7654321", "测A1234")]
    public void Registrations(string hex, int province, int city, string maker, string model, string terminal, string plate)
    {
        var packet = Wire.ReadOne(hex);
        Assert.True(Jt808Registration.TryRead(packet.Body, packet.Form, out var read));
        Assert.Equal(new((ushort)province, (ushort)city, maker, model, terminal, 1, plate), read);
    }

    [Theory(DisplayName = "V15 to V22, V26 to V29: what is written is the frame byte for byte")]
    [InlineData("7E81000013012345678900000A0064007A7373646166323331323473666473633B7E")]
    [InlineData("7E81000003012345678900000A006404617E")]
    [InlineData("7E00020000040021679287002B7D027E")]
    [InlineData("7E000240000100000000017299841738FFFF027E")]
    [InlineData("7E0001000501234567890004B303E8000200D37E")]
    [InlineData("7E80010005012345678900000A0064020000617E")]
    [InlineData("7E80014005010000000001729984173800000000010200877E")]
    [InlineData("7E0003000001234567890000018B7E")]
    [InlineData("7E820200060123456789017FFF000500000258D17E")]
    [InlineData("7E8300000D012345678900000105736D616C6C63686920353138027E")]
    [InlineData("7E830000150012562569271108FFB2E2CAD431323340343536236162632BBDE1CAF8507E")]
    [InlineData("7E8300400E010000000001234567890000010501736D616C6C63686920353138417E")]
    public void Written_frames(string hex)
    {
        var packet = Wire.ReadOne(hex);
        var body = new byte[64];
        var length = Rewrite(packet, body);
        Assert.Equal(hex, Hex.Of(Wire.Write(packet with { Body = body[..length] })));
    }

    [Fact(DisplayName = "V32: a frame whose checksum and length are both wrong is dropped")]
    public void Dropped()
    {
        var (packets, refusals) = Wire.ReadAll(Hex.Bytes("7E02000032013511221122000700000000000C000301578CC006CA3A5C00470000000014072317201501040000000030011631010BD07E"));
        Assert.Empty(packets);
        Assert.Equal([Jt808Refusal.Checksum], refusals);
    }

    [Fact(DisplayName = "A number matches with and without leading zeros, and keeps hexadecimal digits")]
    public void Phones()
    {
        var phone = Jt808Phone.Parse("00000000013912345678");
        Assert.Equal(phone, Jt808Phone.Parse("13912345678"));
        Assert.Equal("13912345678", phone.ToString());
        Assert.Equal("013912345678", phone.ToString(Jt808Form.V2013));
        Assert.Equal("00000000013912345678", phone.ToString(Jt808Form.V2019));
        Assert.Equal("4eb6fb4ad628", Jt808Phone.Parse("4EB6FB4AD628").ToString());
        Assert.True(Jt808Phone.Parse("000").IsEmpty);
        Assert.False(Jt808Phone.TryParse("", out _));
        Assert.False(Jt808Phone.TryParse("139-1", out _));
        Assert.False(Jt808Phone.TryParse("123456789012345678901", out _));
    }

    [Theory(DisplayName = "A time is read in GMT+8, and what is on no calendar is none")]
    [InlineData("200229235959", "2020-02-29T15:59:59Z")]
    [InlineData("210229000000", null)]
    [InlineData("000000000000", null)]
    [InlineData("240101240000", null)]
    [InlineData("24010A000000", null)]
    [InlineData("241301000000", null)]
    public void Times(string bcd, string? expected)
    {
        var isTime = Jt808Time.TryRead(Hex.Bytes(bcd), out var time);
        Assert.Equal(expected is not null, isTime);
        if (expected is not null)
        {
            Assert.Equal(DateTimeOffset.Parse(expected, null).ToUnixTimeMilliseconds(), time);
            var written = new byte[6];
            Jt808Time.Write(written, time);
            Assert.Equal(bcd, Hex.Of(written));
        }
    }

    private static int Rewrite(Kept packet, byte[] body)
    {
        switch (packet.Id)
        {
            case Jt808MessageId.PlatformReply or Jt808MessageId.TerminalReply:
                Assert.True(Jt808GeneralReply.TryRead(packet.Body, out var reply));
                return reply.Write(body);
            case Jt808MessageId.RegisterReply:
                Assert.True(Jt808RegistrationReply.TryRead(packet.Body, out var registered));
                return registered!.Write(body);
            case Jt808MessageId.Tracking:
                Assert.True(Jt808Tracking.TryRead(packet.Body, out var tracking));
                return tracking.Write(body);
            case Jt808MessageId.Text:
                Assert.True(Jt808TextMessage.TryRead(packet.Body, packet.Form, out var text));
                return text!.Write(body, packet.Form);
            default:
                Assert.Empty(packet.Body);
                return 0;
        }
    }
}

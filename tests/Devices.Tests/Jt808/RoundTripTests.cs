using FsCheck;
using FsCheck.Fluent;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Tests.Jt808;

/// <summary>What is written, cut into pieces anywhere and joined, reads as it was.</summary>
public class RoundTripTests
{
    private static readonly Gen<Jt808Form> Forms = Gen.Elements(
        Jt808Form.V2013, Jt808Form.V2019, new Jt808Form(false, true, 0), new Jt808Form(true, false, 3));

    private static readonly Gen<Jt808Phone> Phones = Gen.Choose(1, int.MaxValue).Select(number => Jt808Phone.Parse($"{number}"));

    // Delimiters and escapes far more often than chance would have them.
    private static readonly Gen<byte> Bytes = Gen.Frequency(
        (1, Gen.Constant((byte)0x7E)), (1, Gen.Constant((byte)0x7D)), (4, Gen.Choose(0, 255).Select(value => (byte)value)));

    private static readonly Gen<byte[]> Bodies = Gen.Sized(
        size => Gen.Choose(0, size * 40).SelectMany(length => Bytes.ArrayOf(length)));

    private static readonly Gen<string> Texts = Gen.Elements("", "A1", "沪A12345", "中山公园夜市", "x-1", "啊齄").SelectMany(
        first => Gen.Elements("", "7", "测").Select(second => first + second));

    [Fact(DisplayName = "Any message, in any form, in parts or whole, survives the wire cut anywhere")]
    public void Messages()
        => Prop.ForAll(
            (from form in Forms
             from phone in Phones
             from id in Gen.Choose(0, 0xFFFF)
             from serial in Gen.Choose(0, 0xFFFF)
             from body in Bodies
             from cut in Gen.Choose(1, 40)
             select (form, phone, id: (ushort)id, serial: (ushort)serial, body, cut)).ToArbitrary(),
            given =>
            {
                var wire = Wire.Write(given.form, given.phone, given.id, given.serial, given.body);
                var (packets, refusals) = Wire.ReadAll([.. wire.Chunk(given.cut)]);

                return refusals.Count == 0
                    && packets.Select((packet, i) => packet.Serial == unchecked((ushort)(given.serial + i))).All(isNext => isNext)
                    && packets.All(packet => packet.Form == given.form && packet.Phone == given.phone && packet.Id == given.id)
                    && packets.SelectMany(packet => packet.Body).SequenceEqual(given.body)
                    && (packets.Count == 1) == (given.body.Length <= Jt808FrameWriter.MaxBodyLength);
            }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "Many messages in one stream all arrive, in order, whatever the cuts and whether they share delimiters")]
    public void Streams()
        => Prop.ForAll(
            (from bodies in Bodies.Where(body => body.Length <= 1023).ArrayOf(12)
             from shares in Gen.Elements(true, false)
             from cuts in Gen.Choose(1, 200)
             select (bodies, shares, cuts)).ToArbitrary(),
            given =>
            {
                List<byte> wire = [];
                foreach (var body in given.bodies)
                {
                    var frame = Wire.Write(Jt808Form.V2019, Jt808Phone.Parse("1"), 0x0900, 0, body);
                    wire.AddRange(given.shares && wire.Count > 0 ? frame[1..] : frame);
                }

                var (packets, refusals) = Wire.ReadAll([.. wire.Chunk(given.cuts)]);
                return refusals.Count == 0 && packets.Count == 12
                    && packets.Zip(given.bodies).All(pair => pair.First.Body.SequenceEqual(pair.Second));
            }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "Parts in any order, some of them twice, make the message once")]
    public void Parts()
        => Prop.ForAll(
            (from length in Gen.Choose(1024, 20_000)
             from serial in Gen.Choose(0, 0xFFFF)
             from seed in Gen.Choose(0, int.MaxValue)
             select (length, serial, seed)).ToArbitrary(),
            given =>
            {
                var random = new Random(given.seed);
                var body = new byte[given.length];
                random.NextBytes(body);
                var parts = Wire.ReadAll(Wire.Write(Jt808Form.V2013, Jt808Phone.Parse("1"), 0x0704, (ushort)given.serial, body)).Packets;
                var order = parts.Concat(parts.Take(3)).ToArray();
                random.Shuffle(order);

                var reassembler = new Jt808Reassembler(new(), TimeProvider.System);
                List<Jt808Assembled> wholes = [];
                foreach (var part in order)
                {
                    AddPart(reassembler, part, wholes);
                }

                return wholes.Count == 1 && wholes[0].Body.Span.SequenceEqual(body) && wholes[0].FirstSerial == given.serial
                    && !reassembler.HasIncomplete;
            }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "A fix with items reads as it was written, on every hemisphere")]
    public void Locations()
        => Prop.ForAll(
            (from latitude in Gen.Choose(-90_000_000, 90_000_000)
             from longitude in Gen.Choose(-180_000_000, 180_000_000)
             from seconds in Gen.Choose(0, 1_500_000_000)
             from altitude in Gen.Choose(short.MinValue, short.MaxValue)
             from speed in Gen.Choose(0, ushort.MaxValue)
             from course in Gen.Choose(0, 359)
             from mileage in Gen.Choose(0, int.MaxValue)
             from satellites in Gen.Choose(0, 255)
             select (latitude, longitude, seconds, altitude, speed, course, mileage, satellites)).ToArbitrary(),
            given =>
            {
                var time = 1_000_000_000_000 + given.seconds * 1000L;
                var fix = Jt808Fix.At(
                    given.latitude / 1e6, given.longitude / 1e6, time, altitude: given.altitude, speed: given.speed / 36.0, course: given.course);
                var body = new byte[64];
                var writer = new Jt808LocationWriter(body, fix);
                writer.Item(Jt808ItemId.Mileage, (uint)given.mileage);
                writer.Item(Jt808ItemId.Satellites, (byte)given.satellites);
                var isRead = Jt808Location.TryRead(body.AsSpan(0, writer.Length), out var location);
                var extras = Jt808Extras.Read(location.Items);

                return isRead && location.Fix == fix && location.Fix.UnixMilliseconds == time
                    && Math.Round(location.Fix.Latitude * 1e6) == given.latitude && Math.Round(location.Fix.Longitude * 1e6) == given.longitude
                    && location.Fix.SpeedTenthsKmh == given.speed && location.Fix.AltitudeMetres == given.altitude
                    && extras.MileageTenthsKm == given.mileage && extras.Satellites == given.satellites;
            }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "Registrations, codes, texts and requests read as they were written, in both editions")]
    public void Bodies_of_words()
        => Prop.ForAll(
            (from form in Gen.Elements(Jt808Form.V2013, Jt808Form.V2019)
             from plate in Texts
             from text in Texts
             from missing in Gen.Choose(1, 0xFFFF).Select(index => (ushort)index).ListOf(5)
             from serial in Gen.Choose(0, 0xFFFF)
             select (form, plate, text, missing, serial: (ushort)serial)).ToArbitrary(),
            given =>
            {
                var body = new byte[512];
                var registration = new Jt808Registration(31, 105, "MAKER", "MODEL-1", "T000001", 2, given.plate);
                var length = registration.Write(body, given.form);
                Assert.True(Jt808Registration.TryRead(body.AsSpan(0, length), given.form, out var registrationRead));
                Assert.Equal(registration, registrationRead);

                var message = Jt808TextMessage.Urgent(given.form, given.text);
                length = message.Write(body, given.form);
                Assert.True(Jt808TextMessage.TryRead(body.AsSpan(0, length), given.form, out var messageRead));
                Assert.Equal(message, messageRead);

                var request = new Jt808ResendRequest(given.serial, [.. given.missing]);
                length = request.Write(body, given.form);
                Assert.True(Jt808ResendRequest.TryRead(body.AsSpan(0, length), given.form, out var requestRead));
                Assert.Equal((request.FirstSerial, string.Join(',', request.Missing)), (requestRead!.FirstSerial, string.Join(',', requestRead.Missing)));
                return true;
            }).QuickCheckThrowOnFailure();

    internal static Jt808PartOutcome AddPart(Jt808Reassembler reassembler, Kept part, List<Jt808Assembled> wholes)
    {
        var framer = new Jt808Framer();
        ReadOnlySpan<byte> input = Wire.Write(part);
        Assert.True(framer.TryRead(ref input, out var content, out _));
        Assert.Equal(Jt808Refusal.None, Jt808Packet.TryRead(content, null, out var packet));
        var outcome = reassembler.Add(in packet, out var whole);
        if (whole is not null)
        {
            wholes.Add(whole);
        }

        return outcome;
    }
}

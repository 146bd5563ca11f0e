using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Actors.Positions;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Devices.Jt808.Sessions;
using Vantage.Support;

namespace Vantage.Devices.Tests.Jt808;

/// <summary>No input makes the gateway throw, or keep more than it is allowed to.</summary>
public class FuzzTests
{
    private static readonly string[] Seeds =
    [
        "7E0200405C11223344556622B8000000010000000200BA7F0E07E4F11C0028003C00001807151010100104000000640202003703020038040200011105010000000112060100000001011307000000020022012504000000172A0200F42B04000000F2300102310105567E",
        "7E0704005311223344556622B80002000026000000010000000200BA7F0E07E4F11C0028003C0000180715101010010400000064020200370026000000020000000100CB735507E6A32300290036007818071510103001040000006002020042D47E",
        "7E0100405301000000000172998417380000001F0073797A6800000000000000007777772E6A74743830382E636F6D0000000000000000000000000000000037363534333231000000000000000000000000000000000000000000000001B2E241313233343D7E",
        "7E0102402F010000000001729984173800000B3137323939383431373338313233343536373839303132333435332E372E31350000000000000000000000000000227E",
        "7E0001000501234567890004B303E8000200D37E",
        "7E0201002811223344556622B83039000000010000000200BA7F0E07E4F11C0028003C000018071510101001040000006402020037517E",
        "7E8300400E010000000001234567890000010501736D616C6C63686920353138417E",
    ];

    [Fact(DisplayName = "Whatever arrives, the conversation goes on without an exception and within its memory")]
    public void Conversations()
    {
        var random = new Random(808);
        var (gateway, outbox) = (Gateway(), new DeafOutbox());
        var seeds = Seeds.Select(Hex.Bytes).ToArray();
        var turn = new Jt808Turn();
        var dialogue = new Jt808Dialogue(gateway, outbox);
        for (var i = 0; i < Fuzz.Inputs(20_000); i++)
        {
            var input = Input(random, seeds);
            dialogue.Consume(new ReadOnlySequence<byte>(input), turn);
            dialogue.Check(turn);
            if (turn.Cut != Jt808Cut.None || i % 50 == 0)
            {
                dialogue = new Jt808Dialogue(gateway, outbox);
            }

            Assert.True(turn.Batch.Count < 3000 && turn.Answers.Count < 3000);
            turn.Clear();
        }
    }

    [Fact(DisplayName = "Whatever a body holds, reading it ends, and ends inside it")]
    public void Bodies()
    {
        var random = new Random(2019);
        var seeds = Seeds.Select(seed => Wire.ReadAll(Hex.Bytes(seed)).Packets).SelectMany(packets => packets).Select(packet => packet.Body).ToArray();
        for (var i = 0; i < Fuzz.Inputs(20_000); i++)
        {
            var body = Fuzz.Mutate(random, seeds[random.Next(seeds.Length)]);
            foreach (var form in (Jt808Form[])[Jt808Form.V2013, Jt808Form.V2019])
            {
                Jt808Registration.TryRead(body, form, out _);
                Jt808Authentication.TryRead(body, form, out _);
                Jt808TextMessage.TryRead(body, form, out _);
                Jt808ResendRequest.TryRead(body, form, out _);
            }

            Jt808RegistrationReply.TryRead(body, out _);
            Jt808GeneralReply.TryRead(body, out _);
            Jt808Tracking.TryRead(body, out _);
            Jt808AlarmConfirmation.TryRead(body, out _);
            ReadLocation(body);
            if (Jt808Batch.TryRead(body, out var batch))
            {
                foreach (var entry in batch)
                {
                    ReadLocation(entry);
                }
            }
        }
    }

    [Fact(DisplayName = "Reading a location from bytes to report allocates nothing")]
    public void Allocates_nothing()
    {
        var location = Wire.ReadOne(Seeds[5]).Body.AsSpan(2); // Behind the serial of the query that it answers.
        var wire = Wire.Write(Jt808Form.V2013, Jt808Phone.Parse("13912345678"), Jt808MessageId.Location, 1, location);
        var framer = new Jt808Framer();
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                Assert.True(ReadReport(framer, wire));
            }
        }));
    }

    private static bool ReadReport(Jt808Framer framer, byte[] wire)
    {
        ReadOnlySpan<byte> input = wire;
        Span<char> digits = stackalloc char[20];
        return framer.TryRead(ref input, out var content, out _)
            && Jt808Packet.TryRead(content, null, out var packet) == Jt808Refusal.None
            && packet.Phone.Format(digits).Length == 11
            && Jt808Location.TryRead(packet.Body, out var location)
            && Jt808Extras.Read(location.Items).FuelTenthsLitre == 55
            && Jt808Reports.TryRead(location.Fix, false, out var report)
            && Gate.TryAccept(in report, report.TimeMs, Defaults, out _) == Refusal.None;
    }

    private static readonly GateOptions Defaults = new();

    private static void ReadLocation(ReadOnlySpan<byte> body)
    {
        if (Jt808Location.TryRead(body, out var location))
        {
            Jt808Extras.Read(location.Items);
            Jt808Reports.TryRead(location.Fix, true, out var report);
            Gate.TryAccept(in report, 1_800_000_000_000, Defaults, out _);
        }
    }

    // Noise, damaged frames, and frames whose damage lies under a right checksum, where it reaches the readers of bodies.
    private static byte[] Input(Random random, byte[][] seeds)
    {
        var seed = seeds[random.Next(seeds.Length)];
        switch (random.Next(3))
        {
            case 0:
                var noise = new byte[random.Next(200)];
                random.NextBytes(noise);
                return [0x7E, .. noise, 0x7E];
            case 1:
                return Fuzz.Mutate(random, seed);
            default:
                var content = Fuzz.Mutate(random, seed.AsSpan(1, seed.Length - 2));
                content = content.Length > 1000 ? content[..1000] : content;
                var checksum = content.Aggregate((byte)0, (sum, value) => (byte)(sum ^ value));
                var output = new ArrayBufferWriter<byte>();
                Jt808FrameWriter.WriteFrame(output, [.. content, checksum]);
                return output.WrittenSpan.ToArray();
        }
    }

    private static Jt808Gateway Gateway() => new(
        new Jt808Options { AuthKey = new byte[16] }, new GateOptions(),
        new FakeDirectory().Add("jt808", "112233445566", 1).Add("jt808", "17299841738", 2).Add("jt808", "12345678900", 3),
        new FakeIngest(), new FakeAlarms(), new DeviceMetrics(), TimeProvider.System, NullLogger<Jt808Gateway>.Instance);

    private sealed class DeafOutbox : IJt808Outbox
    {
        public ushort TakeSerials(int count) => 0;

        public ValueTask<bool> SendAsync(Jt808Form form, Jt808Phone phone, ushort messageId, ushort serial, ReadOnlyMemory<byte> body)
            => ValueTask.FromResult(false);

        public void Replaced(Jt808Terminal terminal)
        {
            // Nothing is connected.
        }
    }
}

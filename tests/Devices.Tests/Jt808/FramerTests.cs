using Vantage.Devices.Jt808;

namespace Vantage.Devices.Tests.Jt808;

public class FramerTests
{
    [Theory(DisplayName = "Content and wire form belong together, whatever lies before the frame")]
    [InlineData("7E307D02087D01557E")]
    [InlineData("24247E307D02087D01557E")]
    [InlineData("7E7E7E307D02087D01557E7E")]
    public void The_standards_example(string wire)
    {
        Assert.Equal(["307E087D55"], Contents(Hex.Bytes(wire)));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Jt808FrameWriter.WriteFrame(output, Hex.Bytes("307E087D55"));
        Assert.Equal("7E307D02087D01557E", Hex.Of(output.WrittenSpan));
    }

    [Fact(DisplayName = "Frames may share a delimiter, and be split anywhere")]
    public void Shared_delimiters()
    {
        var wire = Hex.Bytes("7E01027E03047D027E7E057E");
        for (var split = 0; split <= wire.Length; split++)
        {
            Assert.Equal(["0102", "03047E", "05"], Contents(wire[..split], wire[split..]));
        }
    }

    [Fact(DisplayName = "After a wrong escape the next delimiter is where reading goes on")]
    public void Resynchronises_after_a_wrong_escape()
    {
        var good = "7E0002000004002167928700 2B7D027E".Replace(" ", "", StringComparison.Ordinal);
        var (packets, refusals) = Wire.ReadAll(Hex.Bytes("7E0102037D5504" + good));

        Assert.Equal(0x0002, Assert.Single(packets).Id);
        Assert.Equal([Jt808Refusal.Escape], refusals);
    }

    [Fact(DisplayName = "Content is taken up to the largest that may be, and refused above it, without more memory")]
    public void Longest_frame()
    {
        var framer = new Jt808Framer();
        var body = new byte[Jt808FrameWriter.MaxBodyLength];
        Array.Fill(body, (byte)0x7E);
        var wire = Wire.Write(Jt808Form.V2019, Jt808Phone.Parse("1"), 0x0900, 0, body);
        Assert.True(wire.Length > 2 * Jt808FrameWriter.MaxBodyLength); // Every byte of the body is escaped.
        Assert.Equal(body, Assert.Single(Wire.ReadAll(wire).Packets).Body);

        byte[] endless = [0x7E, .. Enumerable.Repeat((byte)1, 100_000), .. wire];
        ReadOnlySpan<byte> input = endless;
        Assert.True(framer.TryRead(ref input, out _, out var refusal));
        Assert.Equal(Jt808Refusal.TooLong, refusal);
        Assert.True(framer.TryRead(ref input, out var content, out refusal));
        Assert.Equal(Jt808Refusal.None, refusal);
        Assert.Equal(Jt808Refusal.None, Jt808Packet.TryRead(content, null, out _));
    }

    private static List<string> Contents(params byte[][] reads)
    {
        var framer = new Jt808Framer();
        List<string> contents = [];
        foreach (var read in reads)
        {
            ReadOnlySpan<byte> input = read;
            while (framer.TryRead(ref input, out var content, out _))
            {
                contents.Add(Hex.Of(content));
            }
        }

        return contents;
    }
}

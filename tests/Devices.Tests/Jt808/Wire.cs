using System.Buffers;
using Vantage.Devices.Jt808;

namespace Vantage.Devices.Tests.Jt808;

/// <summary>A packet that has left the buffer it was read from, so that a test can keep it.</summary>
internal sealed record Kept(
    ushort Id, Jt808Form Form, Jt808Phone Phone, ushort Serial, ushort Total, ushort Index, byte[] Body, bool HasWrongLength)
{
    public static Kept Of(in Jt808Packet packet) => new(
        packet.MessageId, packet.Form, packet.Phone, packet.Serial, packet.PartTotal, packet.PartIndex, packet.Body.ToArray(),
        packet.HasWrongLength);
}

/// <summary>Bytes to packets and back, as a connection does it.</summary>
internal static class Wire
{
    /// <summary>Reads everything; refusals are given beside the packets.</summary>
    public static (List<Kept> Packets, List<Jt808Refusal> Refusals) ReadAll(params byte[][] reads)
    {
        var framer = new Jt808Framer();
        var (packets, refusals) = (new List<Kept>(), new List<Jt808Refusal>());
        foreach (var read in reads)
        {
            ReadOnlySpan<byte> input = read;
            while (framer.TryRead(ref input, out var content, out var refusal))
            {
                if (refusal == Jt808Refusal.None)
                {
                    refusal = Jt808Packet.TryRead(content, null, out var packet);
                    if (refusal == Jt808Refusal.None)
                    {
                        packets.Add(Kept.Of(packet));
                        continue;
                    }
                }

                refusals.Add(refusal);
            }
        }

        return (packets, refusals);
    }

    public static Kept ReadOne(string hex) => Assert.Single(ReadAll(Hex.Bytes(hex)).Packets);

    public static byte[] Write(Jt808Form form, Jt808Phone phone, ushort id, ushort serial, ReadOnlySpan<byte> body)
    {
        var output = new ArrayBufferWriter<byte>();
        Jt808FrameWriter.Write(output, form, phone, id, ref serial, body);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Write(Kept packet)
    {
        var output = new ArrayBufferWriter<byte>();
        Jt808FrameWriter.WritePacket(
            output, packet.Form, packet.Phone, packet.Id, packet.Serial, packet.Body, packet.Total, packet.Index);
        return output.WrittenSpan.ToArray();
    }
}

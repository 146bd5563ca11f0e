using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Tests.Jt808;

public class ReassemblerTests
{
    private static readonly Jt808Phone Phone = Jt808Phone.Parse("13912345678");

    private readonly ManualTime _time = new(new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero));
    private readonly List<Jt808Assembled> _wholes = [];

    [Fact(DisplayName = "Missing parts are asked for when the last one is there, then after a silence, three times in all, then given up")]
    public void Requests_and_giving_up()
    {
        var reassembler = new Jt808Reassembler(new(), _time);
        Add(reassembler, 0, 1, 3);
        Assert.Null(Next(reassembler));
        Add(reassembler, 0, 3, 3);
        Assert.Equal([2], Next(reassembler)!.Missing);
        Assert.Null(Next(reassembler));

        _time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Null(Next(reassembler));
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal([2], Next(reassembler)!.Missing);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([2], Next(reassembler)!.Missing);
        _time.Advance(TimeSpan.FromSeconds(39.999));
        Assert.Null(Next(reassembler));
        Assert.True(reassembler.HasIncomplete);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Null(Next(reassembler));
        Assert.False(reassembler.HasIncomplete);
        Assert.Equal(1, reassembler.GivenUp);
    }

    [Fact(DisplayName = "Messages, parts and bytes are bounded")]
    public void Bounds()
    {
        var reassembler = new Jt808Reassembler(new() { MaxParts = 10, MaxMessages = 2, MaxBytes = 1500 }, _time);
        Assert.Equal(Jt808PartOutcome.Refused, Add(reassembler, 0, 1, 11));
        Assert.Equal(Jt808PartOutcome.Refused, Add(reassembler, 0, 1, 65535));
        Assert.Equal(Jt808PartOutcome.Kept, Add(reassembler, 0, 1, 10, 1000));
        Assert.Equal(Jt808PartOutcome.Refused, Add(reassembler, 0, 2, 10, 501));
        Assert.Equal(Jt808PartOutcome.Kept, Add(reassembler, 0, 2, 10, 500));
        Assert.Equal(Jt808PartOutcome.Kept, Add(reassembler, 1000, 1, 2, 0));
        Assert.Equal(Jt808PartOutcome.Kept, Add(reassembler, 2000, 1, 2, 0)); // The oldest gives way, and its bytes with it.
        Assert.Equal(1, reassembler.GivenUp);
        Assert.Equal(Jt808PartOutcome.Kept, Add(reassembler, 3000, 1, 2, 1000));
    }

    [Fact(DisplayName = "A part of a message that is complete is known as a repetition")]
    public void Repetitions()
    {
        var reassembler = new Jt808Reassembler(new(), _time);
        Add(reassembler, 65535, 1, 2);
        Assert.Equal(Jt808PartOutcome.Completed, Add(reassembler, 65535, 2, 2));
        Assert.Equal(Jt808PartOutcome.Repeated, Add(reassembler, 65535, 1, 2));
        Assert.Equal(65535, Assert.Single(_wholes).FirstSerial);
    }

    private Jt808PartOutcome Add(Jt808Reassembler reassembler, ushort firstSerial, ushort index, ushort total, int length = 10)
        => RoundTripTests.AddPart(
            reassembler,
            new(0x0704, Jt808Form.V2013, Phone, unchecked((ushort)(firstSerial + index - 1)), total, index, new byte[length], false), _wholes);

    private static Jt808ResendRequest? Next(Jt808Reassembler reassembler)
    {
        reassembler.TryNextRequest(out var request, out _, out _);
        return request;
    }
}

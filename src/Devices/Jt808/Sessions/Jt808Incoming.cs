namespace Vantage.Devices.Jt808.Sessions;

/// <summary>A whole message, come in one packet or in several.</summary>
internal readonly ref struct Jt808Incoming
{
    public ushort Id { get; init; }

    public Jt808Form Form { get; init; }

    public Jt808Phone Phone { get; init; }

    public ushort FirstSerial { get; init; }

    /// <summary>How many packets it took.</summary>
    public ushort Parts { get; init; }

    public ReadOnlySpan<byte> Body { get; init; }

    public static Jt808Incoming Of(in Jt808Packet packet) => new()
    {
        Id = packet.MessageId,
        Form = packet.Form,
        Phone = packet.Phone,
        FirstSerial = packet.Serial,
        Parts = 1,
        Body = packet.Body,
    };

    public static Jt808Incoming Of(Jt808Assembled message) => new()
    {
        Id = message.MessageId,
        Form = message.Form,
        Phone = message.Phone,
        FirstSerial = message.FirstSerial,
        Parts = message.Total,
        Body = message.Body.Span,
    };
}

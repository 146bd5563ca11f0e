using Vantage.Actors.Positions;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>An answer that is due once the turn's positions are durable.</summary>
/// <param name="ReplySerial">The first packet's serial of what is answered.</param>
/// <param name="Parts">How many packets that had; each is answered.</param>
/// <param name="Body">The body of an answer of its own kind; null for the general reply.</param>
internal readonly record struct Jt808Answer(
    Jt808Form Form, Jt808Phone Phone, ushort ReplySerial, ushort Parts, ushort ReplyId, Jt808Result Result,
    bool NeedsDurability = false, ushort MessageId = Jt808MessageId.PlatformReply, byte[]? Body = null);

/// <summary>Messages that are made durable by one write and answered by another. Reused.</summary>
internal sealed class Jt808Turn
{
    // A batch after a long silence is large, and rare: what it grew to is not kept.
    private const int MaxKeptFixes = 1024;

    public PositionBatch Batch { get; private set; } = new();

    public List<Jt808Answer> Answers { get; } = [];

    public List<(Jt808Phone Phone, DeviceSos Sos)> Alarms { get; } = [];

    /// <summary>Messages taken into the turn, answered or not.</summary>
    public int Messages { get; set; }

    /// <summary>Why the connection ends after the answers; none: it goes on.</summary>
    public Jt808Cut Cut { get; set; }

    public bool IsEmpty => Answers.Count == 0 && Batch.Count == 0 && Alarms.Count == 0 && Cut == Jt808Cut.None;

    public void Clear()
    {
        Batch = Batch.Count > MaxKeptFixes ? new() : Batch;
        Batch.Clear();
        Answers.Clear();
        Alarms.Clear();
        Messages = 0;
        Cut = Jt808Cut.None;
    }
}

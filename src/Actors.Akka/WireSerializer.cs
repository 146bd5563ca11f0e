using System.Buffers;
using System.Text;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Serialization;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;
using Envelope = Vantage.Actors.Journal.Envelope;

namespace Vantage.Actors.Akka;

/// <summary>Gives an actor system the catalog that its <see cref="WireSerializer"/> reads and writes by.</summary>
internal sealed class WireSetup(WireCatalog messages) : Setup
{
    public WireCatalog Messages => messages;
}

/// <summary>The one serializer of everything of ours that leaves a node, and of what the journal keeps.</summary>
/// <remarks>
/// A manifest names the shape and its version; bytes are written by hand, little-endian, and a message inside a <see cref="Mail"/> by the
/// <see cref="WireCatalog"/>. What is not known here, or known in another version, is refused with a sentence that names both.
/// The identifier is stored with every event: it never changes.
/// </remarks>
internal sealed class WireSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string MailManifest = "mail:1";
    private const string AnsweredManifest = "answered:1";
    private const string UnansweredManifest = "unanswered:1";
    private const string TakenManifest = "taken:1";
    private const string CountWaitingManifest = "count-waiting:1";
    private const string WaitingManifest = "waiting:1";
    private const string ShardAskManifest = "shard-ask:1";
    private const string WakeManifest = "wake-shard:1";
    private const string SaidManifest = "node-said:1";
    private const string LeaveManifest = "leave:1";
    private const string EnvelopeManifest = "envelope:1";
    private const string SnapshotManifest = "snapshot:1";

    private static readonly HashSet<string> Manifests = new(StringComparer.Ordinal)
    {
        MailManifest, AnsweredManifest, UnansweredManifest, TakenManifest, CountWaitingManifest, WaitingManifest, ShardAskManifest, WakeManifest,
        SaidManifest, LeaveManifest, EnvelopeManifest, SnapshotManifest,
    };

    private readonly WireCatalog _messages = system.Settings.Setup.Get<WireSetup>().Value.Messages;

    public override int Identifier => 808;

    public override string Manifest(object o) => o switch
    {
        Mail => MailManifest,
        Answered => AnsweredManifest,
        Unanswered => UnansweredManifest,
        Taken => TakenManifest,
        CountWaiting => CountWaitingManifest,
        Waiting => WaitingManifest,
        ShardAsk => ShardAskManifest,
        WakeShard => WakeManifest,
        NodeSaid => SaidManifest,
        Leave => LeaveManifest,
        Envelope => EnvelopeManifest,
        BehaviourSnapshot => SnapshotManifest,
        _ => throw new ArgumentException($"{o.GetType().Name} has no form on the wire.", nameof(o)),
    };

    public override byte[] ToBinary(object obj)
    {
        using var bytes = new MemoryStream();
        using var to = new BinaryWriter(bytes, Encoding.UTF8);
        switch (obj)
        {
            case Mail mail:
                to.WriteActor(mail.To);
                to.Write(mail.Ask);
                to.Write(mail.HasCredit);
                to.WriteOrigin(mail.Origin);
                WriteMessage(to, mail.Message);
                break;
            case Answered answered:
                to.Write(answered.Ask);
                WriteMessage(to, answered.Reply);
                break;
            case Unanswered unanswered:
                to.Write(unanswered.Ask);
                to.WriteFailure(unanswered.Reason);
                break;
            case Taken taken:
                to.WriteActor(taken.Actor);
                to.Write(taken.Count);
                break;
            case CountWaiting count:
                to.WriteActor(count.Actor);
                to.Write(count.Number);
                break;
            case Waiting waiting:
                to.WriteActor(waiting.Actor);
                to.Write(waiting.Number);
                to.Write(waiting.Count);
                break;
            case ShardAsk ask:
                to.Write(ask.Shard);
                to.Write(ask.Ask);
                WriteMessage(to, ask.Query);
                break;
            case WakeShard wake:
                to.Write(wake.Shard);
                break;
            case NodeSaid said:
                WriteMessage(to, said.Message);
                break;
            case Envelope envelope:
                Write(to, envelope);
                break;
            case BehaviourSnapshot snapshot:
                to.Write(snapshot.Events.Count);
                foreach (var envelope in snapshot.Events)
                {
                    Write(to, envelope);
                }

                break;
            default: // Leave: nothing to say about it.
                break;
        }

        to.Flush();
        return bytes.ToArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!Manifests.Contains(manifest))
        {
            throw new InvalidDataException(
                $"A {manifest} was sent or stored, and this node knows {string.Join(", ", Manifests.Order(StringComparer.Ordinal))}: nodes of different versions in one cluster?");
        }

        using var from = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        try
        {
            return Read(from, manifest);
        }
        catch (EndOfStreamException cut)
        {
            throw new InvalidDataException($"A {manifest} of {bytes.Length} bytes ends too early.", cut);
        }
    }

    private object Read(BinaryReader from, string manifest)
    {
        switch (manifest)
        {
            case MailManifest:
                var to = from.ReadActor();
                var (ask, hasCredit) = (from.ReadInt64(), from.ReadBoolean());
                var origin = from.ReadOrigin();
                return new Mail(to, ReadMessage(from), origin, ask, hasCredit);
            case AnsweredManifest:
                return new Answered(from.ReadInt64(), ReadMessage(from));
            case UnansweredManifest:
                return new Unanswered(from.ReadInt64(), from.ReadFailure());
            case TakenManifest:
                return new Taken(from.ReadActor(), from.ReadInt32());
            case CountWaitingManifest:
                return new CountWaiting(from.ReadActor(), from.ReadInt64());
            case WaitingManifest:
                return new Waiting(from.ReadActor(), from.ReadInt64(), from.ReadInt32());
            case ShardAskManifest:
                return new ShardAsk(from.ReadInt32(), from.ReadInt64(), (IShardQuery)ReadMessage(from));
            case WakeManifest:
                return new WakeShard(from.ReadInt32());
            case SaidManifest:
                return new NodeSaid(ReadMessage(from));
            case EnvelopeManifest:
                return ReadEnvelope(from);
            case SnapshotManifest:
                var events = new Envelope[from.ReadInt32()];
                for (var i = 0; i < events.Length; i++)
                {
                    events[i] = ReadEnvelope(from);
                }

                return new BehaviourSnapshot(events);
            default:
                return Leave.Instance;
        }
    }

    private void WriteMessage(BinaryWriter to, object message)
    {
        if (message is TimerRang rang)
        {
            // Of the runtime itself: an alarm finds its entity the way that mails do.
            to.Write("");
            to.Write(rang.Name);
            to.Write(rang.Number);
            return;
        }

        var bytes = new ArrayBufferWriter<byte>(256);
        to.Write(_messages.ManifestOf(message));
        _messages.Write(message, bytes);
        to.Write(bytes.WrittenCount);
        to.Write(bytes.WrittenSpan);
    }

    private object ReadMessage(BinaryReader from)
        => from.ReadString() is { Length: > 0 } manifest
            ? _messages.Read(manifest, ReadBytes(from))
            : new TimerRang(from.ReadString(), from.ReadInt64());

    private static void Write(BinaryWriter to, Envelope envelope)
    {
        to.Write(envelope.Stream);
        to.Write(envelope.Sequence);
        to.Write(envelope.Type);
        to.Write(envelope.Version);
        to.Write(envelope.OccurredAt.UtcTicks);
        to.Write(envelope.RecordedAt.UtcTicks);
        to.WriteOrigin(envelope.By);
        to.Write(envelope.Body.Length);
        to.Write(envelope.Body.Span);
    }

    private static Envelope ReadEnvelope(BinaryReader from) => new(
        from.ReadString(), from.ReadInt64(), from.ReadString(), from.ReadInt32(), ReadTime(from), ReadTime(from), from.ReadOrigin(),
        ReadBytes(from));

    /// <exception cref="EndOfStreamException">There are fewer than announced.</exception>
    private static byte[] ReadBytes(BinaryReader from)
    {
        var length = from.ReadInt32();
        var bytes = from.ReadBytes(Math.Max(0, length));
        return bytes.Length == length ? bytes : throw new EndOfStreamException();
    }

    private static DateTimeOffset ReadTime(BinaryReader from) => new(from.ReadInt64(), TimeSpan.Zero);
}

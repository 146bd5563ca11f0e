using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;

namespace Vantage.Actors.Orleans;

[RegisterSerializer]
[RegisterCopier]
internal sealed class ParcelCodec(WireForms forms) : WireCodec<Parcel>("parcel:1")
{
    /// <summary>What an activation sent itself and found another in its place: nothing of it means anything there.</summary>
    private static readonly object Stale = new();

    protected override void Write(BinaryWriter to, Parcel value)
    {
        to.Write(value.Mails.Length);
        foreach (ref readonly var mail in value.Mails.AsSpan())
        {
            to.Write(mail.IsOwn);
            if (!mail.IsOwn)
            {
                to.Write(mail.Ask is not null);
                to.WriteOrigin(mail.Origin);
                forms.Write(to, mail.Message);
            }
        }
    }

    protected override Parcel Read(BinaryReader from)
    {
        var mails = new Mail[from.ReadInt32()];
        for (var i = 0; i < mails.Length; i++)
        {
            mails[i] = from.ReadBoolean() ? new Mail(Stale, Origin.System, owner: Stale) : ReadMail(from);
        }

        return new Parcel(mails);
    }

    private Mail ReadMail(BinaryReader from)
    {
        var ask = from.ReadBoolean() ? DistantAsk.Instance : null;
        var origin = from.ReadOrigin();
        return new Mail(forms.Read(from), origin, ask);
    }
}

[RegisterSerializer]
[RegisterCopier]
internal sealed class TurnResultCodec(WireForms forms) : WireCodec<TurnResult>("turn-result:1")
{
    protected override void Write(BinaryWriter to, TurnResult value)
    {
        to.Write(value.Taken);
        to.Write(value.IsNobody);
        to.Write(value.Thrown is not null);
        to.Write(value.Refused is not null);
        if ((value.Thrown ?? value.Refused) is { } failure)
        {
            to.WriteFailure(failure);
        }

        to.Write(value.Replies.Count);
        foreach (var (index, message) in value.Replies)
        {
            to.Write(index);
            forms.Write(to, message);
        }
    }

    protected override TurnResult Read(BinaryReader from)
    {
        var (taken, isNobody, hasThrown, isRefused) = (from.ReadInt32(), from.ReadBoolean(), from.ReadBoolean(), from.ReadBoolean());
        var failure = hasThrown || isRefused ? (ActorFailedException)from.ReadFailure() : null;
        var replies = new (int, object)[from.ReadInt32()];
        for (var i = 0; i < replies.Length; i++)
        {
            replies[i] = (from.ReadInt32(), forms.Read(from));
        }

        return new TurnResult
        {
            Taken = taken,
            IsNobody = isNobody,
            Thrown = hasThrown ? failure : null,
            Refused = isRefused ? failure : null,
            Replies = replies,
        };
    }
}

[RegisterSerializer]
[RegisterCopier]
internal sealed class ShardQuestionCodec(WireForms forms) : WireCodec<ShardQuestion>("shard-question:1")
{
    protected override void Write(BinaryWriter to, ShardQuestion value) => forms.Write(to, value.Query);

    protected override ShardQuestion Read(BinaryReader from) => new(forms.Read(from));
}

[RegisterSerializer]
[RegisterCopier]
internal sealed class ShardAnswerCodec(WireForms forms) : WireCodec<ShardAnswer>("shard-answer:1")
{
    protected override void Write(BinaryWriter to, ShardAnswer value)
    {
        to.Write(value.Failure is not null);
        if (value.Failure is { } failure)
        {
            to.WriteFailure(failure);
        }
        else
        {
            forms.Write(to, value.Reply!);
        }
    }

    protected override ShardAnswer Read(BinaryReader from)
        => from.ReadBoolean() ? new ShardAnswer(null, from.ReadFailure()) : new ShardAnswer(forms.Read(from), null);
}

[RegisterSerializer]
[RegisterCopier]
internal sealed class NodeSaidCodec(WireForms forms) : WireCodec<NodeSaid>("node-said:1")
{
    protected override void Write(BinaryWriter to, NodeSaid value) => forms.Write(to, value.Message);

    protected override NodeSaid Read(BinaryReader from) => new(forms.Read(from));
}

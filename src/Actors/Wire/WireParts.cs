using Vantage.Actors.Runtime;

namespace Vantage.Actors.Wire;

/// <summary>The parts that what runtimes send each other is made of, as bytes.</summary>
internal static class WireParts
{
    private static readonly ActorId Nobody = new("", "");

    public static void WriteActor(this BinaryWriter to, ActorId actor)
    {
        to.Write(actor.Kind);
        to.Write(actor.Key);
    }

    public static ActorId ReadActor(this BinaryReader from)
    {
        var (kind, key) = (from.ReadString(), from.ReadString());
        return new ActorId(ActorKinds.TryGet(kind, out var known) ? known : kind, key);
    }

    public static void WriteOrigin(this BinaryWriter to, Origin origin)
    {
        to.WriteOptional(origin.Person);
        to.WriteOptional(origin.Post);
        to.WriteOptional(origin.Token);
        to.WriteOptional(origin.Cause);
        to.WriteOptional(origin.Correlation);
        to.WriteOptional(origin.Name);
    }

    public static Origin ReadOrigin(this BinaryReader from) => new(
        from.ReadOptional(), from.ReadOptional(), from.ReadOptional(), from.ReadOptional(), from.ReadOptional(), from.ReadOptional());

    /// <summary>Why something was not answered, as far as the asker acts on it: whose fault, which sentence, and whether storage refused.</summary>
    public static void WriteFailure(this BinaryWriter to, Exception reason)
    {
        var failed = reason as ActorFailedException;
        to.WriteActor(failed?.Actor ?? Nobody);
        to.Write(failed?.Reason ?? reason.Message);
        to.Write((failed?.InnerException ?? reason) is IOException);
        to.WriteOptional(failed?.InnerException?.Message);
    }

    public static Exception ReadFailure(this BinaryReader from)
    {
        var (actor, sentence, isStorage, inner) = (from.ReadActor(), from.ReadString(), from.ReadBoolean(), from.ReadOptional());
        return actor.Key.Length == 0
            ? isStorage ? new IOException(sentence) : new InvalidOperationException(sentence)
            : new ActorFailedException(actor, sentence, inner is null ? null : isStorage ? new IOException(inner) : new InvalidOperationException(inner));
    }

    public static void WriteOptional(this BinaryWriter to, string? text)
    {
        to.Write(text is not null);
        if (text is not null)
        {
            to.Write(text);
        }
    }

    public static string? ReadOptional(this BinaryReader from) => from.ReadBoolean() ? from.ReadString() : null;
}

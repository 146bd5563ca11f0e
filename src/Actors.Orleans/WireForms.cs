using System.Buffers;
using Vantage.Actors.Wire;

namespace Vantage.Actors.Orleans;

/// <summary>Writes and reads the messages inside of what silos send each other, by the catalog.</summary>
/// <remarks>
/// What cannot be written, or does not read, is an <see cref="Unreadable"/> in its place: it fails the one message and tells its sender why, and not
/// the others that travel with it.
/// </remarks>
internal sealed class WireForms(WireCatalog messages)
{
    public void Write(BinaryWriter to, object message)
    {
        if (message is Unreadable already)
        {
            WriteUnreadable(to, already.Reason);
            return;
        }

        string manifest;
        var bytes = new ArrayBufferWriter<byte>(256);
        try
        {
            manifest = messages.ManifestOf(message);
            messages.Write(message, bytes);
        }
        catch (Exception reason) // Whatever it is: thrown from here it would be the whole parcel's.
        {
            WriteUnreadable(to, reason.Message);
            return;
        }

        to.Write(manifest);
        to.Write(bytes.WrittenCount);
        to.Write(bytes.WrittenSpan);
    }

    public object Read(BinaryReader from)
    {
        var manifest = from.ReadString();
        if (manifest.Length == 0)
        {
            return new Unreadable(from.ReadString());
        }

        var bytes = from.ReadBytes(from.ReadInt32());
        try
        {
            return messages.Read(manifest, bytes);
        }
        catch (InvalidDataException reason)
        {
            return new Unreadable(reason.Message);
        }
    }

    private static void WriteUnreadable(BinaryWriter to, string reason)
    {
        to.Write("");
        to.Write(reason);
    }
}

/// <summary>Stands for a message that could not travel.</summary>
/// <param name="Reason">A sentence, which names both versions where versions are the matter.</param>
internal sealed record Unreadable(string Reason);

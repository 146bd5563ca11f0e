using System.Buffers;
using System.Text;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace Vantage.Actors.Orleans;

/// <summary>Gives a type its form between silos: a manifest, and bytes written by hand. Within a silo it passes by reference.</summary>
/// <param name="manifest">Names the form and its version. Bytes of any other are refused.</param>
internal abstract class WireCodec<T>(string manifest) : IFieldCodec<T>, IDeepCopier<T>
    where T : class
{
    /// <summary>Messages are never changed by anybody: the same object will do.</summary>
    public T? DeepCopy(T? input, CopyContext context) => input;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, T? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType!, value!))
        {
            return;
        }

        using var bytes = new MemoryStream();
        using var to = new BinaryWriter(bytes, Encoding.UTF8);
        to.Write(manifest);
        Write(to, value!);
        to.Flush();
        writer.WriteFieldHeader(fieldIdDelta, expectedType!, typeof(T), WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)bytes.Length);
        writer.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    public T ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference)
        {
            return ReferenceCodec.ReadReference<T, TInput>(ref reader, field)!;
        }

        field.EnsureWireType(WireType.LengthPrefixed);
        var value = Read(reader.ReadBytes(reader.ReadVarUInt32()));
        ReferenceCodec.RecordObject(reader.Session, value);
        return value;
    }

    protected abstract void Write(BinaryWriter to, T value);

    protected abstract T Read(BinaryReader from);

    private T Read(byte[] bytes)
    {
        using var from = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        try
        {
            var sent = from.ReadString();
            return sent == manifest
                ? Read(from)
                : throw new InvalidDataException($"A {sent} was sent, and this node reads {manifest}: nodes of different versions in one cluster?");
        }
        catch (EndOfStreamException cut)
        {
            throw new InvalidDataException($"A {manifest} of {bytes.Length} bytes ends too early.", cut);
        }
    }
}

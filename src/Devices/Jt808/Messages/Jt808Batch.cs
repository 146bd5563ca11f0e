using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>Several locations in one message (0x0704). Refers to the bytes it was read from.</summary>
/// <remarks>Real batches hold fewer bytes than they announce; the walk gives what is whole and stops there.</remarks>
public readonly ref struct Jt808Batch
{
    private readonly ReadOnlySpan<byte> _entries;

    private Jt808Batch(ushort announced, bool isCatchUp, ReadOnlySpan<byte> entries)
    {
        Announced = announced;
        IsCatchUp = isCatchUp;
        _entries = entries;
    }

    /// <summary>How many locations the batch says it has.</summary>
    public ushort Announced { get; }

    /// <summary>Stored while there was no network, rather than sent in time.</summary>
    public bool IsCatchUp { get; }

    public static bool TryRead(ReadOnlySpan<byte> body, out Jt808Batch batch)
    {
        var isWhole = body.Length >= 3;
        batch = isWhole ? new(BinaryPrimitives.ReadUInt16BigEndian(body), body[2] == 1, body[3..]) : default;
        return isWhole;
    }

    /// <summary>Begins a batch; each location then follows by <see cref="Append"/>.</summary>
    public static int WriteHeader(Span<byte> body, ushort count, bool isCatchUp)
    {
        BinaryPrimitives.WriteUInt16BigEndian(body, count);
        body[2] = isCatchUp ? (byte)1 : (byte)0;
        return 3;
    }

    /// <summary>Adds one location body at the front of <paramref name="rest"/>; returns how many bytes it took.</summary>
    public static int Append(Span<byte> rest, ReadOnlySpan<byte> location)
    {
        BinaryPrimitives.WriteUInt16BigEndian(rest, checked((ushort)location.Length));
        location.CopyTo(rest[2..]);
        return 2 + location.Length;
    }

    public Enumerator GetEnumerator() => new(_entries, Announced);

    /// <summary>Walks the bodies; bodies too short to be a location come out as they are.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> rest, ushort announced)
    {
        private ReadOnlySpan<byte> _rest = rest;
        private int _left = announced;

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            if (_left == 0 || _rest.Length < 2)
            {
                return false;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(_rest);
            if (_rest.Length < 2 + length)
            {
                return false;
            }

            Current = _rest.Slice(2, length);
            _rest = _rest[(2 + length)..];
            _left--;
            return true;
        }
    }
}

namespace Vantage.Devices.Jt808.Messages;

/// <summary>The items behind a fix: an id, a length, a value, until the body ends. Ids may repeat.</summary>
/// <remarks>A tail that is shorter than it says ends the walk; <see cref="Enumerator.IsTruncated"/> tells.</remarks>
public readonly ref struct Jt808Items(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>One item; the value is raw.</summary>
    public readonly ref struct Item(byte id, ReadOnlySpan<byte> value)
    {
        public byte Id { get; } = id;

        public ReadOnlySpan<byte> Value { get; } = value;
    }

    public ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;
        private byte _id;
        private ReadOnlySpan<byte> _value;

        public readonly Item Current => new(_id, _value);

        /// <summary>The walk ended before the bytes did.</summary>
        public readonly bool IsTruncated => !_rest.IsEmpty && !HasWhole;

        private readonly bool HasWhole => _rest.Length >= 2 && _rest.Length >= 2 + _rest[1];

        public bool MoveNext()
        {
            if (!HasWhole)
            {
                return false;
            }

            _id = _rest[0];
            _value = _rest.Slice(2, _rest[1]);
            _rest = _rest[(2 + _rest[1])..];
            return true;
        }
    }
}

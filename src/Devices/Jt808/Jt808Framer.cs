namespace Vantage.Devices.Jt808;

/// <summary>Finds frames in a stream of bytes and takes their escapes out. Not thread-safe: one a connection.</summary>
/// <remarks>
/// A frame is what lies between two 7E. Every 7E ends one frame and begins the next, so adjacent frames may share one,
/// two in a row are an empty frame that means nothing, and after any damage the next 7E is where reading goes on.
/// Memory is one buffer of the largest content; what is longer is refused and skipped.
/// </remarks>
public sealed class Jt808Framer
{
    /// <summary>The 2019 header with its sub-package block, a full body, the checksum: 1045 bytes.</summary>
    public const int MaxContentLength = 17 + 4 + Jt808FrameWriter.MaxBodyLength + 1;

    internal const byte Delimiter = 0x7E;
    internal const byte Escape = 0x7D;

    // The header promises at most 1023 bytes of body; the slack lets a terminal that miscounts be told so by its checksum.
    private readonly byte[] _content = new byte[MaxContentLength + 16];
    private int _length;
    private bool _escaped;
    private bool _hasBadEscape;
    private bool _started;
    private Jt808Refusal _refusal;

    /// <summary>True while a frame has begun and not ended: its first content byte has come, its closing 7E has not.</summary>
    public bool IsInsideFrame => _length > 0 || _escaped || _refusal != Jt808Refusal.None;

    /// <summary>Bytes before the first delimiter of the stream: greetings of modems, other protocols.</summary>
    public long JunkBytes { get; private set; }

    /// <summary>Takes bytes from the front of <paramref name="input"/> until a frame ends or nothing is left.</summary>
    /// <param name="input">Loses what was taken.</param>
    /// <param name="content">Header, body and checksum without escapes; valid until the next call. Empty when refused.</param>
    /// <param name="refusal">Why the frame that just ended is none.</param>
    /// <returns><see langword="false"/> when more bytes are needed.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> content, out Jt808Refusal refusal)
    {
        content = default;
        refusal = Jt808Refusal.None;
        SkipToFirstDelimiter(ref input);
        while (!input.IsEmpty)
        {
            if (_escaped)
            {
                Unescape(ref input);
                continue;
            }

            var special = input.IndexOfAny(Delimiter, Escape);
            var plain = special < 0 ? input : input[..special];
            Append(plain);
            if (special < 0)
            {
                input = default;
                return false;
            }

            var isEscape = input[special] == Escape;
            input = input[(special + 1)..];
            if (isEscape)
            {
                _escaped = true;
            }
            else if (End(out content, out refusal))
            {
                return true;
            }
        }

        return false;
    }

    private void SkipToFirstDelimiter(ref ReadOnlySpan<byte> input)
    {
        if (_started || input.IsEmpty)
        {
            return;
        }

        var start = input.IndexOf(Delimiter);
        _started = start >= 0;
        JunkBytes += _started ? start : input.Length;
        input = _started ? input[(start + 1)..] : default;
    }

    private void Unescape(ref ReadOnlySpan<byte> input)
    {
        var code = input[0];
        _escaped = false;
        if (code is 0x01 or 0x02)
        {
            Append([code == 0x01 ? Escape : Delimiter]);
            input = input[1..];
            return;
        }

        // Some terminals forget to escape. The byte is kept, and the checksum decides whether it was meant.
        // What follows stays in the input: it may be the delimiter that ends the frame.
        _hasBadEscape = true;
        Append([Escape]);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_refusal != Jt808Refusal.None)
        {
            return;
        }

        if (bytes.Length > _content.Length - _length)
        {
            _refusal = Jt808Refusal.TooLong;
            _length = 0;
            return;
        }

        bytes.CopyTo(_content.AsSpan(_length));
        _length += bytes.Length;
    }

    private bool End(out ReadOnlySpan<byte> content, out Jt808Refusal refusal)
    {
        content = _content.AsSpan(0, _length);
        refusal = _hasBadEscape && _refusal == Jt808Refusal.None && Jt808Checksum.Of(content) != 0 ? Jt808Refusal.Escape : _refusal;
        content = refusal == Jt808Refusal.None ? content : default;
        _refusal = Jt808Refusal.None;
        _hasBadEscape = false;
        _length = 0;
        return !content.IsEmpty || refusal != Jt808Refusal.None;
    }
}

namespace Vantage.Devices.Jt808;

/// <summary>What the parts of one message have in common.</summary>
internal readonly record struct Jt808PartSetKey(Jt808Phone Phone, ushort MessageId, ushort FirstSerial, ushort Total);

/// <summary>The parts of one message that have come so far.</summary>
internal sealed class Jt808PartSet(Jt808PartSetKey key, Jt808Form form, long begunAt)
{
    private readonly byte[]?[] _parts = new byte[key.Total][];
    private int _present;

    public Jt808PartSetKey Key { get; } = key;

    public Jt808Form Form { get; } = form;

    public long BegunAt { get; } = begunAt;

    public long TouchedAt { get; set; } = begunAt;

    public int Requests { get; set; }

    public int Bytes { get; private set; }

    public bool IsComplete => _present == _parts.Length;

    public bool HasLast => _parts[^1] is not null;

    /// <summary>Keeps a part, counted from 1, and returns the bytes it added; a part that is there already adds none.</summary>
    public int Put(ushort index, ReadOnlySpan<byte> body, long now)
    {
        TouchedAt = now;
        if (_parts[index - 1] is not null)
        {
            return 0;
        }

        _parts[index - 1] = body.ToArray();
        _present++;
        Bytes += body.Length;
        return body.Length;
    }

    public ushort[] Missing()
        => [.. Enumerable.Range(1, _parts.Length).Where(index => _parts[index - 1] is null).Select(index => (ushort)index)];

    public Jt808Assembled Join()
    {
        var body = new byte[Bytes];
        var length = 0;
        foreach (var part in _parts)
        {
            part!.CopyTo(body, length);
            length += part!.Length;
        }

        return new(Key.MessageId, Form, Key.Phone, Key.FirstSerial, Key.Total, body);
    }
}

/// <summary>A message that came in parts.</summary>
/// <param name="FirstSerial">The serial of part 1; the others follow it.</param>
/// <param name="Total">How many parts it had.</param>
/// <param name="Body">All bodies in order.</param>
public sealed record Jt808Assembled(
    ushort MessageId, Jt808Form Form, Jt808Phone Phone, ushort FirstSerial, ushort Total, ReadOnlyMemory<byte> Body);

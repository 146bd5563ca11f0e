using System.Security.Cryptography;
using System.Text;

namespace Vantage.Devices.Jt808;

/// <summary>Authentication codes that need not be stored: a keyed hash of the terminal's number.</summary>
/// <remarks>Thread-safe. The same key and number always give the same code, so codes outlive restarts and moves between nodes.</remarks>
public sealed class Jt808AuthCodes(ReadOnlyMemory<byte> key)
{
    // 80 bits: far beyond guessing over the network, and short enough for every terminal's memory.
    private const int CodeBytes = 10;

    /// <summary>The code of a terminal: 20 hexadecimal digits.</summary>
    public string CodeOf(Jt808Phone phone)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Span, Encoding.ASCII.GetBytes($"jt808:{phone}"), hash);
        return Convert.ToHexStringLower(hash[..CodeBytes]);
    }

    /// <summary>Compares in a time that tells nothing about the right code.</summary>
    public bool IsRight(Jt808Phone phone, string code)
        => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(CodeOf(phone)), Encoding.UTF8.GetBytes(code));
}

using System.Security.Cryptography;
using System.Text;

namespace Vantage.Host.People;

/// <summary>Random secrets, and the spelling of bearer tokens: <c>vt_{id}_{secret}</c>.</summary>
internal static class Secrets
{
    private const string Prefix = "vt_";
    private const string Readable = "abcdefghijkmnpqrstuvwxyz23456789"; // Without l, o, 0 and 1, which people misread.

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>128 bits and more in 26 characters: it needs no slow hash.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetString(Readable, 26);

    public static string NewPassword() => RandomNumberGenerator.GetString(Readable, 16);

    public static string Write(string id, string secret) => $"{Prefix}{id}_{secret}";

    public static bool TryRead(string token, out string id, out string secret)
    {
        (id, secret) = ("", "");
        var parts = token.Split('_');
        if (parts is not ["vt", { Length: > 0 }, { Length: > 0 }])
        {
            return false;
        }

        (id, secret) = (parts[1], parts[2]);
        return true;
    }

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static bool Matches(string secret, string hash)
        => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(HashOf(secret)), Encoding.UTF8.GetBytes(hash));
}

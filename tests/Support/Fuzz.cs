using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vantage.Support;

/// <summary>Damaged input, made from good input. Every input has a number, and the number alone makes it again.</summary>
/// <remarks><c>VANTAGE_FUZZ=1000000</c> for a long run; <c>VANTAGE_FUZZ_FIRST=17</c> begins with input 17.</remarks>
public static class Fuzz
{
    private static readonly string[] Values =
    [
        "null", "true", "-0", "0", "-1", "1e999", "-1e-320", "1e308", "180.00000000000003", "123456789012345678901234567890", "NaN", "Infinity",
        "[]", "{}", "[[]]", "\"\"", "\"NaN\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"\\u202evehicle\"", "\"沪A12345\"", "\"巡逻队\"",
        "\"vehicle/..\"", "\"2026-13-45T99:99:99Z\"", "\"9999-12-31T23:59:59.999Z\"", "\"0001-01-01T00:00:00+14:00\"", "[0,0],[0,0]", "{\"a\":{\"a\":{}}}",
    ];

    /// <summary>How many inputs a fuzz test tries.</summary>
    public static int Inputs(int usual) => Number("VANTAGE_FUZZ") ?? usual;

    /// <summary>Tries inputs one after the other, each from random numbers of its own; the failure says which it was.</summary>
    public static void ForEach(int usual, Action<Random> tryOne)
    {
        var first = Number("VANTAGE_FUZZ_FIRST") ?? 0;
        for (var input = first; input < first + Inputs(usual); input++)
        {
            try
            {
                tryOne(new Random(input));
            }
            catch (Exception failed)
            {
                throw Failure(input, failed);
            }
        }
    }

    /// <summary>The numbers of the inputs, in batches of which each is tried on something fresh.</summary>
    public static IEnumerable<int[]> Batches(int usual, int size) => Enumerable.Range(Number("VANTAGE_FUZZ_FIRST") ?? 0, Inputs(usual)).Chunk(size);

    /// <summary>As <see cref="ForEach"/>, with several inputs of a batch under way at a time.</summary>
    public static Task ForEachAsync(int[] batch, Func<Random, Task> tryOne)
    {
        var lanes = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        return Parallel.ForEachAsync(batch, lanes, async (input, _) =>
        {
            try
            {
                await tryOne(new Random(input));
            }
            catch (Exception failed)
            {
                throw Failure(input, failed);
            }
        });
    }

    /// <summary>A changed copy: bits flipped, bytes replaced, cut out, doubled.</summary>
    public static byte[] Mutate(Random random, ReadOnlySpan<byte> source)
    {
        List<byte> bytes = [.. source];
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, random.Next(1, Math.Min(8, bytes.Count - at) + 1)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(16, bytes.Count - at))); break;
                default: bytes[at] = (byte)(random.Next(2) == 0 ? 0xFF : 0x00); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>A changed copy of JSON: values replaced, members doubled or renamed, nested deep, cut off; now and then bytes as well.</summary>
    public static byte[] MutateJson(Random random, ReadOnlySpan<byte> json)
    {
        var bytes = json.ToArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var tokens = Tokens(bytes);
            if (tokens.Count == 0)
            {
                break;
            }

            bytes = Change(random, bytes, tokens[random.Next(tokens.Count)]);
        }

        return random.Next(8) switch
        {
            0 => Mutate(random, bytes),
            1 => bytes[..random.Next(bytes.Length + 1)],
            _ => bytes,
        };
    }

    private static byte[] Change(Random random, byte[] bytes, Token token)
    {
        var before = bytes.AsSpan(0, token.Start);
        var text = bytes.AsSpan(token.Start, token.Length);
        var after = bytes.AsSpan(token.Start + token.Length);
        if (token.IsName)
        {
            return random.Next(3) switch
            {
                0 => [.. before, .. "\"x\":0,"u8, .. text, .. after],
                1 => [.. before, .. text, .. ":"u8, .. Value(random), .. ","u8, .. text, .. after],
                _ => [.. before, .. "\"\\ud800\""u8, .. after],
            };
        }

        var depth = random.Next(10) == 0 ? random.Next(1, 200) : 1;
        return random.Next(6) switch
        {
            0 => [.. before, .. Encoding.ASCII.GetBytes(new string('[', depth)), .. text, .. Encoding.ASCII.GetBytes(new string(']', depth)), .. after],
            1 => [.. before, .. text, .. ","u8, .. text, .. after],
            2 => [.. before, .. Encoding.UTF8.GetBytes(random.NextInt64(-400_000, 400_000).ToString(CultureInfo.InvariantCulture)), .. "e-3"u8, .. after],
            _ => [.. before, .. Value(random), .. after],
        };
    }

    private static byte[] Value(Random random)
        => random.Next(40) == 0
            ? [(byte)'"', .. Enumerable.Repeat((byte)'y', random.Next(1, 20_000)), (byte)'"']
            : Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]);

    // Names, and scalars: what stands in braces is reached through them.
    private static List<Token> Tokens(byte[] bytes)
    {
        var tokens = new List<Token>();
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                {
                    tokens.Add(new((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2, reader.TokenType == JsonTokenType.PropertyName));
                }
                else if (reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null)
                {
                    tokens.Add(new((int)reader.TokenStartIndex, reader.ValueSpan.Length, IsName: false));
                }
            }
        }
        catch (JsonException)
        {
            // Damaged already: what was found before it will do.
        }

        return tokens;
    }

    private static int? Number(string variable)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static InvalidOperationException Failure(int input, Exception failed)
        => new($"Input {input} (alone: VANTAGE_FUZZ_FIRST={input} VANTAGE_FUZZ=1): {failed.Message}", failed);

    private readonly record struct Token(int Start, int Length, bool IsName);
}

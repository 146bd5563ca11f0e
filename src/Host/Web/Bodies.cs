using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;

namespace Vantage.Host.Web;

/// <summary>Reads JSON bodies within a limit.</summary>
internal static class Bodies
{
    /// <summary>What an ordinary request may carry.</summary>
    public const int Ordinary = 64 * 1024;

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 32 };

    /// <summary>Refuses compressed bodies, which would only be found unreadable: nothing here unpacks what strangers packed.</summary>
    public static void UsePlainBodiesOnly(this IApplicationBuilder app) => app.Use((context, next)
        => context.Request.Headers.ContentEncoding.ToString() is { Length: > 0 } coding && coding != "identity"
            ? Problems.WrongMediaType("the body without Content-Encoding").ExecuteAsync(context)
            : next(context));

    /// <summary>Reads the body as JSON, or answers why it cannot.</summary>
    public static async Task<(JsonDocument? Body, IResult? Problem)> ReadJsonAsync(this HttpContext context, int maxBytes = Ordinary)
    {
        if (!context.Request.HasJsonContentType())
        {
            return (null, Problems.WrongMediaType("Content-Type: application/json"));
        }

        using var bytes = await context.ReadBodyAsync(maxBytes);
        return bytes is null ? (null, Problems.TooLarge(maxBytes)) : Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
    }

    /// <summary>The same where a body is not needed: none is an object without members.</summary>
    public static async Task<(JsonDocument? Body, IResult? Problem)> ReadOptionalJsonAsync(this HttpContext context)
        => context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0 ? await context.ReadJsonAsync() : (JsonDocument.Parse("{}"), null);

    /// <summary>Reads JSON that a page sent as it was left: a beacon is text by its type.</summary>
    public static async Task<(JsonDocument? Body, IResult? Problem)> ReadBeaconAsync(this HttpContext context)
    {
        if (!context.Request.HasJsonContentType() && context.Request.ContentType?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) != true)
        {
            return (null, Problems.WrongMediaType("Content-Type: application/json or text/plain"));
        }

        using var bytes = await context.ReadBodyAsync(Ordinary);
        return bytes is null ? (null, Problems.TooLarge(Ordinary)) : Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
    }

    /// <summary>Reads the body; null when it is larger than that.</summary>
    public static async Task<MemoryStream?> ReadBodyAsync(this HttpContext context, int maxBytes)
    {
        context.CountsBodyItself();
        if (context.Request.ContentLength > maxBytes)
        {
            return null;
        }

        // Room is made for what has come, and not for what is announced.
        var bytes = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, Ordinary));
        var piece = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(piece, context.RequestAborted) is > 0 and var count)
        {
            bytes.Write(piece, 0, count);
            if (bytes.Length > maxBytes)
            {
                await bytes.DisposeAsync();
                return null;
            }
        }

        return bytes;
    }

    /// <summary>Lifts the server's limit for a reader that keeps one of its own.</summary>
    /// <remarks>
    /// The server's limit ends the connection, and a sender that is still sending then never sees the answer. Without it the server
    /// reads the rest away for up to 5 s, and drops it.
    /// </remarks>
    public static void CountsBodyItself(this HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }

    /// <summary>Lets senders see the answer to a body that nobody read: it was refused before, or is not asked for.</summary>
    public static void UseAnswersBeforeLimits(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        context.CountsBodyItself();
    });

    private static (JsonDocument? Body, IResult? Problem) Parse(ReadOnlyMemory<byte> bytes)
    {
        bytes = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes; // A byte order mark: some editors leave one.
        try
        {
            return HasValidTexts(bytes.Span) ? (JsonDocument.Parse(bytes, Json), null) : (null, Problems.NotReadable("A text in it is not valid UTF-8."));
        }
        catch (JsonException unreadable)
        {
            return (null, Problems.NotReadable($"Not JSON at line {unreadable.LineNumber + 1}, byte {unreadable.BytePositionInLine + 1}."));
        }
    }

    /// <summary>JSON documents take texts as they come and fail only when one is read: this looks first, so that nobody later need be careful.</summary>
    private static bool HasValidTexts(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            return false;
        }

        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Json.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // Half a surrogate pair, written as an escape.
        }
    }
}

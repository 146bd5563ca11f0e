using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;

namespace Vantage.Host.Web;

/// <summary>Reads JSON bodies within a limit.</summary>
internal static class Bodies
{
    /// <summary>What an ordinary request may carry.</summary>
    public const int Ordinary = 64 * 1024;

    /// <summary>How much lies between a limit and the server's own: it must be able to read the rest away, or the sender never sees the answer.</summary>
    public const int Slack = 8 * 1024 * 1024;

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

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes + Slack;
        }

        if (context.Request.ContentLength > maxBytes)
        {
            return (null, Problems.TooLarge(maxBytes));
        }

        try
        {
            using var bytes = new MemoryStream((int)(context.Request.ContentLength ?? 0));
            var piece = new byte[16 * 1024];
            while (await context.Request.Body.ReadAsync(piece, context.RequestAborted) is > 0 and var count)
            {
                bytes.Write(piece, 0, count);
                if (bytes.Length > maxBytes)
                {
                    return (null, Problems.TooLarge(maxBytes));
                }
            }

            return Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, Problems.TooLarge(maxBytes));
        }
    }

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

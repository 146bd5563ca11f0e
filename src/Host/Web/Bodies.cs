using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Vantage.Host.Web;

/// <summary>Reads JSON bodies within a limit.</summary>
internal static class Bodies
{
    /// <summary>What an ordinary request may carry.</summary>
    public const int Ordinary = 64 * 1024;

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 32 };

    /// <summary>Reads the body as JSON, or answers why it cannot.</summary>
    public static async Task<(JsonDocument? Body, IResult? Problem)> ReadJsonAsync(this HttpContext context, int maxBytes = Ordinary)
    {
        if (!context.Request.HasJsonContentType())
        {
            return (null, Problems.WrongMediaType("Content-Type: application/json"));
        }

        if (context.Request.ContentLength > maxBytes)
        {
            return (null, Problems.TooLarge(maxBytes));
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        try
        {
            return (await JsonDocument.ParseAsync(context.Request.Body, Json, context.RequestAborted), null);
        }
        catch (JsonException unreadable)
        {
            return (null, Problems.NotReadable($"Not JSON at line {unreadable.LineNumber + 1}, byte {unreadable.BytePositionInLine + 1}."));
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, Problems.TooLarge(maxBytes));
        }
    }
}

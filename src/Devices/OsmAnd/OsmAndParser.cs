using System.Net;
using System.Text;
using System.Text.Json;

namespace Vantage.Devices.OsmAnd;

/// <summary>Reads the three wire formats of OsmAnd and Traccar Client. Pure: time is given. Thread-safe.</summary>
/// <param name="local">The zone of times that are written without one.</param>
public sealed class OsmAndParser(TimeZoneInfo local)
{
    /// <summary>Messages in one request. More are refused as a whole.</summary>
    public const int MaxMessages = 10_000;

    /// <summary>Reads a request in whichever of the formats it is: JSON by its type or its first byte, else the query, else a form.</summary>
    /// <param name="contentType">The request's, or null.</param>
    public OsmAndRequest Parse(string? query, string? contentType, ReadOnlyMemory<byte> body, long nowMs)
    {
        var isJson = contentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true
            || body.Span.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];
        if (isJson && !body.IsEmpty)
        {
            return ParseJson(body, nowMs);
        }

        return query?.Contains('=', StringComparison.Ordinal) == true ? ParseQuery(query, nowMs) : ParseForm(body.Span, nowMs);
    }

    /// <summary>Reads a query, or the body of a form: <c>id=1&amp;lat=31.2&amp;lon=121.4</c>. Speed is in knots.</summary>
    /// <param name="query">With or without the question mark.</param>
    /// <param name="nowMs">Stands in for a missing timestamp.</param>
    public OsmAndRequest ParseQuery(string query, long nowMs)
    {
        List<OsmAndError> errors = [];
        var fields = new OsmAndFields(0, local, nowMs, errors);
        foreach (var pair in query.AsSpan().TrimStart('?').Split('&'))
        {
            var text = query.AsSpan().TrimStart('?')[pair];
            var equals = text.IndexOf('=');
            if (equals > 0)
            {
                fields.Set(Decode(text[..equals]), Decode(text[(equals + 1)..]));
            }
        }

        var message = fields.Build();
        return new(message is null ? [] : [message], errors);
    }

    /// <summary>Reads the body of a form. Bytes that are not UTF-8 show as replacement characters.</summary>
    public OsmAndRequest ParseForm(ReadOnlySpan<byte> body, long nowMs) => ParseQuery(Encoding.UTF8.GetString(body), nowMs);

    /// <summary>
    /// Reads JSON: the nested shape with <c>device_id</c> and <c>location</c> (speed in m/s), or flat fields as in a query, one
    /// object or an array of them.
    /// </summary>
    public OsmAndRequest ParseJson(ReadOnlyMemory<byte> body, long nowMs)
    {
        List<OsmAndError> errors = [];
        try
        {
            using var document = JsonDocument.Parse(body);
            return Parse(document.RootElement, nowMs, errors);
        }
        catch (JsonException error)
        {
            return Failed($"Not JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return Failed("A text is not valid UTF-8."); // Found only when the text is asked for.
        }
    }

    private OsmAndRequest Parse(JsonElement root, long nowMs, List<OsmAndError> errors)
    {
        if (root.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
        {
            return Failed("Must be an object, or an array of objects.");
        }

        List<OsmAndMessage> messages = [];
        var index = 0;
        foreach (var element in Elements(root))
        {
            if (index == MaxMessages)
            {
                return Failed($"The request has more than {MaxMessages} messages.");
            }

            if (ParseElement(element, index++, nowMs, errors) is { } message)
            {
                messages.Add(message);
            }
        }

        return new(messages, errors);
    }

    private OsmAndMessage? ParseElement(JsonElement element, int index, long nowMs, List<OsmAndError> errors)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new(index, "", "Must be an object."));
            return null;
        }

        if (element.TryGetProperty("location", out var location) && location.ValueKind == JsonValueKind.Object)
        {
            return new OsmAndLocation(index, nowMs, errors).Read(element, location);
        }

        var fields = new OsmAndFields(index, local, nowMs, errors);
        foreach (var property in element.EnumerateObject())
        {
            fields.Set(property.Name, property.Value.ValueKind switch
            {
                JsonValueKind.String => property.Value.GetString()!,
                JsonValueKind.Null => "",
                _ => property.Value.GetRawText(),
            });
        }

        return fields.Build();
    }

    private static IEnumerable<JsonElement> Elements(JsonElement root)
        => root.ValueKind == JsonValueKind.Array ? root.EnumerateArray() : [root];

    private static OsmAndRequest Failed(string reason) => new([], [new(0, "", reason)]);

    private static string Decode(ReadOnlySpan<char> text) => WebUtility.UrlDecode(text.ToString()).Trim();
}

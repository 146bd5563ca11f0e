using System.Text.Json;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary>Rows of a JSON array, or of one JSON object a line.</summary>
/// <remarks>An array that is no JSON is refused as a whole. A line that is no JSON is refused alone, for the next line begins afresh.</remarks>
internal static class JsonRows
{
    private const string InvalidText = "A text in it is not valid.";

    /// <summary>Passes all rows to the upload; gives what is wrong with the body as a whole, or null.</summary>
    public static IResult? Read(ReadOnlySpan<byte> body, RecordUpload upload)
    {
        body = body.StartsWith("\uFEFF"u8) ? body[3..] : body;
        var start = body.IndexOfAnyExcept(" \t\r\n"u8);
        return start < 0 ? Problems.NotReadable("The body must be a JSON array, or one JSON object a line.")
            : body[start] == '[' ? ReadArray(body, upload)
            : ReadLines(body, upload);
    }

    private static IResult? ReadArray(ReadOnlySpan<byte> body, RecordUpload upload)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (upload.IsFull)
                {
                    return TooMany;
                }

                var row = reader;
                reader.Skip(); // The whole row is looked at first: what follows a broken one is no row.
                upload.Add(ReadRow(row));
            }

            reader.Read(); // Nothing may follow.
            return null;
        }
        catch (JsonException malformed)
        {
            return Problems.NotReadable($"Not JSON at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1} of the line.");
        }
    }

    private static IResult? ReadLines(ReadOnlySpan<byte> body, RecordUpload upload)
    {
        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range];
            if (!line.ContainsAnyExcept(" \t\r"u8))
            {
                continue;
            }

            if (upload.IsFull)
            {
                return TooMany;
            }

            upload.Add(ReadLine(line));
        }

        return null;
    }

    private static RecordRow ReadLine(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            var row = reader;
            reader.Skip();
            reader.Read(); // Nothing may follow.
            return ReadRow(row);
        }
        catch (JsonException malformed)
        {
            return Faulty($"Not JSON at byte {malformed.BytePositionInLine + 1} of the line.");
        }
    }

    private static RecordRow ReadRow(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Faulty("Must be an object.");
        }

        var row = new RecordRow();
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                if (RecordColumns.OfName(name) is { } column)
                {
                    ReadValue(ref reader, row, column);
                }

                reader.Skip();
            }
        }
        catch (InvalidOperationException)
        {
            row.Wrong("", InvalidText); // Half a surrogate pair, or bytes that are not UTF-8.
        }

        return row;
    }

    private static void ReadValue(ref Utf8JsonReader reader, RecordRow row, RecordColumn column)
    {
        var isPlace = column is RecordColumn.Lon or RecordColumn.Lat;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                row[column] = null;
                break;
            case JsonTokenType.String when !isPlace:
                row[column] = reader.GetString();
                break;
            // Other systems write their numbers as numbers.
            case JsonTokenType.Number when isPlace || column == RecordColumn.Number:
                row[column] = System.Text.Encoding.ASCII.GetString(reader.ValueSpan);
                break;
            default:
                row.Wrong(column, isPlace ? "Must be a number." : "Must be a text.");
                break;
        }
    }

    private static RecordRow Faulty(string reason)
    {
        var row = new RecordRow();
        row.Wrong("", reason);
        return row;
    }

    private static IResult TooMany => Problems.TooLargeBody($"At most {RecordUpload.MaxRows} rows are taken in one request.");
}

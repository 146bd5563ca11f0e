using System.Globalization;
using System.Text;

namespace Vantage.Host.Web;

/// <summary>Writes CSV (RFC 4180) for people's spreadsheets: UTF-8 with a byte order mark, without which Excel takes Chinese for something else.</summary>
internal sealed class CsvTable(Stream body) : IAsyncDisposable
{
    public const string ContentType = "text/csv; charset=utf-8";

    private readonly StreamWriter _writer = new(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 32 * 1024) { NewLine = "\r\n" };

    public Task WriteRowAsync(params IEnumerable<object?> fields) => _writer.WriteLineAsync(string.Join(',', fields.Select(TextOf)));

    public Task FlushAsync() => _writer.FlushAsync();

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static string TextOf(object? field) => field switch
    {
        null => "",
        string text => Quote(Harmless(text)),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A field of {field.GetType().Name} has no form in CSV.", nameof(field)),
    };

    private static string Quote(string text)
        => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    // What people and devices are called is not ours: a spreadsheet would run a name that begins like this as a formula.
    private static string Harmless(string text) => text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
}

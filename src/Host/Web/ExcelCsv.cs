using System.Text;

namespace Vantage.Host.Web;

/// <summary>Tables that open in Excel as they are: CSV (RFC 4180) in UTF-8 with the byte order mark without which Excel takes another charset.</summary>
internal sealed class ExcelCsv(Stream body) : IAsyncDisposable
{
    public const string ContentType = "text/csv; charset=utf-8";

    private readonly StreamWriter _text = new(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 32 * 1024);

    public Task LineAsync(params IEnumerable<string?> cells) => _text.WriteAsync(string.Join(',', cells.Select(Cell)) + "\r\n");

    public ValueTask DisposeAsync() => _text.DisposeAsync();

    /// <summary>Text that Excel would run as a formula is made plain text by an apostrophe; a number may begin with a minus.</summary>
    private static string Cell(string? cell)
    {
        if (cell is not { Length: > 0 })
        {
            return "";
        }

        var isFormula = cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(cell, System.Globalization.CultureInfo.InvariantCulture, out _);
        var text = isFormula ? "'" + cell : cell;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

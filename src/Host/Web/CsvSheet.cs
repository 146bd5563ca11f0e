using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using CsvHelper.Configuration;

namespace Vantage.Host.Web;

/// <summary>Reads tables in CSV (RFC 4180) whose first line names the columns, as people save them from a spreadsheet.</summary>
internal static class CsvSheet
{
    private const int MaxCell = 16 * 1024;
    private const char Unreadable = '\uFFFD';

    /// <summary>What a <c>charset</c> names, or null: UTF-8, or GBK, of which GB2312 is a part and GB18030 more.</summary>
    public static Encoding? CharsetOf(string name) => name.Trim('"').ToUpperInvariant() switch
    {
        "UTF-8" or "UTF8" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        "GBK" or "GB2312" or "CP936" => Chinese(936),
        "GB18030" => Chinese(54936),
        _ => null,
    };

    /// <summary>What a table is written in that does not say: UTF-8 when it can be, and otherwise what Chinese spreadsheets save by default.</summary>
    public static Encoding Guess(ReadOnlySpan<byte> bytes) => CharsetOf(Utf8.IsValid(bytes) ? "utf-8" : "gb18030")!;

    /// <summary>Passes the first line and then every row; gives what is wrong with the table as a whole, or null.</summary>
    /// <param name="charset">A byte order mark says more than this does.</param>
    /// <param name="takeHeaders">Gives what is wrong with the columns, or null.</param>
    public static IResult? Read(Stream body, Encoding charset, int maxRows, Func<string[], IResult?> takeHeaders, Action<CsvLine> takeRow)
    {
        using var text = new StreamReader(body, charset, detectEncodingFromByteOrderMarks: true);
        var hasBadQuotes = false;
        using var csv = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = _ => hasBadQuotes = true,
            MaxFieldSize = MaxCell,
        });
        try
        {
            if (!csv.Read())
            {
                return Problems.NotReadable("The table is empty: its first line names the columns.");
            }

            var headers = csv.Record!;
            if (headers.Any(header => header.Contains(Unreadable, StringComparison.Ordinal)))
            {
                return Problems.NotReadable($"The first line is not {charset.WebName}: say what it is by charset=utf-8 or charset=gbk.");
            }

            if (takeHeaders(headers) is { } fault)
            {
                return fault;
            }

            var count = 0;
            for (var firstLine = csv.RawRow + 1; Next(); firstLine = csv.RawRow + 1)
            {
                if (count++ == maxRows)
                {
                    return Problems.TooLargeBody($"At most {maxRows} rows are taken in one request.");
                }

                var cells = csv.Record!; // Bad quotes are found when the cells are asked for.
                var line = csv.RawRow - cells.Sum(cell => cell.Count(letter => letter == '\n'));
                takeRow(new CsvLine(line, cells, hasBadQuotes ? BadQuotes(firstLine, csv.RawRow) : FaultOf(cells, headers.Length)));
            }

            return null;
        }
        catch (MaxFieldSizeException)
        {
            return Problems.NotReadable($"A cell that reaches line {csv.RawRow} has more than {MaxCell} characters: a quote before it is not closed.");
        }

        bool Next()
        {
            hasBadQuotes = false;
            return csv.Read();
        }
    }

    private static Encoding Chinese(int codePage)
        => CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback($"{Unreadable}"))!;

    /// <summary>A quote that is not closed takes all that follows up to the next one: the lines say how much.</summary>
    private static string BadQuotes(int firstLine, int lastLine) => string.Create(
        CultureInfo.InvariantCulture,
        $"In lines {firstLine} to {lastLine} a quote stands where none may, or is not closed: a cell with quotes is put in quotes, and each of them doubled.");

    private static string? FaultOf(string[] cells, int columns)
        => cells.Length < columns || cells.Skip(columns).Any(cell => cell.Length > 0)
            ? string.Create(CultureInfo.InvariantCulture, $"Has {cells.Length} cells, and the first line has {columns}.")
            : Array.Exists(cells, cell => cell.Contains(Unreadable, StringComparison.Ordinal)) ? "Has bytes that are no text in this charset." : null;
}

/// <summary>A row of a table.</summary>
/// <param name="Line">The line of the file that it begins on, from 1.</param>
/// <param name="Fault">What is wrong with it as a whole; null: nothing.</param>
internal readonly record struct CsvLine(int Line, string[] Cells, string? Fault);

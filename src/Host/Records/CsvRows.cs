using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary>Rows of a CSV table (RFC 4180) whose first line names the columns, in Chinese or in English; columns that mean nothing here are left out.</summary>
internal static class CsvRows
{
    private const int MaxCell = 16 * 1024;
    private const char Unreadable = '\uFFFD';

    private static readonly RecordColumn[] Needed = [RecordColumn.Number, RecordColumn.Time];

    /// <summary>What a <c>charset</c> names, or null: UTF-8, or GBK, of which GB2312 is a part and GB18030 more.</summary>
    public static Encoding? CharsetOf(string name) => name.Trim('"').ToUpperInvariant() switch
    {
        "UTF-8" or "UTF8" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        "GBK" or "GB2312" or "CP936" => Chinese(936),
        "GB18030" => Chinese(54936),
        _ => null,
    };

    /// <summary>Passes all rows to the upload; gives what is wrong with the table as a whole, or null.</summary>
    /// <param name="charset">A byte order mark says more than this does.</param>
    public static IResult? Read(Stream body, Encoding charset, RecordUpload upload)
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

            RecordColumn?[] columns = [.. csv.Record!.Select(RecordColumns.OfHeader)];
            if (FaultOf(csv.Record!, columns, charset) is { } fault)
            {
                return fault;
            }

            for (var firstLine = csv.RawRow + 1; Next(); firstLine = csv.RawRow + 1)
            {
                if (upload.IsFull)
                {
                    return Problems.TooLargeBody($"At most {RecordUpload.MaxRows} rows are taken in one request.");
                }

                var cells = csv.Record!; // Bad quotes are found when the cells are asked for.
                upload.Add(hasBadQuotes ? BadQuotes(firstLine, csv.RawRow) : RowOf(cells, columns));
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

    private static IResult? FaultOf(string[] headers, RecordColumn?[] columns, Encoding charset)
    {
        if (headers.Any(header => header.Contains(Unreadable, StringComparison.Ordinal)))
        {
            return Problems.NotReadable($"The first line is not {charset.WebName}: say what it is by charset=utf-8 or charset=gbk.");
        }

        var errors = Needed.Where(column => !columns.Contains(column))
            .ToDictionary(RecordColumns.NameOf, column => new[] { $"No column has one of the headers {RecordColumns.HeadersOf(column)}." }, StringComparer.Ordinal);
        foreach (var twice in columns.OfType<RecordColumn>().GroupBy(column => column).Where(group => group.Count() > 1))
        {
            errors[RecordColumns.NameOf(twice.Key)] = ["More than one column means this."];
        }

        return errors.Count > 0 ? Problems.Invalid(errors) : null;
    }

    /// <summary>A quote that is not closed takes all that follows up to the next one: the lines say how much.</summary>
    private static RecordRow BadQuotes(int firstLine, int lastLine)
    {
        var row = new RecordRow();
        row.Wrong("", string.Create(
            CultureInfo.InvariantCulture,
            $"In lines {firstLine} to {lastLine} a quote stands where none may, or is not closed: a cell with quotes is put in quotes, and each of them doubled."));
        return row;
    }

    private static RecordRow RowOf(string[] cells, RecordColumn?[] columns)
    {
        var row = new RecordRow();
        if (cells.Length < columns.Length || cells.Skip(columns.Length).Any(cell => cell.Length > 0))
        {
            row.Wrong("", string.Create(CultureInfo.InvariantCulture, $"Has {cells.Length} cells, and the first line has {columns.Length}."));
        }
        else if (Array.Exists(cells, cell => cell.Contains(Unreadable, StringComparison.Ordinal)))
        {
            row.Wrong("", "Has bytes that are no text in this charset.");
        }

        foreach (var (column, cell) in columns.Zip(cells))
        {
            if (column is { } known)
            {
                row[known] = cell;
            }
        }

        return row;
    }
}

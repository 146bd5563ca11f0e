using System.Text;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary>Rows of a CSV table whose columns are named in Chinese or in English; columns that mean nothing here are left out.</summary>
internal static class CsvRows
{
    private static readonly RecordColumn[] Needed = [RecordColumn.Number, RecordColumn.Time];

    /// <summary>Passes all rows to the upload; gives what is wrong with the table as a whole, or null.</summary>
    /// <param name="charset">A byte order mark says more than this does.</param>
    public static IResult? Read(Stream body, Encoding charset, RecordUpload upload)
    {
        RecordColumn?[] columns = [];
        return CsvSheet.Read(
            body,
            charset,
            RecordUpload.MaxRows,
            headers =>
            {
                columns = [.. headers.Select(RecordColumns.OfHeader)];
                return FaultOf(columns);
            },
            line => upload.Add(RowOf(line, columns)));
    }

    private static IResult? FaultOf(RecordColumn?[] columns)
    {
        var errors = Needed.Where(column => !columns.Contains(column))
            .ToDictionary(RecordColumns.NameOf, column => new[] { $"No column has one of the headers {RecordColumns.HeadersOf(column)}." }, StringComparer.Ordinal);
        foreach (var twice in columns.OfType<RecordColumn>().GroupBy(column => column).Where(group => group.Count() > 1))
        {
            errors[RecordColumns.NameOf(twice.Key)] = ["More than one column means this."];
        }

        return errors.Count > 0 ? Problems.Invalid(errors) : null;
    }

    private static RecordRow RowOf(CsvLine line, RecordColumn?[] columns)
    {
        var row = new RecordRow();
        if (line.Fault is { } fault)
        {
            row.Wrong("", fault);
        }

        foreach (var (column, cell) in columns.Zip(line.Cells))
        {
            if (column is { } known)
            {
                row[known] = cell;
            }
        }

        return row;
    }
}

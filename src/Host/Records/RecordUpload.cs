using Vantage.Actors.Records;

namespace Vantage.Host.Records;

/// <summary>What an upload held: the records in it, and the rows that are none (REC-5).</summary>
internal sealed class RecordUpload(RecordReader reader)
{
    /// <summary>Rows of one request.</summary>
    public const int MaxRows = 100_000;

    private int _count;

    public List<ExternalRecord> Records { get; } = [];

    public List<RecordRejection> Rejected { get; } = [];

    public bool IsFull => _count == MaxRows;

    /// <summary>Takes the next row.</summary>
    public void Add(RecordRow row)
    {
        if (row.Fault is null && reader.Read(row) is { } record)
        {
            Records.Add(record);
        }
        else
        {
            Rejected.Add(new RecordRejection(_count, row.Fault!.Value.Field, row.Fault.Value.Reason));
        }

        _count++;
    }
}

/// <summary>A row that was not taken.</summary>
/// <param name="Index">Its place among the rows, headers and empty lines not counted; from 0.</param>
/// <param name="Field">What is wrong, by its name in JSON; empty when it is the row as a whole.</param>
internal sealed record RecordRejection(int Index, string Field, string Reason);

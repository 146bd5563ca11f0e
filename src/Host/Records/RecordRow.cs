namespace Vantage.Host.Records;

/// <summary>One row of an upload as it came: texts that nobody has judged yet, and the first thing that is wrong with it.</summary>
internal sealed class RecordRow
{
    private readonly string?[] _texts = new string?[RecordColumns.Count];

    /// <summary>The text without spaces at its ends; null when there is none.</summary>
    public string? this[RecordColumn column]
    {
        get => _texts[(int)column];
        set => _texts[(int)column] = value?.Trim() is { Length: > 0 } text ? text : null;
    }

    /// <summary>Null when nothing is wrong. The field is empty when it is the row as a whole.</summary>
    public (string Field, string Reason)? Fault { get; private set; }

    public void Wrong(RecordColumn column, string reason) => Wrong(RecordColumns.NameOf(column), reason);

    public void Wrong(string field, string reason) => Fault ??= (field, reason);
}

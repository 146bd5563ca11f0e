namespace Vantage.Host.Imports;

/// <summary>What an import would change, and what is wrong with it.</summary>
internal sealed class ImportReport
{
    /// <summary>Errors that are told one by one; the rest is counted.</summary>
    public const int MostErrors = 1000;

    private readonly List<ImportError> _errors = [];
    private int _errorCount;

    public int New { get; private set; }

    public int Changed { get; private set; }

    public int Unchanged { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Headers that mean nothing here: their columns are left out.</summary>
    public IReadOnlyList<string> Ignored { get; set; } = [];

    /// <summary>Counts a row that is good.</summary>
    public void Count(ImportEffect effect)
    {
        switch (effect)
        {
            case ImportEffect.New:
                New++;
                break;
            case ImportEffect.Changed:
                Changed++;
                break;
            default:
                Unchanged++;
                break;
        }
    }

    /// <summary>Counts a row that is not.</summary>
    public void Fail(ImportRow row)
    {
        Failed++;
        _errors.AddRange(row.Faults.Take(MostErrors - _errors.Count));
        _errorCount += row.Faults.Count;
    }

    public ImportView View(bool dryRun, bool isApplied) => new(
        dryRun, isApplied, New + Changed + Unchanged + Failed, New, Changed, Unchanged, Failed, [.. _errors.OrderBy(error => error.Row)], _errorCount, Ignored);
}

/// <summary>What a row does to what is known.</summary>
internal enum ImportEffect
{
    Unchanged,
    New,
    Changed,
}

/// <param name="Row">Of a table the line of the file; of GeoJSON the feature, from 1.</param>
/// <param name="Field">By its name in JSON; empty when it is the row as a whole.</param>
/// <param name="Code">What is wrong, in a word that stays; <paramref name="Reason"/> is for people.</param>
/// <param name="Value">The text that is wrong, or who stands against it; null: there is none.</param>
internal sealed record ImportError(int Row, string Field, string Code, string? Value, string Reason);

/// <param name="Applied">Whether anything was done: not in a dry run.</param>
/// <param name="Errors">The first of them.</param>
/// <param name="ErrorCount">Of all.</param>
/// <param name="Ignored">Headers of columns that mean nothing here.</param>
internal sealed record ImportView(
    bool DryRun, bool Applied, int Total, int New, int Changed, int Unchanged, int Failed, IReadOnlyList<ImportError> Errors, int ErrorCount,
    IReadOnlyList<string> Ignored);

using System.Diagnostics.CodeAnalysis;

namespace Vantage.Actors.Records;

/// <summary>The systems whose records are taken in.</summary>
public static class RecordSystems
{
    /// <summary>办案: cases.</summary>
    public const string Case = "case";

    /// <summary>勤务: tasks and shifts of duty.</summary>
    public const string Duty = "duty";

    /// <summary>诉件: complaints.</summary>
    public const string Complaint = "complaint";

    /// <summary>督察: inspections and their notices.</summary>
    public const string Inspection = "inspection";

    /// <summary>管执联动: what management hands over to enforcement.</summary>
    public const string Linkage = "linkage";

    /// <summary>The same module has several names in the standards.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["办案"] = Case,
        ["网上办案"] = Case,
        ["勤务"] = Duty,
        ["网上勤务"] = Duty,
        ["诉件"] = Complaint,
        ["网上诉件"] = Complaint,
        ["网上投诉"] = Complaint,
        ["诉件处置"] = Complaint,
        ["诉件督处"] = Complaint,
        ["督察"] = Inspection,
        ["网上督察"] = Inspection,
        ["管执联动"] = Linkage,
    };

    public static IReadOnlyList<string> All { get; } = [Case, Duty, Complaint, Inspection, Linkage];

    /// <summary>Finds a system by its name or by one of its Chinese names.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out string? system)
    {
        system = All.FirstOrDefault(known => string.Equals(known, name, StringComparison.Ordinal)) ?? Aliases.GetValueOrDefault(name);
        return system is not null;
    }
}

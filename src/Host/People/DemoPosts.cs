namespace Vantage.Host.People;

/// <summary>The posts that the demonstration offers by one tap: no password, on this machine only.</summary>
internal static class DemoPosts
{
    /// <summary>A unit that no simulated device reports for: whoever tries the officer's page is it.</summary>
    public const string OfficerUnit = "9001";

    public const string OfficerName = "演示队员";

    public static IReadOnlyList<(string User, string Name, string Post)> All { get; } =
    [
        ("demo-commander", "演示·指挥长", "commander"),
        ("demo-duty-chief", "演示·值班长", "duty-chief"),
        ("demo-online-duty", "演示·网上勤务岗", "online-duty"),
        ("demo-statistics", "演示·统计分析岗", "statistics"),
        ("demo-technical", "演示·技术支持岗", "technical"),
        ("demo-officer", OfficerName, $"officer@officer/{OfficerUnit}"),
    ];

    /// <summary>Those that are offered where a wall is signed in to: the officer's page is for a unit's own.</summary>
    public static IEnumerable<(string User, string Name, string Post)> OfWall => All.Where(post => !IsUnits(post.Post));

    public static IEnumerable<(string User, string Name, string Post)> OfUnits => All.Where(post => IsUnits(post.Post));

    public static bool Has(string user) => All.Any(post => post.User == user);

    private static bool IsUnits(string post) => post.Contains('/', StringComparison.Ordinal);
}

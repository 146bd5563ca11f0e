namespace Vantage.Host.People;

/// <summary>The posts that the demonstration offers by one tap: no password, on this machine only.</summary>
internal static class DemoPosts
{
    public static IReadOnlyList<(string User, string Name, string Post)> All { get; } =
    [
        ("demo-commander", "演示·指挥长", "commander"),
        ("demo-duty-chief", "演示·值班长", "duty-chief"),
        ("demo-online-duty", "演示·网上勤务岗", "online-duty"),
        ("demo-statistics", "演示·统计分析岗", "statistics"),
        ("demo-technical", "演示·技术支持岗", "technical"),
    ];

    public static bool Has(string user) => All.Any(post => post.User == user);
}

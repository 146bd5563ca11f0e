namespace Vantage.Simulator.Scenes;

/// <summary>The thirty hot zones: which kind, where along which road, how large.</summary>
internal static class ZoneTable
{
    public const string NightMarket = "night-market";
    public const string Market = "market";
    public const string School = "school";
    public const string Site = "site";
    public const string Landscape = "landscape";
    public const string Hospital = "hospital";
    public const string MuckWharf = "muck-wharf";
    public const string SpeedLimit = "speed-limit";
    public const string NoVehicles = "no-vehicles";

    /// <summary>The market that is left unmanned for forty minutes every evening.</summary>
    public const string LeftPost = "night-market-2";

    /// <summary>Where a squad's people meet at half past seven every evening.</summary>
    public const string EveningMeeting = "night-market-1";

    /// <summary>Where a squad's people meet at half past ten every morning.</summary>
    public const string MorningMeeting = "landscape-1";

    /// <summary>A place on a road: a crossing near <paramref name="Share"/> of its length, or, with a width, a stretch of it.</summary>
    /// <param name="Share">From the road's first point, in [0, 1].</param>
    /// <param name="Metres">A circle's radius, about half a block's width, or half the width of a stretch.</param>
    /// <param name="ShareTo">Where a stretch ends; 0 for circles and blocks.</param>
    public readonly record struct Row(
        string Key, string Kind, string Name, string Road, double Share, double Metres, bool IsCircle = false, double ShareTo = 0);

    public static readonly Row[] Rows =
    [
        new("night-market-1", NightMarket, "愚园路夜市", "愚园路", 0.88, 110),
        new("night-market-2", NightMarket, "水城路夜市", "水城路", 0.50, 100),
        new("night-market-3", NightMarket, "淞虹路夜市", "淞虹路", 0.33, 95),
        new("market-1", Market, "定西路标准化菜市场", "定西路", 0.45, 70, true),
        new("market-2", Market, "玉屏南路标准化菜市场", "玉屏南路", 0.50, 70, true),
        new("market-3", Market, "仙霞路标准化菜市场", "仙霞路", 0.75, 75),
        new("market-4", Market, "北新泾标准化菜市场", "平塘路", 0.50, 70, true),
        new("market-5", Market, "新泾标准化菜市场", "剑河路", 0.60, 75),
        new("school-1", School, "江苏路中学", "江苏路", 0.55, 90, true),
        new("school-2", School, "茅台路中学", "茅台路", 0.45, 100, true),
        new("school-3", School, "武夷路小学", "武夷路", 0.72, 80, true),
        new("school-4", School, "古北小学", "红宝石路", 0.45, 90),
        new("school-5", School, "哈密路中学", "哈密路", 0.30, 95, true),
        new("school-6", School, "泉口路小学", "泉口路", 0.50, 85),
        new("site-1", Site, "北翟路工地", "北翟路", 0.55, 110),
        new("site-2", Site, "法华镇路旧改工地", "法华镇路", 0.45, 85),
        new("site-3", Site, "协和路工地", "协和路", 0.65, 120),
        new("site-4", Site, "长宁路工地", "长宁路", 0.55, 90),
        new("site-5", Site, "可乐路工地", "可乐路", 0.05, 100),
        new("landscape-1", Landscape, "中山公园景观区域", "长宁路", 0.25, 150, true),
        new("landscape-2", Landscape, "新虹桥中心花园景观区域", "伊犁路", 0.10, 140, true),
        new("landscape-3", Landscape, "华山绿地景观区域", "华山路", 0.40, 130, true),
        new("landscape-4", Landscape, "上海动物园门前区域", "哈密路", 0.99, 130, true),
        new("hospital-1", Hospital, "仙霞路医院周边", "仙霞路", 0.88, 100),
        new("hospital-2", Hospital, "新华路医院周边", "新华路", 0.35, 90),
        new("muck-wharf-1", MuckWharf, "苏州河渣土码头", "威宁路", 0.02, 120),
        new("speed-limit-1", SpeedLimit, "延安西路限速路段", "延安西路", 0.42, 30, false, 0.52),
        new("speed-limit-2", SpeedLimit, "北翟路限速路段", "北翟路", 0.25, 30, false, 0.40),
        new("speed-limit-3", SpeedLimit, "虹桥路限速路段", "虹桥路", 0.38, 30, false, 0.48),
        new("no-vehicles-1", NoVehicles, "黄金城道步行街", "黄金城道", 0.55, 16, false, 0.90),
    ];

    /// <summary>What is watched in a zone of a kind; what concerns presence concerns the squad whose street it is.</summary>
    public static ZoneRule[] Rules(string kind, string squad) => kind switch
    {
        NightMarket =>
        [
            new("crowd", "gathering", "officer/*", After: 120, Count: 5),
            new("manned", "absence", $"squad/{squad}", After: 1200, Count: 1, Schedule: "Mon-Sun 18:15-22:30"),
        ],
        Market => [new("stay", "dwell", "vehicle/*", After: 900, Schedule: "Mon-Sun 06:00-20:00")],
        School =>
        [
            new("fast", "speed", "vehicle/*", Above: 11.2, Schedule: "Mon-Fri 07:00-08:30; Mon-Fri 15:00-17:00", Cooldown: 300),
            new("stay", "dwell", "vehicle/*", After: 600, Schedule: "Mon-Fri 07:00-08:30; Mon-Fri 15:00-17:00"),
        ],
        Site => [new("night", "enter", "vehicle/*", Schedule: "Mon-Sun 23:00-05:00", Cooldown: 600)],
        Landscape => [new("crowd", "gathering", "officer/*", After: 120, Count: 6)],
        Hospital => [new("stay", "dwell", "vehicle/*", After: 1200)],
        MuckWharf => [new("manned", "absence", $"squad/{squad}", After: 2400, Count: 1, Schedule: "Mon-Sun 20:00-23:00")],
        SpeedLimit => [new("fast", "speed", "vehicle/*", Above: 13.9, Cooldown: 60)],
        NoVehicles => [new("in", "enter", "vehicle/*"), new("out", "exit", "vehicle/*", Cooldown: 60)],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of zone in the demo."),
    };

    public static string Level(string kind) => kind switch
    {
        NoVehicles or SpeedLimit => "critical",
        Market or Hospital => "info",
        _ => "warning",
    };
}

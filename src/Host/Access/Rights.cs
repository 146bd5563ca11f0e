namespace Vantage.Host.Access;

/// <summary>The names of all rights. Roles are made of them (roles.json), endpoints and hub methods ask for them.</summary>
internal static class Rights
{
    /// <summary>The live map: units and their last positions, zones, who is inside, the overview, the hub.</summary>
    public const string LiveRead = "live.read";

    /// <summary>Where a unit has been. Every use is put on record.</summary>
    public const string TracksRead = "tracks.read";

    /// <summary>Tracks as files to take away (GeoJSON, GPX, CSV). Every use is put on record.</summary>
    public const string TracksExport = "tracks.export";

    /// <summary>Visits and breaches.</summary>
    public const string HistoryRead = "history.read";

    public const string HeatRead = "heat.read";

    /// <summary>Records of other systems, with addresses and links: lists, points on the map, charts. Their heat needs <see cref="HeatRead"/>.</summary>
    public const string RecordsRead = "records.read";
    public const string RecordsWrite = "records.write";
    public const string BreachesHandle = "breaches.handle";
    public const string PositionsWrite = "positions.write";
    public const string UnitsWrite = "units.write";
    public const string ZonesWrite = "zones.write";
    public const string AreasWrite = "areas.write";
    public const string CamerasRead = "cameras.read";
    public const string CamerasWrite = "cameras.write";

    /// <summary>Pictures and streams of cameras, wherever they stand. Every stream that a person opens is put on record.</summary>
    public const string VideoWatch = "video.watch";

    /// <summary>Turning cameras. Every use is put on record.</summary>
    public const string VideoControl = "video.control";

    /// <summary>Reporting incidents, and remarks on them.</summary>
    public const string IncidentsWrite = "incidents.write";

    /// <summary>Sending units to incidents, calling them back, closing incidents.</summary>
    public const string Dispatch = "dispatch";

    /// <summary>Saying how far a unit is with an order: the unit itself, its squad's room, or the centre that hears it by radio.</summary>
    public const string OrdersAnswer = "orders.answer";

    /// <summary>Calling the roll (点名), and withdrawing what was called by mistake.</summary>
    public const string RollCallsWrite = "roll-calls.write";

    /// <summary>Putting down who has answered a roll call: the centre that hears it by radio, or a squad's room for its own squad.</summary>
    public const string RollCallsAnswer = "roll-calls.answer";

    /// <summary>Saying that one's own unit goes on or off duty. Whoever keeps the roster of others needs <see cref="UnitsWrite"/>.</summary>
    public const string DutyReport = "duty.report";

    /// <summary>Driving a wall's linked screens: choosing, flying, layers, replays, presets, and putting something on one screen.</summary>
    public const string StagesLead = "stages.lead";

    /// <summary>Laying out walls, keeping their presets, and connecting screens to them.</summary>
    public const string StagesWrite = "stages.write";
    public const string TokensManage = "tokens.manage";
    public const string AccountsManage = "accounts.manage";
    public const string AuditRead = "audit.read";
    public const string MetricsRead = "metrics.read";

    /// <summary>Being signed in, whatever the post: one's own session, and opening the hub's connection.</summary>
    public const string SignedIn = "session";

    /// <summary>Rights that a role may grant; <see cref="SignedIn"/> is everybody's.</summary>
    public static IReadOnlyList<string> Grantable { get; } =
    [
        LiveRead, TracksRead, TracksExport, HistoryRead, HeatRead, RecordsRead, RecordsWrite, BreachesHandle, PositionsWrite, UnitsWrite, ZonesWrite,
        AreasWrite, CamerasRead, CamerasWrite, IncidentsWrite, Dispatch, OrdersAnswer, RollCallsWrite, RollCallsAnswer, DutyReport, StagesLead, StagesWrite, TokensManage, AccountsManage, AuditRead, MetricsRead,
        VideoWatch, VideoControl,
    ];

    /// <summary>What a wall screen may see, wherever it stands. Not of the role table: nothing in that can make a screen that nobody watches more than a picture.</summary>
    public static IReadOnlyDictionary<string, Reach> OfWallScreens { get; } = new Dictionary<string, Reach>(StringComparer.Ordinal)
    {
        [LiveRead] = Reach.Everything,
        [HistoryRead] = Reach.Everything,
        [HeatRead] = Reach.Everything,
        [RecordsRead] = Reach.Everything,
        [CamerasRead] = Reach.Everything,
        [VideoWatch] = Reach.Everything,
    };

    /// <summary>Rights whose use is always put on record, allowed or not.</summary>
    public static bool IsOnRecord(string right) => right is TracksRead or TracksExport or VideoControl;
}

/// <summary>How far a right reaches.</summary>
internal enum Reach
{
    None = 0,

    /// <summary>One's own unit only.</summary>
    Unit,

    /// <summary>One's own squad, and one's own unit.</summary>
    Squad,
    Everything,
}

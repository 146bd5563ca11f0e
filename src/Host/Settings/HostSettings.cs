using System.Net;
using Vantage.Geo.Crs;
using Vantage.Host.Basemaps;
using Vantage.Host.Video;

namespace Vantage.Host.Settings;

/// <summary>What an installation may choose. Read once at start, from the command line, <c>VANTAGE_*</c> and appsettings.json.</summary>
internal sealed record HostSettings
{
    /// <summary>Runs a simulated fleet in a data folder of its own; everything shown says that it is demonstration data.</summary>
    public bool Demo { get; init; }

    /// <summary>
    /// The folder of the embedded database. Default: <c>./data</c>, or <c>./demo-data</c> with <see cref="Demo"/>. With a <see cref="Database"/>:
    /// where <c>roles.json</c> may be, the current folder.
    /// </summary>
    public required string DataFolder { get; init; }

    /// <summary>The connection string of a PostgreSQL database that has everything; null: the folder has.</summary>
    public string? Database { get; init; }

    /// <summary>What the runtime was told, by option.</summary>
    public Func<string, string?> RuntimeOption { get; init; } = _ => null;

    /// <summary>For messages: where the data is, without a password.</summary>
    public string DataName => Database is null ? DataFolder : Vantage.Storage.Postgres.ConnectionText.NameOf(Database);

    /// <summary>Where HTTP is served. Default: loopback, port 5080.</summary>
    public IReadOnlyList<ListenAddress> Addresses { get; init; } = [ListenAddress.Default];

    /// <summary>The certificate for https addresses, a PFX or PEM file; null (the default): the host makes its own, in the data folder.</summary>
    public string? HttpsCertificate { get; init; }

    /// <summary>The private key to a PEM certificate that does not hold it.</summary>
    public string? HttpsKey { get; init; }

    /// <summary>The password of the PFX file or the key.</summary>
    public string? HttpsPassword { get; init; }

    /// <summary>The TCP port for JT/T 808 terminals, 0 for none. Default: 6808.</summary>
    public int Jt808Port { get; init; } = 6808;

    /// <summary>The first administrator's password; null: a random one is made and printed once.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>Attempts to sign in that one address may make in a minute. Not a setting of the user's; tests raise it.</summary>
    public int SignInsPerMinute { get; init; } = 30;

    /// <summary>Silence after which an HTTP connection without a request is closed. Not a setting of the user's; tests shorten it.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an HTTP client may leave what waits for it unread. Not a setting of the user's; tests shorten it.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether <c>POST /api/positions</c> creates units it does not know. Default: open.</summary>
    public bool RegistrationIsOpen { get; init; } = true;

    /// <summary>Silence after which a unit has no signal, 10 to 86400 s. Default: 300 s. Too short, and units on slow reporting flicker.</summary>
    public TimeSpan OfflineAfter { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Above this many units in view a screen gets cells instead, 100 to 100000. Default: 4000.</summary>
    public int MaxUnits { get; init; } = 4000;

    /// <summary>The time zone of people and schedules: an IANA name. Default: Asia/Shanghai.</summary>
    public string TimeZone { get; init; } = "Asia/Shanghai";

    /// <summary>
    /// The greatest age of a report in days, 1 to 3650; null (the default): no limit, or a day less than <see cref="KeepTracks"/>, which it must not exceed.
    /// </summary>
    public TimeSpan? Horizon { get; init; }

    /// <summary>How long tracks are kept in days, 2 to 3650; null (the default): for ever.</summary>
    public TimeSpan? KeepTracks { get; init; }

    /// <summary>Where cameras' pictures come from, by the cameras' source. Default: from what each camera is registered with.</summary>
    public IReadOnlyList<VideoSource> VideoSources { get; init; } = [];

    /// <summary>The base map under the wall's map; null (the default): the built-in sketch.</summary>
    public BasemapSettings? Basemap { get; init; }

    /// <summary>The grid that the city surveys in, for imports; null (the default): none.</summary>
    public CityGrid? CityGrid { get; init; }

    /// <summary>How long the server of a base map may take for a tile. Not a setting of the user's; tests shorten it.</summary>
    public TimeSpan TileTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Since when tracks have been kept, for a range that begins before; null for others. In milliseconds.</summary>
    public long? KeptFromMs(long rangeFromMs, DateTimeOffset now)
        => KeepTracks is { } keep && (now - keep).ToUnixTimeMilliseconds() is var keptFromMs && rangeFromMs < keptFromMs ? keptFromMs : null;
}

/// <summary>One address to listen on.</summary>
/// <param name="Host">As the user wrote it: a name, an IP address, or <c>*</c>.</param>
/// <param name="Address">Null: every interface.</param>
internal sealed record ListenAddress(string Host, IPAddress? Address, int Port, bool IsHttps)
{
    public static ListenAddress Default { get; } = new("127.0.0.1", IPAddress.Loopback, 5080, IsHttps: false);

    /// <summary>The address as a person opens it; a host that listens everywhere is opened at localhost.</summary>
    public string Link(int boundPort)
        => $"{(IsHttps ? "https" : "http")}://{(Address is null ? "localhost" : Host)}:{boundPort}";
}

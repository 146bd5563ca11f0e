using System.Globalization;
using System.Net;
using Vantage.Geo.Crs;
using Vantage.Host.Basemaps;
using Vantage.Host.Web;
using Vantage.Storage.Postgres;

namespace Vantage.Host.Settings;

/// <summary>Looks each setting up on the command line, then in the environment, then in appsettings.json, and collects all that is wrong.</summary>
internal sealed class SettingsReader(
    IReadOnlyDictionary<string, string?> flags, Func<string, string?> variable, IConfiguration file)
{
    private const int MaxGridBytes = 65_536;

    private readonly List<string> _errors = [];

    /// <summary>Reads the settings, or null with one line for everything that is wrong.</summary>
    public HostSettings? TryRead(out IReadOnlyList<string> errors)
    {
        var demo = Bool("demo", false);
        var database = Database("data");
        var keepTracks = Days("keep-tracks-days", 2);
        var settings = new HostSettings
        {
            Demo = demo,
            Database = database,
            DataFolder = database is null ? Folder("data", demo ? "./demo-data" : "./data") : Path.GetFullPath("."),
            RuntimeOption = name => Find(name)?.Value,
            Addresses = Addresses("urls"),
            HttpsCertificate = File("https-certificate"),
            HttpsKey = File("https-key"),
            HttpsPassword = Find("https-password")?.Value,
            Jt808Port = Whole("jt808-port", 6808, 0, 65535),
            AdminPassword = Password("admin-password"),
            RegistrationIsOpen = Choice("registration", "open", "open", "closed") == "open",
            OfflineAfter = TimeSpan.FromSeconds(Whole("offline-after", 300, 10, 86_400)),
            MaxUnits = Whole("max-units", 4000, 100, 100_000),
            TimeZone = Zone("time-zone", "Asia/Shanghai"),
            Horizon = Horizon("horizon-days", keepTracks),
            KeepTracks = keepTracks,
            VideoSources = new VideoSettings(file, _errors).Read(),
            Basemap = Basemap("basemap"),
            CityGrid = CityGridOf("city-grid"),
        };
        errors = _errors;
        return _errors.Count == 0 ? settings : null;
    }

    private (string Value, string Where)? Find(string name)
    {
        if (flags.TryGetValue(name, out var flag) && flag is not null)
        {
            return (flag, $"--{name}");
        }

        var inEnvironment = "VANTAGE_" + name.Replace('-', '_').ToUpperInvariant();
        if (variable(inEnvironment) is { Length: > 0 } fromEnvironment)
        {
            return (fromEnvironment, inEnvironment);
        }

        var inFile = $"Vantage:{CamelCase(name)}";
        return file[inFile] is { Length: > 0 } fromFile ? (fromFile, $"appsettings.json {inFile}") : null;
    }

    private static string CamelCase(string name)
        => string.Concat(name.Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private T Wrong<T>(string where, string value, string right, T fallback)
    {
        _errors.Add($"{where}: '{value}' is not {right}.");
        return fallback;
    }

    private bool Bool(string name, bool fallback) => Find(name) switch
    {
        null => fallback,
        { } found when bool.TryParse(found.Value, out var value) => value,
        { Value: "1" } => true,
        { Value: "0" } => false,
        { } found => Wrong(found.Where, found.Value, "true or false", fallback),
    };

    private int Whole(string name, int fallback, int least, int most) => Find(name) switch
    {
        null => fallback,
        { } found when int.TryParse(found.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most => value,
        { } found => Wrong(found.Where, found.Value, $"a whole number from {least} to {most}", fallback),
    };

    private TimeSpan? Days(string name, int least) => Find(name) is null ? null : TimeSpan.FromDays(Whole(name, least, least, 3650));

    // A report of a time whose track has gone would be judged alone, and take back what was found from the whole.
    private TimeSpan? Horizon(string name, TimeSpan? keepTracks)
    {
        var most = keepTracks - TimeSpan.FromDays(1);
        var horizon = Days(name, 1);
        return horizon > most && Find(name) is { } found ? Wrong(found.Where, found.Value, $"less than the {keepTracks!.Value.Days} days for which tracks are kept", horizon)
            : horizon ?? most;
    }

    private string Choice(string name, string fallback, params string[] choices) => Find(name) switch
    {
        null => fallback,
        { } found when choices.Contains(found.Value, StringComparer.Ordinal) => found.Value,
        { } found => Wrong(found.Where, found.Value, string.Join(" or ", choices), fallback),
    };

    private string Zone(string name, string fallback) => Find(name) switch
    {
        null => fallback,
        { } found when TimeZoneInfo.TryFindSystemTimeZoneById(found.Value, out _) => found.Value,
        { } found => Wrong(found.Where, found.Value, "a time zone of this machine, such as Asia/Shanghai", fallback),
    };

    private string? Password(string name)
    {
        if (Find(name) is not { } found)
        {
            return null;
        }

        if (found.Value.Length is < 8 or > 200)
        {
            _errors.Add($"{found.Where}: a password has 8 to 200 characters.");
        }

        return found.Value;
    }

    private string? File(string name) => Find(name) switch
    {
        null => null,
        { } found when System.IO.File.Exists(found.Value) => Path.GetFullPath(found.Value),
        { } found => Wrong(found.Where, found.Value, "a file that is there", (string?)null),
    };

    private BasemapSettings? Basemap(string name)
    {
        if (Find($"{name}-crs") is { Value: "bd09" } baidu)
        {
            _errors.Add($"{baidu.Where}: Baidu's tiles are cut by a scheme of its own, which is not read: take a map in wgs84 or gcj02.");
        }

        var crs = Choice($"{name}-crs", "wgs84", "wgs84", "cgcs2000", "gcj02", "bd09") == "gcj02" ? CoordinateSystem.Gcj02 : CoordinateSystem.Wgs84;
        var settings = new BasemapSettings
        {
            Crs = crs,
            IsLight = Choice($"{name}-tone", "light", "light", "dark") == "light",
            Label = Line($"{name}-label", 40),
            Attribution = Line($"{name}-attribution", 200),
            MaxZoom = Whole($"{name}-max-zoom", 18, 1, TileId.MaxZoom),
        };
        if (Find(name) is not { } found)
        {
            return null;
        }

        if (!TileAddress.IsOne(found.Value))
        {
            return File(name) is { } file ? settings with { File = file } : null;
        }

        if (TileAddress.TryParse(found.Value, out var problem) is { } address)
        {
            return settings with { Address = address };
        }

        _errors.Add($"{found.Where}: {problem}");
        return null;
    }

    private CityGrid? CityGridOf(string name)
    {
        if (File(name) is not { } path)
        {
            return null;
        }

        var where = Find(name)!.Value.Where;
        try
        {
            if (new FileInfo(path).Length > MaxGridBytes)
            {
                _errors.Add($"{where}: {path} is larger than {MaxGridBytes} bytes, and no well-known text.");
                return null;
            }

            // Its name is Chinese as often as not, and what writes it may know no UTF-8.
            var text = System.IO.File.ReadAllText(path, CsvSheet.Guess(System.IO.File.ReadAllBytes(path)));
            if (CityGrid.TryRead(text, out var grid, out var problem))
            {
                return grid;
            }

            _errors.Add($"{where}: {path} is no grid of a city: {problem}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            _errors.Add($"{where}: {path} cannot be read: {unreadable.Message}");
        }

        return null;
    }

    private string? Line(string name, int most) => Find(name) switch
    {
        null => null,
        { } found when found.Value.Length <= most && !found.Value.Any(char.IsControl) => found.Value.Trim(),
        { } found => Wrong(found.Where, found.Value, $"one line of at most {most} characters", (string?)null),
    };

    private string Folder(string name, string fallback)
    {
        if (Find(name) is not { } found)
        {
            return Path.GetFullPath(fallback);
        }

        return string.IsNullOrWhiteSpace(found.Value) || found.Value.AsSpan().ContainsAny(Path.GetInvalidPathChars())
            ? Wrong(found.Where, found.Value, "a folder's path", fallback)
            : Path.GetFullPath(found.Value);
    }

    private string? Database(string name)
    {
        if (Find(name) is not { } found || !ConnectionText.IsOne(found.Value))
        {
            return null;
        }

        try
        {
            return ConnectionText.Read(found.Value);
        }
        catch (FormatException wrong)
        {
            _errors.Add($"{found.Where}: {wrong.Message}");
            return null;
        }
    }

    private IReadOnlyList<ListenAddress> Addresses(string name)
    {
        if (Find(name) is not { } found)
        {
            return [ListenAddress.Default];
        }

        var addresses = new List<ListenAddress>();
        foreach (var text in found.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (TryParseAddress(text) is { } address)
            {
                addresses.Add(address);
            }
            else
            {
                _errors.Add($"{found.Where}: '{text}' is not an address such as http://127.0.0.1:5080 or http://*:5080.");
            }
        }

        return addresses.Count > 0 || _errors.Count > 0
            ? addresses
            : Wrong<IReadOnlyList<ListenAddress>>(found.Where, found.Value, "an address such as http://127.0.0.1:5080", []);
    }

    private static ListenAddress? TryParseAddress(string text)
    {
        // A wildcard is not a host to Uri; everything else is checked by it.
        var everywhere = text.Contains("://*", StringComparison.Ordinal) || text.Contains("://+", StringComparison.Ordinal);
        var readable = everywhere ? text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal) : text;
        if (!Uri.TryCreate(readable, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/")
        {
            return null;
        }

        var isHttps = uri.Scheme == "https";
        if (everywhere || uri.Host is "0.0.0.0" or "[::]")
        {
            return new ListenAddress("*", null, uri.Port, isHttps);
        }

        if (uri.Host == "localhost")
        {
            return new ListenAddress("localhost", IPAddress.Loopback, uri.Port, isHttps);
        }

        return IPAddress.TryParse(uri.Host, out var address) ? new ListenAddress(uri.Host, address, uri.Port, isHttps) : null;
    }
}

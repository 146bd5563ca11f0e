using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Vantage.Host.Basemaps;

/// <summary>A template of addresses of tiles: XYZ, TMS with <c>{-y}</c>, or WMTS, by path or by query. It may hold a key, and is never shown.</summary>
internal sealed partial class TileAddress
{
    private readonly string _template;

    private TileAddress(string template, Uri sample)
    {
        _template = template;
        Server = sample.Authority;
        if (sample.UserInfo.Length > 0)
        {
            Credentials = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(sample.UserInfo))));
        }
    }

    /// <summary>Host and port, for messages.</summary>
    public string Server { get; }

    /// <summary>The user and password that stood in the address.</summary>
    public AuthenticationHeaderValue? Credentials { get; }

    public static bool IsOne(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>Reads a template; what is wrong is told without repeating it, as it may hold a key.</summary>
    public static TileAddress? TryParse(string text, out string problem)
    {
        problem = "";
        var names = Placeholder().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (names.FirstOrDefault(name => KindOf(name) is null) is { } unknown)
        {
            problem = $"{{{unknown}}} is not known in an address of tiles: write its value. Known are {{z}}, {{x}}, {{y}}, {{-y}}, {{TileMatrix}}, {{TileRow}} and {{TileCol}}.";
            return null;
        }

        foreach (var (kind, name) in new[] { ('z', "{z} or {TileMatrix}"), ('x', "{x} or {TileCol}"), ('y', "{y}, {-y} or {TileRow}") })
        {
            if (!names.Any(each => KindOf(each) == kind))
            {
                problem = $"an address of tiles has {name}.";
                return null;
            }
        }

        if (!Uri.TryCreate(Expand(text, 0, 0, 0), UriKind.Absolute, out var sample) || sample.Scheme is not ("http" or "https") || AuthorityOf(text).Contains('{', StringComparison.Ordinal))
        {
            problem = "an address of tiles begins with http:// or https:// and one server.";
            return null;
        }

        if (Path.GetExtension(sample.AbsolutePath) is ".mvt" or ".pbf")
        {
            problem = "vector tiles are taken from a PMTiles file, not from an address; an address has pictures.";
            return null;
        }

        return new TileAddress(text, sample);
    }

    public Uri For(TileId tile) => new UriBuilder(Expand(_template, tile.Z, tile.X, tile.Y)) { UserName = "", Password = "" }.Uri;

    private static string AuthorityOf(string text) => text.Split("://", 2)[1].Split('/', 2)[0];

    private static char? KindOf(string name) => name.ToUpperInvariant() switch
    {
        "Z" or "TILEMATRIX" => 'z',
        "X" or "TILECOL" => 'x',
        "Y" or "-Y" or "TILEROW" => 'y',
        _ => null,
    };

    private static string Expand(string template, int z, int x, int y) => Placeholder().Replace(template, match => (match.Groups[1].Value.ToUpperInvariant() switch
    {
        "Z" or "TILEMATRIX" => z,
        "X" or "TILECOL" => x,
        "-Y" => (1 << z) - 1 - y,
        _ => y,
    }).ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Placeholder();
}

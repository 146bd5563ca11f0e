using Vantage.Host.Video;

namespace Vantage.Host.Settings;

/// <summary>Reads <c>Vantage:video:sources</c> of appsettings.json, and names all that is wrong by its setting.</summary>
internal sealed class VideoSettings(IConfiguration file, List<string> errors)
{
    private const string Section = "Vantage:video";
    private static readonly string[] StreamSchemes = ["http", "https", "ws", "wss"];
    private static readonly string[] HttpSchemes = ["http", "https"];

    public IReadOnlyList<VideoSource> Read()
    {
        var video = file.GetSection(Section);
        OnlyKnows(video, "sources");
        return [.. video.GetSection("sources").GetChildren().Select(Source)];
    }

    private VideoSource Source(IConfigurationSection section)
    {
        OnlyKnows(section, "streams", "snapshot", "wvp");
        var streams = section.GetSection("streams").GetChildren().Select(each => Template(each, StreamSchemes)).OfType<AddressTemplate>().ToList();
        foreach (var stream in streams.Where(stream => StreamAddress.ProtocolOf(stream.Text) is null))
        {
            Wrong(section.GetSection("streams"), $"'{stream.Text}' is nothing that a browser plays: .m3u8, .flv or whep.");
        }

        var wvp = section.GetSection("wvp") is { } gateway && gateway.GetChildren().Any() ? Wvp(gateway) : null;
        if (wvp is not null && streams.Count > 0)
        {
            Wrong(section, "has streams and wvp: give one of them.");
        }

        var snapshot = section.GetSection("snapshot");
        var picture = snapshot.Value is null ? null : Template(snapshot, HttpSchemes);
        if (wvp is null && streams.Count == 0 && picture is null && errors.Count == 0)
        {
            Wrong(section, "has none of streams, snapshot, wvp.");
        }

        return new VideoSource(section.Key, streams, picture, wvp);
    }

    private WvpAddress? Wvp(IConfigurationSection section)
    {
        OnlyKnows(section, "address", "user", "password", "apiKey", "media");
        var address = section.GetSection("address");
        if (!Uri.TryCreate(address.Value, UriKind.Absolute, out var uri) || !HttpSchemes.Contains(uri.Scheme, StringComparer.Ordinal) || uri.UserInfo.Length > 0
            || uri.Query.Length > 0)
        {
            Wrong(address, "is not an address such as http://10.0.0.5:18080.");
            return null;
        }

        var (user, password, key) = (section["user"], section["password"], section["apiKey"]);
        if (key is null ? string.IsNullOrEmpty(user) || password is null : user is not null || password is not null)
        {
            Wrong(section, "needs user and password, or apiKey.");
        }

        var media = section.GetSection("media").GetChildren().ToList();
        foreach (var each in media.Where(each => StreamAddress.OriginOf(each.Value ?? "") != each.Value?.TrimEnd('/')))
        {
            Wrong(each, $"'{each.Value}' is not an origin such as wss://media.example:8443.");
        }

        return new WvpAddress(uri, user, password, key, [.. media.Select(each => each.Value!)]);
    }

    private AddressTemplate? Template(IConfigurationSection section, string[] schemes)
    {
        var text = section.Value ?? "";
        var filled = AddressTemplate.Places.Aggregate(text, (left, place) => left.Replace(place, "x", StringComparison.Ordinal));
        var end = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var start ? text.IndexOf('/', start + 3) : -1;
        if (!Uri.TryCreate(filled, UriKind.Absolute, out var uri) || !schemes.Contains(uri.Scheme, StringComparer.Ordinal))
        {
            Wrong(section, $"'{text}' is not an address ({string.Join(", ", schemes)}).");
        }
        else if (filled.AsSpan().ContainsAny('{', '}'))
        {
            Wrong(section, $"'{text}' has a place that is not known; known are {string.Join(", ", AddressTemplate.Places)}.");
        }
        else if (end < 0 || text[..end].Contains('{', StringComparison.Ordinal))
        {
            Wrong(section, $"'{text}' has a place in the name of the host: what is fetched must not be chosen by a camera's name.");
        }
        else
        {
            return new AddressTemplate(text);
        }

        return null;
    }

    private void OnlyKnows(IConfigurationSection section, params string[] names)
    {
        foreach (var other in section.GetChildren().Where(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            Wrong(other, $"is not known here; known are {string.Join(", ", names)}.");
        }
    }

    private void Wrong(IConfigurationSection section, string reason) => errors.Add($"appsettings.json {section.Path}: {reason}");
}

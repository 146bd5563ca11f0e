using System.Text.Json;

namespace Vantage.Host.Records;

/// <summary>A subject that runs through all systems, such as illegal building: records of these categories, spelt exactly so (REC-9).</summary>
internal sealed record Theme(string Key, string Name, IReadOnlyList<string> Categories);

/// <summary>Which categories make which theme: data, shipped with the program and replaceable by <c>themes.json</c> in the data folder.</summary>
internal sealed class Themes
{
    public const string FileName = "themes.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };

    private Themes(IReadOnlyList<Theme> all) => All = all;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Theme> All { get; }

    /// <summary>Reads the themes of this installation.</summary>
    /// <exception cref="InvalidDataException">The file does not read, or a theme lacks something: the message says all of it.</exception>
    public static Themes Load(string dataFolder)
    {
        var own = Path.Combine(dataFolder, FileName);
        if (File.Exists(own))
        {
            return Parse(File.ReadAllText(own), own);
        }

        using var shipped = new StreamReader(typeof(Themes).Assembly.GetManifestResourceStream(FileName)!);
        return Parse(shipped.ReadToEnd(), FileName);
    }

    /// <inheritdoc cref="Load"/>
    public static Themes Parse(string json, string file)
    {
        ThemeFile? read;
        try
        {
            read = JsonSerializer.Deserialize<ThemeFile>(json, Json);
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"{file}: {unreadable.Message}", unreadable);
        }

        var errors = ErrorsOf(read).ToList();
        return errors.Count == 0
            ? new Themes([.. read!.Themes!.Select(row => new Theme(row!.Key!, row.Name ?? row.Key!, row.Categories!))])
            : throw new InvalidDataException(string.Join(Environment.NewLine, errors.Select(error => $"{file}: {error}")));
    }

    /// <summary>The theme of that key or name, or null.</summary>
    public Theme? Find(string keyOrName) => All.FirstOrDefault(theme => theme.Key == keyOrName) ?? All.FirstOrDefault(theme => theme.Name == keyOrName);

    private static IEnumerable<string> ErrorsOf(ThemeFile? file)
    {
        if (file?.Themes is null)
        {
            return ["needs the list 'themes'."];
        }

        var incomplete = file.Themes
            .Where(row => row is not { Key.Length: > 0, Categories.Count: > 0 } || row.Categories.Any(string.IsNullOrWhiteSpace))
            .Select(row => $"the theme '{row?.Key}' needs a 'key', and 'categories' with at least one text.");
        var twice = file.Themes.GroupBy(row => row?.Key, StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => $"'{group.Key}' is there twice.");
        return incomplete.Concat(twice);
    }

    private sealed record ThemeFile(IReadOnlyList<ThemeRow?>? Themes);

    private sealed record ThemeRow(string? Key, string? Name, IReadOnlyList<string>? Categories);
}

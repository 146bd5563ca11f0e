using System.Globalization;
using System.Text.Json;
using Vantage.Geo.Crs;

namespace Vantage.Host.Web;

/// <summary>Reads the values of a JSON object or of the query, and collects everything that is wrong by name.</summary>
/// <remarks>A value that is absent or wrong comes back as null (or the fallback): look at <see cref="IsValid"/> before using any.</remarks>
internal sealed class Fields
{
    // An import of thousands of zones may be wrong throughout: what is told back is what a person may still read.
    private const int MostFields = 200;
    private const int MostReasons = 20;

    private readonly Dictionary<string, List<string>> _errors;
    private readonly string _prefix;
    private readonly JsonElement _body;
    private readonly IQueryCollection? _query;

    public Fields(JsonElement body)
        : this(body, "", new Dictionary<string, List<string>>(StringComparer.Ordinal))
    {
    }

    public Fields(IQueryCollection query)
    {
        _query = query;
        _prefix = "";
        _errors = new Dictionary<string, List<string>>(StringComparer.Ordinal);
    }

    private Fields(JsonElement body, string path, Dictionary<string, List<string>> errors)
    {
        _body = body;
        _errors = errors;
        _prefix = path.Length == 0 ? "" : path + ".";
        if (body.ValueKind != JsonValueKind.Object)
        {
            Wrong("", "Must be a JSON object.");
        }
    }

    public bool IsValid => _errors.Count == 0;

    /// <summary>Whether it is the query that is read, which has texts alone.</summary>
    public bool IsOfQuery => _query is not null;

    public IResult Problem => Problems.Invalid(_errors.ToDictionary(error => error.Key, error => error.Value.ToArray(), StringComparer.Ordinal));

    /// <summary>Everything that is wrong, one by one.</summary>
    public IEnumerable<(string Field, string Reason)> Faults => _errors.SelectMany(error => error.Value.Select(reason => (error.Key, reason)));

    /// <summary>The fields of an object within: its errors are collected here, under its path.</summary>
    public Fields Inner(string path, JsonElement body) => new(body, _prefix + path, _errors);

    public void Wrong(string field, string reason)
    {
        field = (_prefix + field).TrimEnd('.');
        if (!_errors.TryGetValue(field, out var reasons))
        {
            if (_errors.Count >= MostFields)
            {
                return;
            }

            _errors[field] = reasons = [];
        }

        if (reasons.Count < MostReasons)
        {
            reasons.Add(reason);
        }
    }

    public string? Text(string name, int maxLength = 200, bool required = false)
    {
        if (Raw(name, JsonValueKind.String, "Must be a text.", required) is not { } text)
        {
            return null;
        }

        if (text.Length > maxLength || text.Any(char.IsControl) || (required && string.IsNullOrWhiteSpace(text)))
        {
            Wrong(name, $"Must be a text of 1 to {maxLength} characters without control characters.");
            return null;
        }

        return text.Length == 0 ? null : text;
    }

    public string? Choice(string name, params IReadOnlyList<string> choices)
    {
        var text = Text(name);
        if (text is null || choices.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        Wrong(name, $"Must be one of {string.Join(", ", choices)}.");
        return null;
    }

    public double? Number(string name, double least, double most, bool required = false)
    {
        if (Raw(name, JsonValueKind.Number, "Must be a number.", required) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        Wrong(name, string.Create(CultureInfo.InvariantCulture, $"Must be a number from {least} to {most}."));
        return null;
    }

    public int? Whole(string name, int least, int most, bool required = false)
    {
        var number = Number(name, least, most, required);
        if (number is { } value && value != Math.Floor(value))
        {
            Wrong(name, "Must be a whole number.");
            return null;
        }

        return (int?)number;
    }

    public bool Flag(string name) => Truth(name) == true;

    /// <summary>true or false: as JSON has it, or in a query as a word.</summary>
    public bool? Truth(string name, bool required = false)
    {
        if (_query is null && _body.ValueKind == JsonValueKind.Object && _body.TryGetProperty(name, out var value))
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.True:
                    return true;
                case JsonValueKind.False:
                    return false;
                case JsonValueKind.Null:
                    break;
                default:
                    Wrong(name, "Must be true or false.");
                    return null;
            }
        }

        var word = _query is null ? null : Choice(name, "true", "false");
        return (word ?? Missing(name, required)) is { } said ? said == "true" : null;
    }

    /// <summary>An ISO-8601 time with an offset, in milliseconds since 1970-01-01 UTC.</summary>
    public long? Time(string name, bool required = false)
    {
        if (Raw(name, JsonValueKind.String, "Must be an ISO-8601 time.", required) is not { } text)
        {
            return null;
        }

        if (WireTime.TryRead(text, out var ms))
        {
            return ms;
        }

        Wrong(name, "Must be an ISO-8601 time with an offset, such as 2026-11-01T08:00:00.000Z.");
        return null;
    }

    /// <summary>The range [from, to), both required.</summary>
    public (long FromMs, long ToMs)? Range(string fromName = "from", string toName = "to")
    {
        var (from, to) = (Time(fromName, required: true), Time(toName, required: true));
        if (from >= to)
        {
            Wrong(toName, $"Must be after '{fromName}'.");
        }

        return IsValid && from is { } f && to is { } t ? (f, t) : null;
    }

    /// <summary>The range [from, to), open where an end is absent.</summary>
    public (long? FromMs, long? ToMs) OpenRange()
    {
        var (from, to) = (Time("from"), Time("to"));
        if (from >= to)
        {
            Wrong("to", "Must be after 'from'.");
        }

        return (from, to);
    }

    public CoordinateSystem Crs()
    {
        var name = Text("crs") ?? "wgs84";
        if (!CoordinateSystems.TryParse(name, out var system))
        {
            Wrong("crs", name == "city" ? "The city's grid is taken in imports alone." : CoordinateSystems.NameRule);
        }

        return system;
    }

    /// <summary>What an import is in.</summary>
    /// <param name="city">The host's grid, if it has one.</param>
    public ImportCrs ImportCrs(CityGrid? city)
    {
        if (!Web.ImportCrs.TryParse(Text("crs") ?? "wgs84", city, out var crs, out var problem))
        {
            Wrong("crs", problem);
        }

        return crs;
    }

    /// <summary><c>bbox=west,south,east,north</c>; west greater than east crosses the antimeridian.</summary>
    public Box? Box(string name = "bbox")
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var parts = text.Split(',');
        var numbers = new double[4];
        var isRead = parts.Length == 4;
        for (var i = 0; isRead && i < 4; i++)
        {
            isRead = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                && Math.Abs(numbers[i]) <= (i % 2 == 0 ? 180 : 90);
        }

        if (isRead && numbers[1] <= numbers[3])
        {
            return new Box(numbers[0], numbers[1], numbers[2], numbers[3]);
        }

        Wrong(name, "Must be west,south,east,north in degrees.");
        return null;
    }

    /// <summary>Names every property that is none of these.</summary>
    public void OnlyKnow(params IReadOnlyList<string> names)
    {
        if (_body.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in _body.EnumerateObject().Where(property => !names.Contains(property.Name, StringComparer.Ordinal)).Take(20))
            {
                Wrong(property.Name, $"Is not known here; known are {string.Join(", ", names)}.");
            }
        }
    }

    /// <summary>The raw value of a property, or null when it is absent or null.</summary>
    public JsonElement? Value(string name)
        => _body.ValueKind == JsonValueKind.Object && _body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>The texts of a list; null when it is absent.</summary>
    public List<string>? Texts(string name, int maxCount, int maxLength = 100)
    {
        if (Value(name) is not { } list)
        {
            return null;
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > maxCount)
        {
            Wrong(name, $"Must be a list of at most {maxCount} texts.");
            return null;
        }

        var texts = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.TryGetText() is { Length: > 0 } text && text.Length <= maxLength)
            {
                texts.Add(text);
            }
            else
            {
                Wrong(name, $"Each must be a text of 1 to {maxLength} characters.");
                break;
            }
        }

        return texts;
    }

    public IReadOnlyList<string> List(string name, int max)
    {
        string[] items = Text(name, 20_000)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (items.Length > max)
        {
            Wrong(name, $"At most {max} can be asked for at once.");
        }

        return items;
    }

    private string? Raw(string name, JsonValueKind kind, string right, bool required)
    {
        if (_query is not null)
        {
            var values = _query[name];
            if (values.Count > 1)
            {
                Wrong(name, "Is given more than once.");
                return null;
            }

            if (string.IsNullOrEmpty(values.ToString()))
            {
                return Missing(name, required);
            }

            return values.ToString();
        }

        if (_body.ValueKind != JsonValueKind.Object || !_body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return Missing(name, required);
        }

        if (value.ValueKind != kind)
        {
            Wrong(name, right);
            return null;
        }

        try
        {
            return kind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            Wrong(name, "Is not valid text."); // Half a surrogate pair, written as an escape.
            return null;
        }
    }

    private string? Missing(string name, bool required)
    {
        if (required)
        {
            Wrong(name, "Is missing.");
        }

        return null;
    }
}

internal static class JsonTextExtensions
{
    /// <summary>The text of a JSON string; null when it is none, or holds half a surrogate pair.</summary>
    public static string? TryGetText(this JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

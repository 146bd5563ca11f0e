using System.Globalization;
using System.Text.Json;
using Vantage.Geo.GeoJson;

namespace Vantage.Actors.Zones;

/// <summary>Reads members of a JSON object and collects what is wrong with them. A member that is null counts as absent.</summary>
internal sealed class PropertyReader(JsonElement element, string path, List<GeometryError> errors)
{
    /// <summary>As many as a person may still read; what is wrong beyond them is not collected.</summary>
    public const int MostErrors = 100;

    private const int MostCharacters = 80;

    private readonly int _errorsBefore = errors.Count;

    public void Refuse(string name, string? value, string reason)
    {
        if (errors.Count < MostErrors)
        {
            errors.Add(new($"{path}.{Shortened(name)}", value is null ? null : Shortened(value), reason));
        }
    }

    /// <summary>As <see cref="Refuse"/>, unless the member was refused already for being wrong.</summary>
    public void RefuseMissing(string name, string reason)
    {
        if (!errors.Skip(_errorsBefore).Any(error => error.Path == $"{path}.{name}"))
        {
            Refuse(name, null, reason);
        }
    }

    public void RefuseUnknown(string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in element.EnumerateObject().Where(member => !known.Contains(member.Name)))
        {
            Refuse(member.Name, null, $"Is not known here. Known are {string.Join(", ", known)}.");
        }
    }

    public string? Text(string name, int maxLength)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= maxLength && !text.Any(char.IsControl))
        {
            return text;
        }

        Refuse(name, Shown(value), $"Must be a text of 1 to {maxLength} characters without control characters.");
        return null;
    }

    public string? OneOf(string name, string[] choices)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && choices.Contains(value.GetString()))
        {
            return value.GetString();
        }

        Refuse(name, Shown(value), $"Must be one of {string.Join(", ", choices)}.");
        return null;
    }

    public double? Number(string name, double least, double most)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, Shown(value), string.Create(CultureInfo.InvariantCulture, $"Must be a number from {least} to {most}."));
        return null;
    }

    public long? Whole(string name, long least, long most)
    {
        var number = Number(name, least, most);
        if (number is { } given && given != Math.Floor(given))
        {
            Refuse(name, given.ToString(CultureInfo.InvariantCulture), "Must be a whole number.");
            return null;
        }

        return (long?)number;
    }

    public DateTimeOffset? Time(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(
            value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        Refuse(name, Shown(value), "Must be an ISO-8601 time, such as 2026-11-01T00:00:00.000Z.");
        return null;
    }

    public JsonElement? Object(string name) => OfKind(name, JsonValueKind.Object, "an object");

    public JsonElement? Array(string name) => OfKind(name, JsonValueKind.Array, "an array");

    public IReadOnlyList<string>? Texts(string name, int most)
    {
        if (Array(name) is not { } array)
        {
            return null;
        }

        if (array.GetArrayLength() is 0 || array.GetArrayLength() > most || array.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            Refuse(name, null, $"Must be 1 to {most} texts; leave it out for all.");
            return null;
        }

        return [.. array.EnumerateArray().Select(item => item.GetString()!)];
    }

    private JsonElement? OfKind(string name, JsonValueKind kind, string article)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == kind)
        {
            return value;
        }

        Refuse(name, Shown(value), $"Must be {article}.");
        return null;
    }

    private bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private static string Shown(JsonElement value) => Shortened(value.GetRawText());

    private static string Shortened(string text) => text.Length > MostCharacters ? $"{text.AsSpan(0, MostCharacters)}…" : text;
}

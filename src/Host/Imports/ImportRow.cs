using System.Globalization;
using Vantage.Actors;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Imports;

/// <summary>A row of an import: texts by column, and what is wrong with them.</summary>
/// <param name="number">Of a table the line of the file; of GeoJSON the feature, from 1.</param>
internal sealed class ImportRow(int number, IReadOnlyDictionary<string, string> texts)
{
    private static readonly char[] Separators = [';', '；', '、', '|'];

    public int Line => number;

    public List<ImportError> Faults { get; } = [];

    public bool IsGood => Faults.Count == 0;

    /// <param name="code">What is wrong, for programs and other languages.</param>
    /// <param name="value">What it is about: the text that is wrong, or who stands against it.</param>
    public void Wrong(string field, string code, string reason, string? value = null) => Faults.Add(new ImportError(number, field, code, value, reason));

    /// <summary>Whether the import says anything about it; a column that it does not have leaves what is known.</summary>
    public bool Has(string column) => texts.ContainsKey(column);

    /// <summary>The text; null when there is none.</summary>
    public string? Text(string column, int maxLength, bool required = false)
    {
        var text = texts.GetValueOrDefault(column)?.Trim() is { Length: > 0 } given ? given : null;
        if (text is null && required)
        {
            Wrong(column, "missing", "Is missing.");
        }
        else if (text is not null && (text.Length > maxLength || text.Any(char.IsControl)))
        {
            Wrong(column, "text", $"Must be a text of 1 to {maxLength} characters without control characters.");
            return null;
        }

        return text;
    }

    /// <summary>A key of something that is or comes to be.</summary>
    public string? Key(string column, bool required = false)
    {
        var key = Text(column, ActorId.MaxKeyLength, required);
        if (key is not null && ActorId.FaultOf(key) is { } fault)
        {
            Wrong(column, "key", fault, key);
        }

        return key;
    }

    /// <summary>Several texts in one cell, parted by a semicolon, a bar or 、.</summary>
    public List<string> Texts(string column, int most, int maxLength)
    {
        string[] items = (texts.GetValueOrDefault(column) ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (items.Length > most || Array.Exists(items, item => item.Length > maxLength || item.Any(char.IsControl)))
        {
            Wrong(column, "list", $"Must be at most {most} texts of at most {maxLength} characters, parted by semicolons.");
            return [];
        }

        return [.. items];
    }

    public double? Number(string column, double least, double most, bool required = false)
    {
        if (Text(column, 40, required) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        Wrong(column, "number", string.Create(CultureInfo.InvariantCulture, $"Must be a number from {least} to {most}."), text);
        return null;
    }

    /// <summary>One of some words, in the spelling that the contract has.</summary>
    /// <param name="words">By what people write.</param>
    public string? Word(string column, IReadOnlyDictionary<string, string> words, bool required = false)
    {
        if (Text(column, 40, required) is not { } text)
        {
            return null;
        }

        if (words.TryGetValue(text, out var word))
        {
            return word;
        }

        Wrong(column, "word", $"Must be one of {string.Join(", ", words.Keys)}.", text);
        return null;
    }

    /// <summary>The position in WGS-84.</summary>
    /// <param name="crs">What the import is in, where the row does not say.</param>
    /// <param name="city">The host's grid, if it has one.</param>
    public LatLng? Place(ImportCrs crs, CityGrid? city)
    {
        if (Text("crs", 10) is { } name && !ImportCrs.TryParse(name.ToLowerInvariant(), city, out crs, out var problem))
        {
            Wrong("crs", "word", problem, name);
            return null; // How large its numbers may be is not known then.
        }

        var (lon, lat) = (Number("lon", -crs.Most.First, crs.Most.First, required: true), Number("lat", -crs.Most.Second, crs.Most.Second, required: true));
        if (lon is not { } longitude || lat is not { } latitude)
        {
            return null;
        }

        if (longitude == 0 && latitude == 0)
        {
            Wrong("lon", "place", "0, 0 is no position.");
            return null;
        }

        if (crs.TryPlace(longitude, latitude, out var place))
        {
            return place;
        }

        Wrong("lon", "place", crs.OutOfReach);
        return null;
    }
}

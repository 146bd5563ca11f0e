using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary>Reads which records a query asks for (REC-6, REC-9).</summary>
internal static class RecordFilters
{
    /// <summary>Values of one parameter, separated by commas.</summary>
    private const int MaxValues = 100;

    /// <summary>The parameters, for descriptions.</summary>
    public const string Parameters = "kind, category, state, street, squad (each one or several with commas), theme";

    /// <summary>All but range and place.</summary>
    public static RecordFilter Read(string system, Fields fields, Themes themes) => new(system)
    {
        Kinds = ListOf(fields, "kind"),
        Categories = CategoriesOf(fields, themes),
        States = ListOf(fields, "state"),
        Streets = ListOf(fields, "street"),
        Squads = ListOf(fields, "squad"),
    };

    /// <summary>A box as storage takes it: one over the antimeridian is two.</summary>
    public static IReadOnlyList<GeoBox>? BoxesOf(Box? box) => box switch
    {
        null => null,
        { } whole when whole.West <= whole.East => [new GeoBox(whole.South, whole.West, whole.North, whole.East)],
        { } split => [new GeoBox(split.South, split.West, split.North, 180), new GeoBox(split.South, -180, split.North, split.East)],
    };

    private static IReadOnlyList<string>? ListOf(Fields fields, string name) => fields.List(name, MaxValues) is { Count: > 0 } list ? list : null;

    private static IReadOnlyList<string>? CategoriesOf(Fields fields, Themes themes)
    {
        var categories = ListOf(fields, "category");
        if (fields.Text("theme") is not { } name)
        {
            return categories;
        }

        if (themes.Find(name) is not { } theme)
        {
            fields.Wrong("theme", $"Must be one of {string.Join(", ", themes.All.Select(known => known.Key))}.");
            return categories;
        }

        return categories is null ? theme.Categories : [.. theme.Categories.Intersect(categories, StringComparer.Ordinal)];
    }
}

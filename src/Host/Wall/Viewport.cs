using System.Text.Json;
using Vantage.Actors;
using Vantage.Host.Access;
using Vantage.Host.Situations;

namespace Vantage.Host.Wall;

/// <summary>What a screen looks at, and what its caller may see of it. Equal views get the same bytes.</summary>
/// <param name="Resolution">The H3 resolution of aggregates at this zoom.</param>
/// <param name="Kinds">Bit i: the unit kind i of <see cref="ActorKinds.Units"/> is wanted.</param>
/// <param name="Squads">Squad keys, sorted and joined; null: all.</param>
/// <param name="States">Bit i: the state i is wanted.</param>
/// <param name="OwnSquad">The caller sees this squad (and <paramref name="OwnUnit"/>) only; see <paramref name="SeesAll"/>.</param>
internal sealed record Viewport(
    double West,
    double South,
    double East,
    double North,
    int Resolution,
    int Kinds,
    string? Squads,
    int States,
    bool SeesAll,
    string? OwnSquad,
    string? OwnUnit)
{
    public const int AllKinds = 0b111;
    public const int AllStates = 0b111111;
    public const char Separator = '\n';
    private const int MaxSquads = 200;

    /// <summary>Reads what a screen sent; null with the reason when it keeps to no protocol.</summary>
    public static Viewport? TryRead(JsonElement json, Caller caller, out string? wrong)
    {
        wrong = null;
        if (json.ValueKind != JsonValueKind.Object
            || !TryDegrees(json, "west", 180, out var west) || !TryDegrees(json, "east", 180, out var east)
            || !TryDegrees(json, "south", 90, out var south) || !TryDegrees(json, "north", 90, out var north) || south > north)
        {
            wrong = "west, south, east, north are not an area in degrees";
            return null;
        }

        if (!TryNumber(json, "zoom", out var zoom) || zoom is < 0 or > 30)
        {
            wrong = "zoom is no number from 0 to 30";
            return null;
        }

        if (!TryMask(json, "kinds", ActorKinds.Units, AllKinds, out var kinds) || !TryMask(json, "states", UnitStates.Names, AllStates, out var states)
            || !TrySquads(json, out var squads))
        {
            wrong = "kinds, squads or states is not a list of known words";
            return null;
        }

        var reach = AccessPolicy.ReachOf(caller, Rights.LiveRead);
        return new Viewport(
            west, south, east, north, ResolutionFor(zoom), kinds, squads, states,
            reach == Reach.Everything, reach == Reach.Squad ? caller.Squad : null, reach == Reach.Everything ? null : caller.Unit);
    }

    public bool Contains(double longitude, double latitude)
        => latitude >= South && latitude <= North
        && (West <= East ? longitude >= West && longitude <= East : longitude >= West || longitude <= East);

    /// <summary>Cells a finger wide: at zoom z a screen pixel is 156,543 m / 2^z, and one resolution of H3 is a factor of 2.65 in width.</summary>
    public static int ResolutionFor(double zoom) => Math.Clamp((int)Math.Floor((zoom - 1.5) * 0.7), 0, 10);

    private static bool TryDegrees(JsonElement json, string name, double limit, out double degrees)
        => TryNumber(json, name, out degrees) && Math.Abs(degrees) <= limit;

    private static bool TryNumber(JsonElement json, string name, out double number)
    {
        number = 0;
        return json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number) && double.IsFinite(number);
    }

    private static bool TryMask(JsonElement json, string name, IReadOnlyList<string> words, int all, out int mask)
    {
        mask = all;
        if (!json.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        mask = 0;
        if (list.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var item in list.EnumerateArray())
        {
            var index = item.ValueKind == JsonValueKind.String ? words.ToList().FindIndex(word => item.ValueEquals(word)) : -1;
            if (index < 0)
            {
                return false;
            }

            mask |= 1 << index;
        }

        return true;
    }

    private static bool TrySquads(JsonElement json, out string? squads)
    {
        squads = null;
        if (!json.TryGetProperty("squads", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxSquads)
        {
            return false;
        }

        var keys = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in list.EnumerateArray())
        {
            if (Web.JsonTextExtensions.TryGetText(item) is not { Length: <= ActorId.MaxKeyLength } key)
            {
                return false;
            }

            keys.Add(key);
        }

        squads = string.Join(Separator, keys);
        return true;
    }
}

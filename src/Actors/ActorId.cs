using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Vantage.Actors;

/// <summary>The name of an actor, written <c>vehicle/沪A12345</c>.</summary>
/// <param name="Kind">One of <see cref="ActorKinds"/>.</param>
/// <param name="Key">The name within its kind: 1 to 64 characters, without <c>/</c>, spaces at the ends, or control characters.</param>
public readonly record struct ActorId(string Kind, string Key)
{
    /// <summary>The longest key, in UTF-16 units.</summary>
    public const int MaxKeyLength = 64;

    public override string ToString() => $"{Kind}/{Key}";

    /// <summary>Reads <c>kind/key</c>; the kind must be known and the key well formed.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ActorId id)
    {
        id = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash <= 0)
        {
            return false;
        }

        return TryCreate(text![..slash], text[(slash + 1)..], out id);
    }

    public static bool TryCreate(string? kind, string? key, out ActorId id)
    {
        id = default;
        if (kind is null || key is null || !ActorKinds.TryGet(kind, out var known) || !IsKey(key))
        {
            return false;
        }

        id = new ActorId(known, key);
        return true;
    }

    /// <summary>What keeps a key from being given to something new, as a sentence; null when nothing does.</summary>
    /// <remarks>
    /// Stricter than <see cref="TryCreate"/>, which reads what is stored: nobody sees a difference that such a key makes, and a path
    /// cannot name <c>..</c>.
    /// </remarks>
    public static string? FaultOf(string key) => key switch
    {
        { Length: 0 or > MaxKeyLength } => $"Must have a key of 1 to {MaxKeyLength} characters.",
        "." or ".." => "Must have a key other than '.' and '..'.",
        _ when key.Contains('/', StringComparison.Ordinal) => "Must have a key without '/'.",
        _ when char.IsWhiteSpace(key[0]) || char.IsWhiteSpace(key[^1]) => "Must have a key without spaces at its ends.",
        _ => InvisibleIn(key) is { } invisible
            ? string.Create(CultureInfo.InvariantCulture, $"Must not hold control or invisible characters, such as here U+{invisible.Value:X4}.")
            : null,
    };

    /// <summary>As <see cref="FaultOf(string)"/>, for a unit's whole id.</summary>
    public static string? FaultOfUnit(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && ActorKinds.IsUnit(id[..slash])
            ? FaultOf(id[(slash + 1)..])
            : $"Must be a unit's id: {string.Join(", ", ActorKinds.Units)}, then '/' and a key, such as vehicle/沪A12345.";
    }

    /// <summary>The first character that is not seen, or that turns the others round; null when there is none. Half a surrogate pair is one.</summary>
    public static Rune? InvisibleIn(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var isWhole = Rune.DecodeFromUtf16(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (!isWhole || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return rune;
            }

            rest = rest[length..];
        }

        return null;
    }

    private static bool IsKey(string key)
        => key.Length is > 0 and <= MaxKeyLength
        && !key.Contains('/', StringComparison.Ordinal)
        && !char.IsWhiteSpace(key[0]) && !char.IsWhiteSpace(key[^1])
        && !key.Any(char.IsControl);
}

/// <summary>The kinds of actor. Kinds that report positions are <see cref="Units"/>.</summary>
public static class ActorKinds
{
    public const string Officer = "officer";
    public const string Vehicle = "vehicle";
    public const string Drone = "drone";
    public const string Camera = "camera";
    public const string Zone = "zone";
    public const string Incident = "incident";
    public const string Squad = "squad";
    public const string Stage = "stage";
    public const string Replay = "replay";
    public const string Tour = "tour";
    public const string RollCall = "roll-call";

    /// <summary>A breach's handling: who acknowledged it, how it ended. The breach itself is derived from tracks.</summary>
    public const string Breach = "breach";

    public static IReadOnlyList<string> All { get; } = [Officer, Vehicle, Drone, Camera, Zone, Incident, Squad, Stage, Replay, Breach, Tour, RollCall];

    /// <summary>The kinds whose actors have timers: whatever hosts them wakes those whose timers run, wherever they live by then.</summary>
    public static IReadOnlyList<string> WithTimers { get; } = [RollCall];

    /// <summary>The kinds that move and report positions.</summary>
    public static IReadOnlyList<string> Units { get; } = [Officer, Vehicle, Drone];

    /// <summary>Gives the one shared string of a known kind, so that comparing kinds can compare references.</summary>
    public static bool TryGet(string text, [NotNullWhen(true)] out string? kind)
    {
        kind = All.FirstOrDefault(known => string.Equals(known, text, StringComparison.Ordinal));
        return kind is not null;
    }

    public static bool IsUnit(string kind) => Units.Contains(kind, StringComparer.Ordinal);
}

/// <summary>How actors and positions are divided: a fixed number, the same in every runtime and for ever.</summary>
public static class Shards
{
    /// <summary>The number of shards. Changing it would orphan every stored log.</summary>
    public const int Count = 64;

    /// <summary>The shard of an actor: FNV-1a (32 bits) over the UTF-8 of its id, modulo <see cref="Count"/>.</summary>
    public static int Of(ActorId id)
    {
        Span<byte> utf8 = stackalloc byte[(ActorId.MaxKeyLength * 3) + 32];
        var length = Encoding.UTF8.GetBytes(id.Kind, utf8);
        utf8[length++] = (byte)'/';
        length += Encoding.UTF8.GetBytes(id.Key, utf8[length..]);

        var hash = 2166136261u;
        foreach (var b in utf8[..length])
        {
            hash = unchecked((hash ^ b) * 16777619u);
        }

        return (int)(hash % Count);
    }
}

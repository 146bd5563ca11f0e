using Vantage.Geo.Zones;

namespace Vantage.Actors.Zones;

public enum RuleType
{
    Enter,
    Exit,
    Dwell,
    Speed,
    Gathering,
    Absence,
}

/// <summary>A rule of a zone.</summary>
/// <param name="Key">Unique within the zone.</param>
/// <param name="AfterMs">Milliseconds, of dwell, gathering and absence.</param>
/// <param name="Above">Metres a second, of speed.</param>
/// <param name="Count">Units, of gathering and absence.</param>
/// <param name="CooldownMs">Milliseconds; mutes announcements only.</param>
public sealed record ZoneRule(
    string Key, RuleType Type, UnitFilter Units, Schedule Schedule, long AfterMs, double Above, int Count, long CooldownMs)
{
    public double After => AfterMs / 1000.0;

    public double Cooldown => CooldownMs / 1000.0;

    /// <summary>The rule concerns several units at once.</summary>
    public bool IsGroup => Type is RuleType.Gathering or RuleType.Absence;

    /// <summary>The word that stands for the type in the contract.</summary>
    public string TypeName { get; } = Type switch
    {
        RuleType.Enter => "enter",
        RuleType.Exit => "exit",
        RuleType.Dwell => "dwell",
        RuleType.Speed => "speed",
        RuleType.Gathering => "gathering",
        RuleType.Absence => "absence",
        _ => throw new System.Diagnostics.UnreachableException($"No name for rule type {Type}."),
    };
}

/// <summary>A zone as it is from one moment on until the next version, immutable.</summary>
public sealed record ZoneVersion
{
    public required string Key { get; init; }

    /// <summary>1, 2, 3 … within the key.</summary>
    public required int Version { get; init; }

    public required string Name { get; init; }

    public string? Kind { get; init; }

    public string Level { get; init; } = "warning";

    public required string TimeZone { get; init; }

    /// <summary>In force from here …</summary>
    public required long FromMs { get; init; }

    /// <summary>… until before here; <see cref="long.MaxValue"/> while it is the newest.</summary>
    public long ToMs { get; init; } = long.MaxValue;

    /// <summary>Not a version but the zone's end: from here on nobody is inside.</summary>
    public bool IsEnd { get; init; }

    public required ZoneShape Shape { get; init; }

    /// <summary>False: every fix is a point. True: a fix counts only when its circle clears the fence.</summary>
    public bool RespectsAccuracy { get; init; }

    public double HysteresisMetres { get; init; }

    /// <summary>At least 1.</summary>
    public int HysteresisFixes { get; init; } = 1;

    public required IReadOnlyList<ZoneRule> Rules { get; init; }

    /// <summary>The zone's number in its catalog: dense, of this process only.</summary>
    public int Zone { get; init; }

    /// <summary>The speed rules among <see cref="Rules"/>: asked for at every fix inside.</summary>
    public ZoneRule[] SpeedRules => field ??= [.. Rules.Where(rule => rule.Type == RuleType.Speed)];

    /// <summary>Rules that follow from the stay itself.</summary>
    public ZoneRule[] VisitRules => field ??= [.. Rules.Where(rule => rule.Type is RuleType.Enter or RuleType.Dwell)];

    public ZoneRule[] ExitRules => field ??= [.. Rules.Where(rule => rule.Type == RuleType.Exit)];

    /// <summary>Some rule concerns several units at once.</summary>
    public bool HasGroupRules { get; init; }

    /// <summary>The cooldown of a rule in milliseconds, 0 without.</summary>
    public long CooldownOf(string rule)
    {
        foreach (var candidate in Rules)
        {
            if (candidate.Key == rule)
            {
                return candidate.CooldownMs;
            }
        }

        return 0;
    }

    public bool IsInForce(long timeMs) => !IsEnd && timeMs >= FromMs && timeMs < ToMs;

    /// <summary>The feature as it was put, for GET.</summary>
    public required string FeatureJson { get; init; }
}

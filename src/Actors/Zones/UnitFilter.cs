using Vantage.Actors.Units;

namespace Vantage.Actors.Zones;

/// <summary>Which units a rule is about: ids, <c>kind/*</c>, <c>squad/key</c>. Immutable.</summary>
public sealed class UnitFilter
{
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _squads = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    private UnitFilter()
    {
    }

    public static UnitFilter All { get; } = new();

    public bool IsAll => _kinds.Count + _squads.Count + _ids.Count == 0;

    public IReadOnlyCollection<string> Ids => _ids;

    public IReadOnlyCollection<string> Squads => _squads;

    /// <summary>Reads the <c>units</c> of a rule; the first text that is none of the three forms is given back.</summary>
    public static bool TryParse(IEnumerable<string> texts, out UnitFilter filter, out string? wrong)
    {
        filter = new UnitFilter();
        foreach (var text in texts)
        {
            if (!filter.TryAdd(text))
            {
                wrong = text;
                return false;
            }
        }

        wrong = null;
        return true;
    }

    /// <summary>Whether a unit is meant, by the squad it belonged to at that time.</summary>
    public bool Matches(UnitInfo unit, long timeMs)
        => IsAll || _kinds.Contains(unit.Id.Kind) || _ids.Contains(unit.IdText)
        || (_squads.Count > 0 && unit.SquadAt(timeMs) is { } squad && _squads.Contains(squad));

    private bool TryAdd(string text)
    {
        if (text.EndsWith("/*", StringComparison.Ordinal))
        {
            return ActorKinds.TryGet(text[..^2], out var kind) && ActorKinds.IsUnit(kind) && (_kinds.Add(kind) || true);
        }

        if (!ActorId.TryParse(text, out var id))
        {
            return false;
        }

        if (id.Kind == ActorKinds.Squad)
        {
            _squads.Add(id.Key);
            return true;
        }

        _ids.Add(text);
        return ActorKinds.IsUnit(id.Kind);
    }
}

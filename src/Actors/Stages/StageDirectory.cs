using System.Collections.Concurrent;

namespace Vantage.Actors.Stages;

/// <summary>All stages, by key.</summary>
public sealed class StageDirectory
{
    private readonly ConcurrentDictionary<string, Stage> _stages = new(StringComparer.Ordinal);

    public IEnumerable<Stage> All => _stages.Values;

    public int Count => _stages.Count;

    public Stage? Find(string key) => _stages.GetValueOrDefault(key);

    /// <summary>The stage that an event is of; null: it is of none.</summary>
    public static string? StageOf(object @event) => @event switch
    {
        StageLaidOut laid => laid.Stage,
        StageRemoved removed => removed.Stage,
        StageShown shown => shown.Stage,
        StagePresetKept kept => kept.Stage,
        StageSwitched switched => switched.Stage,
        ScreenPushed pushed => pushed.Stage,
        ScreenTakenBack back => back.Stage,
        ScreenLinked linked => linked.Stage,
        StageVisitorsSet visitors => visitors.Stage,
        _ => null,
    };

    internal void Apply(string key, object @event)
    {
        if (Stage.Fold(Find(key), @event) is { } stage)
        {
            _stages[key] = stage;
        }
        else
        {
            _stages.TryRemove(key, out _);
        }
    }
}

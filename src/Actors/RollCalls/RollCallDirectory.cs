using System.Collections.Concurrent;

namespace Vantage.Actors.RollCalls;

/// <summary>All roll calls, by key. Reading is lock-free.</summary>
public sealed class RollCallDirectory
{
    private readonly ConcurrentDictionary<string, RollCall> _calls = new(StringComparer.Ordinal);
    private long _version;

    /// <summary>Grows with every change.</summary>
    public long Version => Volatile.Read(ref _version);

    public IEnumerable<RollCall> All => _calls.Values;

    public RollCall? Find(string key) => _calls.GetValueOrDefault(key);

    internal void Apply(object @event)
    {
        if (KeyOf(@event) is { } key && RollCall.Fold(Find(key), @event) is { } call)
        {
            _calls[key] = call;
        }

        Interlocked.Increment(ref _version);
    }

    /// <summary>The roll call that an event is of; null: it is of none.</summary>
    private static string? KeyOf(object delta) => delta switch
    {
        RollCallOpened opened => opened.RollCall,
        RollCallAnswered answered => answered.RollCall,
        RollCallAnswerTakenBack back => back.RollCall,
        RollCallEnded ended => ended.RollCall,
        RollCallWithdrawn withdrawn => withdrawn.RollCall,
        _ => null,
    };
}

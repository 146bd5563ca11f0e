using System.Collections.Concurrent;

namespace Vantage.Actors.Breaches;

/// <summary>How far people have come with each breach that somebody touched; all others are open.</summary>
public sealed class HandlingDirectory
{
    private readonly ConcurrentDictionary<string, BreachHandled> _latest = new(StringComparer.Ordinal);

    public BreachHandled? Find(string breach) => _latest.GetValueOrDefault(breach);

    internal void Apply(BreachHandled handled) => _latest[handled.Breach] = handled;
}

using System.Collections.Concurrent;
using Vantage.Actors.Areas;

namespace Vantage.Host.Areas;

/// <summary>The areas as they are now. An import by another process is seen by the next who asks.</summary>
internal sealed class AreaBook(IAreas store)
{
    private readonly ConcurrentDictionary<string, AreaSet> _known = new(StringComparer.Ordinal);

    /// <summary>Reads and indexes a layer when it is not the one that was read last.</summary>
    /// <param name="layer">One of <see cref="AreaLayers.All"/>.</param>
    public AreaSet Of(string layer)
    {
        if (_known.TryGetValue(layer, out var known) && known.Layer.Version == store.VersionOf(layer))
        {
            return known;
        }

        var fresh = AreaSet.Build(store.Read(layer));
        _known[layer] = fresh; // Of two that read at once either may stay: a version is asked for each time.
        return fresh;
    }
}

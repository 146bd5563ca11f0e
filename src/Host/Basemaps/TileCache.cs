namespace Vantage.Host.Basemaps;

/// <summary>A tile as it was fetched, and how to ask whether it still is that.</summary>
internal sealed record FetchedTile(Tile Tile, DateTimeOffset FreshUntil, string? EntityTag, DateTimeOffset? LastModified);

/// <summary>The tiles that were used last, up to a number of bytes. Safe from any thread.</summary>
internal sealed class TileCache(long mostBytes)
{
    /// <summary>What an entry takes beside its picture.</summary>
    private const int Overhead = 300;

    private readonly Lock _lock = new();
    private readonly LinkedList<(TileId Id, FetchedTile Fetched)> _byUse = new();
    private readonly Dictionary<TileId, LinkedListNode<(TileId Id, FetchedTile Fetched)>> _byId = [];
    private long _bytes;

    public FetchedTile? Find(TileId id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Fetched;
        }
    }

    public void Keep(TileId id, FetchedTile fetched)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var old))
            {
                Drop_NeedsLock(old);
            }

            _byId[id] = _byUse.AddFirst((id, fetched));
            _bytes += SizeOf(fetched);
            while (_bytes > mostBytes && _byUse.Last is { } last)
            {
                Drop_NeedsLock(last);
            }
        }
    }

    private void Drop_NeedsLock(LinkedListNode<(TileId Id, FetchedTile Fetched)> node)
    {
        _byUse.Remove(node);
        _byId.Remove(node.Value.Id);
        _bytes -= SizeOf(node.Value.Fetched);
    }

    private static long SizeOf(FetchedTile fetched) => fetched.Tile.Bytes.Length + Overhead;
}

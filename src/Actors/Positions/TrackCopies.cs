namespace Vantage.Actors.Positions;

/// <summary>The copies of tracks that one commit carries to storage, in rented blocks. One thread at a time.</summary>
internal sealed class TrackCopies
{
    private readonly List<Fix[]> _blocks = [];
    private TrackBuffers? _from;
    private int _used;

    /// <summary>The copy is valid until <see cref="Release"/>.</summary>
    public ReadOnlyMemory<Fix> Copy(ReadOnlySpan<Fix> fixes, TrackBuffers from)
    {
        _from = from;
        if (_blocks.Count == 0 || _blocks[^1].Length - _used < fixes.Length)
        {
            _blocks.Add(from.Rent(fixes.Length));
            _used = 0;
        }

        var block = _blocks[^1];
        fixes.CopyTo(block.AsSpan(_used));
        var copy = block.AsMemory(_used, fixes.Length);
        _used += fixes.Length;
        return copy;
    }

    public void Release()
    {
        foreach (var block in _blocks)
        {
            _from!.Return(block);
        }

        _blocks.Clear();
    }
}

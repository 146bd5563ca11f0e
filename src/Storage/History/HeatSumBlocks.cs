using Vantage.Actors.History;

namespace Vantage.Storage.History;

/// <summary>Gathers the sums of one span by block, as they are stored.</summary>
internal sealed class HeatSumBlocks(int resolution)
{
    private readonly SortedDictionary<ulong, HeatBlock> _blocks = [];
    private ulong _lastBlock;
    private HeatBlock? _last;

    /// <summary>Those that have anything.</summary>
    public IEnumerable<KeyValuePair<ulong, HeatBlock>> Blocks => _blocks.Where(block => block.Value.Count > 0);

    public void Add(HeatSum sum)
    {
        var block = H3Blocks.ParentOf(sum.Cell, Actors.Heat.HeatCube.BlockResolution);
        if (_last is null || block != _lastBlock)
        {
            _lastBlock = block;
            if (!_blocks.TryGetValue(block, out _last))
            {
                _blocks.Add(block, _last = new HeatBlock());
            }
        }

        _last.Add(H3Blocks.ChildOf(sum.Cell, resolution), sum.Fixes, sum.PresenceMs);
    }
}

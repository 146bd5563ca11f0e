namespace Vantage.Actors.Positions;

/// <summary>Accepted fixes of any units on their way to the track log. Reusable: gateways keep one and clear it.</summary>
/// <remarks>Not thread-safe. While <see cref="IPositionIngest.CommitAsync"/> runs, the batch belongs to it.</remarks>
public sealed class PositionBatch
{
    private UnitFix[] _items = new UnitFix[16];

    public int Count { get; private set; }

    public ReadOnlySpan<UnitFix> Items => _items.AsSpan(0, Count);

    public void Add(int unit, in Fix fix)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count].Unit = unit;
        _items[Count].Fix = fix;
        Count++;
    }

    public void Clear() => Count = 0;
}

/// <summary>The one way in for positions, whatever device they came from.</summary>
public interface IPositionIngest
{
    /// <summary>Completes when every fix of the batch is durable: only then may the sender be told so.</summary>
    /// <exception cref="IOException">Storage refused: nothing of the batch may be acknowledged.</exception>
    ValueTask CommitAsync(PositionBatch batch, CancellationToken cancellationToken = default);
}

/// <summary>Which unit a terminal belongs to. Reads are lock-free and allocate nothing.</summary>
public interface IDeviceDirectory
{
    /// <summary>Finds the unit of a terminal. <paramref name="key"/> of <c>jt808</c> is the SIM number without leading zeros.</summary>
    /// <param name="protocol"><c>jt808</c>, <c>osmand</c>.</param>
    /// <param name="unit">The unit's number in the track log.</param>
    bool TryFindDevice(string protocol, ReadOnlySpan<char> key, out int unit);

    /// <summary>Finds a unit by its id, <c>vehicle/沪A12345</c>; registers it when registration is open and the kind is a unit's.</summary>
    bool TryFindOrRegisterUnit(ReadOnlySpan<char> id, out int unit);
}

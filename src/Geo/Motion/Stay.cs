namespace Vantage.Geo.Motion;

/// <summary>A stop that may still grow.</summary>
/// <param name="anchor">The fix from which its radius was measured first: how far the unit gets is measured from there.</param>
/// <param name="places">Of what belongs to it already.</param>
internal sealed class Stay(long fromMs, LatLng anchor, PlaceMean places)
{
    private PlaceMean _places = places;

    public long FromMs { get; } = fromMs;

    public long ToMs { get; private set; } = fromMs;

    public LatLng Anchor => anchor;

    public LatLng Place => _places.Value;

    public void Add(in MotionFix fix)
    {
        _places.Add(fix.Place);
        ToMs = fix.TimeMs;
    }

    /// <summary>Takes in a move that was none.</summary>
    public void Add(Move move)
    {
        _places.Add(move.Places);
        ToMs = move.ToMs;
    }
}

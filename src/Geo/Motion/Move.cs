namespace Vantage.Geo.Motion;

/// <summary>What lies between two stops, or between a stop and a gap: a trip once it is known to get somewhere, and nothing otherwise.</summary>
/// <param name="start">Where its way begins.</param>
/// <param name="anchor">From where it is measured how far it gets.</param>
/// <param name="origin">See <see cref="PlaceMean"/>.</param>
internal sealed class Move(IMotionSink sink, long fromMs, LatLng start, LatLng anchor, LatLng origin)
{
    // Few: a move that lasts is a trip, see MotionRules.TripMs.
    private readonly List<(long FromMs, long ToMs, long Centimetres)> _held = [];
    private PlaceMean _places = new(origin);
    private readonly LatLng _start = start;
    private LatLng _counted = start;
    private long _countedMs = fromMs;
    private long _centimetres;
    private double? _maxMetresPerSecond;

    public bool IsTrip { get; private set; }

    public long FromMs { get; } = fromMs;

    /// <summary>The last fix that was passed.</summary>
    public long ToMs { get; private set; } = fromMs;

    public PlaceMean Places => _places;

    /// <summary>Whether it is a trip, if it gets there by then.</summary>
    public bool IsTripBy(in MotionFix fix) => IsTrip
        || fix.TimeMs - FromMs >= MotionRules.TripMs
        || GreatCircle.DistanceMetres(anchor, fix.Place) >= MotionRules.TripReachMetres;

    public void Pass(in MotionFix fix)
    {
        ToMs = fix.TimeMs;
        _places.Add(fix.Place);
        if (fix.SpeedMetresPerSecond is { } speed && !(speed <= _maxMetresPerSecond))
        {
            _maxMetresPerSecond = speed;
        }

        var metres = GreatCircle.DistanceMetres(_counted, fix.Place);
        if (metres >= MotionRules.DriftMetres)
        {
            Count(metres, fix.Place, fix.TimeMs);
        }
    }

    public void BeginTrip()
    {
        IsTrip = true;
        foreach (var (legFromMs, legToMs, centimetres) in _held)
        {
            sink.Leg(legFromMs, legToMs, centimetres);
        }

        _held.Clear();
    }

    /// <summary>Tells the sink of the trip, and of its last leg.</summary>
    public void EndTrip(long toMs, LatLng end)
    {
        if (end != _counted)
        {
            Count(GreatCircle.DistanceMetres(_counted, end), end, toMs);
        }

        sink.Trip(new MotionTrip(FromMs, toMs, _centimetres, _start, end, _maxMetresPerSecond));
    }

    private void Count(double metres, LatLng place, long timeMs)
    {
        var centimetres = (long)Math.Round(metres * 100);
        _centimetres += centimetres;
        if (IsTrip)
        {
            sink.Leg(_countedMs, timeMs, centimetres);
        }
        else
        {
            _held.Add((_countedMs, timeMs, centimetres));
        }

        (_counted, _countedMs) = (place, timeMs);
    }
}

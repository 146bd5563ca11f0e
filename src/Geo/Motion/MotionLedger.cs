namespace Vantage.Geo.Motion;

/// <summary>What a unit did in an interval. Times are milliseconds; moving, idle and unknown make up the interval exactly.</summary>
/// <param name="MovingMs">On trips.</param>
/// <param name="IdleMs">Known, and not on a trip.</param>
/// <param name="Trips">That began in it.</param>
/// <param name="Stops">That began in it.</param>
public readonly record struct MotionSums(long FromMs, long ToMs, long Centimetres, long MovingMs, long IdleMs, int Trips, int Stops)
{
    /// <summary>In gaps, before the first fix and after the last.</summary>
    public long NoDataMs => ToMs - FromMs - MovingMs - IdleMs;
}

/// <summary>Sums up motion by intervals that join one another, such as days (MOT-9 and MOT-11). What lies outside of them is left out.</summary>
public sealed class MotionLedger : IMotionSink
{
    private readonly MotionSums[] _sums;

    /// <param name="edgesMs">Where an interval ends and the next begins: two or more, ascending.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public MotionLedger(ReadOnlySpan<long> edgesMs)
    {
        _sums = new MotionSums[Math.Max(1, edgesMs.Length) - 1];
        for (var i = 0; i < _sums.Length; i++)
        {
            if (edgesMs[i] >= edgesMs[i + 1])
            {
                throw new ArgumentException("The edges do not ascend.", nameof(edgesMs));
            }

            _sums[i] = new MotionSums(edgesMs[i], edgesMs[i + 1], 0, 0, 0, 0, 0);
        }

        if (_sums.Length == 0)
        {
            throw new ArgumentException("An interval has two edges.", nameof(edgesMs));
        }
    }

    /// <summary>An entry for each interval, in their order.</summary>
    public IReadOnlyList<MotionSums> Sums => _sums;

    public void Trip(in MotionTrip trip)
    {
        AddTime(trip.FromMs, trip.ToMs, isMoving: true);
        if (IndexOf(trip.FromMs) is { } i)
        {
            _sums[i] = _sums[i] with { Trips = _sums[i].Trips + 1 };
        }
    }

    public void Stop(in MotionStop stop)
    {
        AddTime(stop.FromMs, stop.ToMs, isMoving: false);
        if (IndexOf(stop.FromMs) is { } i)
        {
            _sums[i] = _sums[i] with { Stops = _sums[i].Stops + 1 };
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">It ends before it begins.</exception>
    public void Idle(long fromMs, long toMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(toMs, fromMs);
        AddTime(fromMs, toMs, isMoving: false);
    }

    /// <summary>What nobody said is unknown: nothing to add.</summary>
    public void Gap(long fromMs, long toMs)
    {
    }

    /// <remarks>Shared by time between the intervals, and rounded so that the shares of all intervals there could be make up the whole.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">It does not end after it begins.</exception>
    public void Leg(long fromMs, long toMs, long centimetres)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(toMs, fromMs);
        for (var i = FirstEndingAfter(fromMs); i < _sums.Length && _sums[i].FromMs < toMs; i++)
        {
            var share = Until(_sums[i].ToMs) - Until(_sums[i].FromMs);
            _sums[i] = _sums[i] with { Centimetres = _sums[i].Centimetres + share };
        }

        long Until(long timeMs)
            => (long)Math.Round((decimal)centimetres * (Math.Clamp(timeMs, fromMs, toMs) - fromMs) / (toMs - fromMs));
    }

    private void AddTime(long fromMs, long toMs, bool isMoving)
    {
        for (var i = FirstEndingAfter(fromMs); i < _sums.Length && _sums[i].FromMs < toMs; i++)
        {
            var sums = _sums[i];
            var ms = Math.Min(toMs, sums.ToMs) - Math.Max(fromMs, sums.FromMs);
            _sums[i] = isMoving ? sums with { MovingMs = sums.MovingMs + ms } : sums with { IdleMs = sums.IdleMs + ms };
        }
    }

    private int? IndexOf(long timeMs)
        => FirstEndingAfter(timeMs) is var i && i < _sums.Length && _sums[i].FromMs <= timeMs ? i : null;

    private int FirstEndingAfter(long timeMs)
    {
        var (low, high) = (0, _sums.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _sums[middle].ToMs > timeMs ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}

using System.Runtime.InteropServices;

namespace Vantage.Geo.Motion;

/// <summary>Turns a track into trips, stops and gaps (MOT-6 to MOT-10): fix by fix in the order of time, and each is looked at once.</summary>
/// <remarks>
/// <para>A function of the fixes alone, however they are handed over. What it remembers is at most <see cref="MotionRules.StopMs"/> of fixes, at
/// one a second, however long the track is; each fix is compared with those. Not thread-safe.</para>
/// <para>Between two gaps a unit is resting or under way:</para>
/// <code>
///              a fix after which all are near it for StopMs
/// under way ───────────────────────────────────────────────▶ resting
///     ▲                                                         │
///     └─────────────────────────────────────────────────────────┘
///                     a fix out of the radius
/// </code>
/// <para>Fixes that may yet turn out to begin a stop wait in a window. A move that gets nowhere is taken back into the stops beside it.</para>
/// </remarks>
public sealed class MotionReader(IMotionSink sink)
{
    private readonly List<Candidate> _window = [];
    private MotionFix? _last;
    private LatLng _origin;
    private long _newestMs = long.MinValue;
    private bool _isComplete;

    /// <summary>Under way: since the stop before, or since a gap. Null at rest.</summary>
    private Move? _move;

    /// <summary>The stop at which the unit rests, or which it may turn out never to have left.</summary>
    private Stay? _stay;

    /// <summary>At rest: the fix from which the radius is measured.</summary>
    private LatLng _restsAt;

    /// <summary>The trip that led to <see cref="_stay"/>: where it ends is known when the stop has its mean.</summary>
    private Move? _arrived;

    /// <summary>Takes the next fix. Leave out what does not count: fixes that are outranked, and jumps.</summary>
    /// <exception cref="ArgumentException">The fix is older than one before it.</exception>
    /// <exception cref="InvalidOperationException">After <see cref="Complete"/>.</exception>
    public void Add(in MotionFix fix)
    {
        if (_isComplete)
        {
            throw new InvalidOperationException("The track has been completed.");
        }

        if (fix.TimeMs < _newestMs)
        {
            throw new ArgumentException($"A fix at {fix.TimeMs} comes after one at {_newestMs}.", nameof(fix));
        }

        _newestMs = fix.TimeMs;
        if (fix.AccuracyMetres > MotionRules.MaxAccuracyMetres || fix.TimeMs - _last?.TimeMs < MotionRules.MinIntervalMs)
        {
            return;
        }

        if (_last is { } last && IsGap(last, fix))
        {
            EndRun(last);
            sink.Gap(last.TimeMs, fix.TimeMs);
            _last = null;
        }

        if (_last is null)
        {
            BeginRun(fix);
        }
        else if (_move is null)
        {
            StayOrLeave(fix);
        }
        else
        {
            GoOn(_move, fix);
        }

        _last = fix;
    }

    /// <summary>Tells the sink what is still open. Nothing can be added afterwards.</summary>
    public void Complete()
    {
        if (_last is { } last && !_isComplete)
        {
            EndRun(last);
        }

        _isComplete = true;
    }

    private static bool IsGap(in MotionFix from, in MotionFix to)
    {
        var ms = to.TimeMs - from.TimeMs;
        return ms > MotionRules.GapMs || GreatCircle.DistanceMetres(from.Place, to.Place) * 1000 > MotionRules.MaxMetresPerSecond * ms;
    }

    private void BeginRun(in MotionFix first)
    {
        _origin = first.Place;
        _move = new Move(sink, first.TimeMs, first.Place, first.Place, _origin);
        _window.Add(new Candidate(first));
    }

    private void EndRun(in MotionFix last)
    {
        if (_move is not null)
        {
            Pass(_move, _window.Count);
            EndMove(_move, last);
            _move = null;
        }

        EndStop();
    }

    private void EndMove(Move move, in MotionFix last)
    {
        if (move.IsTrip)
        {
            move.EndTrip(last.TimeMs, last.Place);
        }
        else if (_stay is not null)
        {
            _stay.Add(move);
        }
        else if (last.TimeMs > move.FromMs)
        {
            sink.Idle(move.FromMs, last.TimeMs);
        }
    }

    private void StayOrLeave(in MotionFix fix)
    {
        if (GreatCircle.DistanceMetres(_restsAt, fix.Place) <= MotionRules.StopRadiusMetres)
        {
            _stay!.Add(fix);
            return;
        }

        _move = new Move(sink, _stay!.ToMs, _stay.Place, _stay.Anchor, _origin);
        _window.Add(new Candidate(fix));
    }

    private void GoOn(Move move, in MotionFix fix)
    {
        foreach (ref var candidate in CollectionsMarshal.AsSpan(_window))
        {
            candidate.IsLeft = candidate.IsLeft || GreatCircle.DistanceMetres(candidate.Fix.Place, fix.Place) > MotionRules.StopRadiusMetres;
        }

        _window.Add(new Candidate(fix));
        Pass(move, _window.FindIndex(candidate => !candidate.IsLeft)); // There is one: the newest has not been left.
        if (fix.TimeMs - _window[0].Fix.TimeMs >= MotionRules.StopMs)
        {
            BeginStop(move, _window[0].Fix);
        }
    }

    /// <summary>The first so many of the window begin no stop.</summary>
    private void Pass(Move move, int count)
    {
        foreach (ref readonly var candidate in CollectionsMarshal.AsSpan(_window)[..count])
        {
            move.Pass(candidate.Fix);
            BeginTripIfOne(move, candidate.Fix);
        }

        _window.RemoveRange(0, count);
    }

    private void BeginTripIfOne(Move move, in MotionFix fix)
    {
        if (!move.IsTrip && move.IsTripBy(fix))
        {
            EndStop();
            move.BeginTrip();
        }
    }

    private void BeginStop(Move move, in MotionFix first)
    {
        BeginTripIfOne(move, first);
        if (move.IsTrip)
        {
            _arrived = move;
            _stay = new Stay(first.TimeMs, first.Place, new PlaceMean(_origin));
        }
        else if (_stay is null)
        {
            _stay = new Stay(move.FromMs, first.Place, move.Places);
        }
        else
        {
            _stay.Add(move);
        }

        foreach (ref readonly var candidate in CollectionsMarshal.AsSpan(_window))
        {
            _stay.Add(candidate.Fix);
        }

        _window.Clear();
        (_move, _restsAt) = (null, first.Place);
    }

    private void EndStop()
    {
        if (_stay is null)
        {
            return;
        }

        _arrived?.EndTrip(_stay.FromMs, _stay.Place);
        sink.Stop(new MotionStop(_stay.FromMs, _stay.ToMs, _stay.Place));
        (_stay, _arrived) = (null, null);
    }

    /// <summary>A fix that may yet begin a stop, until the unit has left its radius.</summary>
    private struct Candidate(MotionFix fix)
    {
        public readonly MotionFix Fix = fix;
        public bool IsLeft;
    }
}

using Vantage.Geo.Motion;

namespace Vantage.Geo.Tests.Motion;

/// <summary>The rules word by word, with the whole track at hand and every distance looked up again: slow, and nothing is remembered.</summary>
internal static class NaiveMotion
{
    public static Recording Of(IReadOnlyList<MotionFix> track)
    {
        var told = new Recording();
        var used = Used(track);
        var start = 0;
        for (var i = 1; i <= used.Count; i++)
        {
            if (i == used.Count || IsGap(used[i - 1], used[i]))
            {
                Run(used.GetRange(start, i - start), told);
                start = i;
                if (i < used.Count)
                {
                    told.Gap(used[i - 1].TimeMs, used[i].TimeMs);
                }
            }
        }

        return told;
    }

    private static List<MotionFix> Used(IReadOnlyList<MotionFix> track)
    {
        var used = new List<MotionFix>();
        foreach (var fix in track.Where(fix => fix.AccuracyMetres is null or <= 100))
        {
            if (used.Count == 0 || fix.TimeMs - used[^1].TimeMs >= 1000)
            {
                used.Add(fix);
            }
        }

        return used;
    }

    private static bool IsGap(MotionFix a, MotionFix b)
        => b.TimeMs - a.TimeMs > 300_000 || Metres(a, b) / ((b.TimeMs - a.TimeMs) / 1000.0) > 70;

    private static void Run(List<MotionFix> run, Recording told)
    {
        var stays = Stays(run);
        var moves = Moves(run, stays);
        var joined = new List<Joined>();
        var trips = new List<(int After, MoveRange Move)>();
        for (var i = 0; i < moves.Count; i++)
        {
            var (move, stay) = (moves[i], i < stays.Count ? stays[i] : ((int First, int Last)?)null);
            var before = i == 0 ? null : joined[^1];
            if (IsTrip(run, move, before is null ? run[0].Place : run[before.Anchor].Place))
            {
                trips.Add((joined.Count - 1, move));
                if (stay is { } next)
                {
                    joined.Add(new Joined(next.First, next.First, next.Last));
                }
            }
            else if (before is not null)
            {
                joined[^1] = before with { Last = stay?.Last ?? move.Last };
            }
            else if (stay is { } first)
            {
                joined.Add(new Joined(first.First, 0, first.Last));
            }
            else if (run.Count > 1)
            {
                told.Idle(run[0].TimeMs, run[^1].TimeMs);
            }
        }

        foreach (var stop in joined)
        {
            told.Stop(new MotionStop(run[stop.First].TimeMs, run[stop.Last].TimeMs, Mean(run, stop)));
        }

        foreach (var (after, move) in trips)
        {
            Trip(run, move, after < 0 ? null : joined[after], after + 1 < joined.Count ? joined[after + 1] : null, told);
        }
    }

    /// <summary>Stay points by Li et al. 2008.</summary>
    private static List<(int First, int Last)> Stays(List<MotionFix> run)
    {
        var stays = new List<(int, int)>();
        for (var i = 0; i < run.Count;)
        {
            var left = Enumerable.Range(i, run.Count - i).FirstOrDefault(j => Metres(run[i], run[j]) > 50, run.Count);
            if (run[left - 1].TimeMs - run[i].TimeMs >= 300_000)
            {
                stays.Add((i, left - 1));
                i = left;
            }
            else
            {
                i++;
            }
        }

        return stays;
    }

    /// <summary>One before each stay, and one after the last; some are empty.</summary>
    private static List<MoveRange> Moves(List<MotionFix> run, List<(int First, int Last)> stays)
    {
        var moves = new List<MoveRange>();
        var begin = 0;
        foreach (var (first, last) in stays)
        {
            moves.Add(new MoveRange(begin, first, EndsAtStay: true));
            begin = last;
        }

        moves.Add(new MoveRange(begin, run.Count - 1, EndsAtStay: false));
        return moves;
    }

    private static bool IsTrip(List<MotionFix> run, MoveRange move, LatLng anchor)
        => run[move.Last].TimeMs - run[move.First].TimeMs >= 600_000
        || Enumerable.Range(move.First + 1, move.Last - move.First).Any(i => GreatCircle.DistanceMetres(anchor, run[i].Place) >= 100);

    private static void Trip(List<MotionFix> run, MoveRange move, Joined? before, Joined? after, Recording told)
    {
        var start = before is null ? run[0].Place : Mean(run, before);
        var end = after is null ? run[move.Last].Place : Mean(run, after);
        var between = run.Skip(before is null ? 0 : move.First + 1).Take((move.EndsAtStay ? move.Last - 1 : move.Last) - (before is null ? -1 : move.First)).ToList();
        var counted = new List<LatLng> { start };
        foreach (var fix in between)
        {
            if (GreatCircle.DistanceMetres(counted[^1], fix.Place) >= 20)
            {
                counted.Add(fix.Place);
            }
        }

        counted.Add(end);
        var metres = counted.Zip(counted.Skip(1), GreatCircle.DistanceMetres).Sum();
        told.Trip(new MotionTrip(
            run[move.First].TimeMs, run[move.Last].TimeMs, (long)Math.Round(metres * 100), start, end, between.Max(fix => fix.SpeedMetresPerSecond)));
    }

    private static LatLng Mean(List<MotionFix> run, Joined stop)
    {
        var fixes = run.GetRange(stop.First, stop.Last - stop.First + 1);
        return LatLng.Trusted(fixes.Average(fix => fix.Place.Latitude), fixes.Average(fix => fix.Place.Longitude));
    }

    private static double Metres(MotionFix a, MotionFix b) => GreatCircle.DistanceMetres(a.Place, b.Place);

    /// <param name="First">The last fix of the stay before, or the run's first.</param>
    /// <param name="Last">The first fix of the stay after, or the run's last.</param>
    private sealed record MoveRange(int First, int Last, bool EndsAtStay);

    /// <param name="Anchor">The first fix of its first stay.</param>
    private sealed record Joined(int Anchor, int First, int Last);
}

using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.Motion;

namespace Vantage.Geo.Tests.Motion;

public sealed class MotionPropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    /// <summary>What a unit may do for a while: so many fixes, so far apart in time and place, with so much drift.</summary>
    private static readonly Gen<(int Count, int StepMs, double Metres, int Turn, int Drift)> Deeds =
        from count in Gen.Choose(1, 30)
        from stepMs in Gen.OneOf(Gen.Elements(500, 1_000, 5_000, 10_000, 30_000, 60_000, 299_000, 300_000, 300_001, 900_000), Gen.Choose(1, 120_000))
        from metres in Gen.OneOf(Gen.Constant(0), Gen.Constant(0), Gen.Choose(1, 30), Gen.Choose(30, 120), Gen.Choose(120, 3_000))
        from turn in Gen.Choose(0, 359)
        from drift in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 20), Gen.Choose(20, 90))
        select (count, stepMs, (double)metres, turn, drift);

    private static readonly Arbitrary<MotionFix[]> Tracks = (
        from deeds in Deeds.ListOf()
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Draw(deeds, seed)).ToArbitrary();

    [Fact(DisplayName = "[MOT-6] [MOT-7] [MOT-8] [MOT-10] read fix by fix, a track is what it is by looking at all of it over and over")]
    public void Agrees_with_the_naive() => Prop.ForAll(Tracks, track =>
    {
        var (told, expected) = (Recording.Of(track), NaiveMotion.Of(track));
        Assert.Equal(expected.Spans, told.Spans);
        Assert.All(expected.Stops.Zip(told.Stops), pair => AssertNear(pair.First.Place, pair.Second.Place));
        Assert.All(expected.Trips.Zip(told.Trips), pair =>
        {
            AssertNear(pair.First.Start, pair.Second.Start);
            AssertNear(pair.First.End, pair.Second.End);
            Assert.Equal(pair.First.MaxMetresPerSecond, pair.Second.MaxMetresPerSecond);

            // Each leg is rounded to a centimetre, and the means of places to seven decimals.
            Assert.InRange(pair.Second.Centimetres - pair.First.Centimetres, -200, 200);
        });
    }).Check(Many);

    [Fact(DisplayName = "[MOT-9] all time between the first fix and the last is told exactly once")]
    public void Time_is_conserved() => Prop.ForAll(Tracks, track =>
    {
        var spans = Recording.Of(track).Spans.ToArray();
        Assert.All(spans, span => Assert.True(span.FromMs < span.ToMs));
        Assert.Equal(spans.Skip(1).Select(span => span.FromMs), spans.SkipLast(1).Select(span => span.ToMs));
        if (spans.Length > 0)
        {
            var used = track.Where(fix => !(fix.AccuracyMetres > 100)).ToArray();
            Assert.Equal(used[0].TimeMs, spans[0].FromMs);
            Assert.InRange(used[^1].TimeMs - spans[^1].ToMs, 0, 999); // A fix that follows within a second is left out.
        }
    }).Check(Many);

    [Fact(DisplayName = "[MOT-11] however a range is parted, the parts make up the whole: time, distance, trips and stops")]
    public void Parts_make_up_the_whole() => Prop.ForAll(Tracks, Gen.Choose(1, 3_600_000).ListOf().ToArbitrary(), (track, widths) =>
    {
        var edges = new List<long> { Sketch.StartMs - 1000 };
        edges.AddRange(widths.Select(width => edges[0] + width).Distinct().Order());
        edges.Add(edges[^1] + 1_000_000_000);
        var whole = Recording.Ledger(track, edges[0], edges[^1]).Sums.Single();
        var parts = Recording.Ledger(track, [.. edges]).Sums;
        var oneByOne = Enumerable.Range(0, edges.Count - 1).Select(i => Recording.Ledger(track, edges[i], edges[i + 1]).Sums.Single());

        Assert.Equal(whole, new MotionSums(
            edges[0], edges[^1], parts.Sum(part => part.Centimetres), parts.Sum(part => part.MovingMs), parts.Sum(part => part.IdleMs),
            parts.Sum(part => part.Trips), parts.Sum(part => part.Stops)));
        Assert.Equal(parts, oneByOne);
        Assert.Equal(whole.Centimetres, Recording.Of(track).Trips.Sum(trip => trip.Centimetres));
    }).Check(Many.WithMaxTest(300));

    [Fact(DisplayName = "[MOT-10] at rest, drift within the radius of a stop adds neither distance nor trips, whatever its rhythm")]
    public void Drift_at_rest_is_no_distance() => Prop.ForAll(
        (from count in Gen.Choose(2, 400)
         from stepMs in Gen.Choose(1, 300_000)
         from seed in Gen.Choose(0, int.MaxValue - 1)
         select (count, stepMs, seed)).ToArbitrary(),
        rest =>
        {
            var random = new Random(rest.seed);
            var sketch = new Sketch();
            for (var i = 0; i < rest.count; i++)
            {
                sketch.Fix(Off(random, MotionRules.StopRadiusMetres / 2)).By(0, 0, random.Next(1, rest.stepMs + 1) / 1000.0);
            }

            var told = Recording.Of(sketch.Fixes);

            Assert.Empty(told.Trips);
            Assert.Empty(told.Legs);
            Assert.Empty(told.Gaps);
            Assert.InRange(told.Stops.Count, 0, 1);
        }).Check(Many);

    [Fact(DisplayName = "[MOT-10] waiting on the way, with drift below 20 m, leaves the distance what it is without waiting")]
    public void Drift_on_the_way_is_no_distance() => Prop.ForAll(
        (from metres in Gen.Choose(110, 4_000)
         from fixes in Gen.Choose(1, 60)
         from seed in Gen.Choose(0, int.MaxValue - 1)
         select (metres, fixes, seed)).ToArbitrary(),
        way =>
        {
            var random = new Random(way.seed);
            var waiting = new Sketch().Fix().Go(way.metres);
            for (var i = 0; i < way.fixes; i++)
            {
                waiting.By(0, 0, 4).Fix(Off(random, 19.9));
            }

            var withWait = Recording.Of(waiting.Go(way.metres).Fixes);
            var without = Recording.Of(new Sketch().Fix().Go(way.metres).Go(way.metres).Fixes);

            Assert.Equal(without.Trips.Single().Centimetres, withWait.Trips.Single().Centimetres);
        }).Check(Many.WithMaxTest(300));

    [Fact(DisplayName = "No trip is shorter than the straight line between its ends, nor longer than its fixes and 50 m at each end")]
    public void Distance_is_between_bounds() => Prop.ForAll(Tracks, track =>
    {
        foreach (var trip in Recording.Of(track).Trips)
        {
            var straight = GreatCircle.DistanceMetres(trip.Start, trip.End);
            var fixes = track.Where(fix => fix.TimeMs >= trip.FromMs && fix.TimeMs <= trip.ToMs).Select(fix => fix.Place).ToArray();
            LatLng[] way = [trip.Start, .. fixes, trip.End];
            var longest = way.Zip(way.Skip(1), GreatCircle.DistanceMetres).Sum();
            var rounding = (fixes.Length + 2) * 0.01;
            Assert.InRange(trip.Centimetres / 100.0, straight - rounding, longest + rounding);
        }
    }).Check(Many);

    [Fact(DisplayName = "Back to front, gaps are the same gaps, and a trip without rest that is one both ways is as long")]
    public void Reversal() => Prop.ForAll(Tracks, track =>
    {
        MotionFix[] even = [.. NoCrowd(track)];
        var there = Recording.Of(even);
        var back = Recording.Of(even.Reverse().Select(fix => fix with { TimeMs = -fix.TimeMs }));
        Assert.Equal(there.Gaps.Select(gap => (-gap.ToMs, -gap.FromMs)).Order(), back.Gaps);
        if (there.Stops.Count == 0 && back.Stops.Count == 0 && even.Zip(even.Skip(1), (a, b) => GreatCircle.DistanceMetres(a.Place, b.Place)).All(metres => metres >= 20))
        {
            var ways = there.Trips.ToDictionary(trip => (-trip.ToMs, -trip.FromMs), trip => trip.Centimetres);
            Assert.All(back.Trips, trip => Assert.Equal(ways.GetValueOrDefault((trip.FromMs, trip.ToMs), trip.Centimetres), trip.Centimetres));
        }
    }).Check(Many);

    [Fact(DisplayName = "[MOT-6] fixes that are left out change nothing")]
    public void Left_out() => Prop.ForAll(Tracks, track =>
    {
        var used = track.Where(fix => !(fix.AccuracyMetres > 100)).ToArray();
        var more = used.SelectMany((fix, i) => (MotionFix[])[fix, fix with { Place = Sketch.PlaceAt(i, 9_000), AccuracyMetres = 101 }]);

        Assert.Equal(Recording.Of(used).Spans, Recording.Of(more).Spans);
    }).Check(Many.WithMaxTest(300));

    private static IEnumerable<MotionFix> NoCrowd(MotionFix[] track)
    {
        var lastMs = long.MinValue / 2;
        foreach (var fix in track.Where(fix => !(fix.AccuracyMetres > 100)))
        {
            if (fix.TimeMs - lastMs >= 1000)
            {
                lastMs = fix.TimeMs;
                yield return fix;
            }
        }
    }

    private static MotionFix[] Draw(IEnumerable<(int Count, int StepMs, double Metres, int Turn, int Drift)> deeds, int seed)
    {
        var random = new Random(seed);
        var (east, north, timeMs) = (0.0, 0.0, Sketch.StartMs);
        var track = new List<MotionFix>();
        foreach (var (count, stepMs, metres, turn, drift) in deeds)
        {
            for (var i = 0; i < count; i++)
            {
                var (sin, cos) = Math.SinCos(double.DegreesToRadians(turn));
                (east, north, timeMs) = (east + (metres * sin), north + (metres * cos), timeMs + stepMs);
                var (offEast, offNorth) = Off(random, drift);
                track.Add(new MotionFix(
                    timeMs, Sketch.PlaceAt(east + offEast, north + offNorth), random.Next(3) == 0 ? null : random.Next(3000) / 100.0,
                    random.Next(10) == 0 ? random.Next(200) : null));
            }
        }

        return [.. track];
    }

    /// <summary>A place in a circle.</summary>
    private static (double East, double North) Off(Random random, double radius)
    {
        var (sin, cos) = Math.SinCos(random.NextDouble() * 2 * Math.PI);
        var metres = radius * 0.99 * Math.Sqrt(random.NextDouble());
        return (metres * sin, metres * cos);
    }

    private static void AssertNear(LatLng expected, LatLng actual)
        => Assert.InRange(GreatCircle.DistanceMetres(expected, actual), 0, 0.02);
}

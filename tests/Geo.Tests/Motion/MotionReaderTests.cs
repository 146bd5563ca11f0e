using Vantage.Geo.Motion;

namespace Vantage.Geo.Tests.Motion;

public sealed class MotionReaderTests
{
    private const long Start = Sketch.StartMs;

    [Theory(DisplayName = "[MOT-6] a silence of 300 s is bridged, and one that is longer is a gap, without distance")]
    [InlineData(300.000, true)]
    [InlineData(300.001, false)]
    public void Silence(double seconds, bool isBridged)
    {
        var sketch = new Sketch().Fix().By(1000, 0, seconds).Fix();

        var told = Recording.Of(sketch.Fixes);

        Assert.Equal(isBridged ? ["trip"] : ["gap"], told.Spans.Select(span => span.What));
        Assert.Equal(isBridged ? 1000 : 0, told.Legs.Sum(leg => leg.Centimetres) / 100.0, 0.02);
        Assert.Equal([(Start, sketch.NowMs)], told.Spans.Select(span => (span.FromMs, span.ToMs)));
    }

    [Theory(DisplayName = "[MOT-6] a segment that needs more than 70 m/s is a gap, however short: two fixes far off are not a way there and back")]
    [InlineData(699, "trip")]
    [InlineData(701, "gap")]
    public void Implausible(double metres, string what)
    {
        var sketch = new Sketch().Fix().By(metres, 0, 10).Fix().By(0, 0, 10).Fix().By(-metres, 0, 10).Fix();

        var told = Recording.Of(sketch.Fixes);

        Assert.Equal(what == "gap" ? ["gap", "idle", "gap"] : ["trip"], told.Spans.Select(span => span.What));
        Assert.Equal(what == "gap" ? 0 : 2 * metres, told.Legs.Sum(leg => leg.Centimetres) / 100.0, 0.05);
    }

    [Theory(DisplayName = "[MOT-6] a fix that says it is less accurate than 100 m is left out")]
    [InlineData(100, 1)]
    [InlineData(100.1, 0)]
    public void Inaccurate(double accuracy, int trips)
    {
        var sketch = new Sketch().Fix().Rest(400).By(400, 0, 10).Fix(accuracy: accuracy).By(-400, 0, 10).Fix().Rest(400);

        var told = Recording.Of(sketch.Fixes);

        Assert.Equal((trips, trips + 1), (told.Trips.Count, told.Stops.Count));
    }

    [Theory(DisplayName = "[MOT-6] a fix less than a second after the last one that was used is left out")]
    [InlineData(0.999, 0)]
    [InlineData(1, 4.5)]
    public void Crowded(double seconds, double maxSpeed)
    {
        var sketch = new Sketch().Fix(speed: 0).By(60, 0, seconds).Fix(speed: 4.5).By(140, 0, 10).Fix(speed: 0);

        Assert.Equal(maxSpeed, Recording.Of(sketch.Fixes).Trips.Single().MaxMetresPerSecond);
    }

    [Theory(DisplayName = "[MOT-7] to stay for 300 s is a stop, and for less is none")]
    [InlineData(299, 0)]
    [InlineData(300, 1)]
    [InlineData(3600, 1)]
    public void Stop_time(int seconds, int stops)
    {
        var sketch = new Sketch().Fix().Go(2000).Rest(seconds, 1).Go(2000);

        var told = Recording.Of(sketch.Fixes);

        Assert.Equal((stops, stops + 1), (told.Stops.Count, told.Trips.Count));
    }

    [Theory(DisplayName = "[MOT-7] a stop is as large as 50 m from its first fix")]
    [InlineData(49.9, 1)]
    [InlineData(50.1, 0)]
    public void Stop_radius(double metres, int stops)
    {
        var sketch = new Sketch().Fix().By(metres, 0, 150).Fix().By(-metres, 0, 150).Fix();

        Assert.Equal(stops, Recording.Of(sketch.Fixes).Stops.Count);
    }

    [Fact(DisplayName = "[MOT-7] a stop lasts from the first of its fixes to the last, and its place is their mean")]
    public void Stop_place()
    {
        var sketch = new Sketch().Fix().Go(1000);
        var arrivedMs = sketch.NowMs;
        sketch.By(30, 0, 100).Fix().By(0, 10, 100).Fix().By(-30, 10, 100).Fix();
        var leftMs = sketch.NowMs;
        sketch.Go(1000);

        var stop = Recording.Of(sketch.Fixes).Stops.Single();

        Assert.Equal((arrivedMs, leftMs), (stop.FromMs, stop.ToMs));
        var mean = Sketch.PlaceAt(1015, 7.5);
        Assert.Equal(mean.Latitude, stop.Place.Latitude, 3e-7);
        Assert.Equal(mean.Longitude, stop.Place.Longitude, 3e-7);
    }

    [Fact(DisplayName = "[MOT-7] the mean of a stop on the antimeridian is on the antimeridian")]
    public void Antimeridian()
    {
        var fixes = Enumerable.Range(0, 41).Select(i => new MotionFix(
            i * 10_000, LatLng.Trusted(-17, i % 2 == 0 ? 179.9999 : -179.9999)));

        var stop = Recording.Of(fixes).Stops.Single();

        Assert.Equal(180, Math.Abs(stop.Place.Longitude), 1e-5);
    }

    [Theory(DisplayName = "[MOT-8] getting 100 m away is a trip; getting less far and coming back is to have stayed, without distance")]
    [InlineData(99.8, 0, 1)]
    [InlineData(100.2, 1, 2)]
    public void Trip_reach(double metres, int trips, int stops)
    {
        var sketch = new Sketch().Fix().Rest(600).By(metres, 0, 60).Fix().By(-metres, 0, 60).Fix().Rest(600);

        var told = Recording.Of(sketch.Fixes);

        Assert.Equal((trips, stops), (told.Trips.Count, told.Stops.Count));
        Assert.Equal(trips * 2 * metres, told.Legs.Sum(leg => leg.Centimetres) / 100.0, 0.05);
    }

    [Fact(DisplayName = "[MOT-8] stops that creep away are one until they are 100 m from where the first began")]
    public void Creeping()
    {
        var sketch = new Sketch().Fix();
        for (var i = 0; i < 5; i++)
        {
            sketch.Rest(600).By(60, 0, 30).Fix(); // 60, 120, 180, 240, 300 m.
        }

        var told = Recording.Of(sketch.Rest(600).Fixes);

        Assert.Equal(["stop", "trip", "stop", "trip", "stop"], told.Spans.Select(span => span.What));
    }

    [Theory(DisplayName = "[MOT-8] to be without a stop for 600 s is a trip however near it stays")]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    public void Restless(int turns, int trips)
    {
        var sketch = new Sketch().Fix();
        for (var i = 0; i < turns; i++)
        {
            sketch.By(i % 2 == 0 ? 90 : -90, 0, 60).Fix();
        }

        var told = Recording.Of(sketch.Fixes);

        Assert.Equal(trips, told.Trips.Count);
        Assert.Equal(trips * turns * 90, told.Legs.Sum(leg => leg.Centimetres) / 100.0, 0.1);
    }

    [Fact(DisplayName = "[MOT-8] what gets nowhere before or after a stop is part of it, and without a stop is idle")]
    public void Nowhere()
    {
        var shifted = new Sketch().Fix().Rest(60).By(70, 0, 10).Fix().Rest(400).By(-70, 0, 10).Fix().Rest(60);
        var alone = new Sketch().Fix().Rest(120);

        Assert.Equal([(Start, shifted.NowMs, "stop")], Recording.Of(shifted.Fixes).Spans);
        Assert.Equal([(Start, alone.NowMs, "idle")], Recording.Of(alone.Fixes).Spans);
    }

    [Fact(DisplayName = "[MOT-9] a trip is from the last fix at the stop before to the first at the stop after, waiting at crossings and all")]
    public void Trip_time()
    {
        var sketch = new Sketch().Fix().Rest(600);
        var leftMs = sketch.NowMs;
        sketch.Go(3000).Rest(120).Go(3000);
        var arrivedMs = sketch.NowMs;
        sketch.Rest(600);

        var told = Recording.Of(sketch.Fixes);

        Assert.Equal([(Start, leftMs, "stop"), (leftMs, arrivedMs, "trip"), (arrivedMs, sketch.NowMs, "stop")], told.Spans);
        Assert.Equal(6000, told.Trips[0].Centimetres / 100.0, 1.0);
    }

    [Theory(DisplayName = "[MOT-10] of a trip, what is less than 20 m from the last fix that was counted adds nothing: drift at a crossing")]
    [InlineData(19.9, 0)]
    [InlineData(20.1, 40.2)]
    public void Drift_on_the_way(double metres, double more)
    {
        var sketch = new Sketch().Fix().Go(500).By(0, 0, 5).Fix((0, metres)).By(0, 0, 5).Fix((0, 0)).Go(500);

        Assert.Equal(1000 + more, Recording.Of(sketch.Fixes).Trips.Single().Centimetres / 100.0, 0.1);
    }

    [Fact(DisplayName = "[MOT-10] the way is measured from the place of one stop to the place of the next, wherever in them its fixes drift")]
    public void Between_places()
    {
        var random = new Random(7);
        var sketch = new Sketch();
        Drift(120);
        sketch.By(40, 0, 10).Fix().Go(900).By(60, 0, 10);
        Drift(120);

        var told = Recording.Of(sketch.Fixes);

        Assert.Equal(["stop", "trip", "stop"], told.Spans.Select(span => span.What));
        var trip = told.Trips.Single();
        Assert.Equal((told.Stops[0].Place, told.Stops[1].Place), (trip.Start, trip.End));
        Assert.Equal(1000, trip.Centimetres / 100.0, 3.0);

        void Drift(int fixes)
        {
            for (var i = 0; i < fixes; i++)
            {
                sketch.By(0, 0, 10).Fix(((random.NextDouble() * 24) - 12, (random.NextDouble() * 24) - 12));
            }
        }
    }

    [Fact(DisplayName = "Legs are told before their trip and make up its length, and each begins where the last one ended")]
    public void Legs()
    {
        var told = Recording.Of(new Sketch().Fix().Rest(600).Go(3000, 13).Rest(600).Fixes);

        var trip = told.Trips.Single();
        Assert.Equal(trip.Centimetres, told.Legs.Sum(leg => leg.Centimetres));
        Assert.Equal((trip.FromMs, trip.ToMs), (told.Legs[0].FromMs, told.Legs[^1].ToMs));
        Assert.Equal(told.Legs.SkipLast(1).Select(leg => leg.ToMs), told.Legs.Skip(1).Select(leg => leg.FromMs));
    }

    [Fact(DisplayName = "The greatest speed of a trip is of its fixes that report one")]
    public void Max_speed()
    {
        var sketch = new Sketch().Fix(speed: 50).Rest(300).Go(500).By(10, 0, 10).Fix(speed: 12.5).By(10, 0, 10).Fix(speed: 3).Go(500).Rest(300).By(0, 0, 10).Fix(speed: 60);

        Assert.Equal(12.5, Recording.Of(sketch.Fixes).Trips.Single().MaxMetresPerSecond);
        Assert.Null(Recording.Of(new Sketch().Fix().Go(500).Fixes).Trips.Single().MaxMetresPerSecond);
    }

    [Fact(DisplayName = "A track of nothing, or of one fix, is nothing")]
    public void Nothing()
    {
        Assert.Empty(Recording.Of([]).Spans);
        Assert.Empty(Recording.Of(new Sketch().Fix().Fixes).Spans);
    }

    [Fact(DisplayName = "A fix that is older than one before it is refused, and so is one after the end")]
    public void Order()
    {
        var reader = new MotionReader(new Recording());
        reader.Add(new MotionFix(1000, default));
        reader.Add(new MotionFix(1000, default));

        Assert.Throws<ArgumentException>(() => reader.Add(new MotionFix(999, default)));
        reader.Complete();
        reader.Complete();
        Assert.Throws<InvalidOperationException>(() => reader.Add(new MotionFix(2000, default)));
    }

    [Fact(DisplayName = "A week at a fix a second is read in little memory, be it at rest, on a beat, or on the way")]
    public void Week()
    {
        const int Seconds = 7 * 86_400;
        var ledger = new MotionLedger([0, Seconds * 1000L]);
        var reader = new MotionReader(ledger);
        reader.Add(Fix(0));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var s = 1; s < Seconds; s++)
        {
            reader.Add(Fix(s));
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        reader.Complete();
        Assert.True(allocated < 1024 * 1024, $"{allocated} bytes were allocated; the week has {Seconds * 24L} and more.");
        Assert.InRange(ledger.Sums[0].NoDataMs, 1000, 3000);

        // A third of the week each: at one place; up and down 90 m; on and on, at a walk.
        static MotionFix Fix(int s) => new(s * 1000L, LatLng.Trusted(31 + NorthOf(s), 121));

        static double NorthOf(int s) => (s / (Seconds / 3)) switch
        {
            0 => 0,
            1 => Zigzag(s - (Seconds / 3), 0.0008),
            _ => Zigzag(s - (2 * Seconds / 3), 0.7),
        };

        static double Zigzag(int s, double height) => height - Math.Abs((s * 1e-5 % (2 * height)) - height);
    }
}

using Vantage.Geo.Motion;
using Vantage.Support;

namespace Vantage.Geo.Tests.Motion;

/// <summary>Two days of San Francisco taxis, with the faults they have.</summary>
public sealed class RealMotionTests(ITestOutputHelper output)
{
    private const int Rows = 940_000;

    [Fact(DisplayName = "Two days of 490 real taxis: what looking at the whole track over and over finds, and figures that a taxi can have (MOT-6..10)")]
    public void Taxis()
    {
        var tracks = CabRows.Tracks(CabRows.First(Rows)).Values.Select(track => CabRows.Counting(track)
            .Select(row => new MotionFix(row.TimeMs, LatLng.Trusted(row.Lat, row.Lon))).ToArray()).Where(track => track.Length > 100).ToArray();
        var all = new List<MotionTrip>();
        var stops = new List<MotionStop>();
        var (hours, movingHours, rawMetres) = (0.0, 0.0, 0.0);
        foreach (var track in tracks)
        {
            var (told, expected) = (Recording.Of(track), NaiveMotion.Of(track));
            Assert.Equal(expected.Spans, told.Spans);
            Assert.All(expected.Trips.Zip(told.Trips), pair => Assert.InRange(pair.First.Centimetres - pair.Second.Centimetres, -200, 200));
            all.AddRange(told.Trips);
            stops.AddRange(told.Stops);
            movingHours += told.Trips.Sum(trip => trip.ToMs - trip.FromMs) / 3.6e6;
            hours += told.Spans.Where(span => span.What != "gap").Sum(span => span.ToMs - span.FromMs) / 3.6e6;
            rawMetres += track.Zip(track.Skip(1)).Where(pair => pair.Second.TimeMs - pair.First.TimeMs <= 300_000)
                .Select(pair => (Metres: GreatCircle.DistanceMetres(pair.First.Place, pair.Second.Place), Seconds: (pair.Second.TimeMs - pair.First.TimeMs) / 1000.0))
                .Where(segment => segment.Metres <= 70 * segment.Seconds).Sum(segment => segment.Metres);
        }

        var metres = all.Sum(trip => trip.Centimetres) / 100.0;
        output.WriteLine($"{tracks.Length} taxis, {hours:0} h known, {movingHours:0} h of them on {all.Count} trips of {metres / 1000:0} km; {stops.Count} stops; {rawMetres / 1000:0} km from fix to fix");
        Assert.InRange(hours / tracks.Length, 24, 40);
        Assert.InRange(movingHours / hours, 0.8, 0.9); // On the way with waiting for fares, as stops begin at five minutes.
        Assert.InRange(metres / rawMetres, 0.99, 1);
        Assert.InRange(metres / movingHours / 1000, 20, 35);
        Assert.InRange(all.Count, 16_000, 16_400);
        Assert.InRange(stops.Count, 8_600, 8_800);
        output.WriteLine($"speed {metres / movingHours / 1000:0.0} km/h; median trip {Median(all.Select(trip => trip.Centimetres / 100_000.0)):0.0} km, median stop {Median(stops.Select(stop => (stop.ToMs - stop.FromMs) / 60_000.0)):0.0} min");
    }

    private static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered[ordered.Length / 2];
    }
}

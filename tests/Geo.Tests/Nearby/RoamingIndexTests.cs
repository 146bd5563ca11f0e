using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.Nearby;
using Vantage.Support;

namespace Vantage.Geo.Tests.Nearby;

public sealed class RoamingIndexTests
{
    private const int Units = 60;

    [Fact(DisplayName = "After any moves and removals every question is answered as by measuring to every unit")]
    public void As_by_measuring_all() => Prop.ForAll(Days().ToArbitrary(), day =>
    {
        var index = new RoamingIndex(day.CellMetres);
        var all = new Dictionary<int, LatLng>();
        var hits = new RoamingHits();
        foreach (var step in day.Steps)
        {
            if (step.IsRemoval)
            {
                Assert.Equal(all.Remove(step.Unit), index.Remove(step.Unit));
            }
            else
            {
                index.Set(step.Unit, step.Place);
                all[step.Unit] = step.Place;
            }

            Assert.Equal(all.Count, index.Count);
            var isThere = all.TryGetValue(step.Unit, out var place);
            Assert.Equal(isThere, index.TryGet(step.Unit, out var found));
            Assert.Equal(place, found);
        }

        foreach (var ask in day.Questions)
        {
            var within = Measured(all, ask.Centre, ask.Metres);
            Assert.Equal(within.Length, index.Within(ask.Centre, ask.Metres, hits));
            Assert.Equal(within, hits.All.ToArray());

            index.Nearest(ask.Centre, ask.Count, ask.Metres, hits);
            Assert.Equal(within.Take(ask.Count), hits.All.ToArray());
            index.Nearest(ask.Centre, ask.Count, ask.Metres, hits, unit => unit % 3 == 0);
            Assert.Equal(within.Where(hit => hit.Unit % 3 == 0).Take(ask.Count), hits.All.ToArray());

            var isThere = all.TryGetValue(ask.Unit, out var centre);
            index.Near(ask.Unit, ask.Metres, hits);
            Assert.Equal(isThere ? Measured(all, centre, ask.Metres).Where(hit => hit.Unit != ask.Unit) : [], hits.All.ToArray());
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Inputs.Of(400)));

    [Theory(DisplayName = "Units on either side of the antimeridian, and around a pole, are as near as they are")]
    [InlineData(0, 180, 0, -180, 1e-6)]
    [InlineData(0, -180, 0, 180, 1e-6)]
    [InlineData(0, 179.9999, 0, -179.9999, 23)]
    [InlineData(89.9999, 0, 89.9999, 180, 23)]
    [InlineData(90, 0, 90, 120, 1e-6)]
    [InlineData(-90, 17, -89.9999, -163, 12)]
    [InlineData(-89.9999, 90, -89.9999, -90, 23)]
    [InlineData(85, 10, 85, -170, 1_112_000)]
    public void Edges_of_the_map(double latitude, double longitude, double otherLatitude, double otherLongitude, double metres)
    {
        foreach (var cellMetres in new[] { RoamingIndex.MinCellMetres, 500, 77_777, RoamingIndex.MaxCellMetres })
        {
            var index = new RoamingIndex(cellMetres);
            var hits = new RoamingHits();
            index.Set(1, At(otherLatitude, otherLongitude));
            for (var unit = 2; unit < 2_000; unit++)
            {
                index.Set(unit, At(10 + (unit * 1e-3), 20)); // So many that cells are looked at, and not all units.
            }

            Assert.Equal(1, index.Within(At(latitude, longitude), metres, hits));
            Assert.Equal(1, hits.All[0].Unit);
            Assert.Equal(1, index.Nearest(At(latitude, longitude), 1, double.PositiveInfinity, hits));
            Assert.Equal(1, hits.All[0].Unit);
        }
    }

    [Fact(DisplayName = "A circle as wide as the globe finds all, and one without width what is at its centre")]
    public void Widest_and_narrowest()
    {
        var (index, _) = Filled(seed: 1, units: 5_000, cellMetres: RoamingIndex.MaxCellMetres);
        var hits = new RoamingHits();
        Assert.Equal(5_000, index.Within(At(0, 0), double.PositiveInfinity, hits));
        Assert.Equal(5_000, index.Within(At(0, 0), Math.PI * GreatCircle.EarthRadiusMetres + 1, hits));
        Assert.Equal(5_000, index.Nearest(At(-90, 0), int.MaxValue, double.PositiveInfinity, hits));
        Assert.Equal(7, index.Nearest(At(90, 0), 7, double.PositiveInfinity, hits));
        Assert.True(index.TryGet(3, out var third));
        Assert.Equal(1, index.Within(third, 0, hits));
        Assert.Equal(new(3, 0), hits.All[0]);
        Assert.Equal(0, index.Near(3, 0, hits));
    }

    [Fact(DisplayName = "Units at one distance come by their numbers, whatever the order in which they came and moved")]
    public void Deterministic()
    {
        var random = new Random(2);
        var (forwards, backwards) = (new RoamingIndex(), new RoamingIndex(100));
        int[] shuffled = [.. Enumerable.Range(0, 300)];
        random.Shuffle(shuffled);
        foreach (var unit in shuffled)
        {
            forwards.Set(unit, At(31 + (unit % 3 * 0.01), 121));
            backwards.Set(299 - unit, At(0, 0));
            backwards.Set(299 - unit, At(31 + ((299 - unit) % 3 * 0.01), 121));
        }

        var (hits, others) = (new RoamingHits(), new RoamingHits());
        forwards.Nearest(At(31.01, 121), 150, 5_000, hits);
        backwards.Nearest(At(31.01, 121), 150, 5_000, others);
        Assert.Equal(hits.All.ToArray(), others.All.ToArray());
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (3 * i) + 1), hits.All[..100].ToArray().Select(hit => hit.Unit));
        Assert.Equal(hits.All.ToArray().OrderBy(hit => hit.Metres).ThenBy(hit => hit.Unit), hits.All.ToArray());
    }

    [Fact(DisplayName = "Moves and questions allocate nothing once all has grown")]
    public void Allocates_nothing()
    {
        var (index, places) = Filled(seed: 3, units: 2_000, cellMetres: 500, isCity: true);
        var hits = new RoamingHits();
        Assert.Equal(0, Allocation.Of(MoveAndAsk));

        void MoveAndAsk()
        {
            for (var unit = 0; unit < places.Length; unit++)
            {
                index.Set(unit, places[^(unit + 1)]);
                index.Within(places[unit], 1_000, hits);
                index.Near(unit, 1_000, hits);
                index.Nearest(places[unit], 5, 10_000, hits);
                index.Set(unit, places[unit]);
                index.Remove(unit);
                index.Set(unit, places[unit]);
            }
        }
    }

    [Fact(DisplayName = "What is no distance, number, count or size is refused")]
    public void Refused()
    {
        var (index, hits) = (new RoamingIndex(), new RoamingHits());
        foreach (var metres in new[] { double.NaN, -double.Epsilon, double.NegativeInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>("metres", () => index.Within(At(0, 0), metres, hits));
            Assert.Throws<ArgumentOutOfRangeException>("metres", () => index.Near(1, metres, hits));
            Assert.Throws<ArgumentOutOfRangeException>("withinMetres", () => index.Nearest(At(0, 0), 1, metres, hits));
        }

        Assert.Throws<ArgumentOutOfRangeException>("count", () => index.Nearest(At(0, 0), 0, 1, hits));
        Assert.Throws<ArgumentOutOfRangeException>("unit", () => index.Set(-1, At(0, 0)));
        foreach (var cellMetres in new[] { double.NaN, Math.BitDecrement(RoamingIndex.MinCellMetres), Math.BitIncrement(RoamingIndex.MaxCellMetres) })
        {
            Assert.Throws<ArgumentOutOfRangeException>("cellMetres", () => new RoamingIndex(cellMetres));
        }

        Assert.False(index.Remove(-1));
        Assert.False(index.Remove(int.MaxValue));
        Assert.False(index.TryGet(-1, out _));
        Assert.Equal(0, index.Near(-1, 1, hits));
        Assert.Equal(0, index.Nearest(At(0, 0), 5, double.PositiveInfinity, hits));
    }

    private static RoamingHit[] Measured(Dictionary<int, LatLng> all, LatLng centre, double metres)
        => [.. all.Select(one => new RoamingHit(one.Key, GreatCircle.DistanceMetres(centre, one.Value)))
            .Where(hit => hit.Metres <= metres).OrderBy(hit => hit.Metres).ThenBy(hit => hit.Unit)];

    private static (RoamingIndex Index, LatLng[] Places) Filled(int seed, int units, double cellMetres, bool isCity = false)
    {
        var random = new Random(seed);
        var index = new RoamingIndex(cellMetres);
        var places = new LatLng[units];
        for (var unit = 0; unit < units; unit++)
        {
            places[unit] = isCity ? At(31 + (0.2 * random.NextDouble()), 121 + (0.2 * random.NextDouble())) : At((180 * random.NextDouble()) - 90, (360 * random.NextDouble()) - 180);
            index.Set(unit, places[unit]);
        }

        return (index, places);
    }

    // Places in bunches: one spot, a town, the antimeridian, a pole, the globe. Many are the same, and many lie on borders of cells.
    private static Gen<Day> Days()
    {
        var place = Gen.OneOf(
            Grid(31, 121, 1e-4),
            Grid(31, 121, 1e-2),
            Grid(0, 180, 1e-3),
            Grid(70, -180, 1e-2),
            Grid(90, 0, 1e-3, spread: 36_000),
            Grid(-90, 0, 1e-1, spread: 36),
            Grid(0, 0, 1, spread: 18));
        var metres = Gen.OneOf(Gen.Elements(0, 0.1, 500, 1e7, 2.1e7, double.PositiveInfinity), Gen.Choose(0, 80).Select(n => Math.Pow(10, n / 10.0)));
        var step =
            from unit in Gen.Choose(0, Units - 1)
            from to in place
            from dice in Gen.Choose(0, 4)
            select new Step(unit, to, IsRemoval: dice == 0);
        var question =
            from centre in place
            from unit in Gen.Choose(-1, Units)
            from distance in metres
            from count in Gen.Elements(1, 2, 5, Units, int.MaxValue)
            select new Question(centre, unit, distance, count);
        return
            from cellMetres in Gen.Elements(RoamingIndex.MinCellMetres, 300, 500, 20_000, RoamingIndex.MaxCellMetres)
            from steps in step.ListOf(200)
            from questions in question.ListOf(10)
            select new Day(cellMetres, [.. steps], [.. questions]);

        static Gen<LatLng> Grid(double latitude, double longitude, double degrees, int spread = 1)
            => Gen.Zip(Gen.Choose(-5, 5), Gen.Choose(-5, 5)).Select(at => At(
                Math.Clamp(latitude + (at.Item1 * degrees), -90, 90), Math.IEEERemainder(longitude + (at.Item2 * degrees * spread), 360)));
    }

    private static LatLng At(double latitude, double longitude)
        => LatLng.TryCreate(latitude, longitude, out var p) ? p : throw new ArgumentException($"{latitude}, {longitude} is no position.");

    private sealed record Step(int Unit, LatLng Place, bool IsRemoval);

    private sealed record Question(LatLng Centre, int Unit, double Metres, int Count);

    private sealed record Day(double CellMetres, Step[] Steps, Question[] Questions);
}

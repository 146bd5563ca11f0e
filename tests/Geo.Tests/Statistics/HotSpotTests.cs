using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.H3;
using Vantage.Geo.Statistics;

namespace Vantage.Geo.Tests.Statistics;

public class HotSpotTests
{
    private static readonly Config Hundreds = Config.QuickThrowOnFailure.WithMaxTest(300);

    /// <summary>Some cells near each other, with holes, at sea near a pentagon once in four; values that are often 0.</summary>
    private static readonly Arbitrary<Sample> Samples = (
        from resolution in Gen.Choose(2, 11)
        from radius in Gen.Choose(1, 5)
        from isAtPentagon in Gen.Choose(0, 3)
        from ring in Gen.Choose(1, GetisOrd.MaxRing)
        from seed in Gen.Choose(0, int.MaxValue)
        select Sample.Of(resolution, radius, isAtPentagon == 0, ring, new Random(seed))).ToArbitrary();

    [Fact(DisplayName = "[HEAT-8] Gi* is what the formula of 1995 gives with a whole matrix of weights")]
    public void Naive() => Prop.ForAll(Samples, sample =>
    {
        var fast = GetisOrd.Star(sample.Cells, sample.Values, sample.Ring);
        return fast.Zip(NaiveStar(sample)).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-9 * Math.Max(1, Math.Abs(pair.Second)));
    }).Check(Hundreds);

    [Fact(DisplayName = "[HEAT-8] the order of the cells means nothing, to the last bit")]
    public void Order() => Prop.ForAll(Samples, sample =>
    {
        var z = sample.Cells.Zip(GetisOrd.Star(sample.Cells, sample.Values, sample.Ring)).ToDictionary();
        var shuffled = sample.Cells.Zip(sample.Values).OrderByDescending(pair => pair.First.Value % 1_009).ThenBy(pair => pair.First).ToList();
        var again = GetisOrd.Star([.. shuffled.Select(pair => pair.First)], [.. shuffled.Select(pair => pair.Second)], sample.Ring);
        return shuffled.Select(pair => z[pair.First]).SequenceEqual(again);
    }).Check(Hundreds);

    [Fact(DisplayName = "[HEAT-8] another unit, or the same added to every cell, changes nothing; the opposite sign turns hot to cold")]
    public void Scale() => Prop.ForAll(Samples, Gen.Choose(1, 100_000).ToArbitrary(), (sample, factor) =>
    {
        var z = GetisOrd.Star(sample.Cells, sample.Values, sample.Ring);
        return IsClose(z, GetisOrd.Star(sample.Cells, [.. sample.Values.Select(value => (value * factor) + 7)], sample.Ring))
            && IsClose(z, GetisOrd.Star(sample.Cells, [.. sample.Values.Select(value => -value)], sample.Ring).Select(value => -value));
    }).Check(Hundreds);

    [Theory(DisplayName = "[HEAT-8] equal values, one cell, and cells that all neighbour each other have no hot spots, and no number that is none")]
    [InlineData(4, 5L, 5L)]
    [InlineData(4, 0L, 0L)]
    [InlineData(0, 9L, 9L)]
    [InlineData(1, 9L, 0L)]
    public void Nothing_to_tell(int radius, long first, long others)
    {
        var cells = Disk(H3Cell.Of(31.22, 121.4, 9), radius);
        long[] values = [.. cells.Select((_, i) => i == 0 ? first : others)];

        Assert.All(GetisOrd.Star(cells, values, ring: radius == 1 ? 2 : 1), z => Assert.Equal(0, z));
        Assert.Empty(HotSpots.Find(cells, values, radius == 1 ? 2 : 1, 0.5));
    }

    [Fact(DisplayName = "[HEAT-8] sums of presence of a year in a hundred thousand cells do not overflow")]
    public void Great_values()
    {
        var cells = Disk(H3Cell.Of(31.22, 121.4, 9), 182);
        long[] values = [.. cells.Select((_, i) => i % 2 == 0 ? 10_000_000_000_000 : 0)];

        Assert.True(cells.Length > 99_000);
        Assert.All(GetisOrd.Star(cells, values, 1), z => Assert.True(double.IsFinite(z)));
    }

    [Fact(DisplayName = "[HEAT-9] a heap among noise is hot, and its cells alone; pure noise has hardly ever a spot")]
    public void Heap()
    {
        var random = new Random(1);
        var centre = H3Cell.Of(31.22, 121.4, 9);
        var cells = Disk(centre, 20);
        var heap = Disk(centre, 1).ToHashSet();
        long[] noise = [.. cells.Select(_ => (long)random.Next(10))];
        long[] values = [.. cells.Zip(noise).Select(cell => cell.Second + (heap.Contains(cell.First) ? 100 : 0))];

        var found = HotSpots.Find(cells, values, 1, 0.05);

        Assert.All(found, spot => Assert.True(spot.IsHot && spot.P <= spot.Q && spot.Q <= 0.05));
        Assert.Superset(heap, found.Select(spot => spot.Cell).ToHashSet());
        Assert.Subset(Disk(centre, 2).ToHashSet(), found.Select(spot => spot.Cell).ToHashSet());
        Assert.True(Enumerable.Range(0, 200).Count(_ => HotSpots.Find(cells, [.. cells.Select(_ => (long)random.Next(10))], 1, 0.05).Count > 0) < 30);
    }

    [Fact(DisplayName = "[HEAT-9] the procedure of 1995 on the fifteen probabilities of its own example rejects the four least at 0.05")]
    public void Example_of_1995()
    {
        double[] p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000];
        Random.Shared.Shuffle(p);

        var q = FalseDiscovery.Adjust(p);

        Assert.Equal([0.0001, 0.0004, 0.0019, 0.0095], p.Where((_, i) => q[i] <= 0.05).Order());
        Assert.Equal(15 * 0.0095 / 4, q[Array.IndexOf(p, 0.0095)], 1e-12);
        Assert.Empty(FalseDiscovery.Adjust([]));
    }

    [Fact(DisplayName = "[HEAT-9] a test is rejected when, and only when, the step-up rule says so, at every rate")]
    public void Step_up() => Prop.ForAll(Gen.Choose(0, 1000).Select(n => n / 1000.0).NonEmptyListOf().Select(list => list.ToArray()).ToArbitrary(), Gen.Choose(1, 999).ToArbitrary(), (p, thousandths) =>
    {
        var rate = thousandths / 1000.0;
        var ordered = p.Order().ToArray();
        var last = Enumerable.Range(1, p.Length).LastOrDefault(rank => ordered[rank - 1] * p.Length / rank <= rate);
        var q = FalseDiscovery.Adjust(p);
        return p.Zip(q).All(test => test.Second <= rate == (last > 0 && test.First <= ordered[last - 1]));
    }).Check(Hundreds);

    [Fact(DisplayName = "[HEAT-8] what is no ring, a cell that is there twice, and values too few are refused")]
    public void Refused()
    {
        var cell = H3Cell.Of(31.22, 121.4, 9);
        Assert.Throws<ArgumentOutOfRangeException>(() => GetisOrd.Star([cell], [1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GetisOrd.Star([cell], [1], 6));
        Assert.Throws<ArgumentException>(() => GetisOrd.Star([cell, cell], [1, 2], 1));
        Assert.Throws<ArgumentException>(() => GetisOrd.Star([cell], [1, 2], 1));
    }

    /// <summary>Ord and Getis 1995, as it is printed: means, sums over j, and a weight for every pair, by the distance in steps.</summary>
    private static double[] NaiveStar(Sample sample)
    {
        var n = sample.Cells.Length;
        var weights = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            var steps = StepsFrom(sample.Cells[i], sample.Ring);
            for (var j = 0; j < n; j++)
            {
                weights[i, j] = steps.ContainsKey(sample.Cells[j]) ? 1 : 0;
            }
        }

        var mean = sample.Values.Average();
        var deviation = Math.Sqrt(sample.Values.Sum(value => (value - mean) * (value - mean)) / n);
        return [.. Enumerable.Range(0, n).Select(i =>
        {
            var all = Enumerable.Range(0, n).ToList();
            var (sum, squares) = (all.Sum(j => weights[i, j]), all.Sum(j => weights[i, j] * weights[i, j]));
            var above = all.Sum(j => weights[i, j] * sample.Values[j]) - (mean * sum);
            var below = deviation * Math.Sqrt(((n * squares) - (sum * sum)) / (n - 1));
            return deviation < 1e-12 || (n * squares) - (sum * sum) == 0 ? 0 : above / below;
        })];
    }

    /// <summary>Neighbour by neighbour, not by the disk.</summary>
    private static Dictionary<H3Cell, int> StepsFrom(H3Cell start, int most)
    {
        var steps = new Dictionary<H3Cell, int> { [start] = 0 };
        var queue = new Queue<H3Cell>([start]);
        while (queue.TryDequeue(out var cell))
        {
            var neighbours = new H3Cell[6];
            foreach (var next in steps[cell] < most ? neighbours[..cell.Neighbours(neighbours)] : [])
            {
                if (steps.TryAdd(next, steps[cell] + 1))
                {
                    queue.Enqueue(next);
                }
            }
        }

        return steps;
    }

    private static H3Cell[] Disk(H3Cell cell, int radius)
    {
        var disk = new H3Cell[H3Cell.MaxDiskSize(radius)];
        return disk[..cell.Disk(radius, disk)];
    }

    private static bool IsClose(double[] expected, IEnumerable<double> actual)
        => expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-9 * Math.Max(1, Math.Abs(pair.First)));

    private sealed record Sample(H3Cell[] Cells, long[] Values, int Ring)
    {
        public static Sample Of(int resolution, int radius, bool isAtPentagon, int ring, Random random)
        {
            // A pentagon of base cell 4, whose centre children are pentagons as well.
            var centre = isAtPentagon
                ? H3Cell.TryParse("8009fffffffffff", out var pentagon) ? pentagon.CenterChild(resolution) : throw new InvalidOperationException()
                : H3Cell.Of(random.NextDouble() * 60, random.NextDouble() * 120, resolution);
            Assert.True(!isAtPentagon || centre.IsPentagon); // A position at random may lie in one as well.
            var cells = Disk(centre, radius).Where(_ => random.Next(8) > 0).ToArray();
            return new Sample(cells, [.. cells.Select(_ => random.Next(3) == 0 ? random.Next(100_000) : 0L)], ring);
        }
    }
}

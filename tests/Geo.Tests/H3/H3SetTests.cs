using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.H3;
using Vantage.Support;

namespace Vantage.Geo.Tests.H3;

public sealed class H3SetTests
{
    private const int Seed = 20_260_805;

    /// <summary>A set is a hundred cells or so.</summary>
    private static readonly Config Thousand = Config.QuickThrowOnFailure.WithMaxTest(Inputs.Of(100_000) / 100);

    /// <summary>Descendants of a cell, now and then of a pentagon: mixed resolutions, often all siblings, some of them more than once, in no order.</summary>
    private static readonly Arbitrary<H3Cell[]> Sets = (
        from baseCell in Gen.OneOf(Gen.Choose(0, 121), Gen.Elements(4, 14, 24, 38, 49, 58, 63, 72, 83, 97, 107, 117))
        from resolution in Gen.Choose(0, 12)
        from seed in Gen.Choose(0, int.MaxValue)
        select RandomSet(baseCell, resolution, new Random(seed))).ToArbitrary();

    [Fact(DisplayName = "sets of cells are compacted to what h3-js has, and back")]
    public void Sets_of_the_reference()
    {
        var count = Inputs.Of(500_000);
        var (compared, folded) = (0, 0);
        foreach (var line in H3Js.Lines("sets", Seed, count))
        {
            var (cells, expected) = (Cells(line[0]), Cells(line[1]));
            var compacted = Compact(cells);

            Assert.Equal(expected.Order(), compacted);
            if (cells.Length > 0)
            {
                Assert.Equal(cells.Order(), Uncompact(compacted, cells[0].Resolution));
            }

            folded += cells.Length - compacted.Length;
            compared += cells.Length;
        }

        Assert.True(compared >= count && folded > count / 10, $"{compared} cells compared, {folded} of them folded");
    }

    [Fact(DisplayName = "a set compacted covers the same, in order, and nothing is left to join or to leave out")]
    public void Fewest_cells()
        => Prop.ForAll(Sets, cells =>
        {
            var compacted = Compact(cells);
            var finest = cells.Max(cell => cell.Resolution);
            var groups = compacted.Where(cell => cell.Resolution > 0).GroupBy(cell => cell.Parent(cell.Resolution - 1));
            return Leaves(cells, finest).SetEquals(Leaves(compacted, finest))
                && compacted.SequenceEqual(compacted.Order().Distinct())
                && compacted.All(cell => Enumerable.Range(0, cell.Resolution).All(coarser => !compacted.Contains(cell.Parent(coarser))))
                && groups.All(group => group.Count() < group.Key.ChildCount(group.Key.Resolution + 1))
                && Compact(compacted).SequenceEqual(compacted)
                && Compact([.. cells.Order()]).SequenceEqual(compacted);
        }).Check(Thousand);

    [Fact(DisplayName = "a set of mixed resolutions has each of its descendants once, in order")]
    public void All_descendants()
        => Prop.ForAll(Sets, Gen.Choose(0, 2).ToArbitrary(), (cells, finer) =>
        {
            var resolution = Math.Min(15, cells.Max(cell => cell.Resolution) + finer);
            var all = Uncompact(cells, resolution);
            return all.SequenceEqual(Leaves(cells, resolution).Order())
                && H3Set.UncompactedCount(cells, resolution) == cells.Sum(cell => cell.ChildCount(resolution))
                && H3Set.UncompactedCount(Compact(cells), resolution) == all.Length;
        }).Check(Thousand);

    [Theory(DisplayName = "all cells of a resolution are the base cells")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Whole_globe(int resolution)
    {
        var globe = H3Globe.BaseCells().SelectMany(cell => H3Assert.Children(cell, resolution)).ToArray();
        new Random(Seed).Shuffle(globe);

        Assert.Equal(H3Globe.BaseCells(), Compact(globe));
        Assert.Equal(globe.Order(), Uncompact([.. H3Globe.BaseCells()], resolution));
        Assert.Equal(2 + (120 * (long)Math.Pow(7, 15)), H3Set.UncompactedCount(globe, 15));
    }

    [Fact(DisplayName = "a set may be compacted where it is, and expanded into memory that it is in")]
    public void In_place()
    {
        var parent = H3Assert.Cell("8930995911bffff");
        var room = new H3Cell[57];
        parent.Children(11, room);
        room[49..].AsSpan().Fill(parent);

        Assert.Equal(1, H3Set.Compact(room.AsSpan(0, 49), room));
        Assert.Equal(parent, room[0]);
        Assert.Equal(49, H3Set.Uncompact(room.AsSpan(0, 1), 11, room));
        Assert.Equal(H3Assert.Children(parent, 11), room[..49]);
    }

    [Fact(DisplayName = "an empty set is empty")]
    public void Nothing()
    {
        Assert.Equal(0, H3Set.Compact([], []));
        Assert.Equal(0, H3Set.UncompactedCount([], 9));
        Assert.Equal(0, H3Set.Uncompact([], 9, []));
    }

    [Fact(DisplayName = "what is no cell, a finer cell, a wrong resolution and too little room are refused by name")]
    public void Refused()
    {
        var cell = H3Assert.Cell("8930995911bffff");

        Assert.Throws<ArgumentException>("cells", () => H3Set.Compact([cell, default], new H3Cell[2]));
        Assert.Throws<ArgumentException>("compacted", () => H3Set.Compact([cell, cell], new H3Cell[1]));
        Assert.Throws<ArgumentException>("cells", () => H3Set.UncompactedCount([new(ulong.MaxValue)], 9));
        Assert.Throws<ArgumentException>("cells", () => H3Set.UncompactedCount([cell], 8));
        Assert.Throws<ArgumentException>("cells", () => H3Set.Uncompact([cell], 8, new H3Cell[9]));
        Assert.Throws<ArgumentException>("all", () => H3Set.Uncompact([cell], 10, new H3Cell[6]));
        Assert.Throws<ArgumentOutOfRangeException>("resolution", () => H3Set.UncompactedCount([], -1));
        Assert.Throws<ArgumentOutOfRangeException>("resolution", () => H3Set.Uncompact([cell], 16, []));
    }

    [Fact(DisplayName = "compacting and expanding allocate nothing")]
    public void No_allocation()
    {
        var cells = H3Assert.Disk(H3Assert.Cell("8930995911bffff"), 20);
        var room = new H3Cell[cells.Length];
        Assert.Equal(0, Allocation.Of(() => H3Set.Uncompact(room.AsSpan(0, H3Set.Compact(cells, room)), 9, room)));
    }

    private static H3Cell[] RandomSet(int baseCell, int resolution, Random random)
    {
        var root = new H3Cell(0x8001fffffffffff + ((ulong)baseCell << 45));
        for (var level = 1; level <= resolution; level++)
        {
            root = random.Next(2) == 0 ? root.CenterChild(level) : H3Assert.Children(root, level)[^1];
        }

        List<H3Cell> cells = [];
        Add(root, 3);
        if (cells.Count == 0)
        {
            cells.Add(root);
        }

        var set = cells.ToArray();
        random.Shuffle(set);
        return set;

        void Add(H3Cell cell, int levels)
        {
            if (random.Next(5) == 0)
            {
                cells.AddRange(Enumerable.Repeat(cell, random.Next(1, 3)));
            }

            if (levels > 0 && random.Next(8) > 0)
            {
                var isWhole = random.Next(2) == 0;
                foreach (var child in H3Assert.Children(cell, cell.Resolution + 1))
                {
                    if (isWhole && levels == 1)
                    {
                        cells.Add(child);
                    }
                    else
                    {
                        Add(child, levels - 1);
                    }
                }
            }
        }
    }

    private static HashSet<H3Cell> Leaves(IEnumerable<H3Cell> cells, int resolution) => [.. cells.SelectMany(cell => H3Assert.Children(cell, resolution))];

    private static H3Cell[] Compact(H3Cell[] cells)
    {
        var room = new H3Cell[cells.Length];
        return room[..H3Set.Compact(cells, room)];
    }

    private static H3Cell[] Uncompact(H3Cell[] cells, int resolution)
    {
        var room = new H3Cell[H3Set.UncompactedCount(cells, resolution)];
        return room[..H3Set.Uncompact(cells, resolution, room)];
    }

    private static H3Cell[] Cells(JsonElement names) => [.. names.EnumerateArray().Select(name => H3Assert.Cell(name.GetString()!))];
}

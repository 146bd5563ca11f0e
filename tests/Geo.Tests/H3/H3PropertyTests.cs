using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.H3;

namespace Vantage.Geo.Tests.H3;

public sealed class H3PropertyTests
{
    private static readonly Config Thousands = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    private static readonly Arbitrary<LatLng> Positions = (
        from latitude in Gen.Choose(-90_000_000, 90_000_000)
        from longitude in Gen.Choose(-180_000_000, 180_000_000)
        select LatLng.Trusted(latitude / 1e6, longitude / 1e6)).ToArbitrary();

    /// <summary>One in eight is a pentagon.</summary>
    private static readonly Arbitrary<H3Cell> Cells = (
        from position in Positions.Generator
        from resolution in Gen.Choose(0, 15)
        from pentagon in Gen.Choose(0, 95)
        select pentagon < 12 ? Pentagons()[pentagon].CenterChild(resolution) : H3Cell.Of(position, resolution)).ToArbitrary();

    [Fact(DisplayName = "many positions at once have the cells that they have one by one: over the globe, at the middles of faces and cells, at poles and the antimeridian")]
    public void Many_at_once()
    {
        var face = LatLng.Trusted(0.803582649718989942 * 180 / Math.PI, 1.248397419617396099 * 180 / Math.PI); // The middle of H3's face 0.
        LatLng[] special = [face, .. new[] { -90.0, -45, 0, 45, 90 }.SelectMany(latitude => new[] { -180.0, -135, -90, -0.0, 90, 180 }.Select(longitude => LatLng.Trusted(latitude, longitude)))];
        var middles = BaseCells().Select(cell => cell.Center()).Concat(special).ToArray();
        Gen<LatLng> Near(LatLng middle) =>
            from degrees in Gen.Elements(0, 1e-8, 1e-5, 0.01, 1, 5)
            from north in Gen.Choose(-1_000, 1_000)
            from east in Gen.Choose(-1_000, 1_000)
            select LatLng.Trusted(Math.Clamp(middle.Latitude + (degrees * north / 1_000), -90, 90), Math.Clamp(middle.Longitude + (degrees * east / 1_000), -180, 180));
        var anywhere = Gen.OneOf(Positions.Generator, Gen.Elements(middles).SelectMany(Near)).ListOf();
        var together = Gen.Elements(middles).SelectMany(middle => Near(middle).ListOf()); // Most of them on one face.
        var few = Gen.OneOf(anywhere, together).Select(list => list.ToArray()).ToArbitrary();
        Prop.ForAll(few, Gen.Choose(0, 15).ToArbitrary(), (positions, resolution) =>
        {
            var cells = new H3Cell[positions.Length + 1];
            H3Cell.Of(positions, resolution, cells);
            return cells[^1] == default && cells.SkipLast(1).SequenceEqual(positions.Select(position => H3Cell.Of(position, resolution)));
        }).Check(Thousands);
    }

    [Fact(DisplayName = "the centre of a cell lies in it")]
    public void Centre_is_in_its_cell()
        => Prop.ForAll(Cells, cell => cell.IsValid && H3Cell.Of(cell.Center(), cell.Resolution) == cell).Check(Thousands);

    [Fact(DisplayName = "a cell is the parent of its children, which are seven (six of a pentagon), in order, the central one first")]
    public void Parent_of_a_child_is_itself()
        => Prop.ForAll(Cells.Filter(cell => cell.Resolution < 15), cell =>
        {
            var children = H3Assert.Children(cell, cell.Resolution + 1);
            return children.All(child => child.IsValid && child.Parent(cell.Resolution) == cell)
                && children.SequenceEqual(children.Order().Distinct())
                && children.Length == (cell.IsPentagon ? 6 : 7)
                && children[0] == cell.CenterChild(cell.Resolution + 1);
        }).Check(Thousands);

    [Fact(DisplayName = "a disk has its centre, each cell once, and is full away from pentagons")]
    public void Disk_sizes()
        => Prop.ForAll(Cells.Filter(cell => cell.Resolution > 1), Gen.Choose(0, 4).ToArbitrary(), (cell, k) =>
        {
            var disk = H3Assert.Disk(cell, k);
            var full = H3Cell.MaxDiskSize(k);
            var hasRightSize = cell.IsPentagon ? disk.Length == 1 + ((full - 1) / 6 * 5)
                : disk.Any(other => other.IsPentagon) ? disk.Length <= full
                : disk.Length == full;
            return hasRightSize
                && disk.Contains(cell)
                && disk.Distinct().Count() == disk.Length
                && disk.All(other => other.IsValid && other.Resolution == cell.Resolution);
        }).Check(Thousands);

    [Fact(DisplayName = "a cell says of every box that holds a descendant's centre that it may, and not of boxes far away")]
    public void Boxes_of_descendants()
        => Prop.ForAll(Cells.Filter(cell => cell.Resolution < 12), Gen.Choose(0, int.MaxValue).ToArbitrary(), (cell, seed) =>
        {
            var random = new Random(seed);
            var descendant = cell;
            for (var steps = random.Next(1, 4); steps > 0; steps--)
            {
                var children = H3Assert.Children(descendant, descendant.Resolution + 1);
                descendant = children[random.Next(children.Length)];
            }

            var (centre, size) = (descendant.Center(), Math.Pow(10, -random.Next(9)));
            var box = new GeoBox(centre.Latitude - size, Math.Max(centre.Longitude - size, -180), centre.Latitude, centre.Longitude);
            var far = cell.Center().Latitude + (Math.CopySign(20, -cell.Center().Latitude) / Math.Pow(7, cell.Resolution / 2.0));
            return cell.MayHaveCentresIn(box) && !cell.MayHaveCentresIn(new GeoBox(far, -180, far, 180));
        }).Check(Thousands);

    [Fact(DisplayName = "to be a neighbour is mutual")]
    public void Neighbours_are_mutual()
        => Prop.ForAll(Cells, cell =>
        {
            return H3Assert.Neighbours(cell).All(other => H3Assert.Neighbours(other).Contains(cell));
        }).Check(Thousands);

    [Fact(DisplayName = "the vertices of a cell lie in it or in a neighbour")]
    public void Vertices_touch_the_cell()
        => Prop.ForAll(Cells, cell =>
        {
            var vertices = new LatLng[H3Cell.MaxBoundary];
            var count = cell.Boundary(vertices);
            var around = H3Assert.Neighbours(cell);
            return vertices[..count].All(vertex => H3Cell.Of(vertex, cell.Resolution) is var at && (at == cell || around.Contains(at)));
        }).Check(Thousands);

    [Fact(DisplayName = "a cell's text reads back as the cell, in either case")]
    public void Text_round_trip()
        => Prop.ForAll(Cells, cell =>
            H3Cell.TryParse(cell.ToString(), out var read) && read == cell
            && H3Cell.TryParse(cell.ToString().ToUpperInvariant(), out read) && read == cell
            && cell.ToString().Length == 15).Check(Thousands);

    [Fact(DisplayName = "numbers that are read as cells are exactly those that some cell is written as")]
    public void Only_cells_are_read()
        => Prop.ForAll(Cells, Gen.Choose(0, 63).ToArbitrary(), (cell, bit) =>
        {
            var changed = new H3Cell(cell.Value ^ (1UL << bit));
            var isRead = H3Cell.TryParse(changed.Value.ToString("x15"), out var read);
            return isRead == changed.IsValid
                && (isRead ? read == changed && H3Cell.Of(read.Center(), read.Resolution) == read : read == default);
        }).Check(Thousands);

    private static IEnumerable<H3Cell> BaseCells() => Enumerable.Range(0, 122).Select(n => new H3Cell(0x8001fffffffffff + ((ulong)n << 45)));

    private static H3Cell[] Pentagons() => [.. BaseCells().Where(cell => cell.IsPentagon)];
}

using Vantage.Geo.Zones;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.Zones;

/// <summary>Zones that are hard to judge, world by world, and points that are hard to place in them.</summary>
internal static class AdversarialZones
{
    private const double West = 121.3, South = 31.1, Size = 0.25;

    // As the index divides: the box of all zones and a rim, in 2²² columns. Where this is no longer so, the points are merely points.
    private const double Rim = 1e-6;
    private const int Columns = 1 << 22;

    public static IReadOnlyList<string> Worlds { get; } =
        ["slivers", "spikes", "combs", "tiles", "cell borders", "holes", "parts", "antimeridian", "poles", "near zero", "tangles", "giant"];

    public static PolygonShape[] World(string name, Random random) => name switch
    {
        "slivers" => Many(40, () => Sliver(random)),
        "spikes" => Many(30, () => Spiked(random)),
        "combs" => Many(15, () => Comb(random)),
        "tiles" => Tiles(random, 6),
        "cell borders" => [Square(West, South, Size), .. Many(30, () => OnCellBorders(random))],
        "holes" => [Sieve(random), .. Many(20, () => WithHoles(random))],
        "parts" => Many(20, () => Parts(random)),
        "antimeridian" => Many(20, () => OverAntimeridian(random)),
        "poles" => [Square(-180, -90, 180), .. Many(20, () => AtPole(random))],
        "near zero" => Many(30, () => NearZero(random)),
        "tangles" => Many(30, () => Tangle(random)),
        "giant" => [Coast(random, 100_000), .. Many(10, () => Sliver(random))],
        _ => throw new ArgumentException(name),
    };

    public static LatLng Probe(PolygonShape[] shapes, GeoBox bounds, Random random)
    {
        var shape = shapes[random.Next(shapes.Length)];
        var ring = random.Next(shape.RingCount);
        var xs = shape.Longitudes(ring);
        var ys = shape.Latitudes(ring);
        var i = random.Next(xs.Length - 1);
        var (x1, y1, x2, y2) = (xs[i], ys[i], xs[i + 1], ys[i + 1]);
        var t = random.NextDouble();
        var (x, y) = (x1 + (t * (x2 - x1)), y1 + (t * (y2 - y1)));
        switch (random.Next(10))
        {
            case 0:
                return At(x1, y1);
            case 1:
                return Clamped(Nudged(x1, random), Nudged(y1, random));
            case 2:
                return Clamped(Nudged(x, random), Nudged(y, random)); // On the edge, or a rounding error off it.
            case 3:
                return At(x1 + ((x2 - x1) / 2), y1 + ((y2 - y1) / 2));
            case 4:
                var off = Math.Pow(10, -4 - (10 * random.NextDouble()));
                return Clamped(x + (off * ((2 * random.NextDouble()) - 1)), y + (off * ((2 * random.NextDouble()) - 1)));
            case 5:
                return Clamped(Between(shape.Bounds.West, shape.Bounds.East, random), y1);
            case 6:
                return Clamped(x1, Between(shape.Bounds.South, shape.Bounds.North, random));
            case 7:
                return OnCellBorder(bounds, x, y, random);
            case 8:
                return At(Between(bounds.West, bounds.East, random), Between(bounds.South, bounds.North, random));
            default:
                return Clamped(Between(shape.Bounds.West, shape.Bounds.East, random), Between(shape.Bounds.South, shape.Bounds.North, random));
        }
    }

    private static PolygonShape[] Many(int count, Func<PolygonShape> make) => [.. Enumerable.Range(0, count).Select(_ => make())];

    private static (double X, double Y) Place(Random random) => (West + (Size * random.NextDouble()), South + (Size * random.NextDouble()));

    // Down to widths of one rounding error, at which rounding makes the sides touch and cross.
    private static PolygonShape Sliver(Random random)
    {
        var ((x1, y1), (x2, y2)) = (Place(random), Place(random));
        var width = Math.Pow(10, -3 - (11 * random.NextDouble()));
        var (dx, dy) = (width * (random.NextDouble() - 0.5), width * (random.NextDouble() - 0.5));
        return random.Next(3) switch
        {
            0 => ZoneShape.OfRings(Ring((x1, y1), (x2, y2), (x2 + dx, y2 + dy))),
            1 => ZoneShape.OfRings(Ring((x1, y1), (x2, y2), (x2 + dx, y2 + dy), (x1 + dx, y1 + dy))),
            _ => ZoneShape.OfRings(Ring((x1, y1), (x2, y1), (x2, y1 + width), (x1, y1 + width))),
        };
    }

    // Sides drawn there and back, repeated vertices, and vertices in the middle of sides.
    private static PolygonShape Spiked(Random random)
    {
        var (x, y) = Place(random);
        var ring = new List<LatLng>();
        foreach (var vertex in Star(random, At(x, y), 0.02, random.Next(4, 20)).SkipLast(1))
        {
            ring.Add(vertex);
            switch (random.Next(4))
            {
                case 0:
                    ring.Add(vertex);
                    break;
                case 1:
                    ring.Add(At(x + (0.04 * (random.NextDouble() - 0.5)), y + (0.04 * (random.NextDouble() - 0.5))));
                    ring.Add(vertex);
                    break;
                case 2:
                    ring.Add(At(vertex.Longitude + (Math.Pow(10, -5 - (9 * random.NextDouble())) * (random.NextDouble() - 0.5)), vertex.Latitude));
                    break;
            }
        }

        ring.Add(ring[0]);
        return ZoneShape.OfRings(ring);
    }

    private static PolygonShape Comb(Random random)
    {
        var ((x, y), teeth, pitch, tilt) = (Place(random), random.Next(3, 80), Math.Pow(10, -3 - (7 * random.NextDouble())), random.NextDouble() - 0.5);
        var ring = new List<(double, double)>();
        for (var i = 0; i < teeth; i++)
        {
            ring.Add((x + (i * pitch), y));
            ring.Add((x + ((i + 0.5) * pitch), y + (0.05 * random.NextDouble())));
        }

        ring.Add((x + (teeth * pitch), y - 0.01 + (0.01 * tilt)));
        ring.Add((x, y - 0.01));
        return ZoneShape.OfRings(Ring([.. random.Next(2) == 0 ? ring : ring.Select(v => (West + v.Item2 - South, South + v.Item1 - West))]));
    }

    /// <summary>Zones that fill a square: each border is common to two of them, vertex by vertex.</summary>
    public static PolygonShape[] Tiles(Random random, int side)
    {
        var corners = new (double X, double Y)[side + 1, side + 1];
        for (var column = 0; column <= side; column++)
        {
            for (var row = 0; row <= side; row++)
            {
                corners[column, row] = (
                    West + (Size * (column + (column % side == 0 ? 0 : 0.3 * random.NextDouble())) / side),
                    South + (Size * (row + (row % side == 0 ? 0 : 0.3 * random.NextDouble())) / side));
            }
        }

        // The way from corner to corner, once for both of its neighbours.
        var ways = new Dictionary<((double, double), (double, double)), (double X, double Y)[]>();
        return [.. Enumerable.Range(0, side * side).Select(i => (Column: i % side, Row: i / side)).Select(tile => ZoneShape.OfRings(Ring([
            .. Way(corners[tile.Column, tile.Row], corners[tile.Column + 1, tile.Row]),
            .. Way(corners[tile.Column + 1, tile.Row], corners[tile.Column + 1, tile.Row + 1]),
            .. Way(corners[tile.Column, tile.Row + 1], corners[tile.Column + 1, tile.Row + 1]).Skip(1).Append(corners[tile.Column + 1, tile.Row + 1]).Reverse(),
            .. Way(corners[tile.Column, tile.Row], corners[tile.Column, tile.Row + 1]).Skip(1).Append(corners[tile.Column, tile.Row + 1]).Reverse()])))];

        (double X, double Y)[] Way((double X, double Y) from, (double X, double Y) to)
        {
            if (!ways.TryGetValue((from, to), out var way))
            {
                var isRim = from.X == to.X || from.Y == to.Y;
                way = [from, .. Enumerable.Range(1, isRim ? 0 : random.Next(5)).Select(i => (
                    from.X + ((to.X - from.X) * i / 5) + (1e-3 * random.NextDouble()), from.Y + ((to.Y - from.Y) * i / 5) + (1e-3 * random.NextDouble())))];
                ways.Add((from, to), way);
            }

            return way;
        }
    }

    private static PolygonShape OnCellBorders(Random random)
    {
        var step = 1 << random.Next(10, 19);
        (double X, double Y) Corner(int column, int row) => Border(new(South, West, South + Size, West + Size), column, row);
        var (column, row) = (random.Next(0, Columns / step) * step, random.Next(0, Columns / step) * step);
        var (width, height) = (random.Next(1, 4) * step, random.Next(1, 4) * step);
        (double X, double Y)[] corners = random.Next(3) switch
        {
            0 => [Corner(column, row), Corner(column + width, row), Corner(column + width, row + height), Corner(column, row + height)],
            1 => [Corner(column, row), Corner(column + width, row + width), Corner(column, row + width)],
            _ => [Corner(column + width, row), Corner(column + (2 * width), row + height), Corner(column + width, row + (2 * height)), Corner(column, row + height)],
        };
        return ZoneShape.OfRings(Ring([.. corners.Select(c => (Math.Min(c.X, West + Size), Math.Min(c.Y, South + Size)))]));
    }

    // A quarter of the sides of its small squares meet at corners.
    private static PolygonShape Sieve(Random random)
    {
        const int Side = 8;
        const double Step = Size / Side;
        var rings = new List<List<LatLng>> { Ring((West, South), (West + Size, South), (West + Size, South + Size), (West, South + Size)) };
        for (var i = 0; i < Side * Side; i++)
        {
            var (column, row) = (i % Side, i / Side);
            if ((column + row) % 2 == 0 && column is > 0 and < Side - 1 && row is > 0 and < Side - 1 && random.Next(4) > 0)
            {
                var (west, south) = (West + (column * Step), South + (row * Step));
                var (east, north) = (West + ((column + 1) * Step), South + ((row + 1) * Step));
                rings.Add(Ring((west, south), (west, north), (east, north), (east, south)));
            }
        }

        return ZoneShape.OfRings([.. rings]);
    }

    // A hole that begins at a vertex of the outer ring, or on its southern side, and one in the middle.
    private static PolygonShape WithHoles(Random random)
    {
        var ((x, y), size) = (Place(random), 0.04 * random.NextDouble());
        var (touchX, touchY) = random.Next(2) == 0 ? (x, y) : (x + (size / 2 * random.NextDouble()), y);
        return ZoneShape.OfRings(
            Ring((x, y), (x + size, y), (x + size, y + size), (x, y + size)),
            Ring((touchX, touchY), (x + (size * 0.4), y + (size * 0.1)), (x + (size * 0.1), y + (size * 0.4))),
            Star(random, At(x + (size * 0.7), y + (size * 0.7)), size * 0.25, random.Next(3, 20), 1e-12));
    }

    // A chain of squares that touch at corners, and islands of Star shape.
    private static PolygonShape Parts(Random random)
    {
        var ((x, y), size) = (Place(random), Math.Pow(10, -2 - (4 * random.NextDouble())));
        return ZoneShape.OfPolygons([
            .. Enumerable.Range(0, random.Next(1, 5)).Select(i => new[] { Ring((x + (i * size), y + (i * size)), (x + ((i + 1) * size), y + (i * size)), (x + ((i + 1) * size), y + ((i + 1) * size)), (x + (i * size), y + ((i + 1) * size))) }),
            [Star(random, At(x - (3 * size), y), size, random.Next(3, 30), 1e-9), Star(random, At(x - (3 * size), y), size / 3, random.Next(3, 10), 1e-9)]]);
    }

    private static PolygonShape OverAntimeridian(Random random)
    {
        var (north, south) = ((160 * random.NextDouble()) - 80, (160 * random.NextDouble()) - 80);
        var (width, depth) = (Math.Pow(10, 1 - (10 * random.NextDouble())), Math.Pow(10, 1 - (10 * random.NextDouble())));
        return ZoneShape.OfPolygons([
            [Ring((180 - width, south), (180, south), (180, north), (180 - width, north))],
            [Ring((-180, south), (-180 + depth, (south + north) / 2), (-180, north))]]);
    }

    private static PolygonShape AtPole(Random random)
    {
        var pole = random.Next(2) == 0 ? 90 : -90;
        var edge = pole * (1 - Math.Pow(10, -(10 * random.NextDouble())));
        var middle = (300 * random.NextDouble()) - 150;
        return ZoneShape.OfPolygons([
            [Ring((-180, edge), (middle, edge * random.NextDouble()), (middle, pole), (-180, pole))],
            [Ring((180, edge), (middle + (20 * random.NextDouble()), edge), (180, pole))]]);
    }

    private static PolygonShape NearZero(Random random)
    {
        var size = Math.Pow(10, -30 * random.NextDouble());
        return ZoneShape.OfRings(Ring([.. Enumerable.Range(0, random.Next(3, 8)).Select(_ => (size * (random.NextDouble() - 0.5), size * (random.NextDouble() - 0.5)))]));
    }

    // Crossing itself on a coarse grid, so that crossings, overlaps and repeated vertices are common.
    private static PolygonShape Tangle(Random random)
    {
        var (x, y) = Place(random);
        var step = Math.Pow(10, -2 - (6 * random.NextDouble()));
        return ZoneShape.OfRings(Ring([.. Enumerable.Range(0, random.Next(3, 12)).Select(_ => (x + (step * random.Next(5)), y + (step * random.Next(5))))]));
    }

    // Ragged, and still so smooth that a latitude meets few of its edges: else one question takes a millisecond, NetTopologySuite's too.
    private static PolygonShape Coast(Random random, int vertices) => ZoneShape.OfRings(Ring([.. Enumerable.Range(0, vertices).Select(i =>
    {
        var (sine, cosine) = Math.SinCos(2 * Math.PI * i / vertices);
        var radius = 0.4 + (0.05 * Math.Sin(14 * Math.PI * i / vertices)) + (5e-5 * random.NextDouble());
        return (121.4 + (radius * cosine), 31.2 + (radius * sine));
    })]));

    private static LatLng OnCellBorder(GeoBox bounds, double x, double y, Random random)
    {
        var size = Math.Max(bounds.North - bounds.South, bounds.East - bounds.West) + (2 * Rim);
        var mask = -1 << random.Next(20);
        var (borderX, borderY) = Border(
            bounds, (int)((x - bounds.West + Rim) / size * Columns) & mask, (int)((y - bounds.South + Rim) / size * Columns) & mask);
        return random.Next(3) switch
        {
            0 => Clamped(Nudged(borderX, random), Nudged(borderY, random)),
            1 => Clamped(Nudged(borderX, random), y),
            _ => Clamped(x, Nudged(borderY, random)),
        };
    }

    private static (double X, double Y) Border(GeoBox bounds, int column, int row)
    {
        var cell = (Math.Max(bounds.North - bounds.South, bounds.East - bounds.West) + (2 * Rim)) / Columns;
        return (bounds.West - Rim + (column * cell), bounds.South - Rim + (row * cell));
    }

    private static double Between(double from, double to, Random random) => Math.Min(to, from + ((to - from) * random.NextDouble()));

    private static double Nudged(double value, Random random) => random.Next(5) switch
    {
        0 => Math.BitIncrement(value),
        1 => Math.BitDecrement(value),
        2 => Math.BitIncrement(Math.BitIncrement(value)),
        _ => value,
    };

    private static LatLng Clamped(double x, double y) => At(Math.Clamp(x, -180, 180), Math.Clamp(y, -90, 90));
}

namespace Vantage.Geo.H3;

/// <summary>Distances over the edges of the icosahedron.</summary>
/// <remarks>
/// A shortest way between two points crosses a row of faces, each at most once. Unfolded into one plane the row keeps lengths, and the
/// way can be pulled straight there, for a way around a corner is never longer than one through it: less than 180° lie on one side. So
/// the distance is the least over all rows of faces. That a row which no straight way fits into does not make it too small, and that
/// <see cref="LongestRow"/> faces are enough, is not proved but counted: between all cells of resolutions 0 to 2, and from 824, 719 and 70
/// to all of 3, 4 and 5, the least is what walking from neighbour to neighbour finds. Seven faces are too few, and eleven change nothing.
/// </remarks>
internal static class FaceUnfolding
{
    /// <summary>In faces, both ends included.</summary>
    private const int LongestRow = 8;

    /// <summary>By 20 times the face from and the face to: the ways to lay the first into the plane of the second, shortest rows first.</summary>
    private static readonly Turned[][] Ways = BuildWays();

    /// <summary>The steps between two points, each on its face, at a resolution.</summary>
    public static int Steps(FacePoint from, FacePoint to, int resolution)
    {
        var isOdd = (resolution & 1) != 0;
        var unit = FacePoint.Unit(resolution & ~1);
        var least = int.MaxValue;
        foreach (var way in Ways[(H3Tables.FaceCount * from.Face) + to.Face])
        {
            var laid = from.Turn(way.Sixths);
            var centre = new FacePoint(to.Face, way.A * unit, way.B * unit);
            centre = isOdd ? centre.Finer(resolution) : centre;
            least = Math.Min(least, FacePoint.Steps(centre.A + laid.A - to.A, centre.B + laid.B - to.B));
        }

        return least;
    }

    private static Turned[][] BuildWays()
    {
        var ways = Enumerable.Range(0, H3Tables.FaceCount * H3Tables.FaceCount).Select(_ => new List<Turned>()).ToArray();
        for (var face = 0; face < H3Tables.FaceCount; face++)
        {
            Queue<(int[] Row, Turned Way)> rows = new([([face], default)]);
            while (rows.TryDequeue(out var next))
            {
                var (row, way) = next;
                var found = ways[(H3Tables.FaceCount * face) + row[^1]];
                if (!found.Contains(way) && (row.Length <= 2 || !AreBeside(face, row[^1])))
                {
                    found.Add(way);
                }

                for (var edge = 0; edge < 3 && row.Length < LongestRow; edge++)
                {
                    var beyond = way.Across(row[^1], edge, out var other);
                    if (!row.Contains(other))
                    {
                        rows.Enqueue(([.. row, other], beyond));
                    }
                }
            }
        }

        return [.. ways.Select(found => found.ToArray())];
    }

    /// <summary>Whether two faces share an edge. Together they are convex: nothing is nearer than over that edge.</summary>
    private static bool AreBeside(int face, int other)
    {
        var isBeside = false;
        for (var edge = 0; edge < 3; edge++)
        {
            isBeside |= new FacePoint(face, 0, 0).Across(edge, 1).Face == other;
        }

        return isBeside;
    }

    /// <summary>Where a face lies in the plane of another: turned counter-clockwise about its centre, which is at (A, B), in units.</summary>
    private readonly record struct Turned(int Sixths, int A, int B)
    {
        public Turned Across(int face, int edge, out int other)
        {
            var centre = new FacePoint(face, A, B).Across(edge, 1);
            other = centre.Face;
            return new((Sixths + FacePoint.SixthsAcross(face, edge)) % 6, centre.A, centre.B);
        }
    }
}

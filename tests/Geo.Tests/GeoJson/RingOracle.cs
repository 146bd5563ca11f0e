namespace Vantage.Geo.Tests.GeoJson;

/// <summary>Judges rings by all pairs of edges, and by which faces each ring is around. For whole coordinates of small numbers, with which doubles are exact.</summary>
internal static class RingOracle
{
    /// <summary>Whether two edges go across each other or lie upon each other, or two ways through one point go across.</summary>
    public static bool IsCrossed(IReadOnlyList<(double X, double Y)[]> rings)
    {
        List<((double X, double Y) From, (double X, double Y) To, (double X, double Y) Before)> edges = [];
        foreach (var vertices in rings)
        {
            var ring = WithoutRepeated(vertices);
            edges.AddRange(ring.Select((v, i) => (v, ring[(i + 1) % ring.Length], ring[(i + ring.Length - 1) % ring.Length])));
        }

        for (var i = 0; i < edges.Count; i++)
        {
            for (var j = i + 1; j < edges.Count; j++)
            {
                if (AreCrossing(edges[i].From, edges[i].To, edges[j].From, edges[j].To))
                {
                    return true;
                }
            }
        }

        foreach (var p in edges.Select(edge => edge.From).Distinct())
        {
            var ways = edges.Where(edge => edge.From == p).Select(edge => (Back: edge.Before, Ahead: edge.To))
                .Concat(edges.Where(edge => edge.From != p && edge.To != p && IsOn(edge.From, edge.To, p)).Select(edge => (Back: edge.From, Ahead: edge.To))).ToArray();
            if (ways.Any(way => ways.Any(other => IsLeft(way, p, other.Back) != IsLeft(way, p, other.Ahead) && way != other)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether every face is in at most one outer ring without being in one of its holes, and holes are in their outer rings and apart.</summary>
    /// <param name="polygons">Of rings that do not cross.</param>
    public static bool IsNested(IReadOnlyList<(double X, double Y)[][]> polygons)
    {
        foreach (var p in PointsOfFaces([.. polygons.SelectMany(rings => rings)]))
        {
            var covering = 0;
            foreach (var rings in polygons)
            {
                var holes = rings.Skip(1).Count(hole => IsAround(hole, p));
                var isInOuter = IsAround(rings[0], p);
                if (holes > 1 || (holes == 1 && !isInOuter))
                {
                    return false;
                }

                covering += isInOuter && holes == 0 ? 1 : 0;
            }

            if (covering > 1)
            {
                return false;
            }
        }

        return true;
    }

    private static (double X, double Y)[] WithoutRepeated((double X, double Y)[] ring)
        => [.. ring.Where((v, i) => v != ring[(i + 1) % ring.Length])];

    private static bool AreCrossing((double X, double Y) a, (double X, double Y) b, (double X, double Y) c, (double X, double Y) d)
    {
        var (atC, atD, atA, atB) = (Turn(a, b, c), Turn(a, b, d), Turn(c, d, a), Turn(c, d, b));
        if (atC * atD < 0 && atA * atB < 0)
        {
            return true;
        }

        var isSteep = a.X == b.X;
        var (a1, b1, c1, d1) = isSteep ? (a.Y, b.Y, c.Y, d.Y) : (a.X, b.X, c.X, d.X);
        return atC == 0 && atD == 0 && Math.Min(Math.Max(a1, b1), Math.Max(c1, d1)) > Math.Max(Math.Min(a1, b1), Math.Min(c1, d1));
    }

    // No two arms lie upon each other.
    private static bool IsLeft(((double X, double Y) Back, (double X, double Y) Ahead) way, (double X, double Y) p, (double X, double Y) q)
    {
        var bend = Turn(p, way.Ahead, way.Back);
        var (isLeftOfAhead, isRightOfBack) = (Turn(p, way.Ahead, q) > 0, Turn(p, way.Back, q) < 0);
        return bend > 0 ? isLeftOfAhead && isRightOfBack : isLeftOfAhead || isRightOfBack;
    }

    // Every face has an edge, or a part of one between two points where it is touched; a point just beside its middle is in the face.
    private static IEnumerable<(double X, double Y)> PointsOfFaces((double X, double Y)[][] rings)
    {
        const double Beside = 1e-6;
        foreach (var ring in rings)
        {
            for (var i = 0; i < ring.Length; i++)
            {
                var (a, b) = (ring[i], ring[(i + 1) % ring.Length]);
                if (a == b)
                {
                    continue;
                }

                var stops = rings.SelectMany(other => other).Where(v => IsOn(a, b, v)).Distinct().OrderBy(v => v.X).ThenBy(v => v.Y).ToArray();
                for (var stop = 1; stop < stops.Length; stop++)
                {
                    var (x, y) = ((stops[stop - 1].X + stops[stop].X) / 2, (stops[stop - 1].Y + stops[stop].Y) / 2);
                    yield return (x + (Beside * (b.Y - a.Y)), y - (Beside * (b.X - a.X)));
                    yield return (x - (Beside * (b.Y - a.Y)), y + (Beside * (b.X - a.X)));
                }
            }
        }
    }

    private static bool IsAround((double X, double Y)[] ring, (double X, double Y) p)
    {
        var isInside = false;
        for (var i = 0; i < ring.Length; i++)
        {
            var (a, b) = (ring[i], ring[(i + 1) % ring.Length]);
            isInside ^= a.Y > p.Y != b.Y > p.Y && Turn(a, b, p) > 0 == b.Y > a.Y;
        }

        return isInside;
    }

    private static bool IsOn((double X, double Y) a, (double X, double Y) b, (double X, double Y) p)
        => Turn(a, b, p) == 0 && p.X >= Math.Min(a.X, b.X) && p.X <= Math.Max(a.X, b.X) && p.Y >= Math.Min(a.Y, b.Y) && p.Y <= Math.Max(a.Y, b.Y);

    private static int Turn((double X, double Y) a, (double X, double Y) b, (double X, double Y) c)
        => Math.Sign(((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X)));
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vantage.Geo.H3;

/// <content>Four positions at a time, in vectors: every product, sum and choice is that for one, so the cells are, too.</content>
internal static partial class FaceProjection
{
    /// <summary>Far above rounding: who is nearer by so much is so by every way of computing it.</summary>
    private const double Margin = 1e-12;

    private static readonly int[] FacesBeside = BuildFacesBeside();

    /// <summary>The cells of positions, as many as there are; the same as one by one.</summary>
    public static void CellsAt(ReadOnlySpan<LatLng> positions, int resolution, Span<H3Cell> cells)
    {
        var at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var face = 0;
            for (; at <= positions.Length - Vector256<double>.Count; at += Vector256<double>.Count)
            {
                FourCellsAt(positions.Slice(at, Vector256<double>.Count), resolution, cells.Slice(at, Vector256<double>.Count), ref face);
            }
        }

        for (; at < positions.Length; at++)
        {
            cells[at] = new(CellAt(positions[at].Latitude, positions[at].Longitude, resolution));
        }
    }

    /// <param name="face">Where the ones before were: most positions of a batch are on one face.</param>
    private static void FourCellsAt(ReadOnlySpan<LatLng> positions, int resolution, Span<H3Cell> cells, ref int face)
    {
        var (z, fromAxis) = DegreeTrigonometry.SinCos(Vector256.Create(positions[0].Latitude, positions[1].Latitude, positions[2].Latitude, positions[3].Latitude));
        var (sine, cosine) = DegreeTrigonometry.SinCos(Vector256.Create(positions[0].Longitude, positions[1].Longitude, positions[2].Longitude, positions[3].Longitude));
        var (x, y) = (fromAxis * cosine, fromAxis * sine);

        Span<long> faces = stackalloc long[Vector256<long>.Count];
        var depth = Depth(x, y, z, face);
        var rivals = FacesBeside.AsSpan(3 * face, 3);
        var rival = Vector256.Max(Vector256.Max(Depth(x, y, z, rivals[0]), Depth(x, y, z, rivals[1])), Depth(x, y, z, rivals[2]));
        var odd = resolution & 1;
        Vector256<double> a, b;
        if (Vector256.GreaterThanAll(depth, rival + Vector256.Create(Margin)))
        {
            faces.Fill(face);
            var frame = FrameOf(face, odd);
            a = (x * frame[0]) + (y * frame[1]) + (z * frame[2]);
            b = (x * frame[3]) + (y * frame[4]) + (z * frame[5]);
        }
        else
        {
            NearestFaces(x, y, z, out depth).CopyTo(faces);
            face = (int)faces[0];
            var first = FrameOf(faces[0], odd);
            var second = FrameOf(faces[1], odd);
            var third = FrameOf(faces[2], odd);
            var fourth = FrameOf(faces[3], odd);
            a = (x * Vector256.Create(first[0], second[0], third[0], fourth[0]))
                + (y * Vector256.Create(first[1], second[1], third[1], fourth[1]))
                + (z * Vector256.Create(first[2], second[2], third[2], fourth[2]));
            b = (x * Vector256.Create(first[3], second[3], third[3], fourth[3]))
                + (y * Vector256.Create(first[4], second[4], third[4], fourth[4]))
                + (z * Vector256.Create(first[5], second[5], third[5], fourth[5]));
        }

        if (Vector256.GreaterThanOrEqualAny(depth, Vector256.Create(MiddleOfFace)))
        {
            for (var i = 0; i < positions.Length; i++)
            {
                cells[i] = new(CellAt(positions[i].Latitude, positions[i].Longitude, resolution));
            }

            return;
        }

        var scale = Vector256.Create(StepsPerUnit[resolution]) * (Vector256<double>.One / depth);
        (a, b) = NearestPoint(a * scale, b * scale);
        Span<double> points = stackalloc double[2 * Vector256<double>.Count];
        a.CopyTo(points);
        b.CopyTo(points[Vector256<double>.Count..]);
        for (var i = 0; i < cells.Length; i++)
        {
            FaceCells.TryEncode((int)faces[i], (int)points[i], (int)points[Vector256<double>.Count + i], resolution, out var cell);
            cells[i] = new(cell);
        }
    }

    /// <summary>The cosine of the angle to a face's centre.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Depth(Vector256<double> x, Vector256<double> y, Vector256<double> z, int face)
    {
        var centre = H3Tables.FaceCentres.AsSpan(3 * face, 3);
        return (x * centre[0]) + (y * centre[1]) + (z * centre[2]);
    }

    private static Vector256<long> NearestFaces(Vector256<double> x, Vector256<double> y, Vector256<double> z, out Vector256<double> depth)
    {
        depth = Vector256.Create(double.NegativeInfinity);
        var nearest = Vector256<long>.Zero;
        for (var face = 0; face < H3Tables.FaceCount; face++)
        {
            var product = Depth(x, y, z, face);
            var isNearer = Vector256.GreaterThan(product, depth);
            depth = Vector256.ConditionalSelect(isNearer, product, depth);
            nearest = Vector256.ConditionalSelect(isNearer.AsInt64(), Vector256.Create((long)face), nearest);
        }

        return nearest;
    }

    /// <summary>For each face the three that share an edge with it: whoever is nearer to its centre than to theirs is on it.</summary>
    private static int[] BuildFacesBeside()
    {
        var centres = H3Tables.FaceCentres;
        double Cosine(int one, int other) => Enumerable.Range(0, 3).Sum(n => centres[(3 * one) + n] * centres[(3 * other) + n]);
        return [.. Enumerable.Range(0, H3Tables.FaceCount).SelectMany(face => Enumerable.Range(0, H3Tables.FaceCount)
            .Where(other => other != face).OrderByDescending(other => Cosine(face, other)).Take(3))];
    }

    /// <summary>Writes the faces of which any part may be within an angle, in radians, of a position, and how many they are; at most twenty.</summary>
    public static int FacesNear(LatLng position, double radians, Span<int> faces)
    {
        const double CentresApart = 0.71364417954618; // From the middle of a face to that of the next, the Earth's radius being one.
        var (z, fromAxis) = DegreeTrigonometry.SinCos(position.Latitude);
        var (sine, cosine) = DegreeTrigonometry.SinCos(position.Longitude);
        Span<double> depths = stackalloc double[H3Tables.FaceCount];
        for (var face = 0; face < depths.Length; face++)
        {
            var centre = H3Tables.FaceCentres.AsSpan(3 * face, 3);
            depths[face] = (fromAxis * cosine * centre[0]) + (fromAxis * sine * centre[1]) + (z * centre[2]);
        }

        // An edge is as far from the middles on both its sides; what is an angle beyond it is nearer to the other by that much.
        var mostBeyond = (CentresApart * Math.Sin(Math.Min(radians, Math.PI / 2))) + Margin;
        var count = 0;
        for (var face = 0; face < depths.Length; face++)
        {
            var beside = FacesBeside.AsSpan(3 * face, 3);
            if (Math.Max(depths[beside[0]], Math.Max(depths[beside[1]], depths[beside[2]])) - depths[face] <= mostBeyond)
            {
                faces[count++] = face;
            }
        }

        return count;
    }

    public static ReadOnlySpan<double> FrameOf(long face, int odd) => Frames.AsSpan(FrameSize * ((2 * (int)face) + odd), 6);

    /// <summary>As for one, four at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> A, Vector256<double> B) NearestPoint(Vector256<double> a, Vector256<double> b)
    {
        var c = b - a;
        var (roundA, roundB, roundC) = (Vector256.Round(a), Vector256.Round(b), Vector256.Round(c));
        var (errorA, errorB, errorC) = (Vector256.Abs(roundA - a), Vector256.Abs(roundB - b), Vector256.Abs(roundC - c));
        var isA = Vector256.GreaterThan(errorA, errorB) & Vector256.GreaterThan(errorA, errorC);
        var isB = Vector256.AndNot(Vector256.GreaterThan(errorB, errorC), isA);
        return (Vector256.ConditionalSelect(isA, roundB - roundC, roundA), Vector256.ConditionalSelect(isB, roundA + roundC, roundB));
    }
}

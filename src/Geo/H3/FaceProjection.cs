using System.Runtime.CompilerServices;

namespace Vantage.Geo.H3;

/// <summary>
/// Between positions and the planes of the faces. A face is the gnomonic projection of the sphere about the face's centre, which
/// keeps great circles straight. In vectors it is one division: position p lies over p / (p · centre).
/// </summary>
internal static partial class FaceProjection
{
    /// <summary>A lattice step of resolution 0, in the plane, with the radius of the Earth as one.</summary>
    public const double StepLength = 0.38196601125010500003;

    /// <summary>How far odd resolutions are turned, in radians: asin √(3/28).</summary>
    private const double OddTurn = 0.33347317225183211534;

    /// <summary>The cosine of 0.26°: what is less from a face's centre than that takes <see cref="StretchInMiddle"/>.</summary>
    private const double MiddleOfFace = 0.99999;

    private const int FrameSize = 12;
    private const double DegreesPerRadian = 180 / Math.PI;

    /// <summary>By resolution: how many of its steps make one of resolution 0, which is √7 for each.</summary>
    private static readonly double[] StepsPerUnit =
        [.. Enumerable.Range(0, 17).Select(resolution => Math.Pow(7, resolution / 2) * ((resolution & 1) != 0 ? Math.Sqrt(7) : 1))];

    /// <summary>
    /// Four vectors for each face, for even resolutions and then for odd ones: two whose products with a point of the plane are its
    /// a and b, and the steps along a and b. All in steps of resolution 0, or its turned likeness.
    /// </summary>
    private static readonly double[] Frames = BuildFrames();

    /// <summary>The cell that a position, in degrees, lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong CellAt(double latitude, double longitude, int resolution)
    {
        var (z, fromAxis) = DegreeTrigonometry.SinCos(latitude);
        var (sine, cosine) = DegreeTrigonometry.SinCos(longitude);
        var (x, y) = (fromAxis * cosine, fromAxis * sine);

        var face = NearestFace(x, y, z, out var depth);
        var frame = Frames.AsSpan(FrameSize * ((2 * face) + (resolution & 1)), 6);
        var scale = StepsPerUnit[resolution] * (depth < MiddleOfFace ? 1 / depth : StretchInMiddle(face, x, y, z));
        var (a, b) = NearestPoint(
            ((x * frame[0]) + (y * frame[1]) + (z * frame[2])) * scale,
            ((x * frame[3]) + (y * frame[4]) + (z * frame[5])) * scale);

        FaceCells.TryEncode(face, a, b, resolution, out var cell); // Always true: the point is on the face, or next to it.
        return cell;
    }

    /// <summary>The position of a point of a face's plane, with this many steps to one of resolution 0.</summary>
    public static LatLng Position(int face, double a, double b, double stepsPerUnit, bool isOdd)
    {
        var centre = H3Tables.FaceCentres.AsSpan(3 * face, 3);
        var steps = Frames.AsSpan((FrameSize * ((2 * face) + (isOdd ? 1 : 0))) + 6, 6);
        var (stepA, stepB) = (a / stepsPerUnit, b / stepsPerUnit);
        var x = centre[0] + (stepA * steps[0]) + (stepB * steps[3]);
        var y = centre[1] + (stepA * steps[1]) + (stepB * steps[4]);
        var z = centre[2] + (stepA * steps[2]) + (stepB * steps[5]);

        // Of the two ways to an angle, the arc tangent alone keeps its precision near the poles.
        return LatLng.Trusted(
            Math.Atan2(z, Math.Sqrt((x * x) + (y * y))) * DegreesPerRadian,
            Math.Atan2(y, x) * DegreesPerRadian);
    }

    /// <summary>The position of a point given in steps of a resolution.</summary>
    public static LatLng Position(FacePoint point, int resolution)
        => Position(point.Face, point.A, point.B, StepsPerUnit[resolution], (resolution & 1) != 0);

    /// <summary>A point of a face's plane in space, at an even resolution.</summary>
    public static SpaceVector Point(int face, double a, double b, double stepsPerUnit)
    {
        var centre = H3Tables.FaceCentres.AsSpan(3 * face, 3);
        return new SpaceVector(centre[0], centre[1], centre[2]) + Step(face, a, b, stepsPerUnit);
    }

    /// <summary>A way in a face's plane in space, at an even resolution.</summary>
    public static SpaceVector Step(int face, double a, double b, double stepsPerUnit)
    {
        var steps = Frames.AsSpan((FrameSize * 2 * face) + 6, 6);
        var (stepA, stepB) = (a / stepsPerUnit, b / stepsPerUnit);
        return new(
            (stepA * steps[0]) + (stepB * steps[3]),
            (stepA * steps[1]) + (stepB * steps[4]),
            (stepA * steps[2]) + (stepB * steps[5]));
    }

    public static double StepsPerUnitAt(int resolution) => StepsPerUnit[resolution];

    private static int NearestFace(double x, double y, double z, out double depth)
    {
        var centres = H3Tables.FaceCentres;
        var nearest = 0;
        depth = double.NegativeInfinity;
        for (int face = 0, at = 0; at < centres.Length - 2; face++, at += 3)
        {
            var product = (x * centres[at]) + (y * centres[at + 1]) + (z * centres[at + 2]);
            if (product > depth)
            {
                depth = product;
                nearest = face;
            }
        }

        return nearest;
    }

    /// <summary>From sines to tangents of the angle to the face's centre, as every other H3 has it, rounding included.</summary>
    /// <remarks>
    /// They take the angle as arccos(1 − d² / 2), where d is the chord. That loses digits for small angles: a metre from the centre it
    /// is wrong by 2 mm, which is enough to leave a cell of resolution 15. All agree on the error, so agreeing with them is worth more
    /// than being right.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double StretchInMiddle(int face, double x, double y, double z)
    {
        var centre = H3Tables.FaceCentres.AsSpan(3 * face, 3);
        var (fromX, fromY, fromZ) = (x - centre[0], y - centre[1], z - centre[2]);
        var chordSquared = (fromX * fromX) + (fromY * fromY) + (fromZ * fromZ);
        var sine = Math.Sqrt(chordSquared * (1 - (chordSquared / 4)));
        var roundedCosine = 1 - (chordSquared / 2);
        var roundedTangent = Math.Sqrt((1 - roundedCosine) * (1 + roundedCosine)) / roundedCosine;
        return sine == 0 ? 1 : roundedTangent / sine;
    }

    /// <summary>
    /// The lattice point nearest to a fractional one. With c = b − a, the three coordinates are alike; each is rounded, and where
    /// the results disagree the one that moved furthest is the wrong one.
    /// </summary>
    private static (int A, int B) NearestPoint(double a, double b)
    {
        var c = b - a;
        var (roundA, roundB, roundC) = (Math.Round(a), Math.Round(b), Math.Round(c));
        var (errorA, errorB, errorC) = (Math.Abs(roundA - a), Math.Abs(roundB - b), Math.Abs(roundC - c));
        if (errorA > errorB && errorA > errorC)
        {
            roundA = roundB - roundC;
        }
        else if (errorB > errorC)
        {
            roundB = roundA + roundC;
        }

        return ((int)roundA, (int)roundB);
    }

    private static double[] BuildFrames()
    {
        var frames = new double[FrameSize * 2 * H3Tables.FaceCount];
        for (var face = 0; face < H3Tables.FaceCount; face++)
        {
            BuildFrame(face, 0, frames.AsSpan(FrameSize * 2 * face, FrameSize));
            BuildFrame(face, OddTurn, frames.AsSpan((FrameSize * 2 * face) + FrameSize, FrameSize));
        }

        return frames;
    }

    private static void BuildFrame(int face, double turn, Span<double> frame)
    {
        var centre = H3Tables.FaceCentres.AsSpan(3 * face, 3);
        var fromAxis = Math.Sqrt((centre[0] * centre[0]) + (centre[1] * centre[1]));
        ReadOnlySpan<double> east = [-centre[1] / fromAxis, centre[0] / fromAxis, 0];
        ReadOnlySpan<double> north = [-centre[2] * east[1], centre[2] * east[0], fromAxis];

        // Azimuths run clockwise and turns counter-clockwise. The x axis is that of a; b is 120° on.
        var (sine, cosine) = Math.SinCos(H3Tables.FaceAxisAzimuths[face] - turn);
        for (var n = 0; n < 3; n++)
        {
            var x = (cosine * north[n]) + (sine * east[n]);
            var y = (sine * north[n]) - (cosine * east[n]);
            frame[n] = (x + (y / Math.Sqrt(3))) / StepLength;
            frame[3 + n] = 2 * y / Math.Sqrt(3) / StepLength;
            frame[6 + n] = x * StepLength;
            frame[9 + n] = ((y * Math.Sqrt(3)) - x) / 2 * StepLength;
        }
    }
}

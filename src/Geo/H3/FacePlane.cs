namespace Vantage.Geo.H3;

/// <summary>The plane of one face, in steps of one resolution, and which points of its lattice lie on the face.</summary>
internal readonly struct FacePlane
{
    private readonly int _cornerDistance;
    private readonly bool _isOdd;
    private readonly double _depthX, _depthY, _depthZ;
    private readonly double _aX, _aY, _aZ;
    private readonly double _bX, _bY, _bZ;

    public FacePlane(int face, int resolution)
    {
        (Face, Resolution) = (face, resolution);
        _isOdd = (resolution & 1) != 0;
        _cornerDistance = 2 * FacePoint.Unit(resolution + 1);
        (_depthX, _depthY, _depthZ) = (H3Tables.FaceCentres[3 * face], H3Tables.FaceCentres[(3 * face) + 1], H3Tables.FaceCentres[(3 * face) + 2]);
        var frame = FaceProjection.FrameOf(face, resolution & 1);
        var steps = FaceProjection.StepsPerUnitAt(resolution);
        (_aX, _aY, _aZ) = (frame[0] * steps, frame[1] * steps, frame[2] * steps);
        (_bX, _bY, _bZ) = (frame[3] * steps, frame[4] * steps, frame[5] * steps);
    }

    public int Face { get; }

    public int Resolution { get; }

    /// <summary>The least b of a point on the face: that of the corner on axis k.</summary>
    public int FirstRow => _isOdd ? -2 * _cornerDistance / 7 : -_cornerDistance;

    /// <summary>The greatest b of a point on the face: that of the corner on axis j.</summary>
    public int LastRow => _isOdd ? 3 * _cornerDistance / 7 : _cornerDistance;

    /// <summary>The range of a for the points of a row that lie on the face or its edges; empty if the first is greater.</summary>
    /// <remarks>
    /// The three edges, as <see cref="FacePoint.Outward"/> has them. At odd resolutions the point is first taken to the next finer, where
    /// corners are on the axes.
    /// </remarks>
    public (int From, int To) Row(int b)
        => _isOdd
            ? (-FloorOf(_cornerDistance - (4 * b), 5), Math.Min(FloorOf(_cornerDistance - b, 4), _cornerDistance + (5 * b)))
            : (-FloorOf(_cornerDistance - b, 2), Math.Min(_cornerDistance - b, _cornerDistance + (2 * b)));

    /// <summary>Projects a position.</summary>
    /// <returns>The cosine of the angle to the face's centre. Without meaning if it is not positive.</returns>
    public double Project(double latitude, double longitude, out double a, out double b)
    {
        var (z, fromAxis) = DegreeTrigonometry.SinCos(latitude);
        var (sine, cosine) = DegreeTrigonometry.SinCos(longitude);
        var (x, y) = (fromAxis * cosine, fromAxis * sine);
        var depth = (x * _depthX) + (y * _depthY) + (z * _depthZ);
        a = ((x * _aX) + (y * _aY) + (z * _aZ)) / depth;
        b = ((x * _bX) + (y * _bY) + (z * _bZ)) / depth;
        return depth;
    }

    private static int FloorOf(int number, int divisor) => (number >= 0 ? number : number - divisor + 1) / divisor;
}

namespace Vantage.Geo.Zones;

/// <summary>All that is at most a radius away from a centre, by haversine. The antimeridian and the poles need no care.</summary>
public sealed class CircleShape : ZoneShape
{
    /// <summary>A thousand kilometres: more than any province, and small enough for the sphere to look flat to the solver.</summary>
    public const double MaxRadiusMetres = 1_000_000;

    // Pieces of a long segment in which the distance to the centre has at most one minimum worth finding.
    private const double PieceDegrees = 0.5;

    // From 1 down to 2⁻⁵⁵: past the resolution of a parameter in [0, 1].
    private const int Halvings = 55;

    private readonly double _latitude;
    private readonly double _cosLatitude;
    private readonly double _threshold;

    internal CircleShape(LatLng centre, double radiusMetres)
    {
        if (!(radiusMetres is > 0 and <= MaxRadiusMetres))
        {
            throw new ArgumentOutOfRangeException(
                nameof(radiusMetres), radiusMetres, $"A radius is above 0 and at most {MaxRadiusMetres} metres.");
        }

        Centre = centre;
        RadiusMetres = radiusMetres;
        _latitude = double.DegreesToRadians(centre.Latitude);
        _cosLatitude = Math.Cos(_latitude);
        var sinHalf = Math.Sin(radiusMetres / GreatCircle.EarthRadiusMetres / 2);
        _threshold = sinHalf * sinHalf;
        AreaSquareMetres = 4 * Math.PI * GreatCircle.EarthRadiusMetres * GreatCircle.EarthRadiusMetres * _threshold;
        Bounds = BoundsOf(centre, radiusMetres);
    }

    public LatLng Centre { get; }

    public double RadiusMetres { get; }

    public override GeoBox Bounds { get; }

    public override int VertexCount => 0;

    public override double AreaSquareMetres { get; }

    public override LatLng Centroid => Centre;

    public override LatLng LabelPoint => Centre;

    /// <inheritdoc/>
    public override bool Contains(LatLng p) => Bounds.Contains(p) && HaversineTo(p) <= _threshold;

    /// <inheritdoc/>
    public override bool Touches(LatLng a, LatLng b)
        => Bounds.Intersects(GeoBox.Around(a, b))
            && (HaversineTo(a) <= _threshold || HaversineTo(b) <= _threshold || Crosses(a, b, out _, out _));

    /// <inheritdoc/>
    /// <remarks>
    /// Along the segment the haversine to the centre is a smooth function; its minimum is the root of the derivative, and the
    /// border lies between the minimum and an end that is outside. Both are found by bisection: always the same answer,
    /// wrong by about 1e-15 of the segment or a nanometre. Segments over 0.5° are searched piece by piece.
    /// </remarks>
    public override bool Crosses(LatLng a, LatLng b, out double entry, out double exit)
    {
        (entry, exit) = (0, 0);
        if (!Bounds.Intersects(GeoBox.Around(a, b)))
        {
            return false;
        }

        var (startsInside, endsInside) = (HaversineTo(a) <= _threshold, HaversineTo(b) <= _threshold);
        if (startsInside && endsInside)
        {
            exit = 1;
            return true;
        }

        var segment = new Segment(this, a, b);
        var inside = startsInside ? 0 : endsInside ? 1 : double.NaN;
        if (!startsInside)
        {
            var (outside, found) = FirstInside(segment, endsInside);
            if (double.IsNaN(found))
            {
                return false;
            }

            entry = Border(segment, outside, found);
            inside = found;
        }

        exit = endsInside ? 1 : LastBorder(segment, startsInside, inside);
        exit = Math.Max(entry, exit);
        return true;
    }

    /// <inheritdoc/>
    public override double DistanceMetres(LatLng p) => Math.Abs(GreatCircle.DistanceMetres(Centre, p) - RadiusMetres);

    /// <inheritdoc/>
    public override bool IsBoundaryWithin(LatLng p, double metres) => DistanceMetres(p) <= metres;

    /// <inheritdoc/>
    internal override bool TryNearest(LatLng p, double withinMetres, out LatLng point, out double metres)
    {
        metres = DistanceMetres(p);
        var isNear = metres <= withinMetres;
        point = isNear ? GreatCircle.Destination(Centre, GreatCircle.InitialBearingDegrees(Centre, p), RadiusMetres) : default;
        return isNear;
    }

    internal double HaversineTo(LatLng p) => GreatCircle.Haversine(
        double.DegreesToRadians(p.Latitude - Centre.Latitude),
        double.DegreesToRadians(p.Longitude - Centre.Longitude),
        _cosLatitude * Math.Cos(double.DegreesToRadians(p.Latitude)));

    /// <summary>Bounds on the haversine from the centre to anywhere in a box, as multiples of the threshold.</summary>
    /// <returns>Below 1 for a greatest value: all of the box is inside. Above 1 for a least value: all of it is outside.</returns>
    internal (double Least, double Greatest) HaversineOver(GeoBox box)
    {
        var (nearNorth, farNorth) = HalfAngleSquares(box.South - Centre.Latitude, box.North - Centre.Latitude);
        var (nearEast, farEast) = HalfAngleSquares(box.West - Centre.Longitude, box.East - Centre.Longitude);
        var (cosSouth, cosNorth) = (CosDegrees(box.South), CosDegrees(box.North));
        var greatestCos = box.South <= 0 && box.North >= 0 ? 1 : Math.Max(cosSouth, cosNorth);
        return (
            (nearNorth + _cosLatitude * Math.Min(cosSouth, cosNorth) * nearEast) / _threshold,
            (farNorth + _cosLatitude * greatestCos * farEast) / _threshold);
    }

    // The least and greatest sin² of half an angle that ranges over less than a turn each way.
    private static (double Least, double Greatest) HalfAngleSquares(double fromDegrees, double toDegrees)
    {
        var (from, to) = (Square(Math.Sin(double.DegreesToRadians(fromDegrees) / 2)), Square(Math.Sin(double.DegreesToRadians(toDegrees) / 2)));
        var holdsZero = (fromDegrees <= 0 && toDegrees >= 0) || fromDegrees <= -360 || toDegrees >= 360;
        var holdsHalfTurn = (fromDegrees <= -180 && toDegrees >= -180) || (fromDegrees <= 180 && toDegrees >= 180);
        return (holdsZero ? 0 : Math.Min(from, to), holdsHalfTurn ? 1 : Math.Max(from, to));
    }

    private static double CosDegrees(double degrees) => Math.Max(0, Math.Cos(double.DegreesToRadians(degrees)));

    private static double Square(double x) => x * x;

    private static GeoBox BoundsOf(LatLng centre, double radiusMetres)
    {
        const double Margin = 1e-9; // Degrees; covers the rounding of what follows.
        var angle = radiusMetres / GreatCircle.EarthRadiusMetres;
        var degrees = double.RadiansToDegrees(angle) + Margin;
        var (south, north) = (centre.Latitude - degrees, centre.Latitude + degrees);
        var sinEast = Math.Sin(angle) / Math.Cos(double.DegreesToRadians(centre.Latitude));
        var east = double.RadiansToDegrees(Math.Asin(Math.Min(1, sinEast))) * (1 + Margin) + Margin;
        var isWhole = south <= -90 || north >= 90 || centre.Longitude - east < -180 || centre.Longitude + east > 180;
        return new(
            Math.Max(south, -90),
            isWhole ? -180 : centre.Longitude - east,
            Math.Min(north, 90),
            isWhole ? 180 : centre.Longitude + east);
    }

    private (double Outside, double Inside) FirstInside(in Segment segment, bool endsInside)
    {
        for (var piece = 0; piece < segment.Pieces; piece++)
        {
            var (from, to) = (segment.PieceStart(piece), segment.PieceStart(piece + 1));
            if (piece == segment.Pieces - 1 && endsInside)
            {
                return (from, 1);
            }

            if (!Bounds.Intersects(segment.BoxOf(piece)))
            {
                continue;
            }

            if (segment.Haversine(to) <= _threshold)
            {
                return (from, to);
            }

            var least = segment.Least(from, to);
            if (segment.Haversine(least) <= _threshold)
            {
                return (from, least);
            }
        }

        return (0, double.NaN);
    }

    // The end of the segment is outside; somewhere before it, at the latest at "inside", it was inside.
    private double LastBorder(in Segment segment, bool startsInside, double inside)
    {
        for (var piece = segment.Pieces - 1; piece >= 0; piece--)
        {
            var (from, to) = (segment.PieceStart(piece), segment.PieceStart(piece + 1));
            if (!Bounds.Intersects(segment.BoxOf(piece)))
            {
                continue;
            }

            if ((piece == 0 && startsInside) || (piece > 0 && segment.Haversine(from) <= _threshold))
            {
                return Border(segment, to, from);
            }

            var least = segment.Least(from, to);
            if (segment.Haversine(least) <= _threshold)
            {
                return Border(segment, to, least);
            }
        }

        return inside;
    }

    private double Border(in Segment segment, double outside, double inside)
    {
        for (var halving = 0; halving < Halvings; halving++)
        {
            var middle = outside + (inside - outside) / 2;
            if (segment.Haversine(middle) <= _threshold)
            {
                inside = middle;
            }
            else
            {
                outside = middle;
            }
        }

        return inside;
    }

    // A segment in radians, relative to the centre.
    private readonly struct Segment(CircleShape circle, LatLng a, LatLng b)
    {
        private readonly double _centreLatitude = circle._latitude;
        private readonly double _cosCentre = circle._cosLatitude;
        private readonly double _north = double.DegreesToRadians(a.Latitude - circle.Centre.Latitude);
        private readonly double _east = double.DegreesToRadians(a.Longitude - circle.Centre.Longitude);
        private readonly double _deltaNorth = double.DegreesToRadians(b.Latitude - a.Latitude);
        private readonly double _deltaEast = double.DegreesToRadians(b.Longitude - a.Longitude);

        public int Pieces { get; } = Math.Max(1, (int)Math.Ceiling(
            Math.Max(Math.Abs(b.Latitude - a.Latitude), Math.Abs(b.Longitude - a.Longitude)) / PieceDegrees));

        public double PieceStart(int piece) => (double)piece / Pieces;

        /// <summary>The box of a piece; it need not be exact, for a circle's bounds have a margin.</summary>
        public GeoBox BoxOf(int piece)
        {
            var (from, to) = (PieceStart(piece), PieceStart(piece + 1));
            var (north, east) = (b.Latitude - a.Latitude, b.Longitude - a.Longitude);
            var (south, west) = (a.Latitude + Math.Min(from * north, to * north), a.Longitude + Math.Min(from * east, to * east));
            return new(south, west, south + (to - from) * Math.Abs(north), west + (to - from) * Math.Abs(east));
        }

        public double Haversine(double t)
        {
            var north = _north + t * _deltaNorth;
            return GreatCircle.Haversine(north, _east + t * _deltaEast, _cosCentre * Math.Cos(_centreLatitude + north));
        }

        /// <summary>Where within a piece the centre is nearest.</summary>
        public double Least(double from, double to)
        {
            if (Slope(from) >= 0)
            {
                return from;
            }

            if (Slope(to) <= 0)
            {
                return to;
            }

            for (var halving = 0; halving < Halvings; halving++)
            {
                var middle = from + (to - from) / 2;
                if (Slope(middle) < 0)
                {
                    from = middle;
                }
                else
                {
                    to = middle;
                }
            }

            return from;
        }

        // Twice the derivative of the haversine along the segment.
        private double Slope(double t)
        {
            var (north, east) = (_north + t * _deltaNorth, _east + t * _deltaEast);
            var (sinLatitude, cosLatitude) = Math.SinCos(_centreLatitude + north);
            return Math.Sin(north) * _deltaNorth
                + _cosCentre * (cosLatitude * Math.Sin(east) * _deltaEast - 2 * sinLatitude * Square(Math.Sin(east / 2)) * _deltaNorth);
        }
    }
}

namespace Vantage.Geo.Zones;

/// <summary>A box as a bound: how near to a position anything in it can be.</summary>
/// <remarks>
/// The nearest place is on the parallels or meridians that bound the box. With δ between the position's meridian and the nearest one of
/// the box, cos d = sin φ₁ sin φ₂ + cos φ₁ cos φ₂ cos δ; of φ₂ that is a wave, so its greatest value over the box is at an end or,
/// where it rises at the southern end and falls at the northern one, its crest √(sin² φ₁ + cos² φ₁ cos² δ). All sines are kept: no bound takes one.
/// </remarks>
internal readonly struct SphereBox(GeoBox box)
{
    /// <summary>More than the cosines here can be wrong by. As a distance, less than a metre at the worst: near 0 and at the antipodes.</summary>
    public const double Margin = 4e-15;

    private readonly double _west = box.West;
    private readonly double _east = box.East;
    private readonly (double Sin, double Cos) _atSouth = SinCos(box.South);
    private readonly (double Sin, double Cos) _atWest = SinCos(box.West);
    private readonly (double Sin, double Cos) _atNorth = SinCos(box.North);
    private readonly (double Sin, double Cos) _atEast = SinCos(box.East);

    /// <summary>The greatest cosine of the angle from a position to a place in the box: the nearer, the greater.</summary>
    public double GreatestCos(in Origin from)
    {
        var cosDelta = from.Longitude >= _west && from.Longitude <= _east
            ? 1
            : Math.Max((from.CosLongitude * _atWest.Cos) + (from.SinLongitude * _atWest.Sin), (from.CosLongitude * _atEast.Cos) + (from.SinLongitude * _atEast.Sin));
        var towards = from.CosLatitude * cosDelta;
        var isRising = from.SinLatitude * _atSouth.Cos > towards * _atSouth.Sin;
        var isFalling = from.SinLatitude * _atNorth.Cos < towards * _atNorth.Sin;
        return isRising && isFalling
            ? Math.Sqrt((from.SinLatitude * from.SinLatitude) + (towards * towards))
            : Math.Max((from.SinLatitude * _atSouth.Sin) + (towards * _atSouth.Cos), (from.SinLatitude * _atNorth.Sin) + (towards * _atNorth.Cos));
    }

    private static (double Sin, double Cos) SinCos(double degrees) => Math.SinCos(double.DegreesToRadians(degrees));

    /// <summary>A position, with what its bounds are reckoned from.</summary>
    public readonly struct Origin
    {
        public Origin(LatLng p)
        {
            Longitude = p.Longitude;
            (SinLatitude, CosLatitude) = SinCos(p.Latitude);
            (SinLongitude, CosLongitude) = SinCos(p.Longitude);
        }

        public double Longitude { get; }

        public double SinLatitude { get; }

        public double CosLatitude { get; }

        public double SinLongitude { get; }

        public double CosLongitude { get; }
    }
}

namespace Vantage.Geo.Motion;

/// <summary>The mean of places. Sums are integers, so that no order of adding shows.</summary>
/// <param name="origin">A place near all of them; means that are added together have the same.</param>
internal struct PlaceMean(LatLng origin)
{
    private const double Scale = 1e7;
    private const long HalfTurn = 1_800_000_000;

    private long _count;
    private long _latitudes;
    private long _longitudes;

    /// <summary>To seven decimals of a degree, which is what a fix has.</summary>
    public readonly LatLng Value
    {
        get
        {
            var latitude = Units(origin.Latitude) + Mean(_latitudes);
            var longitude = Wrap(Units(origin.Longitude) + Mean(_longitudes));
            return LatLng.Trusted(latitude / Scale, longitude / Scale);
        }
    }

    public void Add(LatLng place)
    {
        _count++;
        _latitudes += Units(place.Latitude) - Units(origin.Latitude);
        _longitudes += Wrap(Units(place.Longitude) - Units(origin.Longitude));
    }

    public void Add(in PlaceMean other)
    {
        _count += other._count;
        _latitudes += other._latitudes;
        _longitudes += other._longitudes;
    }

    private readonly long Mean(long sum) => _count == 0 ? 0 : (long)Math.Round((decimal)sum / _count);

    private static long Units(double degrees) => (long)Math.Round(degrees * Scale);

    // Over the antimeridian the short way.
    private static long Wrap(long longitude)
        => longitude > HalfTurn ? longitude - (2 * HalfTurn) : longitude < -HalfTurn ? longitude + (2 * HalfTurn) : longitude;
}

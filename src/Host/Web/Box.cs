namespace Vantage.Host.Web;

/// <summary>An area in degrees. West greater than east crosses the antimeridian.</summary>
internal readonly record struct Box(double West, double South, double East, double North)
{
    public bool Contains(double longitude, double latitude)
        => latitude >= South && latitude <= North
        && (West <= East ? longitude >= West && longitude <= East : longitude >= West || longitude <= East);
}

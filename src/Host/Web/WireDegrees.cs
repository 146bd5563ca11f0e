namespace Vantage.Host.Web;

/// <summary>Degrees in answers have at most seven decimals: what a fix has, about a centimetre.</summary>
internal static class WireDegrees
{
    public static double Round(double degrees) => Math.Round(degrees, 7);

    public static double? Round(double? degrees) => degrees is { } value ? Math.Round(value, 7) : null;
}

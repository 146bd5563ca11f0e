namespace Vantage.Geo.Ellipsoid;

/// <summary>The ellipsoid of WGS-84 (NIMA TR8350.2).</summary>
internal static class Wgs84
{
    public const double SemiMajorAxisMetres = 6_378_137;
    public const double Flattening = 1 / 298.257223563;
    public const double SemiMinorAxisMetres = SemiMajorAxisMetres * (1 - Flattening);

    /// <summary>f / (2 − f).</summary>
    public const double ThirdFlattening = Flattening / (2 - Flattening);

    /// <summary>e² = f (2 − f).</summary>
    public const double EccentricitySquare = Flattening * (2 - Flattening);

    /// <summary>e′² = e² / (1 − e²).</summary>
    public const double SecondEccentricitySquare = EccentricitySquare / ((1 - Flattening) * (1 - Flattening));
}

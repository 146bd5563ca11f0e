namespace Vantage.Geo.Tests.Crs;

/// <summary>The transverse Mercator projection by Krüger's series to n⁶, as Karney gives it ("Transverse Mercator with an accuracy of a few nanometers", 2011, equations 7–9, 35).</summary>
internal sealed class KruegerSeries
{
    private readonly double _eccentricity;
    private readonly double _rectifyingRadius;
    private readonly double[] _alpha;

    public KruegerSeries(double axisMetres, double flattening)
    {
        var n = flattening / (2 - flattening);
        double Power(int exponent) => Math.Pow(n, exponent);
        _eccentricity = Math.Sqrt(flattening * (2 - flattening));
        _rectifyingRadius = axisMetres / (1 + n) * (1 + (Power(2) / 4) + (Power(4) / 64) + (Power(6) / 256));
        _alpha =
        [
            (n / 2) - (2.0 / 3 * Power(2)) + (5.0 / 16 * Power(3)) + (41.0 / 180 * Power(4)) - (127.0 / 288 * Power(5)) + (7891.0 / 37800 * Power(6)),
            (13.0 / 48 * Power(2)) - (3.0 / 5 * Power(3)) + (557.0 / 1440 * Power(4)) + (281.0 / 630 * Power(5)) - (1983433.0 / 1935360 * Power(6)),
            (61.0 / 240 * Power(3)) - (103.0 / 140 * Power(4)) + (15061.0 / 26880 * Power(5)) + (167603.0 / 181440 * Power(6)),
            (49561.0 / 161280 * Power(4)) - (179.0 / 168 * Power(5)) + (6601661.0 / 7257600 * Power(6)),
            (34729.0 / 80640 * Power(5)) - (3418889.0 / 1995840 * Power(6)),
            212378941.0 / 319334400 * Power(6),
        ];
    }

    /// <summary>Metres east of the central meridian and north of the equator, at scale 1.</summary>
    public (double East, double North) Project(double latitude, double degreesEast)
    {
        var (sine, tangent) = (Math.Sin(double.DegreesToRadians(latitude)), Math.Tan(double.DegreesToRadians(latitude)));
        var (sineEast, cosineEast) = Math.SinCos(double.DegreesToRadians(degreesEast));
        var sigma = Math.Sinh(_eccentricity * Math.Atanh(_eccentricity * sine));
        var conformal = (tangent * Math.Sqrt(1 + (sigma * sigma))) - (sigma * Math.Sqrt(1 + (tangent * tangent)));
        var xi = Math.Atan2(conformal, cosineEast);
        var eta = Math.Asinh(sineEast / Math.Sqrt((conformal * conformal) + (cosineEast * cosineEast)));
        var (north, east) = (xi, eta);
        for (var j = 1; j <= _alpha.Length; j++)
        {
            north += _alpha[j - 1] * Math.Sin(2 * j * xi) * Math.Cosh(2 * j * eta);
            east += _alpha[j - 1] * Math.Cos(2 * j * xi) * Math.Sinh(2 * j * eta);
        }

        return (_rectifyingRadius * east, _rectifyingRadius * north);
    }
}

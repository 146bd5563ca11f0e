using Vantage.Geo.H3;

namespace Vantage.Geo.Ellipsoid;

/// <summary>An angle by its sine and cosine: exact near the quarters, where a number of radians is not.</summary>
internal readonly record struct Angle(double Sine, double Cosine)
{
    /// <summary>In place of a component of 0, where the direction of a vector is needed; its square is still a number.</summary>
    public const double Tiny = 1e-150;

    // Far below what a position can tell; smaller numbers would vanish when they are squared.
    private const double LeastDegrees = 1e-20;

    public double Radians => Math.Atan2(Sine, Cosine);

    /// <summary>In [0, 360).</summary>
    public double BearingDegrees
    {
        get
        {
            var degrees = double.RadiansToDegrees(Radians);
            return degrees < 0 ? Math.Min(degrees + 360, Math.BitDecrement(360d)) : degrees + 0d; // + 0 turns −0 into 0.
        }
    }

    /// <summary>The direction of a vector, which is not 0.</summary>
    public static Angle Of(double sine, double cosine)
    {
        var size = Math.Sqrt((sine * sine) + (cosine * cosine));
        return new(sine / size, cosine / size);
    }

    /// <param name="degrees">Within ±360; nearly 0 is 0.</param>
    public static Angle OfDegrees(double degrees)
    {
        var (sine, cosine) = DegreeTrigonometry.SinCos(Math.Abs(degrees) < LeastDegrees ? 0 : degrees);
        return new(sine, cosine);
    }

    public static Angle OfRadians(double radians)
    {
        var (sine, cosine) = Math.SinCos(radians);
        return new(sine, cosine);
    }

    /// <summary>The reduced latitude β of a latitude φ: tan β = (1 − f) tan φ. At a pole it is a little less, so that the pole has a meridian.</summary>
    public static Angle ReducedLatitude(double degrees)
    {
        var (sine, cosine) = OfDegrees(degrees);
        var reduced = Of((1 - Wgs84.Flattening) * sine, cosine);
        return reduced with { Cosine = Math.Max(reduced.Cosine, Tiny) };
    }

    /// <summary>This angle and another one.</summary>
    public Angle Plus(Angle other) => new((Sine * other.Cosine) + (Cosine * other.Sine), (Cosine * other.Cosine) - (Sine * other.Sine));

    /// <summary>This angle without another one.</summary>
    public Angle Minus(Angle other) => new((Sine * other.Cosine) - (Cosine * other.Sine), (Cosine * other.Cosine) + (Sine * other.Sine));
}

namespace Vantage.Geo;

/// <summary>The shortest way between two positions on the ellipsoid.</summary>
/// <param name="Metres">Its length.</param>
/// <param name="InitialBearingDegrees">The course at its start, clockwise from true north, in [0, 360).</param>
/// <param name="FinalBearingDegrees">The course at its end, onwards.</param>
/// <remarks><c>default</c> is the way to the same place, which has no course.</remarks>
public readonly record struct GeodesicLeg(double Metres, double InitialBearingDegrees, double FinalBearingDegrees);

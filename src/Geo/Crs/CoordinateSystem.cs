namespace Vantage.Geo.Crs;

/// <summary>What a pair of degrees is measured in. It is declared by the source and never guessed from the numbers.</summary>
public enum CoordinateSystem
{
    /// <summary>What satellites give, and what everything inside works in.</summary>
    Wgs84,

    /// <summary>The offset system of Chinese public maps (国测局坐标).</summary>
    Gcj02,

    /// <summary>Baidu's system: a further offset upon GCJ-02.</summary>
    Bd09,

    /// <summary>The Chinese system of surveys (国家大地坐标系), taken for WGS-84: see <see cref="CoordinateSystems"/> for what that leaves out.</summary>
    Cgcs2000,
}

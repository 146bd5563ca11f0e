namespace Vantage.Geo.Tests;

/// <summary>How much random input a test takes.</summary>
internal static class Inputs
{
    /// <summary>So many, or a million where the environment says VANTAGE_GEO_INPUTS=1000000.</summary>
    public static int Of(int normal) => Environment.GetEnvironmentVariable("VANTAGE_GEO_INPUTS") == "1000000" ? 1_000_000 : normal;
}

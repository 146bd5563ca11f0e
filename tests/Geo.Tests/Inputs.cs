using System.Globalization;

namespace Vantage.Geo.Tests;

/// <summary>How many random inputs a test takes: as many as it says, or a million where that is asked for.</summary>
internal static class Inputs
{
    public static int Of(int normal)
        => Environment.GetEnvironmentVariable("VANTAGE_GEO_INPUTS") is { Length: > 0 } asked ? int.Parse(asked, CultureInfo.InvariantCulture) : normal;
}

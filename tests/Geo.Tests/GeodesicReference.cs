using System.Diagnostics;
using System.Runtime.InteropServices;
using Vantage.Support;

namespace Vantage.Geo.Tests;

/// <summary>What geographiclib-geodesic answers for two positions.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct GeodesicReference
{
    private readonly double _fromLatitude;
    private readonly double _fromLongitude;
    private readonly double _toLatitude;
    private readonly double _toLongitude;
    public readonly double Metres;
    public readonly double InitialAzimuth;
    public readonly double FinalAzimuth;

    public LatLng From => LatLng.Trusted(_fromLatitude, _fromLongitude);

    public LatLng To => LatLng.Trusted(_toLatitude, _toLongitude);

    /// <summary>Skips the calling test where there is no Node.js or no way to install the package.</summary>
    public static GeodesicReference[] Pairs(string kind, int seed, int count)
    {
        H3JsFolder.Require();
        using var script = Process.Start(new ProcessStartInfo("node", ["geodesic.mjs", kind, $"{seed}", $"{count}"])
        {
            WorkingDirectory = H3JsFolder.Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        using var bytes = new MemoryStream();
        script.StandardOutput.BaseStream.CopyTo(bytes);
        script.WaitForExit();
        Assert.Equal(0, script.ExitCode);
        return MemoryMarshal.Cast<byte, GeodesicReference>(bytes.ToArray()).ToArray();
    }
}

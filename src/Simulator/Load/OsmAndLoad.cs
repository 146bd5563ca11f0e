using System.Globalization;

namespace Vantage.Simulator.Load;

/// <summary>One position a GET, as phones do.</summary>
internal sealed class OsmAndLoad(LoadOptions options, IReadOnlyList<LoadUnit> units, LoadMeter meter, TimeProvider clock)
    : HttpLoad(options, units, meter, clock)
{
    private const double SpeedKnots = LoadUnit.SpeedMetresPerSecond * 3600 / 1852;

    protected override int BatchSize => 1;

    protected override HttpRequestMessage Request(LoadUnit[] share, ref int next)
    {
        var unit = share[next];
        next = (next + 1) % share.Length;
        var fix = unit.Next();
        return new(HttpMethod.Get, string.Create(
            CultureInfo.InvariantCulture,
            $"osmand?id={unit.PhoneDeviceKey}&timestamp={fix.TimeMs}&lat={fix.Latitude:0.000000}&lon={fix.Longitude:0.000000}&speed={SpeedKnots:0.00}&bearing={fix.HeadingDegrees:0}&accuracy=5"));
    }

    protected override ValueTask<int> AcceptedAsync(HttpResponseMessage response) => new(1);
}

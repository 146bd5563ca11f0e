using System.Globalization;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Cluster.Tests.Fleet;

/// <summary>A vehicle that goes to and fro through one of the city's zones: where it is at any second follows from its number alone.</summary>
internal sealed class Vehicle(int number)
{
    private const double ReachMetres = 420;

    public string Key { get; } = string.Create(CultureInfo.InvariantCulture, $"沪C{number:D5}");

    public string Id => $"vehicle/{Key}";

    /// <summary>What the terminal gives as its plate; 0x0100 has little room.</summary>
    public string Plate { get; } = string.Create(CultureInfo.InvariantCulture, $"C{number:D5}");

    public string Sim { get; } = string.Create(CultureInfo.InvariantCulture, $"{13_900_000_000 + number:D11}");

    public Jt808Fix At(long second)
    {
        var (longitude, latitude) = City.CentreOf(number % City.Zones);
        var period = 90 + (number % 70);
        var angle = 2 * Math.PI * ((second % period) / (double)period);
        var along = ReachMetres * Math.Sin(angle + (number * 0.7));
        var across = ((number / City.Zones) % 9 * 30) - 120;
        var speed = Math.Abs(ReachMetres * 2 * Math.PI / period * Math.Cos(angle + (number * 0.7)));
        return Jt808Fix.At(
            latitude + (across / 111_195.0), longitude + (along / 95_000.0), second * 1000,
            Jt808Status.Positioned | Jt808Status.AccOn, speed: speed, course: 90);
    }

    /// <summary>How its fix of a second stands in a track, to 1e-6 degree.</summary>
    public string LineOf(long second) => Line(second, At(second).Longitude, At(second).Latitude);

    public static string Line(long second, double longitude, double latitude) => string.Create(CultureInfo.InvariantCulture, $"{second} {longitude:F6} {latitude:F6}");
}

/// <summary>The zones that vehicles go through, with rules of all types that follow from positions alone.</summary>
internal static class City
{
    public const int Zones = 40;

    private const double HalfMetres = 200;

    public static (double Longitude, double Latitude) CentreOf(int zone) => (121.30 + (zone % 8 * 0.02), 31.15 + (zone / 8 * 0.02));

    /// <summary>All zones as a feature collection, in force from a time on.</summary>
    public static string Features(DateTimeOffset from)
        => $$"""{"type":"FeatureCollection","features":[{{string.Join(',', Enumerable.Range(0, Zones).Select(zone => FeatureOf(zone, from)))}}]}""";

    private static string FeatureOf(int zone, DateTimeOffset from)
    {
        var (longitude, latitude) = CentreOf(zone);
        string Corner(int east, int north) => string.Create(
            CultureInfo.InvariantCulture, $"[{longitude + (east * HalfMetres / 95_000):F7},{latitude + (north * HalfMetres / 111_195):F7}]");
        return $$"""
            { "type": "Feature", "id": "{{KeyOf(zone)}}",
              "geometry": { "type": "Polygon", "coordinates": [ [ {{Corner(-1, -1)}}, {{Corner(1, -1)}}, {{Corner(1, 1)}}, {{Corner(-1, 1)}}, {{Corner(-1, -1)}} ] ] },
              "properties": { "key": "{{KeyOf(zone)}}", "name": "测试区域{{zone}}", "effectiveFrom": "{{Node.Stamp(from)}}", "rules": [
                { "key": "in", "type": "enter" }, { "key": "out", "type": "exit" }, { "key": "stay", "type": "dwell", "after": 15 },
                { "key": "fast", "type": "speed", "above": 20 }, { "key": "crowd", "type": "gathering", "count": 12, "after": 5 } ] } }
            """;
    }

    public static string KeyOf(int zone) => string.Create(CultureInfo.InvariantCulture, $"zone-{zone}");
}

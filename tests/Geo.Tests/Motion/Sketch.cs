using Vantage.Geo.Motion;

namespace Vantage.Geo.Tests.Motion;

/// <summary>Draws tracks: metres east and north of a place in Shanghai, seconds from a moment.</summary>
internal sealed class Sketch
{
    public const long StartMs = 1_772_414_400_000;

    private static readonly LatLng Home = LatLng.Trusted(31.22, 121.42);

    private readonly List<MotionFix> _fixes = [];
    private double _east;
    private double _north;
    private long _timeMs = StartMs;

    public IReadOnlyList<MotionFix> Fixes => _fixes;

    public long NowMs => _timeMs;

    /// <summary>Where the path has come to.</summary>
    public LatLng Here => PlaceAt(_east, _north);

    /// <summary>The place so far from home, with the seven decimals of a fix.</summary>
    public static LatLng PlaceAt(double east, double north)
    {
        var metres = Math.Sqrt((east * east) + (north * north));
        var place = GreatCircle.Destination(Home, double.RadiansToDegrees(Math.Atan2(east, north)), metres);
        return LatLng.Trusted(Math.Round(place.Latitude, 7), Math.Round(place.Longitude, 7));
    }

    /// <summary>Moves on without a fix.</summary>
    public Sketch By(double east, double north, double seconds)
    {
        _east += east;
        _north += north;
        _timeMs += (long)Math.Round(seconds * 1000);
        return this;
    }

    public Sketch Fix(double? speed = null, double? accuracy = null)
    {
        _fixes.Add(new MotionFix(_timeMs, Here, speed, accuracy));
        return this;
    }

    /// <summary>A fix that is off by so much.</summary>
    public Sketch Fix((double East, double North) off)
    {
        _fixes.Add(new MotionFix(_timeMs, PlaceAt(_east + off.East, _north + off.North)));
        return this;
    }

    /// <summary>Stays for so long, with a fix after every step.</summary>
    public Sketch Rest(double seconds, double step = 10)
    {
        for (var s = step; s <= seconds; s += step)
        {
            By(0, 0, step).Fix();
        }

        return this;
    }

    /// <summary>Goes east, with a fix after every step.</summary>
    public Sketch Go(double metres, double metresPerSecond = 10, double step = 10)
    {
        for (var gone = 0.0; gone < metres; gone += metresPerSecond * step)
        {
            By(metresPerSecond * step, 0, step).Fix();
        }

        return this;
    }
}

using Vantage.Simulator.City;
using Vantage.Simulator.Scenes;

namespace Vantage.Simulator.Load;

/// <summary>A position of a load unit.</summary>
internal readonly record struct LoadFix(long TimeMs, double Longitude, double Latitude, double HeadingDegrees);

/// <summary>A unit that drives in circles at 8 m/s. Not thread-safe: one connection owns it.</summary>
/// <remarks>
/// No two reports of a unit bear the same second. Reported at most once a second, a unit's time is the clock's; faster
/// than that it would run ahead of it, so it begins a week ago instead and takes one second a report.
/// </remarks>
internal sealed class LoadUnit
{
    public const double SpeedMetresPerSecond = 8;
    private const long StepMs = 1000;
    private static readonly TimeSpan HeadStart = TimeSpan.FromDays(7);

    private readonly Point _centre;
    private readonly double _radius;
    private readonly TimeProvider? _clock;
    private readonly double _late;
    private Dice _dice;
    private long _timeMs;
    private double _angle;
    private LoadFix _held;
    private int _heldFor;

    /// <param name="number">From 1.</param>
    /// <param name="isLive">At most one report a second.</param>
    /// <param name="late">Share of reports that are held back.</param>
    public LoadUnit(int number, TimeProvider clock, bool isLive, double late)
    {
        Number = number;
        _dice = Dice.Of(51, number);
        _centre = Plane.FromDegrees(_dice.Between(121.35, 121.43), _dice.Between(31.195, 31.22));
        _radius = _dice.Between(100, 800);
        _angle = _dice.Between(0, Math.Tau);
        _clock = isLive ? clock : null;
        _late = late;
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds() / StepMs * StepMs;
        _timeMs = isLive ? nowMs - StepMs : nowMs - (long)HeadStart.TotalMilliseconds;
    }

    public int Number { get; }

    public string Key => $"L{Number:000000}";

    /// <summary>Its SIM number.</summary>
    public string Phone => $"180{Number:00000000}";

    public string PhoneDeviceKey => $"load-{Number}";

    public LoadFix Next()
    {
        if (_heldFor > 0 && --_heldFor == 0)
        {
            return _held;
        }

        var fix = Move();
        if (_late > 0 && _heldFor == 0 && _dice.Chance(_late))
        {
            (_held, _heldFor) = (fix, 5 + _dice.Pick(56));
            return Move();
        }

        return fix;
    }

    private LoadFix Move()
    {
        var before = _timeMs;
        var nowMs = _clock is null ? 0 : _clock.GetUtcNow().ToUnixTimeMilliseconds() / StepMs * StepMs;
        _timeMs = Math.Max(before + StepMs, nowMs);
        _angle += SpeedMetresPerSecond * (_timeMs - before) / 1000 / _radius;
        var (sin, cos) = Math.SinCos(_angle);
        var at = _centre.Plus(_radius * sin, _radius * cos);
        return new(_timeMs, Plane.Longitude(at), Plane.Latitude(at), (_angle * 180 / Math.PI + 90) % 360);
    }
}

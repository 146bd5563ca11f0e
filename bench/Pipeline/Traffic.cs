using System.Globalization;
using Vantage.Actors.Positions;
using Vantage.Actors.Zones;

namespace Vantage.Bench.Pipeline;

/// <summary>Seeded traffic and zones over lng 121.3–121.6, lat 31.1–31.35. One second of event time is one round of all units.</summary>
internal sealed class Traffic
{
    private const double West = 121.3, East = 121.6, South = 31.1, North = 31.35;
    private const double MetresPerDegreeLat = 111_195, MetresPerDegreeLon = 95_100;

    private readonly Random _random = new(20260101);
    private readonly int[] _numbers;
    private readonly double[] _lon, _lat, _speed, _heading;
    private readonly double _lateShare;
    private readonly List<UnitFix>[] _delayed = [.. Enumerable.Range(0, 601).Select(_ => new List<UnitFix>())];
    private long _timeMs;
    private int _round;

    public Traffic(int[] numbers, double lateShare, long startMs)
    {
        _numbers = numbers;
        _lateShare = lateShare;
        _timeMs = startMs;
        _lon = [.. numbers.Select(_ => West + (_random.NextDouble() * (East - West)))];
        _lat = [.. numbers.Select(_ => South + (_random.NextDouble() * (North - South)))];
        _speed = [.. numbers.Select(_ => _random.NextDouble() * 15)];
        _heading = [.. numbers.Select(_ => _random.NextDouble() * 360)];
    }

    /// <summary>Appends the next second: every unit's fix, but those that will come late, and those late ones whose time has come.</summary>
    public void NextRound(PositionBatch batch)
    {
        for (var i = 0; i < _numbers.Length; i++)
        {
            Move(i);
            var fix = FixOf(i);
            if (_random.NextDouble() < _lateShare)
            {
                _delayed[(_round + 1 + _random.Next(600)) % _delayed.Length].Add(new UnitFix { Unit = _numbers[i], Fix = fix });
            }
            else
            {
                batch.Add(_numbers[i], in fix);
            }
        }

        var due = _delayed[_round % _delayed.Length];
        foreach (var late in due)
        {
            batch.Add(late.Unit, in late.Fix);
        }

        due.Clear();
        _round++;
        _timeMs += 1000;
    }

    public static List<ZoneDefined> Zones(int count, DateTimeOffset from)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(i => ZoneOf(random, i, from))];
    }

    private static ZoneDefined ZoneOf(Random random, int index, DateTimeOffset from)
    {
        var (lon, lat) = (West + (random.NextDouble() * (East - West)), South + (random.NextDouble() * (North - South)));
        var radius = 100 + (random.NextDouble() * 400);
        var corners = Enumerable.Range(0, 40).Select(corner =>
        {
            var angle = Math.Tau * corner / 40;
            var reach = radius * (0.85 + (random.NextDouble() * 0.3));
            return (Lon: lon + (reach * Math.Cos(angle) / MetresPerDegreeLon), Lat: lat + (reach * Math.Sin(angle) / MetresPerDegreeLat));
        }).ToList();
        corners.Add(corners[0]);
        var ring = string.Join(',', corners.Select(corner => string.Create(CultureInfo.InvariantCulture, $"[{corner.Lon:F7},{corner.Lat:F7}]")));
        var feature = $$"""
            {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[{{ring}}]]},
             "properties":{"name":"zone {{index}}","rules":[{"key":"in","type":"enter"},{"key":"out","type":"exit"}] } }
            """;
        return new ZoneDefined($"zone-{index}", 1, from, from, feature);
    }

    private void Move(int i)
    {
        if (_random.Next(20) == 0)
        {
            _speed[i] = Math.Clamp(_speed[i] + ((_random.NextDouble() - 0.5) * 4), 0, 15);
            _heading[i] = (_heading[i] + (_random.NextDouble() * 90) + 315) % 360;
        }

        var radians = _heading[i] * Math.PI / 180;
        _lon[i] += _speed[i] * Math.Sin(radians) / MetresPerDegreeLon;
        _lat[i] += _speed[i] * Math.Cos(radians) / MetresPerDegreeLat;
        if (_lon[i] is < West or > East || _lat[i] is < South or > North)
        {
            _lon[i] = Math.Clamp(_lon[i], West, East);
            _lat[i] = Math.Clamp(_lat[i], South, North);
            _heading[i] = (_heading[i] + 180) % 360;
        }
    }

    private Fix FixOf(int i)
    {
        var fix = new Fix
        {
            TimeMs = _timeMs,
            ReceivedAtMs = _timeMs + 500,
            LongitudeE7 = (int)Math.Round(_lon[i] * 1e7),
            LatitudeE7 = (int)Math.Round(_lat[i] * 1e7),
            SpeedHundredths = (int)(_speed[i] * 100),
            AltitudeTenths = 45,
            AccuracyTenths = 60,
            HeadingTenths = (ushort)((int)(_heading[i] * 10) % 3600),
        };
        fix.SetFlags(FixFlags.None, ReportSource.Jt808);
        return fix;
    }
}

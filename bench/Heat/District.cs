using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Geo.H3;

namespace Vantage.Bench.Heat;

/// <summary>
/// A year of a district, made from a seed: streets 250 m apart over 10 x 10 km, and units that work seven or eight hours a day in shifts, drive along
/// streets near a home of their own (more of them in the middle), turn at crossings, stand two thirds of the time, and give a fix each 30 s. Every
/// fix is moved to one of three places across the street.
/// </summary>
internal sealed class District
{
    /// <summary>The first hour of 2025 in China.</summary>
    public const int FirstHour = 482_128;

    public const int Hours = 365 * 24;

    private const int Streets = 41;
    private const int PlacesBetween = 25;
    private const int Places = (Streets - 1) * PlacesBetween;
    private const double MetresBetweenPlaces = 10;
    private const int Lanes = 3;
    private const long EveryMs = 30_000;
    private const int FixesAnHour = (int)(HeatCube.HourMs / EveryMs);
    private const double South = 31.175;
    private const double West = 121.3675;

    private static readonly int[] ShiftsBegin = [7, 14, 10, 7, 14, 22];

    private readonly Random _random = new(1);
    private readonly Unit[] _units;
    private readonly int[] _cellOf;
    private readonly List<ulong> _cells = [];
    private readonly int[] _fixes;
    private readonly long[] _presenceMs;
    private readonly long[] _carriedMs;

    public District(int units)
    {
        _units = [.. Enumerable.Range(0, units).Select(NewUnit)];
        Dictionary<ulong, int> numbers = [];
        _cellOf = new int[2 * Streets * Places * Lanes];
        for (var point = 0; point < _cellOf.Length; point++)
        {
            var (longitude, latitude) = PlaceOf(point);
            var cell = H3Cell.Of(latitude, longitude, HeatCube.BaseResolution).Value;
            if (!numbers.TryGetValue(cell, out _cellOf[point]))
            {
                numbers.Add(cell, _cellOf[point] = _cells.Count);
                _cells.Add(cell);
            }
        }

        (_fixes, _presenceMs, _carriedMs) = (new int[_cells.Count], new long[_cells.Count], new long[_cells.Count]);
    }

    /// <summary>Where a point is, in degrees.</summary>
    public static (double Longitude, double Latitude) PlaceOf(int point)
    {
        var (lane, place, street, isNorth) = (point % Lanes, point / Lanes % Places, point / Lanes / Places % Streets, point / Lanes / Places / Streets == 1);
        var (along, across) = (place * MetresBetweenPlaces, (street * PlacesBetween * MetresBetweenPlaces) + ((lane - 1) * 8));
        var (east, north) = isNorth ? (across, along) : (along, across);
        return (West + (east / 95_100), South + (north / 111_195));
    }

    /// <summary>Drives for one hour; hours are asked for in order.</summary>
    /// <param name="onFix">Told of every fix: its time and point; may be null.</param>
    /// <returns>What the hour adds to heat, by block.</returns>
    public List<HeatDelta> Drive(int hour, Action<int, long, int>? onFix)
    {
        _carriedMs.CopyTo(_presenceMs, 0);
        Array.Clear(_carriedMs);
        Array.Clear(_fixes);
        for (var number = 0; number < _units.Length; number++)
        {
            if (Works(number, hour))
            {
                Drive(number, hour, Works(number, hour + 1), onFix);
            }
        }

        List<HeatDelta> deltas = [];
        for (var cell = 0; cell < _cells.Count; cell++)
        {
            if (_fixes[cell] > 0 || _presenceMs[cell] > 0)
            {
                deltas.Add(new HeatDelta(hour, _cells[cell], _fixes[cell], _presenceMs[cell]));
            }
        }

        deltas.Sort(static (one, other) => one.Cell.CompareTo(other.Cell));
        return deltas;
    }

    private void Drive(int number, int hour, bool goesOn, Action<int, long, int>? onFix)
    {
        var ms = (hour * HeatCube.HourMs) + (number * 97 % EveryMs);
        var endMs = (hour + 1) * HeatCube.HourMs;
        for (var i = 0; i < FixesAnHour; i++, ms += EveryMs)
        {
            var point = Move(ref _units[number]);
            onFix?.Invoke(number, ms, point);
            _fixes[_cellOf[point]]++;
            if (i + 1 < FixesAnHour)
            {
                _presenceMs[_cellOf[point]] += EveryMs;
            }
            else if (goesOn)
            {
                _presenceMs[_cellOf[point]] += endMs - ms;
                _carriedMs[_cellOf[point]] += EveryMs - (endMs - ms);
            }
        }
    }

    private static bool Works(int unit, int hour)
    {
        var sinceBegin = hour + 8 - ShiftsBegin[unit % ShiftsBegin.Length]; // By China's clock.
        var (day, into) = (sinceBegin / 24, sinceBegin % 24);
        return into < (((day * 31) + (unit * 17)) % 100 < 61 ? 8 : 7);
    }

    private int Move(ref Unit unit)
    {
        if (unit.Standing > 0)
        {
            unit.Standing--;
        }
        else if (_random.Next(20) == 0)
        {
            unit.Standing = _random.Next(4, 80);
        }
        else
        {
            var (from, to) = (unit.Place, unit.Place + (unit.Way * _random.Next(12, 37)));
            var crossing = unit.Way > 0 ? ((from / PlacesBetween) + 1) * PlacesBetween : (from - 1) / PlacesBetween * PlacesBetween;
            if (to < 0 || to >= Places)
            {
                unit.Way = -unit.Way;
            }
            else if (crossing > 0 && crossing < Places && (to - crossing) * unit.Way >= 0 && _random.Next(3) == 0)
            {
                var (across, rest) = (unit.Street * PlacesBetween, Math.Abs(to - crossing));
                var home = unit.IsNorth ? unit.HomeEast : unit.HomeNorth;
                (unit.IsNorth, unit.Street) = (!unit.IsNorth, crossing / PlacesBetween);
                unit.Way = _random.Next(4) == 0 ? (_random.Next(2) * 2) - 1 : across < home ? 1 : -1;
                unit.Place = Math.Clamp(across + (unit.Way * rest), 0, Places - 1);
            }
            else
            {
                unit.Place = to;
            }
        }

        return ((((unit.IsNorth ? Streets : 0) + unit.Street) * Places) + unit.Place) * Lanes + _random.Next(Lanes);
    }

    private Unit NewUnit(int number)
    {
        var unit = new Unit { HomeEast = NearTheMiddle(), HomeNorth = NearTheMiddle(), Way = 1, IsNorth = number % 2 == 0 };
        var (along, across) = unit.IsNorth ? (unit.HomeNorth, unit.HomeEast) : (unit.HomeEast, unit.HomeNorth);
        (unit.Street, unit.Place) = (across / PlacesBetween, along);
        return unit;
    }

    private int NearTheMiddle() => (_random.Next(Places) + _random.Next(Places)) / 2;

    private struct Unit
    {
        public int HomeEast;
        public int HomeNorth;
        public bool IsNorth;
        public int Street;
        public int Place;
        public int Way;
        public int Standing;
    }
}

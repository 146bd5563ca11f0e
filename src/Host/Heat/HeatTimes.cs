using System.Globalization;
using Vantage.Actors.Heat;
using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>Which hours of the day and days of the week count, by the clocks of the installation's time zone (HEAT-5).</summary>
internal sealed class HeatTimes
{
    private const long HalfHourMs = HeatCube.HourMs / 2;

    /// <summary>No clock has been set by anything but whole quarters of an hour since 1990.</summary>
    private const long QuarterMs = HeatCube.HourMs / 4;

    private readonly bool[] _hours;
    private readonly bool[] _days;
    private readonly TimeZoneInfo _zone;
    private readonly FigureDefinition _told;
    private readonly bool _isByHour;

    private HeatTimes(bool[] hours, bool[] days, TimeZoneInfo zone, FigureDefinition told, bool isByHour)
        => (_hours, _days, _zone, _told, _isByHour) = (hours, days, zone, told, isByHour);

    /// <summary>
    /// <c>hours</c> and <c>days</c>: numbers and ranges of them with commas, both ends of a range in it, as <c>22-5</c> and <c>1-5</c>. Null when neither is
    /// asked for, or one is wrong.
    /// </summary>
    public static HeatTimes? Read(Fields fields, TimeZoneInfo zone)
    {
        var (hours, days) = (fields.Text("hours"), fields.Text("days"));
        var hourMask = Mask(
            fields, "hours", hours, 0, 23,
            "Must be hours of the day from 0 to 23, alone or as ranges with both ends in them, such as 7,8,9 or 22-5 (from 22:00 to 06:00).");
        var dayMask = Mask(
            fields, "days", days, 1, 7,
            "Must be days of the week from 1 (Monday) to 7 (Sunday), alone or as ranges with both ends in them, such as 1-5 or 6,7.");
        if (hourMask is null || dayMask is null || (hours is null && days is null))
        {
            return null;
        }

        var text = string.Join(" on ", new[] { hours is null ? null : $"hours {hours}", days is null ? null : $"days {days}" }.OfType<string>());
        var textZh = string.Concat(days is null ? null : $"星期{days}", hours is null ? null : $"{hours}时");
        var told = new FigureDefinition($"Only {text} of {zone.Id} (HEAT-5).", $"仅计{zone.Id}时区的{textZh}（HEAT-5）。");
        return new HeatTimes(hourMask, dayMask, zone, told, isByHour: false);
    }

    /// <summary>The same, but of moments as well by the UTC hours that they lie in.</summary>
    public HeatTimes ByHour() => new(_hours, _days, _zone, _told, isByHour: true);

    /// <summary>A definition that says so.</summary>
    public FigureDefinition Tell(FigureDefinition of) => of.And(_told.English, _told.Chinese);

    /// <summary>Whether a UTC hour counts: by the local hour and day that its middle lies in, as most of it does unless that is half and half.</summary>
    public bool HasHour(int utcHour) => Has(LocalMiddleOf(utcHour, _zone));

    public bool HasMoment(long timeMs)
        => _isByHour ? HasHour(HeatCube.HourOf(timeMs)) : Has(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(timeMs), _zone));

    /// <summary>How much of a range counts.</summary>
    public long MsWithin(long fromMs, long toMs)
    {
        var sum = 0L;
        while (fromMs < toMs)
        {
            var endMs = Math.Min(toMs, ((fromMs / QuarterMs) + 1) * QuarterMs);
            sum += HasMoment(fromMs) ? endMs - fromMs : 0;
            fromMs = endMs;
        }

        return sum;
    }

    /// <summary>The local hour of the day, 0 to 23, to which a UTC hour is reckoned.</summary>
    public static int HourOfDay(int utcHour, TimeZoneInfo zone) => LocalMiddleOf(utcHour, zone).Hour;

    /// <summary>The local day of the week, 1 (Monday) to 7, to which a UTC hour is reckoned.</summary>
    public static int DayOfWeek(int utcHour, TimeZoneInfo zone) => DayOf(LocalMiddleOf(utcHour, zone));

    private bool Has(DateTimeOffset local) => _hours[local.Hour] && _days[DayOf(local)];

    private static int DayOf(DateTimeOffset local) => local.DayOfWeek == System.DayOfWeek.Sunday ? 7 : (int)local.DayOfWeek;

    private static DateTimeOffset LocalMiddleOf(int utcHour, TimeZoneInfo zone)
        => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds((utcHour * HeatCube.HourMs) + HalfHourMs), zone);

    private static bool[]? Mask(Fields fields, string name, string? text, int least, int most, string right)
    {
        var mask = new bool[most + 1];
        if (text is null)
        {
            Array.Fill(mask, true);
            return mask;
        }

        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryEnd(ends[0], out var first) || !TryEnd(ends[^1], out var last))
            {
                fields.Wrong(name, right);
                return null;
            }

            mask[last] = true;
            for (var number = first; number != last; number = number == most ? least : number + 1)
            {
                mask[number] = true;
            }
        }

        return mask;

        bool TryEnd(string end, out int number)
            => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
    }
}

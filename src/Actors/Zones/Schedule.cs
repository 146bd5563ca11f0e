using System.Globalization;

namespace Vantage.Actors.Zones;

/// <summary>When a rule holds: <c>Mon-Fri 08:00-18:00; Sat 22:00-02:00</c> in the zone's time zone. Immutable.</summary>
/// <remarks>
/// A window belongs to the day on which it begins and may pass midnight; <c>00:00-24:00</c> is a whole day.
/// Days are <c>Mon … Sun</c>, ranges of them (which may wrap: <c>Fri-Mon</c>) and lists with commas; <c>daily</c> is all.
/// Daylight saving: window edges are local times; one that does not exist that day moves to the next that does.
/// </remarks>
public sealed class Schedule
{
    private static readonly string[] DayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    private readonly List<Window> _windows = [];
    private readonly TimeZoneInfo _timeZone;

    private Schedule(TimeZoneInfo timeZone, string text)
    {
        _timeZone = timeZone;
        Text = text;
    }

    public static Schedule Always { get; } = new(TimeZoneInfo.Utc, "");

    public bool IsAlways => _windows.Count == 0;

    public string Text { get; }

    /// <returns>Null when the text reads; else what is wrong with which part.</returns>
    public static string? TryParse(string text, TimeZoneInfo timeZone, out Schedule schedule)
    {
        schedule = new Schedule(timeZone, text);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!TryParseWindow(part, out var window))
            {
                return $"'{part}' is not of the form 'Mon-Fri 08:00-18:00'.";
            }

            schedule._windows.Add(window);
        }

        return schedule._windows.Count > 0 ? null : "Must have at least one window such as 'Mon-Fri 08:00-18:00'.";
    }

    public bool Contains(long timeMs) => IsAlways || WindowAt(timeMs) is not null;

    /// <summary>How much of [from, to] lies in the schedule, in milliseconds.</summary>
    public long TimeWithin(long fromMs, long toMs)
        => IsAlways ? toMs - fromMs : Windows(fromMs, toMs).Sum(w => Math.Min(w.ToMs, toMs) - Math.Max(w.FromMs, fromMs));

    /// <summary>The moment at which <paramref name="amountMs"/> of scheduled time have passed since a start, or null if not by the limit.</summary>
    public long? After(long startMs, long amountMs, long limitMs)
    {
        if (IsAlways)
        {
            return startMs + amountMs <= limitMs ? startMs + amountMs : null;
        }

        foreach (var (fromMs, toMs) in Windows(startMs, limitMs))
        {
            var begin = Math.Max(fromMs, startMs);
            var length = Math.Min(toMs, limitMs) - begin;
            if (length >= amountMs)
            {
                return begin + amountMs;
            }

            amountMs -= length;
        }

        return null;
    }

    /// <summary>The merged windows that overlap [from, to], in order; one endless window for <see cref="Always"/>.</summary>
    public IEnumerable<(long FromMs, long ToMs)> Windows(long fromMs, long toMs)
    {
        if (IsAlways)
        {
            yield return (long.MinValue, long.MaxValue);
            yield break;
        }

        (long FromMs, long ToMs)? open = null;
        foreach (var next in Raw(fromMs, toMs))
        {
            if (open is { } current && next.FromMs <= current.ToMs)
            {
                open = (current.FromMs, Math.Max(current.ToMs, next.ToMs));
                continue;
            }

            if (open is { } done && done.ToMs >= fromMs)
            {
                yield return done;
            }

            open = next;
        }

        if (open is { } last && last.ToMs >= fromMs && last.FromMs <= toMs)
        {
            yield return last;
        }
    }

    private (long FromMs, long ToMs)? WindowAt(long timeMs)
    {
        foreach (var window in Windows(timeMs, timeMs))
        {
            if (window.FromMs <= timeMs && timeMs < window.ToMs)
            {
                return window;
            }
        }

        return null;
    }

    // One day more on either side: a window of the day before may pass midnight.
    private IEnumerable<(long FromMs, long ToMs)> Raw(long fromMs, long toMs)
    {
        var firstDay = LocalDay(fromMs).AddDays(-1);
        var lastDay = LocalDay(toMs).AddDays(1);
        for (var day = firstDay; day <= lastDay; day = day.AddDays(1))
        {
            foreach (var window in _windows.Where(w => w.Days[(int)day.DayOfWeek]).OrderBy(w => w.FromMinute))
            {
                var endMinute = window.ToMinute > window.FromMinute ? window.ToMinute : window.ToMinute + 1440;
                yield return (ToUtcMs(day, window.FromMinute), ToUtcMs(day, endMinute));
            }
        }
    }

    private DateOnly LocalDay(long timeMs)
        => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(timeMs), _timeZone).DateTime);

    private long ToUtcMs(DateOnly day, int minute)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        while (_timeZone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        return new DateTimeOffset(local, _timeZone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }

    private static bool TryParseWindow(string text, out Window window)
    {
        window = default;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !TryParseDays(text[..space], out var days))
        {
            return false;
        }

        var times = text[(space + 1)..].Split('-', StringSplitOptions.TrimEntries);
        if (times.Length != 2 || !TryParseMinute(times[0], out var from) || !TryParseMinute(times[1], out var to) || from == 1440 || from == to)
        {
            return false;
        }

        window = new Window(days, from, to);
        return true;
    }

    private static bool TryParseDays(string text, out bool[] days)
    {
        days = new bool[7];
        if (text == "daily")
        {
            Array.Fill(days, true);
            return true;
        }

        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            var first = Array.IndexOf(DayNames, ends[0]);
            var last = Array.IndexOf(DayNames, ends[^1]);
            if (ends.Length > 2 || first < 0 || last < 0)
            {
                return false;
            }

            for (var day = first; ; day = (day + 1) % 7)
            {
                days[day] = true;
                if (day == last)
                {
                    break;
                }
            }
        }

        return true;
    }

    private static bool TryParseMinute(string text, out int minute)
    {
        minute = 0;
        if (text == "24:00")
        {
            minute = 1440;
            return true;
        }

        if (!TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return false;
        }

        minute = (time.Hour * 60) + time.Minute;
        return true;
    }

    private readonly record struct Window(bool[] Days, int FromMinute, int ToMinute);
}

using System.Globalization;

namespace Vantage.Host.Tracks;

/// <summary>What files that are taken away are called.</summary>
internal static class TrackFiles
{
    /// <summary>A name that every file system takes: what it is of, and the range.</summary>
    public static string NameOf(string subject, long fromMs, long toMs, string extension, bool isDemo)
        => $"{(isDemo ? Track.DemoMark + "-" : "")}{string.Concat(subject.Select(Safe))}-{Moment(fromMs)}-{Moment(toMs)}.{extension}";

    private static string Moment(long ms)
        => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static char Safe(char c)
        => char.IsControl(c) || Path.GetInvalidFileNameChars().Contains(c) || "\\:*?\"<>|".Contains(c, StringComparison.Ordinal) ? '_' : c;
}

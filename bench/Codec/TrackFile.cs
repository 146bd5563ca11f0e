using System.Globalization;
using System.IO.Compression;
using Vantage.Actors.Positions;

namespace Vantage.Bench.Codec;

/// <summary>Real tracks from a CSV file, packed with gzip or not: <c>epoch seconds, unit, longitude, latitude, …</c> under a line of names.</summary>
internal static class TrackFile
{
    /// <summary>The track of each unit, in order, one fix for each time.</summary>
    public static IReadOnlyList<Fix[]> Read(string file)
    {
        var tracks = new Dictionary<string, SortedDictionary<long, Fix>>(StringComparer.Ordinal);
        using var stream = File.OpenRead(file);
        using var lines = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        lines.ReadLine();
        while (lines.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            var timeMs = (long)Math.Round(double.Parse(fields[0], CultureInfo.InvariantCulture) * 1000);
            var report = PositionReport.At(timeMs, Number(fields[2]), Number(fields[3]), ReportSource.Api);
            if (Gate.TryAccept(in report, timeMs, new GateOptions(), out var fix) != Refusal.None)
            {
                continue;
            }

            if (!tracks.TryGetValue(fields[1], out var track))
            {
                tracks[fields[1]] = track = [];
            }

            track[timeMs] = fix;
        }

        return [.. tracks.Values.Select(track => track.Values.ToArray())];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

using System.Globalization;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Geo;
using Vantage.Geo.Crs;

namespace Vantage.Host.Tracks;

/// <summary>A track on its way out.</summary>
/// <param name="Fixes">All fixes of [from, to) in order, those that do not count among them.</param>
internal sealed record Track(UnitInfo Unit, long FromMs, long ToMs, List<Fix> Fixes, CoordinateSystem Crs, bool IsDemo)
{
    /// <summary>What demonstration data says of itself wherever it goes.</summary>
    public const string DemoMark = "演示数据";

    /// <summary>A longer silence than this is a gap: no line is drawn over it.</summary>
    private const long GapMs = 300_000;

    public LatLng Place(in Fix fix) => CoordinateSystems.FromWgs84(fix.Position, Crs);

    /// <summary>The fixes that count, in runs without gaps.</summary>
    public IEnumerable<List<Fix>> Segments()
    {
        List<Fix>? segment = null;
        foreach (var fix in Fixes)
        {
            if ((fix.Flags & FixFlags.Outranked) != 0)
            {
                continue;
            }

            if (segment is not null && fix.TimeMs - segment[^1].TimeMs > GapMs)
            {
                yield return segment;
                segment = null;
            }

            (segment ??= []).Add(fix);
        }

        if (segment is not null)
        {
            yield return segment;
        }
    }

    public string FileName(string extension)
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(FromMs).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var to = DateTimeOffset.FromUnixTimeMilliseconds(ToMs).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var mark = IsDemo ? DemoMark + "-" : "";
        return $"{mark}{Unit.Id.Kind}-{Safe(Unit.Id.Key)}-{from}-{to}.{extension}";
    }

    private static string Safe(string text) => string.Concat(text.Select(c => Path.GetInvalidFileNameChars().Contains(c) || "\\:*?\"<>|".Contains(c, StringComparison.Ordinal) ? '_' : c));
}

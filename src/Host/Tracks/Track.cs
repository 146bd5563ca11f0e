using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Geo;
using Vantage.Geo.Crs;

namespace Vantage.Host.Tracks;

/// <summary>A track on its way out.</summary>
/// <param name="Reading">All fixes of [from, to) in order, those that do not count among them; or an outline.</param>
/// <param name="Detail">Of which outline; null: every fix.</param>
internal sealed record Track(UnitInfo Unit, long FromMs, long ToMs, TrackReading Reading, TrackDetail? Detail, CoordinateSystem Crs, bool IsDemo)
{
    /// <summary>What demonstration data says of itself wherever it goes.</summary>
    public const string DemoMark = "演示数据";

    /// <summary>Since when the installation has kept tracks, where the range begins before; null: all of it was kept.</summary>
    public long? KeptFromMs { get; init; }

    public List<Fix> Fixes => Reading.Fixes;

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

            if (segment is not null && IsGap(segment[^1], fix))
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

    /// <summary>In an outline neighbours may be far apart though the unit was never silent: there the last fix before a gap says so.</summary>
    private bool IsGap(in Fix before, in Fix after)
        => Detail is null ? after.TimeMs - before.TimeMs > TrackDetail.GapMs : (before.Flags & FixFlags.BeforeGap) != 0;

    public string FileName(string extension)
        => TrackFiles.NameOf($"{Unit.Id.Kind}-{Unit.Id.Key}", FromMs, ToMs, extension, IsDemo);
}

using Vantage.Actors.Heat;
using Vantage.Geo;
using Vantage.Geo.H3;

namespace Vantage.Host.Heat;

/// <summary>A place made of cells.</summary>
internal static class WholeCells
{
    /// <summary>Whether a position belongs to one of the cells, which is so when the parent of its base cell is one of them (HEAT-3).</summary>
    public static Func<LatLng, bool> Of(IEnumerable<H3Cell> cells, int resolution)
    {
        var all = cells.ToHashSet();
        return place => all.Contains(H3Cell.Of(place, HeatCube.BaseResolution).Parent(resolution));
    }
}

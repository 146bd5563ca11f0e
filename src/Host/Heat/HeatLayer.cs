using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Host.Figures;

namespace Vantage.Host.Heat;

/// <summary>A kind of heat: what is counted, and where it belongs.</summary>
internal abstract class HeatLayer
{
    /// <summary>As in paths: <c>presence</c>, <c>fixes</c>, <c>records.case</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What a value is, as the header of a table.</summary>
    public abstract string ValueNameZh { get; }

    public abstract FigureDefinition Definition { get; }

    /// <summary>The definition of the same, told by areas.</summary>
    public abstract FigureDefinition DefinitionByArea { get; }

    /// <summary>Adds up by cells of a resolution up to the base resolution (HEAT-3).</summary>
    public abstract HeatSums<H3Cell> ByCell(HeatRequest request, int resolution, CancellationToken cancelled);

    /// <summary>Adds up by areas (AREA-1, AREA-2).</summary>
    /// <param name="areaOf">The number of the area that holds a position.</param>
    public abstract HeatSums<int> ByArea(HeatRequest request, Func<LatLng, int> areaOf, CancellationToken cancelled);

    /// <summary>A sum in the unit of answers.</summary>
    public virtual decimal ValueOf(long sum) => sum;
}

/// <summary>Sums by whatever they were asked by: integers, so that no order of adding shows.</summary>
/// <param name="Count">The fixes or records that were added up, and those that could not be placed.</param>
/// <param name="Missing">The share that could not be placed.</param>
internal sealed record HeatSums<TKey>(Dictionary<TKey, long> Sums, long FromMs, long ToMs, long Count, double Missing)
    where TKey : notnull
{
    public FigureBasis BasisOf(FigureDefinition definition) => new(definition, FromMs, ToMs, Count, Missing);
}

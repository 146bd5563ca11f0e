using System.Runtime.InteropServices;
using Vantage.Actors.Heat;
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

    /// <summary>Whether it is made of fixes, of which there are none in the future.</summary>
    public abstract bool IsOfFixes { get; }

    /// <summary>A sum in the unit of answers.</summary>
    public virtual decimal ValueOf(long sum) => sum;

    /// <summary>How much time a request is about, for values an hour.</summary>
    public abstract decimal HoursOf(HeatRequest request);

    /// <summary>To be asked before anything is read, and held until it has been.</summary>
    /// <returns>Why it cannot be read now; or the room that was made for it, which may be none.</returns>
    public virtual Task<(IDisposable? Room, IResult? Problem)> EnterAsync(IReadOnlyList<HeatRequest> requests, CancellationToken cancelled)
        => Task.FromResult<(IDisposable?, IResult?)>((null, null));

    /// <summary>Passes what matches, piece by piece, each with its UTC hour counted from 1970.</summary>
    /// <param name="placeOf">Where something belongs, by its base cell and its position; of what is kept by cells that is the cell's centre.</param>
    public abstract Task<HeatReading> ReadAsync<TPlace>(
        HeatRequest request, Func<H3Cell, LatLng, TPlace> placeOf, Action<TPlace, int, long> add, CancellationToken cancelled);

    /// <summary>Adds up by cells of a resolution up to the base resolution (HEAT-3).</summary>
    public Task<HeatSums<H3Cell>> ByCellAsync(HeatRequest request, int resolution, CancellationToken cancelled)
        => SumAsync(request, resolution, (cell, _) => cell.Parent(resolution), cancelled);

    /// <summary>Adds up by areas (AREA-1, AREA-2).</summary>
    /// <param name="areaOf">The number of the area that holds a position. Used by one thread at a time.</param>
    public Task<HeatSums<int>> ByAreaAsync(HeatRequest request, Func<LatLng, int> areaOf, CancellationToken cancelled)
        => SumAsync(request, HeatCube.BaseResolution, (_, place) => areaOf(place), cancelled);

    /// <summary>Passes what matches as <see cref="ReadAsync"/> does, but not by hours: a piece may be of any number of them.</summary>
    /// <param name="resolution">All that lies in one cell of it belongs to one place, and <paramref name="placeOf"/> may be given that cell.</param>
    protected virtual Task<HeatReading> ReadSumsAsync<TPlace>(
        HeatRequest request, int resolution, Func<H3Cell, LatLng, TPlace> placeOf, Action<TPlace, long> add, CancellationToken cancelled)
        => ReadAsync(request, placeOf, (place, _, value) => add(place, value), cancelled);

    private async Task<HeatSums<TKey>> SumAsync<TKey>(
        HeatRequest request, int resolution, Func<H3Cell, LatLng, TKey> keyOf, CancellationToken cancelled)
        where TKey : notnull
    {
        var sums = new Dictionary<TKey, long>();
        var reading = await ReadSumsAsync(
            request, resolution, keyOf, (key, value) => CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _) += value, cancelled);
        foreach (var empty in sums.Where(sum => sum.Value == 0).Select(sum => sum.Key).ToList())
        {
            sums.Remove(empty);
        }

        return new HeatSums<TKey>(sums, reading);
    }
}

/// <summary>What was read: the range that was counted, and how much there was of it.</summary>
/// <param name="Count">The fixes or records that were added up, and those that could not be placed.</param>
/// <param name="Missing">The share that could not be placed, or not be read.</param>
internal sealed record HeatReading(long FromMs, long ToMs, long Count, double Missing)
{
    public FigureBasis BasisOf(FigureDefinition definition) => new(definition, FromMs, ToMs, Count, Missing);
}

/// <summary>Sums by whatever they were asked by: integers, so that no order of adding shows.</summary>
internal sealed record HeatSums<TKey>(Dictionary<TKey, long> Sums, HeatReading Reading)
    where TKey : notnull
{
    public long Total => Sums.Values.Sum();
}

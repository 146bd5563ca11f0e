using System.Runtime.InteropServices;
using Vantage.Actors.History;
using Vantage.Geo;
using Vantage.Geo.H3;

namespace Vantage.Bench.Heat;

/// <summary>Answers a question from the cube in the two ways there are, with what a host does with each row.</summary>
/// <param name="box">Counts base cells whose centre is inside; null: all.</param>
internal sealed class HeatQuestions(IHistory history, GeoBox? box)
{
    /// <summary>Hour by hour, as all questions were answered before there were sums.</summary>
    public Dictionary<H3Cell, long> FromHours(int fromHour, int toHour, int resolution)
    {
        var answer = new Answer(box, resolution);
        history.ReadHeat(fromHour, toHour, null, delta => answer.Add(delta.Cell, delta.PresenceMs));
        return answer.Sums;
    }

    public Dictionary<H3Cell, long> FromSums(int fromHour, int toHour, int resolution)
    {
        var answer = new Answer(box, resolution);
        history.SumHeat(fromHour, toHour, box is null ? resolution : 11, null, sum => answer.Add(sum.Cell, sum.PresenceMs));
        return answer.Sums;
    }

    private sealed class Answer(GeoBox? box, int resolution)
    {
        private readonly Dictionary<ulong, (bool IsInside, H3Cell Key)> _known = [];

        public Dictionary<H3Cell, long> Sums { get; } = [];

        public void Add(ulong cell, long presenceMs)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, cell, out var exists);
            if (!exists)
            {
                place = (box?.Contains(new H3Cell(cell).Center()) ?? true, new H3Cell(cell).Parent(resolution));
            }

            if (place.IsInside)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(Sums, place.Key, out _) += presenceMs;
            }
        }
    }
}

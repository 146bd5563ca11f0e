using Vantage.Actors.Heat;

namespace Vantage.Storage.History;

/// <summary>Hours over which heat is summed, by cells of a resolution. A span begins at a multiple of its length, counted from 1970-01-01 UTC.</summary>
/// <remarks>
/// Eight spans of a length make one of the next, so that any range is a few long spans, with shorter ones and hours at its ends. Days and months of
/// zones that are whole multiples of 8 hours from UTC, as China's, begin where spans begin.
/// </remarks>
internal readonly record struct HeatSpan(int Resolution, int Hours, int Start)
{
    /// <summary>Answers up to this resolution come from sums by its cells.</summary>
    public const int CoarseResolution = 9;

    /// <summary>From short to long, as the longer ones are made from the shorter ones.</summary>
    /// <remarks>Not 8 hours at the base resolution: such a sum has nearly as many cells as its hours, and would take as much of the disk.</remarks>
    private static readonly (int Resolution, int Hours)[] Kinds =
    [
        (CoarseResolution, 8), (CoarseResolution, 64), (CoarseResolution, 512), (HeatCube.BaseResolution, 64), (HeatCube.BaseResolution, 512),
    ];

    public int End => Start + Hours;

    /// <summary>The resolution of the sums that answer a question by cells of another.</summary>
    public static int SourceOf(int resolution) => resolution <= CoarseResolution ? CoarseResolution : HeatCube.BaseResolution;

    /// <summary>Every span that an hour is part of.</summary>
    public static IEnumerable<HeatSpan> Over(int hour) => Kinds.Select(kind => new HeatSpan(kind.Resolution, kind.Hours, StartOf(hour, kind.Hours)));

    /// <summary>The spans that end by an hour and are not built, short ones first.</summary>
    /// <param name="firstHour">The first with any heat.</param>
    public static IEnumerable<HeatSpan> Missing(int firstHour, int beforeHour, IReadOnlySet<HeatSpan> built)
    {
        foreach (var (resolution, hours) in Kinds)
        {
            for (var start = (long)StartOf(firstHour, hours); start + hours <= beforeHour; start += hours)
            {
                var span = new HeatSpan(resolution, hours, (int)start);
                if (!built.Contains(span))
                {
                    yield return span;
                }
            }
        }
    }

    /// <summary>Divides a range into spans that are built and, where there are none, hours.</summary>
    /// <param name="built">Spans of one resolution within the range, by start, long ones first.</param>
    public static List<HeatPiece> Cover(int fromHour, int toHour, IEnumerable<HeatSpan> built)
    {
        List<HeatPiece> pieces = [];
        var at = fromHour;
        foreach (var span in built)
        {
            if (span.Start < at)
            {
                continue; // Part of a longer one.
            }

            Add(1, at, span.Start);
            Add(span.Hours, span.Start, span.End);
            at = span.End;
        }

        Add(1, at, toHour);
        return pieces;

        void Add(int hours, int from, int to)
        {
            if (from >= to)
            {
                return;
            }

            if (pieces is [.., var last] && last.Hours == hours)
            {
                pieces[^1] = last with { To = to };
            }
            else
            {
                pieces.Add(new HeatPiece(hours, from, to));
            }
        }
    }

    private static int StartOf(int hour, int hours) => (int)(Math.Floor((double)hour / hours) * hours);
}

/// <summary>Spans of one length, one after the other.</summary>
/// <param name="Hours">The length of each; 1: hours as they are counted.</param>
internal readonly record struct HeatPiece(int Hours, int From, int To)
{
    public bool IsHours => Hours == 1;
}

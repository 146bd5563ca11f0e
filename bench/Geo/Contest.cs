using System.Diagnostics;
using System.Globalization;

namespace Vantage.Bench.Geo;

/// <summary>One way to do something: <paramref name="Run"/> does all of it once and answers a sum that depends on every result.</summary>
internal sealed record Contender(string Name, Func<long> Run);

/// <summary>Ways to do the same, one after the other, round after round, so that what disturbs the machine disturbs all of them alike.</summary>
internal static class Contest
{
    private const int Rounds = 9;

    private static double _first;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(200);

    /// <summary>Prints for each the median of its rounds, an operation, what it allocates, and how many times the first is faster.</summary>
    /// <param name="operations">In one run.</param>
    /// <param name="sameSum">Whether all must come to the same sum.</param>
    public static void Hold(string title, int operations, bool sameSum, params IReadOnlyList<Contender> contenders)
    {
        var sums = contenders.Select(contender => contender.Run()).ToArray();
        if (sameSum && sums.Distinct().Count() > 1)
        {
            throw new InvalidOperationException($"{title}: {string.Join(", ", contenders.Zip(sums, (contender, sum) => $"{contender.Name} {sum}"))}");
        }

        var runs = contenders.Select(contender => Math.Max(1, (int)(RoundTime / Time(contender, WarmUpRuns(contender))))).ToArray();
        var (times, bytes) = (contenders.Select(_ => new List<double>()).ToArray(), new long[contenders.Count]);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                times[i].Add(Time(contenders[i], runs[i]).TotalNanoseconds / operations);
                bytes[i] = (GC.GetAllocatedBytesForCurrentThread() - before) / ((long)runs[i] * operations);
            }
        }

        var medians = times.Select(all => all.Order().ElementAt(Rounds / 2)).ToArray();
        _first = medians[0];
        Console.WriteLine(title);
        for (var i = 0; i < contenders.Count; i++)
        {
            Print(contenders[i].Name, medians[i], bytes[i].ToString(CultureInfo.InvariantCulture), medians[i] / medians[0]);
        }
    }

    /// <summary>One more line below: of what was measured elsewhere, against the first above.</summary>
    public static void Print(string name, double nanoseconds, string bytes) => Print(name, nanoseconds, bytes, nanoseconds / _first);

    private static void Print(string name, double nanoseconds, string bytes, double times)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-36} {nanoseconds,12:N1} ns {1e9 / nanoseconds,16:N0}/s {bytes,8} B {times,7:N2}×"));

    /// <summary>The runs after which a contender's code is compiled as it stays: half a second of it.</summary>
    private static int WarmUpRuns(Contender contender)
    {
        var began = Stopwatch.GetTimestamp();
        var runs = 0;
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMilliseconds(600))
        {
            contender.Run();
            runs++;
        }

        return Math.Max(1, runs / 3);
    }

    private static TimeSpan Time(Contender contender, int runs)
    {
        var sum = 0L;
        var began = Stopwatch.GetTimestamp();
        for (var run = 0; run < runs; run++)
        {
            sum += contender.Run();
        }

        var took = Stopwatch.GetElapsedTime(began) / runs;
        GC.KeepAlive(sum);
        return took;
    }
}

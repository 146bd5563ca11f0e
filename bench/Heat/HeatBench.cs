using System.Diagnostics;
using System.Globalization;
using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Storage;
using Vantage.Storage.Postgres;

namespace Vantage.Bench.Heat;

/// <summary>How soon a year of a district is answered: from hours, from sums over longer spans, and by grouping fixes in PostGIS.</summary>
internal static class HeatBench
{
    private const string Usage = "heat --folder DIR [--postgres CONNECTION] [--units 300] [--every 20]";

    /// <summary>Where the months of 2025 begin in China, in days of the year.</summary>
    private static readonly int[] Months = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

    private static readonly GeoBox Box = new(31.21, 121.41, 31.23, 121.43);

    private static readonly Question[] Questions =
    [
        new("a year by month, resolution 9: 12 maps", 9, [.. Enumerable.Range(0, 12).Select(month => (Months[month] * 24, Months[month + 1] * 24))]),
        new("a year as one map, resolution 9", 9, [(0, District.Hours)]),
        new("100 days from any hour, resolution 9", 9, [(1_003, 1_003 + 2_400)]),
        new("a month, resolution 9", 9, [(Months[4] * 24, Months[5] * 24)]),
        new("a month, resolution 11", 11, [(Months[4] * 24, Months[5] * 24)]),
        new("a day, resolution 9", 9, [(Months[4] * 24, (Months[4] * 24) + 24)]),
        new("a year in a box of 2 km, resolution 9", 9, [(0, District.Hours)], Box),
        new("a year by month in that box: 12 maps", 9, [.. Enumerable.Range(0, 12).Select(month => (Months[month] * 24, Months[month + 1] * 24))], Box),
    ];

    public static int Run(string[] args)
    {
        var options = Options(args);
        var folder = Path.Combine(options["folder"], "vantage");
        var units = Whole(options, "units", 300);
        using (var store = VantageStore.Open(folder))
        {
            Measure("Vantage, folder", store, units, () => Directory.GetFiles(folder, "history.db*").Sum(file => new FileInfo(file).Length));
        }

        if (options.GetValueOrDefault("postgres") is { } postgres)
        {
            using (var store = PostgresStore.Open(postgres))
            {
                Measure("Vantage, PostgreSQL", store, units, () => 0);
            }

            MeasurePostGis(postgres, units, Whole(options, "every", 20));
        }

        return 0;
    }

    private static void Measure(string name, IStore store, int units, Func<long> bytes)
    {
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            store.History.Claim(shard);
        }

        Console.WriteLine($"-- {name}");
        Fill(store.History, units, bytes);
        Build(store.History, bytes);
        foreach (var question in Questions)
        {
            var ask = new HeatQuestions(store.History, question.Box);
            var (hours, slow) = Ask(question, ask.FromHours, 3);
            var (sums, quick) = Ask(question, ask.FromSums, 21);
            if (!hours.SequenceEqual(sums))
            {
                throw new InvalidOperationException($"{question.Name}: sums give another answer than hours.");
            }

            Console.WriteLine($"{question.Name,-44} hours {slow,9:N1} ms   sums {quick,8:N2} ms   {slow / quick,6:N1} times   {sums.Count:N0} cells");
        }

        MeasureCommits(store.History, units);
    }

    private static void Fill(IHistory history, int units, Func<long> bytes)
    {
        var whole = $"the year of {units} units is whole";
        if (history.ReadAppliedZones(0).Any(note => note.Zone == whole))
        {
            Console.WriteLine("The year is there from a run before.");
            return;
        }

        if (HasAny(history))
        {
            throw new InvalidOperationException("A run before wrote the year of other units, or was broken off while it did: name a new folder or database.");
        }

        var district = new District(units);
        var (fixes, entries, began) = (0L, 0L, Stopwatch.GetTimestamp());
        for (var hour = 0; hour < District.Hours; hour++)
        {
            var commit = new ShardCommit { Shard = 0 };
            commit.Heat.AddRange(district.Drive(District.FirstHour + hour, null));
            fixes += commit.Heat.Sum(delta => (long)delta.Fixes);
            entries += commit.Heat.Count;
            if (hour + 1 == District.Hours)
            {
                commit.AppliedZones.Add((whole, 1)); // A note that is kept with it.
            }

            history.Commit([commit]);
        }

        Console.WriteLine($"{fixes:N0} fixes of {units} units, {entries:N0} cells of hours, written in {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s; {bytes():N0} bytes");
    }

    private static bool HasAny(IHistory history)
    {
        var any = false;
        history.SumHeat(District.FirstHour, District.FirstHour + 24, 0, null, _ => any = true);
        return any;
    }

    private static void Build(IHistory history, Func<long> bytes)
    {
        List<double> turns = [];
        var isMore = true;
        while (isMore)
        {
            var began = Stopwatch.GetTimestamp();
            isMore = history.BuildHeatSums(District.FirstHour + District.Hours);
            turns.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        turns.Sort();
        Console.WriteLine(
            $"Sums built in {turns.Sum() / 1000:N1} s, {turns.Count} turns, of which the median took {turns[turns.Count / 2]:N1} ms and the longest {turns[^1]:N1} ms; {bytes():N0} bytes");
    }

    /// <summary>What a round costs in heat: 300 fixes in the newest hour; late by half a year, which drops sums; and in an hour beside, whose sums are dropped.</summary>
    private static void MeasureCommits(IHistory history, int units)
    {
        var district = new District(units);
        var cells = district.Drive(District.FirstHour + 12, null).ConvertAll(delta => delta.Cell);
        var random = new Random(1);
        var (live, late, bare, built) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < 303; round++)
        {
            live.Add(Commit(District.FirstHour + District.Hours + 2, 300));
            if (round % 3 == 0)
            {
                late.Add(Commit(District.FirstHour + 4_000 + round, 300));
                bare.Add(Commit((District.FirstHour + 4_000 + round) ^ 1, 300));
                var began = Stopwatch.GetTimestamp();
                while (history.BuildHeatSums(District.FirstHour + District.Hours))
                {
                }

                built.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        Console.WriteLine($"A commit of 300 cells: in the newest hour {Median(live):N2} ms, late under sums {Median(late):N2} ms, late where there are none {Median(bare):N2} ms; sums built again {Median(built):N1} ms");

        double Commit(int hour, int count)
        {
            var commit = new ShardCommit { Shard = 0 };
            for (var i = 0; i < count; i++)
            {
                commit.Heat.Add(new HeatDelta(hour, cells[random.Next(cells.Count)], 1, 1_000));
            }

            var began = Stopwatch.GetTimestamp();
            history.Commit([commit]);
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
    }

    private static void MeasurePostGis(string connection, int units, int every)
    {
        using var peer = new PostGisHeat(connection);
        var began = Stopwatch.GetTimestamp();
        var fixes = peer.Fill(units, every);
        Console.WriteLine($"-- PostGIS, a row a fix: {fixes:N0} fixes of {units} units, one of {every}, ready in {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s");
        foreach (var question in Questions)
        {
            var (from, to) = (District.FirstHour + question.Ranges[0].From, District.FirstHour + question.Ranges[^1].To);
            var cells = 0L;
            var took = Median(5, () => cells = peer.Ask(from, to, question.Box, question.Ranges.Length > 1));
            Console.WriteLine($"{question.Name,-44} {took,9:N1} ms   {cells:N0} cells");
        }
    }

    private static (List<(H3Cell Cell, long Sum)> Answer, double Ms) Ask(
        Question question, Func<int, int, int, Dictionary<H3Cell, long>> ask, int rounds)
    {
        List<(H3Cell, long)> answer = [];
        var took = Median(rounds, () =>
        {
            Dictionary<H3Cell, long>[] maps = [.. question.Ranges.Select(range => ask(District.FirstHour + range.From, District.FirstHour + range.To, question.Resolution))];
            answer = [.. maps.SelectMany(map => map.Where(cell => cell.Value != 0).OrderBy(cell => cell.Key).Select(cell => (cell.Key, cell.Value)))];
        });
        return (answer, took);
    }

    /// <summary>Of the rounds after the first, which warms up.</summary>
    private static double Median(int rounds, Action work) => Median([.. Enumerable.Range(0, rounds).Select(_ =>
    {
        var began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }).Skip(1)]);

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static Dictionary<string, string> Options(string[] args)
    {
        var options = args.Chunk(2).ToDictionary(pair => pair[0].TrimStart('-'), pair => pair[1], StringComparer.Ordinal);
        return options.ContainsKey("folder") ? options : throw new ArgumentException(Usage);
    }

    private static int Whole(Dictionary<string, string> options, string name, int otherwise)
        => options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <param name="Ranges">In hours of the year.</param>
    private sealed record Question(string Name, int Resolution, (int From, int To)[] Ranges, GeoBox? Box = null);
}

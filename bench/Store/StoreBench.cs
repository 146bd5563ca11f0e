using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Storage;
using Vantage.Storage.Postgres;

namespace Vantage.Bench.Store;

/// <summary>What tracks take on the disk and how soon they are read: ours beside rows in SQLite and in PostGIS, the same tracks in the same run.</summary>
internal static class StoreBench
{
    private const long EveryMs = 10_000;
    private const long DayMs = 24 * 3_600_000L;
    private const long HalfHourMs = 1_800_000;
    private const int Sealed = 1024;

    public static int Run(string[] args)
    {
        var options = Options(args);
        var units = int.Parse(options.GetValueOrDefault("units", "300"), CultureInfo.InvariantCulture);
        var days = int.Parse(options.GetValueOrDefault("days", "2"), CultureInfo.InvariantCulture);
        var year = int.Parse(options.GetValueOrDefault("year", "5000000"), CultureInfo.InvariantCulture);
        Directory.CreateDirectory(options["folder"]);
        Fix[][] tracks = [.. Enumerable.Range(0, units).Select(unit => Fleet.Track(unit, (int)(days * DayMs / EveryMs), EveryMs)), Fleet.Track(-1, year, 365 * DayMs / Math.Max(year, 1))];
        Console.WriteLine($"{tracks.Sum(track => (long)track.Length):N0} fixes: {units} units, {days} days, one each {EveryMs / 1000} s, and one unit's year of {year:N0}");
        List<string[]> rows = [];
        foreach (var make in Peers(options["folder"], options.GetValueOrDefault("postgres")))
        {
            using var peer = make();
            rows.Add(Measure(peer, tracks, units, days, year));
        }

        string[] names = ["", "written/s", "bytes a fix", "a unit's day", "300 x 8 h", "who was here", "a year", "of it, fixes"];
        foreach (var row in rows.Prepend(names))
        {
            Console.WriteLine($"{row[0],-26} {string.Join(' ', row.Skip(1).Select(cell => $"{cell,14}"))}");
        }

        return 0;
    }

    private static IEnumerable<Func<IPeer>> Peers(string folder, string? postgres)
    {
        var ours = Path.Combine(folder, "vantage");
        yield return () => new VantagePeer("Vantage, folder", VantageStore.Open(ours), () => new FileInfo(Path.Combine(ours, "history.db")).Length);
        yield return () => new SqliteRows(folder);
        if (postgres is not null)
        {
            yield return () => new VantagePeer("Vantage, PostgreSQL", PostgresStore.Open(postgres), () => Sizes(postgres));
            yield return () => new PostGisRows(postgres);
        }
    }

    private static string[] Measure(IPeer peer, Fix[][] tracks, int units, int days, int year)
    {
        var began = Stopwatch.GetTimestamp();
        var longest = tracks.Max(track => track.Length);
        for (var at = 0; at < longest; at += Sealed)
        {
            for (var unit = 0; unit < tracks.Length; unit++)
            {
                if (at < tracks[unit].Length)
                {
                    peer.Write(unit, tracks[unit].AsMemory(at, Math.Min(Sealed, tracks[unit].Length - at)));
                }
            }
        }

        peer.Settle();
        var written = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var random = new Random(1);
        List<Fix> read = [];
        var day = Median(101, () =>
        {
            read.Clear();
            var (unit, from) = (random.Next(units), Fleet.StartMs + random.NextInt64((days - 1) * DayMs));
            peer.Read(unit, from, from + DayMs, read);
            Check(read.Count, DayMs / EveryMs, 1);
        });
        var all = Median(5, () =>
        {
            var from = Fleet.StartMs + random.NextInt64((days * DayMs) - (8 * 3_600_000));
            for (var unit = 0; unit < Math.Min(units, 300); unit++)
            {
                read.Clear();
                peer.Read(unit, from, from + (8 * 3_600_000), read);
            }
        });
        var questions = new Queue<(GeoBox Box, long TimeMs, int Units)>(Questions(random, tracks, units, days));
        var here = Median(questions.Count, () =>
        {
            var (box, timeMs, really) = questions.Dequeue();
            Check(peer.WhoWasHere(box, timeMs - HalfHourMs, timeMs + HalfHourMs).Count, really, 0);
        });
        var coarse = Median(peer.Coarse is null ? 3 : 11, () =>
        {
            read.Clear();
            if (peer.Coarse is null)
            {
                peer.Read(units, Fleet.StartMs, Fleet.StartMs + (366 * DayMs), read);
            }
            else
            {
                peer.ReadCoarse(units, Fleet.StartMs, Fleet.StartMs + (366 * DayMs), read);
            }

            if (year > 0 && read.Count < (peer.Coarse is null ? year : 2))
            {
                throw new InvalidOperationException($"{read.Count} fixes of a year of {year} were read.");
            }
        });
        var points = tracks.Sum(track => (long)track.Length);
        return
        [
            peer.Name, $"{points / written:N0}", $"{(double)peer.Bytes() / points:N1}", Ms(day), Ms(all), Ms(here), year == 0 ? "" : Ms(coarse), year == 0 ? "" : $"{read.Count:N0}",
        ];
    }

    /// <summary>Boxes of 400 m around places where somebody was, an hour each, and how many units really were there.</summary>
    private static IEnumerable<(GeoBox Box, long TimeMs, int Units)> Questions(Random random, Fix[][] tracks, int units, int days)
    {
        for (var i = 0; i < 31; i++)
        {
            var fix = tracks[random.Next(units)][random.Next(1_000, (int)(days * DayMs / EveryMs) - 1_000)];
            var box = new GeoBox(fix.Latitude - 0.002, fix.Longitude - 0.002, fix.Latitude + 0.002, fix.Longitude + 0.002);
            yield return (box, fix.TimeMs, tracks.Count(track => WasHere(track, box, fix.TimeMs)));
        }
    }

    private static bool WasHere(Fix[] track, GeoBox box, long timeMs)
        => Array.Exists(track, fix => fix.TimeMs >= timeMs - HalfHourMs && fix.TimeMs < timeMs + HalfHourMs && box.Contains(fix.Position));

    private static void Check(long found, long expected, long slack)
    {
        if (Math.Abs(found - expected) > slack)
        {
            throw new InvalidOperationException($"{found} were found, and {expected} are there.");
        }
    }

    /// <summary>Of the rounds after the first tenth, which warm up.</summary>
    private static double Median(int rounds, Action work)
    {
        double[] times = [.. Enumerable.Range(0, rounds).Select(_ =>
        {
            var began = Stopwatch.GetTimestamp();
            work();
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }).Skip(rounds / 10).Order()];
        return times[times.Length / 2];
    }

    private static string Ms(double milliseconds) => $"{milliseconds:N2} ms";

    private static long Sizes(string postgres)
    {
        using var connection = new NpgsqlConnection(postgres);
        connection.Open();
        using var command = new NpgsqlCommand("SELECT sum(pg_total_relation_size(name))::bigint FROM unnest(ARRAY['vantage.chunks', 'vantage.outlines']) AS name", connection);
        return (long)command.ExecuteScalar()!;
    }

    private static Dictionary<string, string> Options(string[] args)
    {
        var options = args.Chunk(2).ToDictionary(pair => pair[0].TrimStart('-'), pair => pair[1], StringComparer.Ordinal);
        return options.ContainsKey("folder") ? options : throw new ArgumentException("store --folder DIR [--postgres CONNECTION] [--units 300] [--days 2] [--year 5000000]");
    }
}

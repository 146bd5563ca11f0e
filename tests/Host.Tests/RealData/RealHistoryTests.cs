using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vantage.Actors.Positions;
using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>History of real taxis through the doors of the real host, on each kind of storage.</summary>
/// <remarks><c>VANTAGE_REAL_CABS=497</c> takes all 940,494 rows; otherwise it is those of the first taxis by name, each with all it sent.</remarks>
public abstract class RealHistoryTests(Func<string?> newDatabase, ITestOutputHelper output)
{
    private const int Seed = 20080602;
    private const int Zones = 30;
    private const long HourMs = 3_600_000;

    /// <summary>None for several units: when such a breach is confirmed goes by the host's clock (BRE-2).</summary>
    private const string Rules = """[{"key":"in","type":"enter"},{"key":"out","type":"exit"},{"key":"stay","type":"dwell","after":120}]""";

    protected static int Cabs => int.TryParse(Environment.GetEnvironmentVariable("VANTAGE_REAL_CABS"), out var cabs) ? cabs : 10;

    [Fact(DisplayName = "[TRK-1] [TRK-3] [TRK-5] the track of each real taxi is the rows that were sent of it, in order, each once; sent in any order they give the same bytes of tracks, visits, breaches and heat")]
    public async Task In_any_order()
    {
        var rows = CabRows.OfCabs(Cabs);
        var inOrder = await AnswersAsync(newDatabase(), rows, rows);
        var tracks = CabRows.Tracks(rows);
        Assert.Equal(tracks.Count, inOrder.Count(answer => answer.Path.EndsWith("/track", StringComparison.Ordinal)));
        foreach (var (path, text) in inOrder.Where(answer => answer.Path.EndsWith("/track", StringComparison.Ordinal)))
        {
            IsTrackOf(tracks[path[..^"/track".Length]], text);
        }

        var shuffled = rows.ToArray();
        new Random(Seed).Shuffle(shuffled);
        var inDisorder = await AnswersAsync(newDatabase(), rows, shuffled);
        Assert.Equal(inOrder.Select(answer => answer.Path), inDisorder.Select(answer => answer.Path));
        Assert.All(inOrder.Zip(inDisorder), pair => Assert.Equal(pair.First.Text, pair.Second.Text));
    }

    [Fact(DisplayName = "[REP-1] [HEAT-2] [HEAT-3] a replay of a zone, or of a box, and an hour is of exactly the real taxis that a look at every row finds there; heat is what h3-js counts")]
    public async Task Replays()
    {
        var rows = CabRows.OfCabs(Cabs);
        var zones = RandomZone.Many(Zones, rows, Seed);
        await using var host = await HostProcess.StartAsync(newDatabase());
        var door = new HostDoor(host);
        await FillAsync(door, rows, zones, rows);
        var tracks = CabRows.Tracks(rows).ToDictionary(track => track.Key, track => CabRows.Counting(track.Value), StringComparer.Ordinal);
        var random = new Random(Seed);
        var (firstMs, lastMs) = (rows[0].TimeMs, rows[^1].TimeMs);
        var sizes = new List<int>();
        await TimedAsync("60 replays opened and compared", async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                // Half of the hours begin at a row's own millisecond: [from, to) holds the first and not the last.
                var fromMs = i % 2 == 0 ? rows[random.Next(rows.Length)].TimeMs : firstMs + random.NextInt64(lastMs - firstMs);
                var (place, value, isInside) = i % 3 < 2 ? InZone(zones[random.Next(Zones)]) : InBox(rows[random.Next(rows.Length)], random);
                var expected = tracks.Where(track => track.Value.Any(row => row.TimeMs >= fromMs && row.TimeMs < fromMs + HourMs && isInside(row)))
                    .Select(track => track.Key).Order(StringComparer.Ordinal).ToArray();
                Assert.Equal(expected, await door.VisitorsAsync(place, value, fromMs, fromMs + HourMs));
                sizes.Add(expected.Length);
            }
        });
        output.WriteLine($"Units found: {string.Join(' ', sizes)}");
        Assert.True(sizes.Distinct().Count() > 5, "The places and hours are all alike.");
        var heat = await HeatOracle.HeatAsync(rows);
        await TimedAsync("heat read and compared", () => Agreement.HeatAsync(door, heat));
    }

    private static (string Place, string Value, Func<CabRow, bool> IsInside) InZone(RandomZone zone)
        => ("zone", zone.Key, row => VisitOracle.Covers(zone, row));

    /// <summary>A box up to two kilometres wide; a row lies on two of its borders.</summary>
    private static (string Place, string Value, Func<CabRow, bool> IsInside) InBox(CabRow corner, Random random)
    {
        var (west, south) = (corner.LonE7, corner.LatE7);
        var (east, north) = (west + random.Next(10_000, 200_000), south + random.Next(10_000, 200_000));
        return (
            "bbox", string.Create(CultureInfo.InvariantCulture, $"{west / 1e7},{south / 1e7},{east / 1e7},{north / 1e7}"),
            row => row.LonE7 >= west && row.LonE7 <= east && row.LatE7 >= south && row.LatE7 <= north);
    }

    private static void IsTrackOf(CabRow[] rows, string text)
    {
        var track = JsonDocument.Parse(text).RootElement;
        Assert.Equal(rows.Length, track.GetProperty("count").GetInt32());
        Assert.Equal(rows.Select(row => row.TimeMs), Column("time", value => value.GetInt64()));
        Assert.Equal(rows.Select(row => row.Lon), Column("lon", value => value.GetDouble()));
        Assert.Equal(rows.Select(row => row.Lat), Column("lat", value => value.GetDouble()));

        // Of several of one millisecond the first counts.
        Assert.Equal(
            rows.Select((row, i) => i > 0 && rows[i - 1].TimeMs == row.TimeMs),
            Column("flags", value => ((FixFlags)value.GetInt32() & FixFlags.Outranked) != 0));

        IEnumerable<T> Column<T>(string name, Func<JsonElement, T> read) => track.GetProperty(name).EnumerateArray().Select(read);
    }

    /// <summary>What a new host, told these rows in the order in which they are sent, answers to every question.</summary>
    /// <param name="database">Null: SQLite.</param>
    protected async Task<List<(string Path, string Text)>> AnswersAsync(string? database, CabRow[] rows, CabRow[] sent)
    {
        await using var host = await HostProcess.StartAsync(database);
        var door = new HostDoor(host);
        await FillAsync(door, rows, RandomZone.Many(Zones, rows, Seed), sent);
        var range = $"from={HostDoor.Iso(rows[0].TimeMs)}&to={HostDoor.Iso(rows[^1].TimeMs + 1)}";
        var answers = new List<(string Path, string Text)>();
        await TimedAsync("read", async () =>
        {
            foreach (var unit in rows.Select(row => row.Unit).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                answers.Add((unit + "/track", await door.GetTextAsync($"/api/units/{unit}/track?{range}")));
            }

            foreach (var list in new[] { "visits", "breaches" })
            {
                var pages = await door.PagesAsync($"/api/{list}");
                Assert.True(pages.Count > 1, $"Only one page of {list}.");
                answers.AddRange(pages.Select((page, i) => ($"{list} {i}", page)));
            }

            foreach (var layer in new[] { "presence", "fixes" })
            {
                foreach (var question in new[] { "resolution=11", "resolution=8", "resolution=9&hours=22-5&days=1", "resolution=10&kind=vehicle", "resolution=9&zone=zone-000" })
                {
                    answers.Add(($"{layer} {question}", await door.GetTextAsync($"/api/heatmaps/{layer}?{range}&{question}")));
                }
            }
        });
        output.WriteLine($"{rows.Length} rows of {Cabs} taxis: {answers.Count} answers, {answers.Sum(answer => (long)answer.Text.Length)} characters");
        return answers;
    }

    /// <summary>Units and zones in one order whatever the order of the rows: lists put the later of two first where times are equal.</summary>
    private async Task FillAsync(HostDoor door, CabRow[] rows, RandomZone[] zones, CabRow[] sent)
    {
        foreach (var unit in rows.Select(row => row.Unit).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            await door.RegisterAsync(unit);
        }

        foreach (var zone in zones)
        {
            await door.PutAsync(zone, Rules);
        }

        await TimedAsync($"posted {sent.Length} rows", async () =>
        {
            foreach (var (i, batch) in sent.Chunk(5000).Index())
            {
                await door.PostAsync(batch, asLines: i % 2 == 0);
            }
        });
        await TimedAsync("judged", () => door.GetAsync("/api/visits?limit=1"));
    }

    private async Task TimedAsync(string what, Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds,8:0.00} s  {what}"));
    }
}

public sealed class SqliteRealHistoryTests(ITestOutputHelper output) : RealHistoryTests(() => null, output);

public sealed class PostgresRealHistoryTests(OwnPostgres own, ITestOutputHelper output)
    : RealHistoryTests(own.Server.NewDatabase, output), IClassFixture<OwnPostgres>
{
    [Fact(DisplayName = "Both kinds of storage give the same bytes of tracks, visits, breaches and heat of real taxis")]
    public async Task Same_as_SQLite()
    {
        var rows = CabRows.OfCabs(Cabs);
        var onPostgres = await AnswersAsync(own.Server.NewDatabase(), rows, rows);
        Assert.All(onPostgres.Zip(await AnswersAsync(null, rows, rows)), pair => Assert.Equal(pair.First, pair.Second));
    }
}

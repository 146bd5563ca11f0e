using System.Diagnostics;
using System.Globalization;
using Vantage.Devices.Jt808;
using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>The product as a whole, on real traffic, held against rules that the tests work out for themselves.</summary>
public sealed class RealDataTests(ITestOutputHelper output)
{
    private const int Seed = 20080602;
    private const int Zones = 200;

    /// <summary>What two tests ask for alike; brute force takes longer for it than the host.</summary>
    private static readonly Lazy<Task<Expected>> HundredThousand = new(() => ExpectedAsync(100_000));

    [Fact(DisplayName = "100,000 real fixes by HTTP: history, visits of 200 zones and heat are what brute force finds (TRK-2, VIS-1..6, VIS-10, HEAT-1..3, HEAT-6)")]
    public async Task By_http()
    {
        var (rows, zones, visits, heat) = await HundredThousand.Value;
        await using var host = await HostProcess.StartAsync();
        var door = new HostDoor(host);
        await TimedAsync("put 100 zones on an empty host", () => PutAsync(door, zones[..(Zones / 2)]));
        await TimedAsync("post 100,000 rows", async () =>
        {
            foreach (var (i, batch) in rows.Chunk(4000).Index())
            {
                await door.PostAsync(batch, asLines: i % 2 == 0);
            }
        });
        await TimedAsync("judged", () => door.GetAsync("/api/visits?limit=1"));
        await TimedAsync("put 100 zones whose past is to be judged", () => PutAsync(door, zones[(Zones / 2)..]));
        await TimedAsync("judged anew", () => door.GetAsync("/api/visits?limit=1"));

        output.WriteLine($"{visits.Count} visits, {visits.Count(visit => visit.Passage)} of them passages");
        await TimedAsync("visits read and compared", async () => Agreement.Visits(visits, await door.VisitsAsync()));
        await TimedAsync("tracks read and compared", () => Agreement.TracksAsync(door, rows));
        await TimedAsync("heat read and compared", () => Agreement.HeatAsync(door, heat));
    }

    [Fact(DisplayName = "20 taxis by JT/T 808, half of them in each edition, have the tracks, visits and heat that brute force finds")]
    public async Task By_terminals()
    {
        var all = CabRows.First(100_000);
        var zones = RandomZone.Many(Zones, all, Seed);
        var cabs = all.GroupBy(row => row.Cab, StringComparer.Ordinal).OrderByDescending(cab => cab.Count()).Take(20).ToArray();
        await using var host = await HostProcess.StartAsync();
        var door = new HostDoor(host);
        await PutAsync(door, zones);
        var phones = cabs.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{13_900_000_000 + i}")).ToArray();
        foreach (var (cab, phone) in cabs.Zip(phones))
        {
            await door.RegisterAsync("vehicle/" + cab.Key, phone);
        }

        await TimedAsync("reported by 20 terminals", () => Task.WhenAll(cabs.Select(async (cab, i) =>
        {
            using var terminal = new CabTerminal(i % 2 == 0 ? Jt808Form.V2013 : Jt808Form.V2019, Jt808Phone.Parse(phones[i]));
            await terminal.SignInAsync(host.Jt808Port);
            await terminal.ReportAsync(cab);
        })));

        // A terminal is given no watermark; what it was acknowledged lies before whatever is written next.
        var rows = cabs.SelectMany(cab => cab).ToArray();
        await door.PostAsync([rows[0] with { Cab = "marker" }], asLines: false);
        var visits = (await door.VisitsAsync()).Where(visit => visit.Unit != "vehicle/marker").ToArray();
        Agreement.Visits(VisitOracle.Visits(rows, zones), visits);
        await Agreement.TracksAsync(door, rows);
        await Agreement.HeatAsync(door, await HeatOracle.HeatAsync([.. rows, rows[0] with { Cab = "marker" }]));
    }

    [Fact(DisplayName = "Killed ten times in the middle of 100,000 fixes: nothing acknowledged is missing, nothing is doubled, every answer is the same")]
    public async Task Killed()
    {
        const int Kills = 10;
        var (rows, zones, visits, heat) = await HundredThousand.Value;
        var random = new Random(Seed);
        await using var host = await HostProcess.StartAsync();
        var door = new HostDoor(host);
        await PutAsync(door, zones[..(Zones / 2)]);
        var (kills, lost) = (0, 0);
        var waiting = new Queue<CabRow[]>(rows.Chunk(800));
        var rounds = 0;
        await TimedAsync("posted between kills", async () =>
        {
            for (; waiting.Count > 0; rounds++)
            {
                if (rounds == 8)
                {
                    await PutAsync(door, zones[(Zones / 2)..]); // The kill of this round meets the judging of what is stored.
                }

                var batches = Enumerable.Range(0, Math.Min(3, waiting.Count)).Select(_ => waiting.Dequeue()).ToArray();
                var isKill = rounds % 2 == 0 && kills < Kills;
                var posts = batches.Select((batch, i) => TryPostAsync(door, batch, i % 2 == 0)).ToArray();
                if (isKill)
                {
                    await Task.Delay(random.Next(0, 120)); // Not to wait for anything: to be killed at any moment.
                    host.Kill();
                    kills++;
                }

                var acknowledged = await Task.WhenAll(posts);
                foreach (var (batch, wasTaken) in batches.Zip(acknowledged).Where(post => !post.Second))
                {
                    Assert.True(isKill, "A host that lives has to answer.");
                    waiting.Enqueue(batch);
                    lost++;
                }

                if (isKill)
                {
                    await host.LaunchAsync();
                }
            }
        });
        output.WriteLine($"{kills} kills in {rounds} rounds, {lost} batches not acknowledged and sent again");
        Assert.Equal(Kills, kills);
        await door.PostAsync(rows[..1], asLines: false); // Known already: for a watermark behind all that ran side by side.

        await TimedAsync("visits read and compared", async () => Agreement.Visits(visits, await door.VisitsAsync()));
        await TimedAsync("tracks read and compared", () => Agreement.TracksAsync(door, rows));
        await TimedAsync("heat read and compared", () => Agreement.HeatAsync(door, heat));
    }

    [Fact(DisplayName = "20,000 fixes shuffled, a tenth of them doubled and some contradicted, end in the same history, visits and heat (TRK-1..3, TRK-5)")]
    public async Task Shuffled()
    {
        var rows = CabRows.First(20_000);
        var zones = RandomZone.Many(Zones, rows, Seed);
        var random = new Random(Seed);
        var contradicting = rows.Where(_ => random.Next(50) == 0).Select(row => row with { LatE7 = row.LatE7 + random.Next(-9000, 9000) });
        rows = [.. rows.Concat(contradicting)];
        var sent = rows.Concat(rows.Where(_ => random.Next(10) == 0)).ToArray();
        random.Shuffle(sent);
        var heat = await HeatOracle.HeatAsync(rows);
        await using var host = await HostProcess.StartAsync();
        var door = new HostDoor(host);
        await PutAsync(door, zones[..(Zones / 2)]);
        await TimedAsync("posted out of order", async () =>
        {
            foreach (var (i, batch) in sent.Chunk(2500).Index())
            {
                await door.PostAsync(batch, asLines: i % 2 == 0);
            }
        });
        await PutAsync(door, zones[(Zones / 2)..]);
        await TimedAsync("judged", () => door.GetAsync("/api/visits?limit=1"));

        Agreement.Visits(VisitOracle.Visits(rows, zones), await door.VisitsAsync());
        await Agreement.TracksAsync(door, rows);
        await Agreement.HeatAsync(door, heat);
    }

    private static async Task<Expected> ExpectedAsync(int count)
    {
        var rows = CabRows.First(count);
        var zones = RandomZone.Many(Zones, rows, Seed);
        return new(rows, zones, VisitOracle.Visits(rows, zones), await HeatOracle.HeatAsync(rows));
    }

    private sealed record Expected(CabRow[] Rows, RandomZone[] Zones, List<VisitSeen> Visits, List<HeatOracle.Heat> Heat);

    private static async Task PutAsync(HostDoor door, IEnumerable<RandomZone> zones)
    {
        foreach (var zone in zones)
        {
            await door.PutAsync(zone);
        }
    }

    private static async Task<bool> TryPostAsync(HostDoor door, CabRow[] batch, bool asLines)
    {
        try
        {
            await door.PostAsync(batch, asLines);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task TimedAsync(string what, Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds,8:0.00} s  {what}"));
    }
}

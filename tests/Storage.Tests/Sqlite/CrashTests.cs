using System.Globalization;
using Vantage.Actors;

namespace Vantage.Storage.Tests.Sqlite;

public class CrashTests
{
    private const int Kills = 20;

    /// <summary>A loaded machine starts processes slowly; one that takes longer than this does not start them at all.</summary>
    private const int MostMilliseconds = 15 * 60_000;

    [Fact(DisplayName = "Killed twenty times under load at random moments, the store starts clean and has every acknowledged write, whole and once", Timeout = MostMilliseconds)]
    public async Task Kills_lose_nothing_acknowledged()
    {
        using var folder = new TempFolder();
        var random = new Random(6);
        var acknowledged = new HashSet<(int Caller, int Batch)>();
        var (journal, history, first) = (0L, 0L, 0);
        var starts = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            foreach (var line in await RunAndKillAsync(folder.Path, first, lines: random.Next(1, 4) * random.Next(1, 150)))
            {
                switch (line.Split(' '))
                {
                    case ["log", var caller, var batch]:
                        acknowledged.Add((Number(caller), Number(batch)));
                        break;
                    case ["journal", var sequence]:
                        journal = Number(sequence);
                        break;
                    case ["history", var sequence]:
                        history = Number(sequence);
                        break;
                }
            }

            using var store = VantageStore.Open(folder.Path);
            var newest = AssertLog(store, acknowledged);

            // What is there counts from here on: a write that was stored and not acknowledged may be followed by another such next time.
            journal = await AssertJournalAsync(store, journal);
            history = AssertHistory(store, history);
            first = newest + 1;
            starts++;
        }

        Assert.Equal(Kills, starts);
        Assert.NotEmpty(acknowledged);
    }

    /// <summary>What the child said before it died. The last line may be cut off.</summary>
    private static async Task<IEnumerable<string>> RunAndKillAsync(string folder, int first, int lines)
    {
        using var child = CrashChild.Start([], folder, "load", first);
        List<string> said = [];
        try
        {
            while (said.Count < lines)
            {
                said.Add(await child.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The child ended by itself."));
            }
        }
        finally
        {
            child.Kill();
        }

        // Lines in the pipe were acknowledged, too.
        var rest = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        said.AddRange(rest.Split('\n')[..^1]);
        return said;
    }

    private static int AssertLog(VantageStore store, HashSet<(int Caller, int Batch)> acknowledged)
    {
        var fixes = Enumerable.Range(0, Shards.Count)
            .SelectMany(shard => store.TrackLog.Read(shard, 0))
            .SelectMany(frame => frame.Fixes.ToArray())
            .Select(item => item.Fix)
            .ToLookup(fix => (Caller: fix.AltitudeTenths, Batch: (int)fix.TimeMs));
        foreach (var batch in fixes)
        {
            var size = batch.First().LongitudeE7;
            Assert.Equal(Enumerable.Range(0, size), batch.Select(fix => fix.LatitudeE7).Order());
        }

        Assert.DoesNotContain(acknowledged, batch => !fixes.Contains(batch));
        return fixes.Max(batch => batch.Key.Batch);
    }

    private static async Task<long> AssertJournalAsync(VantageStore store, long acknowledged)
    {
        var sequences = await store.Journal.ReadAsync("incident/1").Select(envelope => envelope.Sequence).ToArrayAsync();
        Assert.Equal(Enumerable.Range(1, sequences.Length).Select(i => (long)i), sequences);
        Assert.InRange(sequences.Length, acknowledged, acknowledged + 1);
        return sequences.Length;
    }

    private static long AssertHistory(VantageStore store, long acknowledged)
    {
        var (processed, _) = store.History.ReadProgress(0);
        Assert.Equal(processed, store.History.ReadProgress(1).ProcessedSequence);
        List<int> fixes = [];
        store.History.ReadHeat(1, 2, inside: null, delta => fixes.Add(delta.Fixes));
        Assert.All(fixes, count => Assert.Equal(processed, count));
        var summed = 0L;
        store.History.SumHeat(0, 64, 9, inside: null, sum => summed += sum.Fixes);
        Assert.Equal(fixes.Sum(), summed);
        Assert.InRange(processed, acknowledged, acknowledged + 1);
        return processed;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

using Vantage.Actors.History;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tests.Sqlite;

public class ChunkTests
{
    [Fact(DisplayName = "Chunks of a unit never overlap, are at most 1,024 fixes, and sealing leaves no crumbs")]
    public void Chunks_stay_in_shape()
    {
        using var folder = new TempFolder();
        using var metrics = new StorageMetrics();
        using var history = new Storage.History.SqliteHistory(folder.Path, new StorageOptions(), metrics, unit => $"vehicle/{unit}");
        var fixes = RandomFixes.Drive(new Random(1), 20_000, 1_760_000_000_000);
        var random = new Random(2);
        for (var at = 0; at < fixes.Length;)
        {
            var piece = fixes[at..Math.Min(fixes.Length, at + random.Next(1, 400))];
            Commit(history, piece);
            at += piece.Length;
        }

        for (var i = 0; i < 60; i++)
        {
            var from = random.Next(fixes.Length - 1);
            Commit(history, fixes[from..Math.Min(fixes.Length, from + random.Next(1, 3_000))]);
        }

        using var loan = history.File.Read();
        var select = loan.Database.Prepare("SELECT first_ms, last_ms, count FROM chunks WHERE unit = 1 ORDER BY first_ms");
        var (last, chunks) = (long.MinValue, 0);
        while (select.Step())
        {
            Assert.True(select.Int64(0) > last);
            Assert.InRange(select.Int32(2), 1, 1024);
            last = select.Int64(1);
            chunks++;
        }

        Assert.InRange(chunks, 20, 60); // 20 full ones would do; halves make 40.
        List<Fix> read = [];
        history.ReadTrack(1, long.MinValue, long.MaxValue, read);
        RandomFixes.AssertSame(fixes, read.ToArray());
    }

    private static void Commit(Storage.History.SqliteHistory history, Fix[] piece) => history.Commit(
        [new ShardCommit { Shard = 0, Tracks = { new TrackRewrite(1, piece[0].TimeMs, piece[^1].TimeMs, piece) } }]);
}

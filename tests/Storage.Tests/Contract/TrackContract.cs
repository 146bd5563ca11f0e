using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.History;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every history must do with sealed tracks, progress and marks.</summary>
public abstract class TrackContract(StoreFixture store) : IDisposable
{
    private IHistory History => store.History;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "Tracks are what the rewrites made of them, whatever their order, and every question agrees with a plain list")]
    public void Rewrites_equal_a_model()
    {
        var units = 0;
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var unit = units++;
            List<Fix> model = [];
            for (var round = random.Next(1, 14); round > 0; round--)
            {
                var from = (long)random.Next(0, 4_000);
                var to = from + random.Next(0, random.Next(4) == 0 ? 4_000 : 900);
                var fixes = NewFixes(random, from, to);
                model.RemoveAll(fix => fix.TimeMs >= from && fix.TimeMs <= to);
                model.AddRange(fixes);
                model.Sort(static (a, b) => Fix.Compare(in a, in b));
                Commit(new TrackRewrite(unit, from, to, fixes));
                AssertEqual(unit, model, random);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact(DisplayName = "A track sealed piece by piece reads back whole, after a restart as well")]
    public void Appending_keeps_everything()
    {
        var fixes = RandomFixes.Drive(new Random(1), 5_000, 1_760_000_000_000);
        for (var at = 0; at < fixes.Length; at += 300)
        {
            var piece = fixes[at..Math.Min(at + 300, fixes.Length)];
            Commit(new TrackRewrite(3, piece[0].TimeMs, piece[^1].TimeMs, piece));
        }

        store.Reopen();
        List<Fix> read = [];
        History.ReadTrack(3, long.MinValue, long.MaxValue, read);
        RandomFixes.AssertSame(fixes, read.ToArray());
        Assert.Equal((fixes[0].TimeMs, fixes[^1].TimeMs), History.TrackRange(3));
        Assert.Null(History.TrackRange(2));
    }

    [Fact(DisplayName = "Of a long track no more is read than was asked for, from its oldest fix on")]
    public void Reading_stops()
    {
        var fixes = RandomFixes.Drive(new Random(1), 5_000, 1_760_000_000_000);
        Commit(new TrackRewrite(3, fixes[0].TimeMs, fixes[^1].TimeMs, fixes));

        foreach (var (from, atMost) in new[] { (0, 0), (0, 1), (0, 1_024), (10, 1_025), (700, 3_000), (0, 5_000), (4_990, 11) })
        {
            List<Fix> read = [new Fix { TimeMs = 1 }];
            History.ReadTrack(3, fixes[from].TimeMs, long.MaxValue, read, atMost);
            RandomFixes.AssertSame(fixes.AsSpan(from, Math.Min(atMost, fixes.Length - from)), read.Skip(1).ToArray());
        }
    }

    [Fact(DisplayName = "A rewrite with fixes out of order or out of range is refused, and with it everything in the same commit")]
    public void Malformed_rewrites_are_refused()
    {
        Fix early = new() { TimeMs = 10 }, late = new() { TimeMs = 20 };
        var good = new TrackRewrite(1, 0, 100, new[] { early });
        Assert.Throws<ArgumentException>(() => Commit(good, new TrackRewrite(2, 0, 100, new[] { late, early })));
        Assert.Throws<ArgumentException>(() => Commit(good, new TrackRewrite(2, 11, 100, new[] { early })));
        Assert.Throws<ArgumentException>(() => Commit(good, new TrackRewrite(2, 0, 19, new[] { late })));
        Assert.Null(History.TrackRange(1));
        Commit(good);
        Assert.Equal((10L, 10L), History.TrackRange(1));
    }

    [Fact(DisplayName = "Progress goes forward only, and survives with what was committed beside it")]
    public void Progress_goes_forward()
    {
        Assert.Equal((0L, 0L), History.ReadProgress(5));
        History.Commit([new ShardCommit { Shard = 5, ProcessedSequence = 40, SealedSequence = 30, AppliedZones = { ("a", 1), ("b", 2) } }]);
        History.Commit([new ShardCommit { Shard = 5, AppliedZones = { ("a", 2), ("a", 1) } }, new ShardCommit { Shard = 6, ProcessedSequence = 7 }]);

        Assert.Equal((40L, 30L), History.ReadProgress(5));
        Assert.Equal((7L, 0L), History.ReadProgress(6));
        Assert.Equal([("a", 1), ("a", 2), ("b", 2)], History.ReadAppliedZones(5));
        Assert.Empty(History.ReadAppliedZones(6));
        History.Commit([]);
    }

    [Fact(DisplayName = "Work on a zone's groups is kept, from its earliest time, until it is said to be done")]
    public void Group_work_is_kept()
    {
        History.Commit([new ShardCommit { Shard = 1, GroupWork = { Work("a", 50), Work("a", 40, 900), Work("夜市", 60, 800) } }]);
        History.Commit([new ShardCommit { Shard = 2, GroupWork = { Work("a", 45, 800) } }, new ShardCommit { Shard = 3, GroupWork = { Work("夜市", 65, 700) } }]);
        store.Reopen();
        Assert.Equal([Work("a", 40), Work("夜市", 60, 700)], Works());

        Done(Versions("a").Append(("c", 1)));
        Assert.Equal([Work("夜市", 60, 700)], Works());
        Done(Versions("夜市"), Work("夜市", 70, 1_000));
        Assert.Equal([Work("夜市", 70, 1_000)], Works());
    }

    [Fact(DisplayName = "Work on a zone's groups that came while it was done stays, with what was there before")]
    public void Newer_group_work_stays()
    {
        History.Commit([new ShardCommit { Shard = 1, GroupWork = { Work("a", 50) } }]);
        var before = Versions("a");
        History.Commit([new ShardCommit { Shard = 1, GroupWork = { Work("a", 60, 800) } }]);
        Done(before, Work("a", 70, 900));
        Assert.Equal([Work("a", 50)], Works());
        Done(Versions("a"));
        Assert.Empty(Works());
    }

    [Fact(DisplayName = "What was worked out for a shard's zones says nothing about how far the shard has come")]
    public void Group_results_are_no_progress()
    {
        History.Commit([new ShardCommit { Shard = 5, ProcessedSequence = 40, SealedSequence = 30 }]);
        History.Commit([new ShardCommit { Shard = 5, ProcessedSequence = 90, SealedSequence = 80, IsGroupOnly = true }]);
        Assert.Equal((40L, 30L), History.ReadProgress(5));
    }

    private static GroupWork Work(string zone, long fromMs, long dueMs = 0) => new(zone, fromMs, dueMs);

    private IEnumerable<GroupWork> Works() => History.ReadGroupWork().Select(work => work with { Version = 0 });

    private List<(string Zone, long Version)> Versions(string zone)
        => [.. History.ReadGroupWork().Where(work => work.Zone == zone).Select(work => (work.Zone, work.Version))];

    private void Done(IEnumerable<(string Zone, long Version)> done, params GroupWork[] again)
    {
        var commit = new ShardCommit { Shard = 4, IsGroupOnly = true };
        commit.GroupDone.AddRange(done);
        commit.GroupWork.AddRange(again);
        History.Commit([commit]);
    }

    private void Commit(params TrackRewrite[] rewrites)
    {
        var commit = new ShardCommit { Shard = 0 };
        commit.Tracks.AddRange(rewrites);
        History.Commit([commit]);
    }

    private static Fix[] NewFixes(Random random, long from, long to)
    {
        var fixes = new Fix[random.Next(5) == 0 ? 0 : random.Next(0, 1_500)];
        foreach (ref var fix in fixes.AsSpan())
        {
            fix = RandomFixes.Wild(random);
            fix.TimeMs = random.NextInt64(from, to + 1); // Often several a millisecond.
        }

        Array.Sort(fixes, static (a, b) => Fix.Compare(in a, in b));
        return fixes;
    }

    private void AssertEqual(int unit, List<Fix> model, Random random)
    {
        Assert.Equal(model.Count == 0 ? null : (model[0].TimeMs, model[^1].TimeMs), History.TrackRange(unit));
        for (var i = 0; i < 5; i++)
        {
            var from = (long)random.Next(-10, 8_000);
            var to = from + random.Next(0, 5_000);
            List<Fix> read = [];
            History.ReadTrack(unit, from, to, read);
            RandomFixes.AssertSame(model.Where(fix => fix.TimeMs >= from && fix.TimeMs <= to).ToArray(), read.ToArray());
            Assert.Equal(model.Where(fix => fix.TimeMs <= from).Select(fix => (long?)fix.TimeMs).LastOrDefault(), History.LastFixAtOrBefore(unit, from));
            Assert.Equal(model.Where(fix => fix.TimeMs >= from).Select(fix => (long?)fix.TimeMs).FirstOrDefault(), History.FirstFixAtOrAfter(unit, from));
        }
    }
}

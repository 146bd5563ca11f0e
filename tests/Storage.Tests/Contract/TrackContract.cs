using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Storage.History;

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
        Assert.Equal([null, (fixes[0].TimeMs, fixes[^1].TimeMs), null], History.TrackRanges([2, 3, 99]));
        Assert.Empty(History.TrackRanges([]));
    }

    [Fact(DisplayName = "[KEEP-1] What a commit forgets of a unit goes chunk by chunk, with outlines and what is damaged; its newest chunk and other units stay")]
    public void Forgetting()
    {
        var fixes = RandomFixes.Drive(new Random(1), 20_000, 1_760_000_000_000);
        foreach (var unit in new[] { 3, 4 })
        {
            Commit(new TrackRewrite(unit, fixes[0].TimeMs, fixes[^1].TimeMs, fixes));
        }

        store.FlipByte(3, fixes[0].TimeMs, 40);
        Forget(3, fixes[12_000].TimeMs);

        List<Fix> read = [];
        Assert.Empty(History.ReadTrack(3, long.MinValue, long.MaxValue, read));
        Assert.InRange(read.Count, 20_000 - 12_000, 20_000 - 12_000 + ChunkMerge.MaxFixes);
        RandomFixes.AssertSame(fixes.AsSpan(20_000 - read.Count), read.ToArray());
        var (firstMs, lastMs) = Assert.NotNull(History.TrackRange(3));
        Assert.Equal((read[0].TimeMs, fixes[^1].TimeMs), (firstMs, lastMs));
        List<Fix> outline = [];
        History.ReadTrack(3, long.MinValue, long.MaxValue, outline, detail: TrackDetail.Levels[2]);
        Assert.Equal(read[0].TimeMs, outline[0].TimeMs);

        Forget(3, long.MaxValue);
        Assert.Equal(fixes[^1].TimeMs, Assert.NotNull(History.TrackRange(3)).LastMs); // Where it was last.
        Assert.True(History.CountTrack(3, long.MinValue, long.MaxValue) <= ChunkMerge.MaxFixes);
        Assert.Equal(20_000, History.CountTrack(4, long.MinValue, long.MaxValue));

        void Forget(int unit, long beforeMs) => History.Commit([new ShardCommit { Shard = 0, Forgets = { new TrackForget(unit, beforeMs) } }]);
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

    [Theory(DisplayName = "[TRK-8] A chunk whose bytes have changed is found, told of by name once, and its neighbours are read and written as ever")]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(777)]
    public void Damage_stays_where_it_is(int flippedByte)
    {
        const long Start = 1_760_000_000_000;
        var unit = store.TrackLog.NumberOf(new ActorId(ActorKinds.Vehicle, "沪A12345"));
        var fixes = RandomFixes.Drive(new Random(1), 5 * 1024, Start);
        Commit(new TrackRewrite(unit, fixes[0].TimeMs, fixes[^1].TimeMs, fixes));
        store.FlipByte(unit, fixes[2048].TimeMs, flippedByte);

        Fix[] rest = [.. fixes[..2048], .. fixes[3072..]];
        var lost = new DamagedTrack(unit, fixes[2048].TimeMs, fixes[3071].TimeMs, 1024);
        AssertReads(unit, rest, lost);
        AssertReads(unit, rest, lost);
        var said = Assert.Single(store.Said);
        Assert.Contains("vehicle/沪A12345 from 2025-10-09T09:27:28.000Z to 2025-10-09T09:44:31.000Z, 1024 fixes", said, StringComparison.Ordinal);
        Assert.Empty(History.ReadTrack(unit, fixes[3072].TimeMs, long.MaxValue, []));
        Assert.Equal(fixes[2048].TimeMs, History.LastFixAtOrBefore(unit, fixes[2500].TimeMs));
        Assert.Equal(fixes[3071].TimeMs, History.FirstFixAtOrAfter(unit, fixes[2500].TimeMs));

        // A late report rewrites a part of it: the rest is kept aside, and still told of.
        Commit(new TrackRewrite(unit, fixes[3000].TimeMs, fixes[3100].TimeMs, fixes.AsMemory(3000, 101)));
        AssertReads(unit, [.. fixes[..2048], .. fixes[3000..]], lost);
        store.Reopen();
        AssertReads(unit, [.. fixes[..2048], .. fixes[3000..]], lost);
    }

    [Fact(DisplayName = "[TRK-8] An outline whose bytes have changed loses nothing: it is made again from its chunk, which is told of once")]
    public void Damaged_outlines_are_made_again()
    {
        var unit = store.TrackLog.NumberOf(new ActorId(ActorKinds.Vehicle, "沪A12345"));
        var fixes = RandomFixes.Drive(new Random(1), 5 * 1024, 1_760_000_000_000);
        Commit(new TrackRewrite(unit, fixes[0].TimeMs, fixes[^1].TimeMs, fixes));
        List<List<Fix>> whole = [.. TrackDetail.Levels.Select(detail => Read(unit, long.MinValue, long.MaxValue, detail))];
        Assert.Equal(5 * TrackDetail.Levels.Count, store.FlipOutlines());

        for (var round = 0; round < 2; round++)
        {
            foreach (var (detail, expected) in TrackDetail.Levels.Zip(whole))
            {
                List<Fix> read = [];
                Assert.Empty(History.ReadTrack(unit, long.MinValue, long.MaxValue, read, detail: detail));
                RandomFixes.AssertSame(expected.ToArray(), read.ToArray());
            }
        }

        Assert.Equal(5 * TrackDetail.Levels.Count, store.Said.Count);
        Assert.All(store.Said, said => Assert.Contains("an outline of the chunk of vehicle/沪A12345", said, StringComparison.Ordinal));

        // Where the chunk is lost, too, it is told of, and the others are outlined as ever.
        store.FlipByte(unit, fixes[2048].TimeMs, 40);
        List<Fix> rest = [];
        Assert.Equal([new DamagedTrack(unit, fixes[2048].TimeMs, fixes[3071].TimeMs, 1024)], History.ReadTrack(unit, long.MinValue, long.MaxValue, rest, detail: TrackDetail.Levels[0]));
        Assert.Equal(whole[0].Where(fix => fix.TimeMs < fixes[2048].TimeMs || fix.TimeMs > fixes[3071].TimeMs).Select(fix => fix.TimeMs), rest.Select(fix => fix.TimeMs));
    }

    [Fact(DisplayName = "[TRK-8] A short chunk that is damaged is no obstacle to what is written beside it")]
    public void Damaged_neighbours_are_let_be()
    {
        var fixes = RandomFixes.Drive(new Random(1), 300, 1_760_000_000_000);
        Commit(new TrackRewrite(3, fixes[100].TimeMs, fixes[199].TimeMs, fixes.AsMemory(100, 100)));
        store.FlipByte(3, fixes[100].TimeMs, 60);
        Commit(new TrackRewrite(3, fixes[0].TimeMs, fixes[99].TimeMs, fixes.AsMemory(0, 100)));
        Commit(new TrackRewrite(3, fixes[200].TimeMs, fixes[299].TimeMs, fixes.AsMemory(200, 100)));
        AssertReads(3, [.. fixes[..100], .. fixes[200..]], new DamagedTrack(3, fixes[100].TimeMs, fixes[199].TimeMs, 100));
    }

    [Fact(DisplayName = "[TRK-7] An outline has both ends of every gap, errs by no more than it says in metres and seconds, and is the same from a program that kept none")]
    public void Outlines_keep_their_bounds()
    {
        var random = new Random(5);
        var fixes = WithPauses(RandomFixes.Drive(random, 30_000, 1_760_000_000_000), random);
        for (var at = 0; at < fixes.Length;)
        {
            var piece = fixes.AsMemory(at, Math.Min(fixes.Length - at, random.Next(1, 2_500)));
            Commit(new TrackRewrite(3, piece.Span[0].TimeMs, piece.Span[^1].TimeMs, piece));
            at += piece.Length;
        }

        foreach (var detail in TrackDetail.Levels)
        {
            List<Fix> outline = [];
            Assert.Empty(History.ReadTrack(3, long.MinValue, long.MaxValue, outline, detail: detail));
            Assert.InRange(outline.Count, 2, fixes.Length / (detail.Level == 1 ? 4 : 10));
            Assert.InRange(History.CountTrack(3, long.MinValue, long.MaxValue, detail), outline.Count, outline.Count + ChunkMerge.MaxFixes);
            AssertOutlines(fixes, outline, detail);
        }

        var before = TrackDetail.Levels.Select(detail => Read(3, fixes[500].TimeMs, fixes[20_000].TimeMs, detail)).ToList();
        store.ForgetOutlines();
        foreach (var (detail, outline) in TrackDetail.Levels.Zip(before))
        {
            RandomFixes.AssertSame(outline.ToArray(), Read(3, fixes[500].TimeMs, fixes[20_000].TimeMs, detail).ToArray());
        }
    }

    [Fact(DisplayName = "[TRK-7] Late fixes change the outlines that they concern, and leave none behind")]
    public void Outlines_follow_the_track()
    {
        var fixes = RandomFixes.Drive(new Random(5), 9_000, 1_760_000_000_000);
        Fix[] late = [.. fixes.Where((_, i) => i is < 3_000 or > 5_000 || i % 3 == 0)];
        Commit(new TrackRewrite(3, late[0].TimeMs, late[^1].TimeMs, late));
        Commit(new TrackRewrite(3, fixes[3_000].TimeMs, fixes[5_000].TimeMs, fixes.AsMemory(3_000, 2_001)));
        foreach (var detail in TrackDetail.Levels)
        {
            AssertOutlines(fixes, Read(3, long.MinValue, long.MaxValue, detail), detail);
        }

        Commit(new TrackRewrite(3, long.MinValue, long.MaxValue, default));
        Assert.All(TrackDetail.Levels, detail => Assert.Empty(Read(3, long.MinValue, long.MaxValue, detail)));
    }

    [Fact(DisplayName = "Of the units that were in a box in a time none is missing among those that may have been, and far ones are not named")]
    public void Nobody_near_is_missed()
    {
        var random = new Random(8);
        var tracks = Enumerable.Range(0, 40).Select(unit => RandomFixes.Drive(random, random.Next(1, 4_000), 1_760_000_000_000 + random.Next(20_000_000))).ToList();
        foreach (var (unit, fixes) in tracks.Index())
        {
            Commit(new TrackRewrite(unit, fixes[0].TimeMs, fixes[^1].TimeMs, fixes));
        }

        var (named, all) = (0, 0);
        for (var i = 0; i < 200; i++)
        {
            var about = tracks[random.Next(tracks.Count)];
            var (corner, size) = (about[random.Next(about.Length)], random.NextDouble() * 0.02);
            var box = new GeoBox(corner.Latitude, corner.Longitude, corner.Latitude + size, corner.Longitude + size);
            var (from, to) = (corner.TimeMs - random.Next(1_000_000), corner.TimeMs + random.Next(1_000_000));
            var near = History.UnitsNear(box, from, to);
            Assert.Superset(tracks.Index().Where(track => track.Item.Any(fix => fix.TimeMs >= from && fix.TimeMs <= to && box.Contains(fix.Position)))
                .Select(track => track.Index).ToHashSet(), near.ToHashSet());
            (named, all) = (named + near.Count, all + tracks.Count);
        }

        Assert.InRange(named, 200, all / 4);
        var before = History.UnitsNear(new GeoBox(0, 0, 1, 1), 0, long.MaxValue);
        store.ForgetOutlines();
        Assert.Empty(before);
        Assert.Equal(tracks.Count, History.UnitsNear(new GeoBox(0, 0, 1, 1), 0, long.MaxValue).Count);
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

    private List<Fix> Read(int unit, long fromMs, long toMs, TrackDetail? detail)
    {
        List<Fix> read = [];
        History.ReadTrack(unit, fromMs, toMs, read, detail: detail);
        return read;
    }

    private void AssertReads(int unit, Fix[] expected, DamagedTrack lost)
    {
        List<Fix> read = [];
        Assert.Equal([lost], History.ReadTrack(unit, long.MinValue, long.MaxValue, read));
        RandomFixes.AssertSame(expected, read.ToArray());
        Assert.Equal([lost], History.ReadTrack(unit, lost.FromMs + 1, lost.FromMs + 2, []));
    }

    /// <summary>Some stand for minutes, some are silent for an hour, and some fixes have a rival in their millisecond.</summary>
    private static Fix[] WithPauses(Fix[] drive, Random random)
    {
        List<Fix> fixes = [];
        var (later, longitude, latitude) = (0L, 0, 0);
        foreach (var fix in drive)
        {
            later += random.Next(4_000) == 0 ? 3_600_000 : random.Next(300) == 0 ? random.Next(280_000) : 0;
            var moved = fix;
            (moved.TimeMs, moved.LongitudeE7, moved.LatitudeE7) = (fix.TimeMs + later, fix.LongitudeE7 - longitude, fix.LatitudeE7 - latitude);
            fixes.Add(moved);
            if (random.Next(50) == 0)
            {
                moved.LatitudeE7 += 90_000;
                moved.Mark(FixFlags.Outranked, on: true);
                fixes.Add(moved);
            }
        }

        return [.. fixes];
    }

    /// <summary>By great circles, not as the outlines are made.</summary>
    private static void AssertOutlines(Fix[] track, List<Fix> outline, TrackDetail detail)
    {
        Fix[] counting = [.. track.Where(fix => (fix.Flags & FixFlags.Outranked) == 0)];
        Assert.Equal(counting[0], outline[0]);
        Assert.Equal(counting[^1], outline[^1]);
        var next = 0; // In the outline: the first that is not before the fix.
        for (var i = 0; i < counting.Length; i++)
        {
            next += outline[next].TimeMs < counting[i].TimeMs ? 1 : 0;
            var isGap = i > 0 && counting[i].TimeMs - counting[i - 1].TimeMs > 300_000;
            if (isGap)
            {
                Assert.Equal(counting[i], outline[next]);
                Assert.Equal(counting[i - 1], outline[next - 1]);
            }

            if (outline[next].TimeMs == counting[i].TimeMs)
            {
                Assert.Equal(counting[i], outline[next]);
                Assert.True(next == 0 || ((outline[next - 1].Flags & FixFlags.BeforeGap) != 0) == isGap);
                continue;
            }

            var (a, b) = (outline[next - 1], outline[next]);
            Assert.True(b.TimeMs - a.TimeMs <= detail.LongestMs);
            var there = GreatCircle.Interpolate(a.Position, b.Position, (double)(counting[i].TimeMs - a.TimeMs) / (b.TimeMs - a.TimeMs));
            Assert.InRange(GreatCircle.DistanceMetres(there, counting[i].Position), 0, detail.Metres + 0.1);
        }
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

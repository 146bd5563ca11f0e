using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.Positions;
using Vantage.Geo.H3;
using Vantage.Storage.Coding;
using Vantage.Storage.History;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Tests.Coding;

public class CodecTests
{
    [Fact(DisplayName = "A frame gives back every bit of whatever fixes it was given")]
    public void Frames_are_exact() => Prop.ForAll<int, byte>((seed, count) =>
    {
        var random = new Random(seed);
        var fixes = Enumerable.Range(0, count).Select(_ => new UnitFix { Unit = random.Next(), Fix = RandomFixes.Wild(random) }).ToArray();
        var bytes = new byte[count * FrameCodec.MaxBytesPerFix];
        var length = FrameCodec.Encode(fixes, bytes);
        var decoded = new UnitFix[count];
        FrameCodec.Decode(bytes.AsSpan(0, length), decoded);

        Assert.Equal(fixes.Select(item => item.Unit), decoded.Select(item => item.Unit));
        RandomFixes.AssertSame([.. fixes.Select(item => item.Fix)], [.. decoded.Select(item => item.Fix)]);
    }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "A chunk gives back every bit of whatever fixes it was given")]
    public void Chunks_are_exact() => Prop.ForAll<int, byte>((seed, count) =>
    {
        var random = new Random(seed);
        var (wild, steady) = (Enumerable.Range(0, count).Select(_ => RandomFixes.Wild(random)).ToArray(), RandomFixes.Drive(random, count, 1_760_000_000_000));
        foreach (var i in Enumerable.Range(0, count).Where(_ => random.Next(9) == 0))
        {
            steady[i].SpeedHundredths = Fix.Absent;
            steady[i].HeadingTenths = Fix.AbsentHeading;
        }

        foreach (var fixes in new[] { wild, steady })
        {
            var bytes = new byte[ChunkCodec.MaxBytes(count)];
            var length = ChunkCodec.Encode(fixes, bytes);
            var decoded = new Fix[count];
            ChunkCodec.Decode(bytes.AsSpan(0, length), decoded);
            RandomFixes.AssertSame(fixes, decoded);
        }
    }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "A column gives back its numbers, whatever width they need")]
    public void Columns_are_exact()
    {
        var random = new Random(7);
        foreach (var width in Enumerable.Range(0, 65))
        {
            foreach (var count in new[] { 0, 1, 2, 3, 31, 32, 33, 34, 35, 64, 1000 })
            {
                var values = Enumerable.Range(0, count)
                    .Select(_ => width == 0 ? 42 : Varint.UnZigZag((ulong)random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width))).ToArray();
                var bytes = new byte[BitColumn.MaxBytes(count)];
                var end = BitColumn.Encode([.. values], bytes, 0);
                var (at, decoded) = (0, new long[count]);
                BitColumn.Decode(bytes.AsSpan(0, end), ref at, decoded);
                Assert.Equal(values, decoded);
                Assert.Equal(end, at);
            }
        }
    }

    [Fact(DisplayName = "Numbers written one after the other come back, whatever they were like before")]
    public void Rice_codes_are_exact() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, random.Next(300)).Select(i => random.Next(12) == 0
            ? Varint.UnZigZag((ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64))
            : random.Next(-40, 40)).ToArray();
        var bytes = new byte[(RiceMean.MaxBits * values.Length / 8) + 9];
        var writer = new RiceWriter(bytes, 1);
        var written = new RiceMean(4);
        foreach (var value in values)
        {
            writer.Write(ref written, value);
        }

        var end = writer.Close();
        var reader = new RiceReader(bytes.AsSpan(0, end), 1);
        var (read, measured, bits) = (new RiceMean(4), new RiceMean(4), 0L);
        foreach (var value in values)
        {
            Assert.Equal(value, reader.Read(ref read));
            bits += measured.BitsOf(value);
        }

        Assert.Equal(end, reader.Close());
        Assert.Equal(end, 1 + ((bits + 7) / 8));
    }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "A chunk that an older program wrote is read")]
    public void Old_chunks_are_read()
    {
        var fixes = RandomFixes.Drive(new Random(9), 100, 1_760_000_000_000);
        var bytes = new byte[ChunkCodec.MaxBytes(100)];
        bytes[0] = 1;
        var at = 1;
        Func<Fix, long>[] columns =
        [
            fix => fix.TimeMs, fix => fix.ReceivedAtMs - fix.TimeMs, fix => fix.LatitudeE7, fix => fix.LongitudeE7, fix => fix.FlagBits,
            fix => fix.SpeedHundredths, fix => fix.HeadingTenths, fix => fix.AltitudeTenths, fix => fix.AccuracyTenths,
        ];
        foreach (var (i, column) in columns.Index())
        {
            if (i > 4)
            {
                bytes[at++] = 1; // All are there.
            }

            at = BitColumn.Encode([.. fixes.Select(column)], bytes, at);
        }

        var decoded = new Fix[100];
        ChunkCodec.Decode(bytes.AsSpan(0, at), decoded);

        RandomFixes.AssertSame(fixes, decoded);
    }

    [Theory(DisplayName = "Time and place of real taxis, a minute apart, take at most 3.5 bytes a point, in the longest chunks and in those that sealing leaves, and come back as they were")]
    [InlineData(ChunkMerge.MaxFixes)]
    [InlineData(ChunkMerge.MergedBelow)]
    public void Real_tracks_are_small(int chunk)
    {
        var (bytes, points) = (0L, 0L);
        foreach (var track in CabRows.Tracks(CabRows.First(400_000)).Values)
        {
            foreach (var rows in CabRows.Counting(track).Chunk(chunk))
            {
                Fix[] fixes = [.. rows.Select(row => new Fix { TimeMs = row.TimeMs, LatitudeE7 = row.LatE7, LongitudeE7 = row.LonE7 })];
                var to = new byte[TimeColumn.MaxBytes(fixes.Length) + PlaceColumn.MaxBytes(fixes.Length)];
                var room = new long[2 * fixes.Length];
                var end = PlaceColumn.Encode(fixes, room, to, TimeColumn.Encode(fixes, room, to, 0));
                var (at, decoded) = (0, new Fix[fixes.Length]);
                TimeColumn.Decode(to.AsSpan(0, end), ref at, decoded);
                PlaceColumn.Decode(to.AsSpan(0, end), ref at, decoded);
                RandomFixes.AssertSame(fixes, decoded);
                (bytes, points) = (bytes + end, points + fixes.Length);
            }
        }

        Assert.InRange((double)bytes / points, 1, 3.5);
    }

    [Fact(DisplayName = "What was received long after it was measured is as small as what was received at once")]
    public void Late_receipts_are_small()
    {
        var atOnce = RandomFixes.Drive(new Random(4), 1024, 1_760_000_000_000);
        var later = atOnce.ToArray();
        foreach (ref var fix in later.AsSpan())
        {
            fix.ReceivedAtMs = 1_770_000_000_000;
        }

        var bytes = new byte[ChunkCodec.MaxBytes(1024)];
        Assert.InRange(ChunkCodec.Encode(later, bytes), 1, ChunkCodec.Encode(atOnce, bytes));
    }

    [Fact(DisplayName = "A driving vehicle's fix takes at most 24 bytes in the log and 12 in a chunk")]
    public void Fixes_are_small()
    {
        var random = new Random(3);
        var chunk = RandomFixes.Drive(random, 1024, 1_760_000_000_000);
        var frame = Enumerable.Range(0, 1024)
            .Select(_ => new UnitFix { Unit = random.Next(50_000), Fix = RandomFixes.Drive(random, 1, 1_760_000_000_000 + random.Next(2_000))[0] }).ToArray();
        var bytes = new byte[ChunkCodec.MaxBytes(1024)];

        Assert.InRange(ChunkCodec.Encode(chunk, bytes) / 1024.0, 1, 12);
        Assert.InRange(FrameCodec.Encode(frame, bytes) / 1024.0, 1, 24);
    }

    [Fact(DisplayName = "A damaged frame or chunk is refused, or read as other numbers, but never past its end")]
    public void Damage_is_contained()
    {
        var random = new Random(5);
        var fixes = RandomFixes.Drive(random, 200, 1_760_000_000_000);
        var whole = new byte[ChunkCodec.MaxBytes(200)];
        var length = ChunkCodec.Encode(fixes, whole);
        for (var cut = 0; cut < length; cut += 7)
        {
            Assert.Throws<InvalidDataException>(() => ChunkCodec.Decode(whole.AsSpan(0, cut), new Fix[200]));
        }

        for (var i = 0; i < 2000; i++)
        {
            var damaged = whole.AsSpan(0, length).ToArray();
            damaged[random.Next(length)] ^= (byte)(1 << random.Next(8));
            _ = Record.Exception(() => ChunkCodec.Decode(damaged, new Fix[200])) is null or InvalidDataException
                ? true
                : throw new InvalidOperationException("A damaged chunk must fail as damaged data.");
        }
    }

    [Fact(DisplayName = "A block's place and parent agree with the H3 hierarchy")]
    public void Blocks_agree_with_H3()
    {
        var random = new Random(11);
        for (var i = 0; i < 2000; i++)
        {
            var cell = (1UL << 59) | (11UL << 52) | ((ulong)random.Next(122) << 45) | 0xFFF;
            for (var digit = 0; digit < 11; digit++)
            {
                cell |= (ulong)random.Next(7) << (12 + (3 * digit));
            }

            var block = H3Blocks.BlockOf(cell);
            Assert.Equal(6UL, (block >> 52) & 15);
            Assert.Equal(cell, H3Blocks.CellOf(block, H3Blocks.ChildOf(cell)));
            Assert.Equal(new H3Cell(cell).Parent(6).Value, block);
        }
    }
}

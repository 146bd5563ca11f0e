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

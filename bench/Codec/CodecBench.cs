using System.Diagnostics;
using System.IO.Compression;
using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Storage.Coding;
using Vantage.Storage.History;

namespace Vantage.Bench.Codec;

/// <summary>How small time and place of real tracks become, and how fast: the chunks' columns against what else one could write.</summary>
internal static class CodecBench
{
    private const int Rounds = 15;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static int Run(string[] args)
    {
        var (file, length) = args switch
        {
            ["--data", var name] => (name, ChunkMerge.MaxFixes),
            ["--data", var name, "--chunk", var fixes] => (name, int.Parse(fixes, System.Globalization.CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException("codec --data FILE [--chunk 1024]"),
        };
        List<Fix[]> chunks = [.. TrackFile.Read(file).SelectMany(track => WithMotion(track).Chunk(length))];
        var points = chunks.Sum(chunk => (long)chunk.Length);
        Console.WriteLine($"{points:N0} points, {chunks.Count:N0} chunks of at most {length}");
        Console.WriteLine("time and place                    bytes a point   of it time   encoded, M points/s   decoded, M points/s");
        foreach (var codec in Codecs())
        {
            Print(codec, chunks, points);
        }

        return 0;
    }

    /// <summary>Adds what the files do not have: receipt a second or two later, and speed and heading towards the next fix, in the steps of JT/T 808 (0.1 km/h and a degree).</summary>
    private static Fix[] WithMotion(Fix[] track)
    {
        var random = new Random(1);
        for (var i = 0; i < track.Length; i++)
        {
            track[i].ReceivedAtMs = track[i].TimeMs + random.Next(800, 2_000);
            var next = track[Math.Min(i + 1, track.Length - 1)];
            var seconds = (next.TimeMs - track[i].TimeMs) / 1000.0;
            var speed = seconds > 0 ? GreatCircle.DistanceMetres(track[i].Position, next.Position) / seconds : 0;
            track[i].SpeedHundredths = (int)Math.Round(Math.Round(speed * 36) / 36 * 100);
            track[i].HeadingTenths = (ushort)(Math.Round(GreatCircle.InitialBearingDegrees(track[i].Position, next.Position)) % 360 * 10);
        }

        return track;
    }

    private static IEnumerable<Codec> Codecs()
    {
        var column = new long[2 * ChunkMerge.MaxFixes];
        yield return new Codec(
            "chunk",
            (fixes, to) => TimeColumn.Encode(fixes, Room(fixes.Length), to, 0),
            (fixes, to, at) => PlaceColumn.Encode(fixes, Room(fixes.Length), to, at),
            (from, fixes) =>
            {
                var at = 0;
                TimeColumn.Decode(from, ref at, fixes);
                PlaceColumn.Decode(from, ref at, fixes);
            });
        yield return new Codec(
            "chunk, all columns",
            static (_, _) => 0,
            static (fixes, to, at) => at + ChunkCodec.Encode(fixes, to[at..]),
            static (from, fixes) => ChunkCodec.Decode(from, fixes));
        yield return new Codec(
            "blocks of 32, equal width",
            (fixes, to) => BitColumn.Encode(Times(fixes), to, 0),
            (fixes, to, at) => BitColumn.Encode(Longitudes(fixes), to, BitColumn.Encode(Latitudes(fixes), to, at)),
            (from, fixes) =>
            {
                var at = 0;
                var room = Room(fixes.Length).AsSpan(0, fixes.Length);
                BitColumn.Decode(from, ref at, room);
                for (var i = 0; i < fixes.Length; i++)
                {
                    fixes[i].TimeMs = room[i];
                }

                BitColumn.Decode(from, ref at, room);
                for (var i = 0; i < fixes.Length; i++)
                {
                    fixes[i].LatitudeE7 = (int)room[i];
                }

                BitColumn.Decode(from, ref at, room);
                for (var i = 0; i < fixes.Length; i++)
                {
                    fixes[i].LongitudeE7 = (int)room[i];
                }
            });
        yield return new Codec("delta-of-delta varints", (fixes, to) => Twice(Times(fixes), to, 0), (fixes, to, at) => Twice(Longitudes(fixes), to, Twice(Latitudes(fixes), to, at)), null);
        yield return new Codec("the same, Brotli 11", (fixes, to) => Brotli(fixes, to, isTimeAlone: true), (fixes, to, _) => Brotli(fixes, to, isTimeAlone: false), null);

        long[] Room(int count) => column.Length >= 2 * count ? column : column = new long[2 * count];
    }

    private static void Print(Codec codec, List<Fix[]> chunks, long points)
    {
        var buffer = new byte[chunks.Max(chunk => ChunkCodec.MaxBytes(chunk.Length))];
        var (time, all) = (0L, 0L);
        foreach (var chunk in chunks.Take(200))
        {
            codec.Place(chunk, buffer, codec.Time(chunk, buffer)); // Compiled well before it is timed.
        }

        List<byte[]> encoded = [];
        var began = Stopwatch.GetTimestamp();
        foreach (var chunk in chunks)
        {
            var at = codec.Time(chunk, buffer);
            time += at;
            at = codec.Place(chunk, buffer, at);
            all += at;
            encoded.Add(buffer[..at]);
        }

        var encodedIn = Stopwatch.GetElapsedTime(began);
        var decoded = codec.Decode is { } decode ? $"{points / 1e6 / Decode(decode, chunks, encoded),20:F1}" : "";
        Console.WriteLine($"{codec.Name,-32} {(double)all / points,14:F3} {(time == 0 ? "–" : $"{(double)time / points:F3}"),12} {points / 1e6 / encodedIn.TotalSeconds,21:F1} {decoded}");
    }

    /// <summary>The median of some rounds, in seconds; what was decoded is compared.</summary>
    private static double Decode(Decoding decode, List<Fix[]> chunks, List<byte[]> encoded)
    {
        var fixes = new Fix[chunks.Max(chunk => chunk.Length)];
        foreach (var (chunk, bytes) in chunks.Zip(encoded))
        {
            decode(bytes, fixes.AsSpan(0, chunk.Length));
            for (var i = 0; i < chunk.Length; i++)
            {
                if ((chunk[i].TimeMs, chunk[i].LatitudeE7, chunk[i].LongitudeE7) != (fixes[i].TimeMs, fixes[i].LatitudeE7, fixes[i].LongitudeE7))
                {
                    throw new InvalidOperationException("What was decoded is not what was encoded.");
                }
            }
        }

        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < WarmUp)
        {
            DecodeAll();
        }

        return Enumerable.Range(0, Rounds).Select(_ => DecodeAll()).Order().ElementAt(Rounds / 2);

        double DecodeAll()
        {
            var roundBegan = Stopwatch.GetTimestamp();
            for (var i = 0; i < encoded.Count; i++)
            {
                decode(encoded[i], fixes.AsSpan(0, chunks[i].Length));
            }

            return Stopwatch.GetElapsedTime(roundBegan).TotalSeconds;
        }
    }

    private static long[] Times(ReadOnlySpan<Fix> fixes) => Column(fixes, static fix => fix.TimeMs);

    private static long[] Latitudes(ReadOnlySpan<Fix> fixes) => Column(fixes, static fix => fix.LatitudeE7);

    private static long[] Longitudes(ReadOnlySpan<Fix> fixes) => Column(fixes, static fix => fix.LongitudeE7);

    private static long[] Column(ReadOnlySpan<Fix> fixes, Func<Fix, long> read)
    {
        var values = new long[fixes.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(fixes[i]);
        }

        return values;
    }

    /// <summary>Differences of differences on the same grid that the chunk finds, as varints.</summary>
    private static int Twice(long[] values, Span<byte> to, int at)
    {
        var common = 0UL;
        for (var i = values.Length - 1; i > 0; i--)
        {
            values[i] -= values[i - 1];
            common = Grid.Common(common, values[i]);
        }

        at = Varint.Write(to, Varint.Write(to, at, common), Varint.ZigZag(values[0]));
        Grid.Divide(values.AsSpan(1), common);
        var before = 0L;
        foreach (var value in values.AsSpan(1))
        {
            at = Varint.Write(to, at, Varint.ZigZag(value - before));
            before = value;
        }

        return at;
    }

    private static int Brotli(ReadOnlySpan<Fix> fixes, Span<byte> to, bool isTimeAlone)
    {
        var plain = new byte[fixes.Length * 30];
        var length = Twice(Times(fixes), plain, 0);
        length = isTimeAlone ? length : Twice(Longitudes(fixes), plain, Twice(Latitudes(fixes), plain, length));
        return BrotliEncoder.TryCompress(plain.AsSpan(0, length), to, out var written, quality: 11, window: 18)
            ? written
            : throw new InvalidOperationException("The buffer is too small.");
    }

    private delegate int TimeEncoding(ReadOnlySpan<Fix> fixes, Span<byte> to);

    private delegate int PlaceEncoding(ReadOnlySpan<Fix> fixes, Span<byte> to, int at);

    private delegate void Decoding(ReadOnlySpan<byte> from, Span<Fix> fixes);

    private sealed record Codec(string Name, TimeEncoding Time, PlaceEncoding Place, Decoding? Decode);
}

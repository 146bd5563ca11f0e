using System.Numerics;

namespace Vantage.Simulator.Load;

/// <summary>Counts durations in buckets of about 3 %, from a microsecond to 19 hours. Thread-safe; adding takes no lock.</summary>
/// <remarks>Up to 64 µs a bucket is one microsecond; above, every doubling is cut into 32.</remarks>
public sealed class LatencyHistogram
{
    private const int LinearBits = 6;
    private const int SubBuckets = 1 << (LinearBits - 1);
    private const int BucketCount = 2 * SubBuckets + (36 - LinearBits) * SubBuckets;

    private readonly long[] _counts;

    public LatencyHistogram()
        : this(new long[BucketCount])
    {
    }

    private LatencyHistogram(long[] counts) => _counts = counts;

    public long Count => _counts.Sum();

    public void Add(TimeSpan duration) => Interlocked.Increment(ref _counts[Bucket((long)duration.TotalMicroseconds)]);

    /// <summary>A copy of what has been counted so far.</summary>
    public LatencyHistogram Snapshot()
    {
        var copy = new long[BucketCount];
        for (var i = 0; i < BucketCount; i++)
        {
            copy[i] = Interlocked.Read(ref _counts[i]);
        }

        return new(copy);
    }

    /// <summary>What was counted between an earlier snapshot and this one.</summary>
    public LatencyHistogram Since(LatencyHistogram earlier) => new([.. _counts.Zip(earlier._counts, (now, before) => now - before)]);

    /// <summary>The duration that a share of all are not longer than; 1 gives the longest. Zero when nothing was counted.</summary>
    public TimeSpan Percentile(double share)
    {
        var left = Math.Max(1, (long)Math.Ceiling(Count * share));
        for (var i = 0; i < BucketCount; i++)
        {
            left -= _counts[i];
            if (left <= 0)
            {
                return TimeSpan.FromMicroseconds(UpperEnd(i));
            }
        }

        return TimeSpan.Zero;
    }

    private static int Bucket(long microseconds)
    {
        var value = (ulong)Math.Clamp(microseconds, 0, (1L << 36) - 1);
        if (value < 2 * SubBuckets)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2(value) - (LinearBits - 1);
        return shift * SubBuckets + (int)(value >> shift);
    }

    private static double UpperEnd(int bucket)
    {
        if (bucket < 2 * SubBuckets)
        {
            return bucket;
        }

        var shift = bucket / SubBuckets - 1;
        return ((ulong)(bucket - shift * SubBuckets + 1) << shift) - 1;
    }
}

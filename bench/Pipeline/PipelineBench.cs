using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Actors;
using Vantage.Actors.Local;
using Vantage.Actors.Positions;
using Vantage.Storage;
using Vantage.Storage.Postgres;

namespace Vantage.Bench.Pipeline;

/// <summary>The whole path of a position in one process, fsynced: gate's output → log → shards → visits, breaches, heat → history.</summary>
internal static class PipelineBench
{
    /// <summary>Batches of reports that wait for the disk at one time.</summary>
    private const int Outstanding = 4;

    private static readonly TimeSpan BurstFor = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(PipelineOptions options)
    {
        using IStore store = options.Postgres is { } server
            ? PostgresStore.Open(server)
            : VantageStore.Open(options.Folder ?? Path.Combine(Path.GetTempPath(), $"vantage-bench-{Environment.ProcessId}"));
        using var meter = new Meter(PositionMetrics.MeterName);
        using var counters = new Counters();
        var engine = new SituationEngine(
            store.TrackLog, store.History, store.Journal, TimeProvider.System, meter, registrationIsOpen: true, Console.Error.WriteLine, Console.Error.WriteLine, (unit, failure) => Console.Error.WriteLine($"{unit}: {failure}"));
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await engine.Zones.ApplyAsync([.. Traffic.Zones(options.Zones, start)]);
        var runtime = new LocalRuntime(
            new LocalRuntimeOptions(), engine, store.Journal, SituationEngine.Events, engine, engine.CreateShard,
            TimeProvider.System, NullLogger<LocalRuntime>.Instance);
        runtime.Start();
        engine.Start(runtime);

        int[] numbers = [.. Enumerable.Range(0, options.Units).Select(i => engine.Log.NumberOf(new ActorId(ActorKinds.Vehicle, $"B{i:D6}")))];
        await engine.Writer.WaitAsync(engine.Now, TimeSpan.FromMinutes(1)); // Shards are up, and have nothing to judge anew.
        var load = new Load(engine.Log, new Traffic(numbers, options.LateShare, start.ToUnixTimeMilliseconds())) { RoundsASecond = options.Rate / options.Units };
        var running = load.RunAsync();

        Console.WriteLine($"{options.Units} units, {options.Zones} zones, {options.LateShare:P0} late; warm-up {options.WarmupSeconds} s");
        await Task.Delay(TimeSpan.FromSeconds(options.WarmupSeconds));
        load.Forget();
        using var sampler = options.Allocations ? new AllocationSampler() : null;
        var before = Reading.Take(counters);
        var clock = Stopwatch.StartNew();
        var mostUnsealed = 0L;
        for (var second = 10; second <= options.Seconds || (options.Reports is { } wanted && counters.Processed - before.Processed < wanted); second += 10)
        {
            var tick = counters.Processed;
            await Task.Delay(TimeSpan.FromSeconds(10));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{clock.Elapsed.TotalSeconds,6:F0} s  {(counters.Processed - tick) / 10,9:N0} reports/s  heap {GC.GetTotalMemory(false) >> 20} MB  resident {Environment.WorkingSet >> 20} MB  unsealed {counters.Unsealed,11:N0}"));
            mostUnsealed = Math.Max(mostUnsealed, counters.Unsealed);
        }

        var after = Reading.Take(counters);
        var seconds = clock.Elapsed.TotalSeconds;
        Print(before, after, seconds, load);
        sampler?.Print(after.Processed - before.Processed);
        if (options.Burst is { } burst)
        {
            await BurstAsync(load, counters, burst / options.Units, mostUnsealed);
        }

        load.Stop();
        await running;
        await engine.DisposeAsync();
        await runtime.DisposeAsync();
        return 0;
    }

    private static async Task BurstAsync(Load load, Counters counters, double roundsASecond, long usuallyUnsealed)
    {
        var (usual, before) = (load.RoundsASecond, counters.Processed);
        load.RoundsASecond = roundsASecond;
        await Task.Delay(BurstFor);
        Console.WriteLine(FormattableString.Invariant(
            $"burst reports/s           {(counters.Processed - before) / BurstFor.TotalSeconds,12:N0}, unsealed {counters.Unsealed:N0}"));
        load.RoundsASecond = usual;
        var clock = Stopwatch.StartNew();
        while (counters.Unsealed > usuallyUnsealed)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        Console.WriteLine(FormattableString.Invariant($"caught up after s         {clock.Elapsed.TotalSeconds,12:F1}, unsealed {counters.Unsealed:N0}"));
    }

    private static void Print(Reading before, Reading after, double seconds, Load load)
    {
        var reports = (double)(after.Processed - before.Processed);
        double[] latencies = [.. load.Taken().Order()];
        FormattableString[] lines =
        [
            $"reports/s                 {reports / seconds,12:N0}",
            $"zone transitions/s        {(after.Visits - before.Visits) / seconds,12:N0}",
            $"allocated bytes a report  {(after.Allocated - before.Allocated) / reports,12:F1}",
            $"written bytes a report    {(after.Written - before.Written) / reports,12:F1}",
            $"CPU µs a report           {(after.Cpu - before.Cpu).TotalMicroseconds / reports,12:F2}",
            $"commit median ms          {latencies[latencies.Length / 2],12:F1}",
            $"commit p99 ms             {latencies[latencies.Length * 99 / 100],12:F1}",
            $"collections 0/1/2         {after.Gen0 - before.Gen0}/{after.Gen1 - before.Gen1}/{after.Gen2 - before.Gen2}",
            $"resident MB               {Environment.WorkingSet >> 20,12:N0}",
        ];
        foreach (var line in lines)
        {
            Console.WriteLine(FormattableString.Invariant(line));
        }
    }

    /// <summary>Keeps a few batches, each one round of all units, on their way to the log.</summary>
    private sealed class Load(ITrackLog log, Traffic traffic)
    {
        private readonly Lock _lock = new();
        private readonly List<double> _latencies = [];
        private volatile bool _isStopping;
        private double? _roundsASecond;
        private long _pacedFrom;
        private long _rounds;

        /// <summary>Null: as fast as the log takes them.</summary>
        public double? RoundsASecond
        {
            get => _roundsASecond;
            set
            {
                lock (_lock)
                {
                    (_roundsASecond, _pacedFrom, _rounds) = (value, Stopwatch.GetTimestamp(), 0);
                }
            }
        }

        /// <summary>What each commit took so far, in milliseconds.</summary>
        public double[] Taken()
        {
            lock (_lock)
            {
                return [.. _latencies];
            }
        }

        public void Forget()
        {
            lock (_lock)
            {
                _latencies.Clear();
            }
        }

        public void Stop() => _isStopping = true;

        public Task RunAsync() => Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        private void Run()
        {
            var batches = Enumerable.Range(0, Outstanding).Select(_ => new PositionBatch()).ToArray();
            var commits = new Task[Outstanding];
            Array.Fill(commits, Task.CompletedTask);
            for (var turn = 0; !_isStopping; turn = (turn + 1) % Outstanding)
            {
                commits[turn].GetAwaiter().GetResult();
                Pace();
                batches[turn].Clear();
                traffic.NextRound(batches[turn]);
                commits[turn] = Commit(batches[turn]);
            }

            Task.WaitAll(commits);
        }

        /// <summary>Waits until the next round is due. One that could not be sent in time is sent as soon as it can be.</summary>
        private void Pace()
        {
            TimeSpan wait;
            lock (_lock)
            {
                wait = _roundsASecond is { } pace ? TimeSpan.FromSeconds(_rounds++ / pace) - Stopwatch.GetElapsedTime(_pacedFrom) : TimeSpan.Zero;
            }

            if (wait > TimeSpan.Zero)
            {
                Thread.Sleep(wait);
            }
        }

        private async Task Commit(PositionBatch batch)
        {
            var began = Stopwatch.GetTimestamp();
            await log.CommitAsync(batch).ConfigureAwait(false);
            lock (_lock)
            {
                _latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }
    }

    private readonly record struct Reading(
        long Processed, long Visits, long Allocated, long Written, TimeSpan Cpu, int Gen0, int Gen1, int Gen2)
    {
        public static Reading Take(Counters counters) => new(
            counters.Processed, counters.Visits, GC.GetTotalAllocatedBytes(), WrittenBytes(), Process.GetCurrentProcess().TotalProcessorTime,
            GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));

        private static long WrittenBytes()
            => File.Exists("/proc/self/io")
                ? long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("write_bytes", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture)
                : 0;
    }

    private sealed class Counters : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _processed;
        private long _visits;
        private long _unsealed;

        public Counters()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == PositionMetrics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>(Count);
            _listener.Start();
        }

        public long Processed => Interlocked.Read(ref _processed);

        public long Visits => Interlocked.Read(ref _visits);

        /// <summary>Fixes that only the log holds, now.</summary>
        public long Unsealed
        {
            get
            {
                _listener.RecordObservableInstruments();
                return Interlocked.Read(ref _unsealed);
            }
        }

        public void Dispose() => _listener.Dispose();

        private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        {
            if (instrument.Name == "vantage.positions.processed")
            {
                Interlocked.Add(ref _processed, value);
            }
            else if (instrument.Name == "vantage.visits.changed")
            {
                Interlocked.Add(ref _visits, value);
            }
            else if (instrument.Name == "vantage.positions.unsealed")
            {
                Interlocked.Exchange(ref _unsealed, value);
            }
        }
    }
}

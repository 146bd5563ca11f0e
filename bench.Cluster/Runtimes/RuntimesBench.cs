using System.Diagnostics;
using System.Globalization;
using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Bench.Cluster.Runtimes;

/// <summary>The three runtimes beside each other: asks, messages without an answer, and batches of positions, a second.</summary>
/// <remarks>Actors only answer, and shards only look: what is measured is the runtime. Every runtime is started anew for each of its turns.</remarks>
internal static class RuntimesBench
{
    private const int Tellers = 8;

    /// <summary>Messages without an answer that are under way at any time.</summary>
    private const int Window = 10_000;

    /// <summary>After so many a teller looks whether the window is full: counting together costs more than sending.</summary>
    private const int TellsALook = 250;

    private const int FixesPerFrame = 256;
    private const int Frames = 512;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly (string Name, Func<Received, Task<Contender>> StartAsync)[] Contenders =
    [
        ("Local", Contender.LocalAsync),
        ("Akka.NET, 1 node", received => Contender.AkkaAsync(received, 1)),
        ("Akka.NET, 3 nodes", received => Contender.AkkaAsync(received, 3)),
        ("Orleans, 1 silo", received => Contender.OrleansAsync(received, 1)),
        ("Orleans, 3 silos", received => Contender.OrleansAsync(received, 3)),
    ];

    private static readonly Received Answers = new();

    private static readonly (string Name, Func<Contender, Received, RuntimesOptions, CancellationToken, Task> RunAsync, Func<Received, long> Count)[] Loads =
    [
        ("asks", AskAsync, _ => Answers.Count),
        ("messages", TellAsync, received => received.Count),
        ("fixes in batches", DeliverAsync, received => received.Count),
    ];

    public static async Task<int> RunAsync(RuntimesOptions options)
    {
        var contenders = Contenders.Where(contender => contender.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)).ToArray();
        var rates = new Dictionary<(string Contender, string Load), List<(double Rate, double Cpu)>>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var (name, startAsync) in contenders)
            {
                var received = new Received();
                await using var contender = await startAsync(received);
                foreach (var load in Loads)
                {
                    var measured = await MeasureAsync(contender, received, load.RunAsync, load.Count, options);
                    rates.TryAdd((name, load.Name), []);
                    rates[(name, load.Name)].Add(measured);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"round {round}  {name,-18} {load.Name,-17} {measured.Rate,12:N0}/s  {measured.Cpu,8:F2} µs CPU each"));
                }
            }
        }

        Console.WriteLine();
        foreach (var load in Loads)
        {
            var local = Median(rates[(contenders[0].Name, load.Name)]).Rate;
            foreach (var (name, _) in contenders)
            {
                var (rate, cpu) = Median(rates[(name, load.Name)]);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{load.Name,-17} {name,-18} {rate,12:N0}/s  {cpu,8:F2} µs CPU each  {contenders[0].Name} is {local / rate:F1} times as fast"));
            }
        }

        return 0;
    }

    private static async Task<(double Rate, double Cpu)> MeasureAsync(
        Contender contender,
        Received received,
        Func<Contender, Received, RuntimesOptions, CancellationToken, Task> runAsync,
        Func<Received, long> count,
        RuntimesOptions options)
    {
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => runAsync(contender, received, options, stop.Token));
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(options.WarmupSeconds)));
        var (from, cpu, clock) = (count(received), Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.StartNew());
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(options.Seconds)));
        var (done, used, seconds) = (count(received) - from, Process.GetCurrentProcess().TotalProcessorTime - cpu, clock.Elapsed.TotalSeconds);
        await stop.CancelAsync();
        await running;
        return (done / seconds, used.TotalMicroseconds / done);
    }

    /// <summary>So many at any time, from all nodes, to actors that live on any.</summary>
    private static Task AskAsync(Contender contender, Received received, RuntimesOptions options, CancellationToken stop)
    {
        var actors = ActorsOf(options);
        return Task.WhenAll(Enumerable.Range(0, options.Asks).Select(async asker =>
        {
            await Task.Yield();
            var node = contender.Nodes[asker % contender.Nodes.Count];
            for (var i = asker; !stop.IsCancellationRequested; i += 7)
            {
                var pong = await node.AskAsync<Pong>(actors[i % actors.Length], new Ping(i), Patience, cancellationToken: CancellationToken.None).ConfigureAwait(false);
                Answers.Add(pong.Value == i ? 1 : throw new InvalidDataException("Another's answer."));
            }
        }));
    }

    private static async Task TellAsync(Contender contender, Received received, RuntimesOptions options, CancellationToken stop)
    {
        var sent = 0L;
        var before = received.Count;
        var actors = ActorsOf(options);
        await Task.WhenAll(Enumerable.Range(0, Tellers).Select(async teller =>
        {
            await Task.Yield();
            var node = contender.Nodes[teller % contender.Nodes.Count];
            var nudge = new Nudge();
            var told = 0;
            for (var i = teller; !stop.IsCancellationRequested; i += 7)
            {
                await node.TellAsync(actors[i % actors.Length], nudge, cancellationToken: CancellationToken.None).ConfigureAwait(false);
                if (++told % TellsALook == 0 && Interlocked.Add(ref sent, TellsALook) - (received.Count - before) > Window)
                {
                    await Task.Delay(1, CancellationToken.None).ConfigureAwait(false);
                }
            }

            Interlocked.Add(ref sent, told % TellsALook);
        }));
        await AllAsync(received, before + sent);
    }

    /// <summary>As the log does: one thread gives every shard's frames to the node that the shard lives on.</summary>
    private static async Task DeliverAsync(Contender contender, Received received, RuntimesOptions options, CancellationToken stop)
    {
        var before = received.Count;
        var sent = await Task.Factory.StartNew(() => Deliver(contender, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await AllAsync(received, before + sent);
    }

    private static long Deliver(Contender contender, CancellationToken stop)
    {
        using var free = new System.Collections.Concurrent.BlockingCollection<PositionFrame>();
        for (var i = 0; i < Frames; i++)
        {
            free.Add(new PositionFrame(FixesPerFrame, free.Add) { Count = FixesPerFrame }, CancellationToken.None);
        }

        var owners = new IActorRuntime[Shards.Count];
        foreach (var node in contender.Nodes)
        {
            foreach (var shard in node.OwnShards)
            {
                owners[shard] = node;
            }
        }

        var sequence = 0L;
        while (!stop.IsCancellationRequested)
        {
            var frame = free.Take(CancellationToken.None);
            (frame.Sequence, frame.Shard) = (++sequence, (int)(sequence % Shards.Count));
            owners[frame.Shard].Deliver(frame);
        }

        for (var i = 0; i < Frames; i++)
        {
            free.Take(CancellationToken.None);
        }

        return sequence * FixesPerFrame;
    }

    private static async Task AllAsync(Received received, long count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (received.Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }
    }

    private static ActorId[] ActorsOf(RuntimesOptions options)
        => [.. Enumerable.Range(0, options.Actors).Select(i => new ActorId(ActorKinds.Squad, string.Create(CultureInfo.InvariantCulture, $"s{i}")))];

    private static (double Rate, double Cpu) Median(List<(double Rate, double Cpu)> of) => of.OrderBy(one => one.Rate).ElementAt(of.Count / 2);
}

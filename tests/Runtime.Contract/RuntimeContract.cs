using System.Diagnostics.Metrics;
using Vantage.Actors;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;
using Vantage.Support;

namespace Vantage.Runtime.Contract;

/// <summary>What a runtime under test is made of, and the bounds it must keep.</summary>
public sealed record RuntimeSetup(
    IBehaviourFactory Behaviours,
    IJournal Journal,
    EventCatalog Catalog,
    ILiveFeed Feed,
    Func<int, IPositionShard> Shards,
    TimeProvider Time,
    IMeterFactory Meters)
{
    /// <summary>Messages that may wait for one actor before senders do.</summary>
    public int MailboxCapacity { get; init; } = 1024;

    /// <summary>Frames that may wait for one shard's worker before delivery blocks.</summary>
    public int FrameCapacity { get; init; } = 256;

    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>A runtime under test, and how to stop it at once, whatever is still held.</summary>
public sealed record HostedRuntime(IActorRuntime Actors, Func<ValueTask> StopAsync);

/// <summary>The ground on which the suite stands: virtual time, a journal that can be held, actors that do as told.</summary>
public abstract class RuntimeContract : IAsyncLifetime
{
    /// <summary>Far longer than any test moves its clock: asks that are not about timeouts.</summary>
    protected static readonly TimeSpan Patiently = TimeSpan.FromDays(10);

    private readonly List<HostedRuntime> _started = [];
    private readonly CountingMeters _meters = new();
    private TempFolder? _folder;

    protected ManualTimeProvider Time { get; } = new();

    protected MemoryJournal Journal { get; } = new();

    protected ProbeFeed Feed { get; } = new();

    protected ProbeShards Shards { get; } = new();

    /// <summary>A folder of its own, which outlives a restart, and goes with the test.</summary>
    protected string Folder => (_folder ??= new TempFolder()).Path;

    protected IActorRuntime Actors => _started[^1].Actors;

    protected abstract ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup);

    /// <summary>Some actor of its own for each number.</summary>
    protected static ActorId Squad(int number) => new(ActorKinds.Squad, $"s{number}");

    public async ValueTask InitializeAsync() => await StartAnewAsync(setup => setup);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _meters.Dispose();
        _folder?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops what runs and starts another with the same journal: a restart of the process.</summary>
    protected async Task StartAnewAsync(Func<RuntimeSetup, RuntimeSetup>? with = null)
    {
        await StopAsync();
        var setup = new RuntimeSetup(new ProbeFactory(), Journal, Probe.Catalog, Feed, Shards.Create, Time, _meters);
        _started.Add(await StartAsync(with?.Invoke(setup) ?? setup));
    }

    protected Task<TReply> AskAsync<TReply>(ActorId to, object message) => Actors.AskAsync<TReply>(to, message, Patiently).Soon();

    protected Task<Seen> ReadAsync(ActorId actor) => AskAsync<Seen>(actor, new Read());

    /// <summary>Reads until the actor remembers these: for messages that are still on their way.</summary>
    protected async Task RemembersAsync(ActorId actor, params int[] expected)
    {
        var seen = await ReadAsync(actor);
        for (var tries = 0; seen.Values.Count < expected.Length && tries < 6000; tries++)
        {
            await Task.Delay(10);
            seen = await ReadAsync(actor);
        }

        Assert.Equal(expected, seen.Values);
    }

    /// <summary>Lets an actor leave and come back: its awakening must have been read before.</summary>
    protected async Task LeaveAndReturnAsync(ActorId actor)
    {
        await AskAsync<int>(actor, new Leave());
        var woke = Feed.NextWokeAsync(actor);
        await Patience.UntilAsync(
            async () =>
            {
                await ReadAsync(actor);
                return woke.IsCompleted;
            },
            "the actor left and came back");
        await woke;
    }

    /// <summary>The sum of a counter of the meter <c>Vantage.Actors</c>, over all its tags.</summary>
    protected long Counted(string instrument) => _meters.Sum(instrument);

    /// <summary>Waits until a gauge shows a value.</summary>
    protected async Task ShowsAsync(string gauge, long value)
    {
        for (var waited = 0; _meters.Gauge(gauge) != value; waited++)
        {
            Assert.True(waited < 6000, $"{gauge} is {_meters.Gauge(gauge)}, expected {value}.");
            await Task.Delay(10);
        }
    }

    /// <summary>Waits until a counter has reached a value: counting is not part of any answer.</summary>
    protected async Task CountedAsync(string instrument, long atLeast)
    {
        for (var waited = 0; Counted(instrument) < atLeast; waited++)
        {
            Assert.True(waited < 6000, $"{instrument} is {Counted(instrument)}, expected {atLeast}.");
            await Task.Delay(10);
        }
    }

    /// <summary>Moves the clock in steps until a task is done: for waits whose length is the runtime's own business.</summary>
    protected async Task<T> PassTimeUntilAsync<T>(Task<T> task)
    {
        for (var waited = 0; !task.IsCompleted; waited++)
        {
            Assert.True(waited < 6000, "Time passes in vain.");
            Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(task, Task.Delay(10));
        }

        return await task;
    }

    private async Task StopAsync()
    {
        foreach (var runtime in _started)
        {
            await runtime.StopAsync();
        }

        _started.Clear();
    }
}

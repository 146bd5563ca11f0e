using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Tests.Engine;
using Vantage.Support;

namespace Vantage.Actors.Tests.History;

public sealed class UnsealedBacklogTests : IDisposable
{
    private const int Most = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly UnsealedBacklog _backlog = new(Most);
    private readonly CancellationTokenSource _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact(DisplayName = "Up to its limit the backlog holds nobody up")]
    public void Room_is_left()
    {
        _backlog.Delivered(Most, _stop.Token);

        Assert.Equal(Most, _backlog.Count);
        Assert.False(_backlog.IsHolding);
    }

    [Fact(DisplayName = "Above its limit it holds the deliverer until a round has brought it down, and no round before")]
    public async Task Lets_go_after_a_round()
    {
        var delivering = DeliverTooMuch();

        EndRound(inShards: Most + 1);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(_backlog.IsHolding);
        Assert.False(delivering.IsCompleted);

        EndRound(inShards: Most);
        await delivering.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(_backlog.IsHolding);
        Assert.Equal(Most, _backlog.Count);
    }

    [Fact(DisplayName = "What is delivered while shards are counted stays counted")]
    public void Counts_what_comes_meanwhile()
    {
        _backlog.Delivered(3, _stop.Token);
        var toCount = _backlog.BeginCount();
        _backlog.Delivered(4, _stop.Token);
        _backlog.EndCount(toCount, inShards: 2);

        Assert.Equal(6, _backlog.Count);
    }

    [Fact(DisplayName = "A stop lets the deliverer go, however much is unsealed")]
    public async Task Lets_go_at_a_stop()
    {
        var delivering = DeliverTooMuch();

        await _stop.CancelAsync();

        await delivering.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(Most + 1, _backlog.Count);
    }

    [Fact(DisplayName = "The history writer holds up the log above the limit; a round of sealing lets it go on")]
    public async Task The_writer_holds_the_log_up()
    {
        var world = new World(sealFixes: 1);
        var parts = world.Parts with { MaxUnsealedFixes = Most };
        await using var writer = new HistoryWriter(parts, new ManualTimeProvider(World.Now), _ => { });

        var delivering = DeliverTooMuch(writer, world);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(delivering.IsCompleted); // No round yet.

        writer.Start(new OneThread(parts));
        await delivering.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact(DisplayName = "The history writer's stop lets the log go, without a round")]
    public async Task The_writer_lets_go_at_a_stop()
    {
        var world = new World();
        var writer = new HistoryWriter(world.Parts with { MaxUnsealedFixes = Most }, new ManualTimeProvider(World.Now), _ => { });
        var delivering = DeliverTooMuch(writer, world);

        await writer.DisposeAsync();

        await delivering.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private static Task DeliverTooMuch(HistoryWriter writer, World world)
    {
        var frame = world.Log.Append(0, [.. Enumerable.Range(0, Most + 1).Select(i => new UnitFix { Unit = world.Units[0], Fix = World.FixAt(i, 0, 0) })]);
        return OnAnotherThread(() => writer.OnDelivered(frame));
    }

    private Task DeliverTooMuch()
    {
        var delivering = OnAnotherThread(() => _backlog.Delivered(Most + 1, _stop.Token));
        Assert.True(SpinWait.SpinUntil(() => _backlog.IsHolding, Patience));
        return delivering;
    }

    private static Task OnAnotherThread(Action action)
        => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void EndRound(long inShards)
    {
        _backlog.EndCount(_backlog.BeginCount(), inShards);
        _backlog.EndRound();
    }
}

using Vantage.Support;

namespace Vantage.Runtime.Contract;

public abstract class BackPressureContract : RuntimeContract
{
    private const int Capacity = 4;

    [Fact(DisplayName = "Senders wait while a mailbox is full, go on when it is not, and nothing is lost or reordered")]
    public async Task Senders_wait()
    {
        var held = await BlockAsync();

        var tells = Enumerable.Range(1, 50).Select(i => Actors.TellAsync(Squad(1), new Keep(i)).AsTask()).ToArray();

        Assert.InRange(tells.Count(tell => tell.IsCompleted), 1, Capacity);
        Assert.Equal(1, await AskAsync<int>(Squad(2), new Keep(1)));
        held.Release();
        await Task.WhenAll(tells).Soon();
        await RemembersAsync(Squad(1), [.. Enumerable.Range(0, 51)]);
    }

    [Fact(DisplayName = "A sender that gives up waiting has sent nothing")]
    public async Task Waiting_can_be_cancelled()
    {
        var held = await BlockAsync();
        using var cancellation = new CancellationTokenSource();
        var filling = Enumerable.Range(1, 10).Select(i => Actors.TellAsync(Squad(1), new Keep(i)).AsTask()).ToArray();
        var waiting = Actors.TellAsync(Squad(1), new Keep(99), cancellationToken: cancellation.Token).AsTask();
        var asking = Actors.AskAsync<int>(Squad(1), new Keep(98), TimeSpan.FromSeconds(1));
        var patient = Actors.TellAsync(Squad(1), new Keep(11)).AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
        Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => asking.Soon());

        held.Release();
        await Task.WhenAll([.. filling, patient]).Soon();
        await RemembersAsync(Squad(1), [.. Enumerable.Range(0, 12)]);
    }

    [Fact(DisplayName = "An actor that sends to a full one is not held up and loses nothing")]
    public async Task Actors_may_overfill()
    {
        var held = await BlockAsync();

        Assert.Equal(100, await AskAsync<int>(Squad(2), new Forward(Squad(1), new Keep(5), 100)));

        held.Release();
        await RemembersAsync(Squad(1), [0, .. Enumerable.Repeat(5, 100)]);
    }

    [Fact(DisplayName = "Two full actors that send to each other, and to themselves, do not lock up")]
    public async Task Mutual_sends_do_not_deadlock()
    {
        await StartAnewAsync(setup => setup with { MailboxCapacity = Capacity });
        var toOne = new Forward(Squad(1), new Keep(1), 10);
        var toTwo = new Forward(Squad(2), new Keep(2), 10);

        await AskAsync<int>(Squad(1), new Forward(Squad(1), toTwo, 20));
        await AskAsync<int>(Squad(2), new Forward(Squad(2), toOne, 20));

        await RemembersAsync(Squad(1), [.. Enumerable.Repeat(1, 200)]);
        await RemembersAsync(Squad(2), [.. Enumerable.Repeat(2, 200)]);
        Assert.Equal(0, Counted("vantage.actors.dead_letters"));
    }

    [Fact(DisplayName = "Many senders on one small mailbox all get through")]
    public async Task Many_senders_get_through()
    {
        await StartAnewAsync(setup => setup with { MailboxCapacity = Capacity });

        await Task.WhenAll(Enumerable.Range(0, 16).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await Actors.TellAsync(Squad(1), new Keep((sender * 1000) + i));
            }
        }))).Soon();

        var seen = await ReadAsync(Squad(1));
        for (var sender = 0; sender < 16; sender++)
        {
            Assert.Equal(Enumerable.Range(sender * 1000, 100), seen.Values.Where(value => value / 1000 == sender));
        }
    }

    /// <summary>An actor that waits for an append, its mailbox empty.</summary>
    private async Task<HeldAppend> BlockAsync()
    {
        await StartAnewAsync(setup => setup with { MailboxCapacity = Capacity });
        var held = Journal.Hold(Squad(1).ToString());
        await Actors.TellAsync(Squad(1), new Keep(0));
        await held.Arrived;
        return held;
    }
}

using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Tests.Jt808.Sessions;

/// <summary>Peers that are slow, silent, deaf or strangers are cut and counted; the others never notice.</summary>
public class BadPeerTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    [Fact(DisplayName = "A peer that says nothing is cut")]
    public async Task Silent_from_the_start()
    {
        await using var harness = new Harness(options => options with { HelloTimeout = Short });
        using var peer = await harness.DialAsync();

        Assert.Null(await peer.ReceiveAsync());
        Assert.Equal(1, harness.Counted["vantage.devices.cuts protocol=jt808 reason=NoHello"]);
    }

    [Fact(DisplayName = "A known terminal that falls silent is cut after its longer time")]
    public async Task Silent_later()
    {
        await using var harness = new Harness(options => options with { IdleTimeout = 10 * Short });
        using var terminal = await harness.DialAsync();
        await terminal.AskAsync(Jt808MessageId.Heartbeat, []);

        Assert.Null(await terminal.ReceiveAsync());
        Assert.Equal(1, harness.Counted["vantage.devices.cuts protocol=jt808 reason=Silent"]);
        Assert.Equal(0, harness.Counted["vantage.devices.cuts protocol=jt808 reason=NoHello"]);
    }

    [Fact(DisplayName = "A frame that never ends is cut, though its terminal is known")]
    public async Task Slow_frame()
    {
        await using var harness = new Harness(options => options with { FrameTimeout = Short });
        using var terminal = await harness.DialAsync();
        await terminal.AskAsync(Jt808MessageId.Heartbeat, []);
        await terminal.SendRawAsync(terminal.Frame(Jt808MessageId.Location, Harness.Location()).AsMemory(0, 20));

        Assert.Null(await terminal.ReceiveAsync());
        Assert.Equal(1, harness.Counted["vantage.devices.cuts protocol=jt808 reason=SlowFrame"]);
    }

    [Fact(DisplayName = "A peer that never reads its answers is cut, and another terminal is served meanwhile")]
    public async Task Never_reading()
    {
        await using var harness = new Harness(options => options with { WriteTimeout = Short, MaxMessagesPerTurn = 16 }, receiveBuffer: 4096);
        using var deaf = await harness.DialAsync(receiveBuffer: 4096);
        var cut = Task.Run(async () =>
        {
            try
            {
                var frames = Enumerable.Range(0, 200).SelectMany(_ => deaf.Frame(Jt808MessageId.Heartbeat, [])).ToArray();
                while (true)
                {
                    await deaf.SendRawAsync(frames); // Ends when the other side is gone.
                }
            }
            catch (System.Net.Sockets.SocketException)
            {
                // That is what is waited for.
            }
        });

        harness.Directory.Add("jt808", "13800000001", 8);
        using var other = await harness.DialAsync(phone: Jt808Phone.Parse("13800000001"));
        Assert.Equal(Jt808Result.Ok, await other.AskAsync(Jt808MessageId.Location, Harness.Location()));

        await cut.WaitAsync(Harness.Patience);
        Assert.Equal(1, harness.Counted["vantage.devices.cuts protocol=jt808 reason=NotReading"]);
        Assert.Equal(Jt808Result.Ok, await other.AskAsync(Jt808MessageId.Location, Harness.Location()));
    }

    [Fact(DisplayName = "A terminal that shows wrong codes for ever is cut after the stated number; the reason is told each time")]
    public async Task Wrong_codes()
    {
        await using var harness = new Harness(options => options with { MaxWrongCodes = 5 });
        using var terminal = await harness.DialAsync();

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Jt808Result.Failure, await terminal.AuthenticateAsync("wrong"));
        }

        var registered = await terminal.RegisterAsync(); // A right code forgives.
        Assert.Equal(Jt808Result.Ok, await terminal.AuthenticateAsync(registered.AuthCode));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Jt808Result.Failure, await terminal.AuthenticateAsync("wrong"));
        }

        Assert.Null(await terminal.ReceiveAsync());
        Assert.Equal(1, harness.Counted["vantage.devices.cuts protocol=jt808 reason=NotAuthenticated"]);
    }

    [Theory(DisplayName = "A peer that speaks another protocol is cut")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_protocol(bool hasDelimiters)
    {
        await using var harness = new Harness();
        using var peer = await harness.DialAsync();
        var junk = Enumerable.Range(0, 8192).Select(i => hasDelimiters && i % 40 == 0 ? (byte)0x7E : (byte)'G').ToArray();

        try
        {
            await peer.SendRawAsync(junk);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It was cut before it had said everything.
        }

        Assert.Null(await peer.ReceiveAsync());
        Assert.Equal(1, harness.Counted["vantage.devices.cuts protocol=jt808 reason=NotTheProtocol"]);
    }

    [Fact(DisplayName = "While storage stands still, reading stops at the bound, and goes on afterwards without loss")]
    public async Task Back_pressure()
    {
        await using var harness = new Harness(options => options with { MaxTurns = 2, MaxMessagesPerTurn = 8 });
        using var terminal = await harness.DialAsync();
        var begun = harness.Ingest.Hold();
        const int Count = 5_000;
        var frames = Enumerable.Range(0, Count)
            .SelectMany(i => terminal.Frame(Jt808MessageId.Location, Harness.Location(secondsAgo: i))).ToArray();

        var sending = terminal.SendRawAsync(frames);
        await begun.WaitAsync(Harness.Patience);
        // Two turns of at most eight messages exist: nothing more can have been read.
        Assert.InRange(harness.Counted["vantage.devices.reports protocol=jt808"], 1, 16);
        harness.Ingest.Release();

        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(i, (await terminal.ReceiveReplyAsync()).ReplySerial);
        }

        await sending;
        Assert.Equal(Count, harness.Ingest.Durable.Length);
    }

    [Fact(DisplayName = "A terminal that sends and hangs up at once has still sent")]
    public async Task Send_and_hang_up()
    {
        var harness = new Harness();
        var begun = harness.Ingest.Hold();
        using (var terminal = await harness.DialAsync())
        {
            await terminal.SendAsync(Jt808MessageId.Location, Harness.Location());
            await begun.WaitAsync(Harness.Patience);
        }

        harness.Ingest.Release();
        await harness.DisposeAsync();
        Assert.Single(harness.Ingest.Durable);
    }
}

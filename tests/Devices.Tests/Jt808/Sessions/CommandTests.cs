using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Devices.Jt808.Sessions;

namespace Vantage.Devices.Tests.Jt808.Sessions;

public class CommandTests
{
    [Theory(DisplayName = "A text reaches the driver in the terminal's own form, and its answer reaches the caller")]
    [InlineData(false, Jt808Result.Ok, Jt808CommandOutcome.Ok)]
    [InlineData(true, Jt808Result.Ok, Jt808CommandOutcome.Ok)]
    [InlineData(true, Jt808Result.Failure, Jt808CommandOutcome.Failure)]
    [InlineData(true, Jt808Result.Unsupported, Jt808CommandOutcome.Unsupported)]
    public async Task Texts(bool is2019, Jt808Result answer, Jt808CommandOutcome expected)
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync(is2019 ? Jt808Form.V2019 : Jt808Form.V2013);
        await terminal.AskAsync(Jt808MessageId.Heartbeat, []);

        var sending = harness.Gateway.Sessions.SendTextAsync(Harness.Phone, "请到中山公园集合");
        var command = await terminal.ReceiveAsync();

        Assert.Equal(Jt808MessageId.Text, command!.Id);
        Assert.True(Jt808TextMessage.TryRead(command.Body, command.Form, out var text));
        Assert.Equal("请到中山公园集合", text!.Text);
        Assert.Equal(is2019 ? 0x0E : 0x0D, text.Flags);
        await Answer(terminal, command, answer);
        Assert.Equal(expected, await sending.WaitAsync(Harness.Patience));
    }

    [Fact(DisplayName = "A text of the greatest length goes out in two parts, and an answer to either serial counts")]
    public async Task Long_texts()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        await terminal.AskAsync(Jt808MessageId.Heartbeat, []);

        var sending = harness.Gateway.Sessions.SendTextAsync(Harness.Phone, new string('集', 512));
        var (first, second) = (await terminal.ReceiveAsync(), await terminal.ReceiveAsync());

        Assert.Equal((2, 1, 2, 2), (first!.Total, first.Index, second!.Total, second.Index));
        await Answer(terminal, second, Jt808Result.Ok);
        Assert.Equal(Jt808CommandOutcome.Ok, await sending.WaitAsync(Harness.Patience));
        await Assert.ThrowsAsync<ArgumentException>(() => harness.Gateway.Sessions.SendTextAsync(Harness.Phone, new string('集', 513)));
    }

    [Fact(DisplayName = "An unanswered command is repeated with its serial, then given up")]
    public async Task Unanswered_commands()
    {
        await using var harness = new Harness(options => options with
        {
            CommandTimeout = TimeSpan.FromMilliseconds(20),
            CommandAttempts = 2,
        });
        using var terminal = await harness.DialAsync();
        await terminal.AskAsync(Jt808MessageId.Heartbeat, []);

        Assert.Equal(Jt808CommandOutcome.NoAnswer, await harness.Gateway.Sessions.SendTextAsync(Harness.Phone, "?").WaitAsync(Harness.Patience));

        var (first, second) = (await terminal.ReceiveAsync(), await terminal.ReceiveAsync());
        Assert.Equal(first!.Serial, second!.Serial);
        Assert.Equal(first.Body, second.Body);
    }

    [Fact(DisplayName = "A command to a terminal that is not there, or that leaves, says so")]
    public async Task Not_connected()
    {
        await using var harness = new Harness();
        Assert.Equal(Jt808CommandOutcome.NotConnected, await harness.Gateway.Sessions.SendTextAsync(Harness.Phone, "?"));

        var terminal = await harness.DialAsync();
        await terminal.AskAsync(Jt808MessageId.Heartbeat, []);
        var sending = harness.Gateway.Sessions.SendTextAsync(Harness.Phone, "?");
        await terminal.ReceiveAsync();
        terminal.Dispose();
        Assert.Equal(Jt808CommandOutcome.NotConnected, await sending.WaitAsync(Harness.Patience));
    }

    [Fact(DisplayName = "A location query is answered by a location, which is stored like any other")]
    public async Task Location_query()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        await terminal.AskAsync(Jt808MessageId.Heartbeat, []);
        var asking = harness.Gateway.Sessions.QueryLocationAsync(Harness.Phone);
        var query = await terminal.ReceiveAsync();

        await terminal.SendAsync(Jt808MessageId.LocationReply, [(byte)(query!.Serial >> 8), (byte)query.Serial, .. Harness.Location()]);

        Assert.Equal(Jt808CommandOutcome.Ok, await asking.WaitAsync(Harness.Patience));
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Heartbeat, [])); // Answered in order, so the location is in.
        Assert.Single(harness.Ingest.Durable);
    }

    [Fact(DisplayName = "An SOS is new when it begins, after it has ended, and after a long silence")]
    public void New_sos()
    {
        var time = new ManualTime(new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero));
        var sessions = new Jt808Sessions(new Jt808Options { AuthKey = new byte[16] }, time);
        Assert.True(sessions.IsNewSos(Harness.Phone, true));
        time.Advance(TimeSpan.FromMinutes(29.999));
        Assert.False(sessions.IsNewSos(Harness.Phone, true));
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.True(sessions.IsNewSos(Harness.Phone, true));
        Assert.False(sessions.IsNewSos(Harness.Phone, false));
        Assert.True(sessions.IsNewSos(Harness.Phone, true));
        sessions.ForgetSos(Harness.Phone);
        Assert.True(sessions.IsNewSos(Harness.Phone, true));
    }

    private static Task Answer(TestTerminal terminal, Kept command, Jt808Result result)
    {
        var body = new byte[Jt808GeneralReply.Length];
        new Jt808GeneralReply(command.Serial, command.Id, result).Write(body);
        return terminal.SendAsync(Jt808MessageId.TerminalReply, body);
    }
}

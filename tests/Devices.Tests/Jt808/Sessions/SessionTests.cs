using Vantage.Actors.Positions;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Tests.Jt808.Sessions;

public class SessionTests
{
    public static TheoryData<bool, bool> Forms => new() { { false, false }, { true, true }, { false, true }, { true, false } };

    [Theory(DisplayName = "A terminal registers, authenticates and reports, and is answered in the form in which it speaks")]
    [MemberData(nameof(Forms))]
    public async Task The_usual_conversation(bool is2019, bool flag)
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync(new Jt808Form(is2019, flag, is2019 ? (byte)1 : (byte)0));

        var registered = await terminal.RegisterAsync();
        Assert.Equal(Jt808RegistrationResult.Ok, registered.Result);
        Assert.Equal(Jt808Result.Ok, await terminal.AuthenticateAsync(registered.AuthCode));
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Heartbeat, []));
        await terminal.SendAsync(Jt808MessageId.Location, Harness.Location());
        var reply = await terminal.ReceiveAsync();

        Assert.Equal(is2019, reply!.Form.Is2019);
        Assert.Equal(flag, reply.Form.VersionFlag);
        Assert.Equal(Harness.Phone, reply.Phone);
        var stored = Assert.Single(harness.Ingest.Durable);
        Assert.Equal(7, stored.Unit);
        Assert.Equal((312200000, 1214200000), (stored.Fix.LatitudeE7, stored.Fix.LongitudeE7));
        Assert.Equal(ReportSource.Jt808, stored.Fix.Source);
        Assert.Equal(FixFlags.IgnitionOn, stored.Fix.Flags);
    }

    [Fact(DisplayName = "No location is answered before it is durable")]
    public async Task No_answer_before_durability()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        var begun = harness.Ingest.Hold();

        await terminal.SendAsync(Jt808MessageId.Location, Harness.Location());
        await begun.WaitAsync(Harness.Patience);

        Assert.True(terminal.IsQuiet); // The commit has begun and cannot end, so no answer can be under way.
        Assert.Empty(harness.Ingest.Durable);
        harness.Ingest.Release();
        Assert.Equal(Jt808Result.Ok, (await terminal.ReceiveReplyAsync()).Result);
        Assert.Single(harness.Ingest.Durable);
    }

    [Fact(DisplayName = "When storage refuses, the terminal hears of a failure and keeps its data")]
    public async Task Storage_failure_is_told()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        harness.Ingest.Failure = new IOException("Disk full.");

        Assert.Equal(Jt808Result.Failure, await terminal.AskAsync(Jt808MessageId.Location, Harness.Location()));
        harness.Ingest.Failure = null;
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Location, Harness.Location()));

        Assert.Equal(1, harness.Counted["vantage.devices.commit_failures protocol=jt808"]);
    }

    [Fact(DisplayName = "What many vehicles send in one write becomes one commit, and each is answered")]
    public async Task Many_vehicles_in_one_read()
    {
        await using var harness = new Harness();
        using var relay = await harness.DialAsync();
        byte[] bytes = [];
        for (var i = 0; i < 20; i++)
        {
            harness.Directory.Add("jt808", $"1390000{i:D4}", 100 + i);
            bytes = [.. bytes, .. relay.Frame(Jt808MessageId.Location, Harness.Location(), Jt808Phone.Parse($"1390000{i:D4}"))];
        }

        var begun = harness.Ingest.Hold();
        await relay.SendAsync(Jt808MessageId.Location, Harness.Location());
        await begun.WaitAsync(Harness.Patience); // The first commit waits, so that all others are read meanwhile.
        await relay.SendRawAsync(bytes);
        harness.Ingest.Release();

        List<Kept> replies = [];
        for (var i = 0; i < 21; i++)
        {
            replies.Add((await relay.ReceiveAsync())!);
        }

        Assert.All(replies, reply => Assert.Equal(Jt808MessageId.PlatformReply, reply.Id));
        Assert.Equal(21, replies.Select(reply => reply.Phone).Distinct().Count());
        Assert.Equal(Enumerable.Range(100, 20).Prepend(7), harness.Ingest.Durable.Select(fix => fix.Unit));
        Assert.InRange(harness.Ingest.Commits.Length, 2, 4);
        Assert.Equal(21, harness.Gateway.Sessions.Count);
    }

    [Fact(DisplayName = "A stream that comes one byte at a time is read all the same")]
    public async Task One_byte_at_a_time()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        byte[] bytes = [0x24, 0x24, .. terminal.Frame(Jt808MessageId.Location, Harness.Location()), .. terminal.Frame(Jt808MessageId.Heartbeat, [])];

        foreach (var value in bytes)
        {
            await terminal.SendRawAsync(new[] { value });
        }

        Assert.Equal(Jt808MessageId.Location, (await terminal.ReceiveReplyAsync()).ReplyId);
        Assert.Equal(Jt808MessageId.Heartbeat, (await terminal.ReceiveReplyAsync()).ReplyId);
    }

    [Fact(DisplayName = "An impossible position is refused and counted, yet answered as taken")]
    public async Task Refused_positions_are_answered()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        var frame = Hex.Bytes("7E0200001C0123456789010000000004000000080007203B7D0202633DF70138000300632410012359591C7E");
        harness.Directory.Add("jt808", "12345678901", 9);

        await terminal.SendRawAsync(frame);
        Assert.Equal(Jt808Result.Ok, (await terminal.ReceiveReplyAsync()).Result);
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Location, Harness.Location(latitude: 95)));

        Assert.Empty(harness.Ingest.Durable);
        Assert.Equal(1, harness.Metrics.Refusals.Of(9)[Refusal.NoFix]);
        Assert.Equal(1, harness.Metrics.Refusals.Of(7)[Refusal.LatitudeOutOfRange]);
        Assert.Equal(1, harness.Counted["vantage.devices.report_refusals protocol=jt808 reason=LatitudeOutOfRange"]);
    }

    [Fact(DisplayName = "An unknown device is refused in registration, authentication and reports, until it is registered")]
    public async Task Unknown_devices()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync(phone: Jt808Phone.Parse("13800000000"));

        Assert.Equal(Jt808RegistrationResult.NoSuchTerminal, (await terminal.RegisterAsync()).Result);
        Assert.Equal(Jt808Result.Failure, await terminal.AuthenticateAsync("anything"));
        Assert.Equal(Jt808Result.Failure, await terminal.AskAsync(Jt808MessageId.Location, Harness.Location()));
        harness.Directory.Add("jt808", "13800000000", 8);
        Assert.Equal(Jt808Result.Failure, await terminal.AskAsync(Jt808MessageId.Location, Harness.Location())); // It showed a wrong code.
        var registered = await terminal.RegisterAsync();
        Assert.Equal(Jt808Result.Ok, await terminal.AuthenticateAsync(registered.AuthCode));
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Location, Harness.Location()));

        Assert.Equal([8], harness.Ingest.Durable.Select(fix => fix.Unit));
    }

    [Fact(DisplayName = "An authentication code outlives the gateway that gave it, and another key makes another code")]
    public void Codes_are_stateless()
    {
        var code = new Jt808AuthCodes(new byte[32]).CodeOf(Harness.Phone);

        Assert.True(new Jt808AuthCodes(new byte[32]).IsRight(Jt808Phone.Parse("00000000013912345678"), code));
        Assert.False(new Jt808AuthCodes(Enumerable.Repeat((byte)1, 32).ToArray()).IsRight(Harness.Phone, code));
        Assert.False(new Jt808AuthCodes(new byte[32]).IsRight(Jt808Phone.Parse("13912345679"), code));
    }

    [Fact(DisplayName = "Where authentication is required, a report before it is refused and the connection ends")]
    public async Task Authentication_can_be_required()
    {
        await using var harness = new Harness(options => options with { RequireAuthentication = true });
        using var stranger = await harness.DialAsync();

        Assert.Equal(Jt808Result.Failure, await stranger.AskAsync(Jt808MessageId.Location, Harness.Location()));
        Assert.Null(await stranger.ReceiveAsync());

        using var terminal = await harness.DialAsync();
        var code = harness.Gateway.AuthCodes.CodeOf(Harness.Phone);
        Assert.Equal(Jt808Result.Ok, await terminal.AuthenticateAsync(code));
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Location, Harness.Location()));
        Assert.Equal(1, harness.Counted["vantage.devices.cuts protocol=jt808 reason=NotAuthenticated"]);
    }

    [Fact(DisplayName = "A newer connection of the same terminal ends the older one and takes its place")]
    public async Task Newer_connection_wins()
    {
        await using var harness = new Harness();
        using var older = await harness.DialAsync();
        Assert.Equal(Jt808Result.Ok, await older.AskAsync(Jt808MessageId.Heartbeat, []));
        using var newer = await harness.DialAsync(Jt808Form.V2019);
        Assert.Equal(Jt808Result.Ok, await newer.AskAsync(Jt808MessageId.Heartbeat, []));

        Assert.Null(await older.ReceiveAsync());
        Assert.True(harness.Gateway.Sessions.IsConnected(Harness.Phone));
        Assert.Equal(1, harness.Gateway.Sessions.Count);
        Assert.Equal(Jt808Result.Ok, await newer.AskAsync(Jt808MessageId.Heartbeat, []));
    }

    [Fact(DisplayName = "A terminal that moves off a relay takes its place, and the relay keeps its others")]
    public async Task Leaving_a_relay()
    {
        await using var harness = new Harness();
        harness.Directory.Add("jt808", "13900000001", 8);
        using var relay = await harness.DialAsync();
        var other = Jt808Phone.Parse("13900000001");
        await relay.SendRawAsync(relay.Frame(Jt808MessageId.Heartbeat, [], other));
        Assert.Equal(other, (await relay.ReceiveAsync())!.Phone);
        Assert.Equal(Jt808Result.Ok, await relay.AskAsync(Jt808MessageId.Heartbeat, []));

        using var own = await harness.DialAsync();
        Assert.Equal(Jt808Result.Ok, await own.AskAsync(Jt808MessageId.Heartbeat, []));
        await relay.SendRawAsync(relay.Frame(Jt808MessageId.Heartbeat, [], other));
        Assert.Equal(other, (await relay.ReceiveAsync())!.Phone);

        var text = harness.Gateway.Sessions.SendTextAsync(Harness.Phone, "hello");
        Assert.Equal(Jt808MessageId.Text, (await own.ReceiveAsync())!.Id); // Commands go where the terminal is now.
        own.Dispose();
        await text.WaitAsync(Harness.Patience);
    }

    [Fact(DisplayName = "An encrypted body is answered as unsupported, and absurd numbers of parts as a failure")]
    public async Task What_cannot_be_read()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        var content = Hex.Bytes("0002 0400 013912345678 0001");
        var encrypted = new System.Buffers.ArrayBufferWriter<byte>();
        Jt808FrameWriter.WriteFrame(encrypted, [.. content, content.Aggregate((byte)0, (sum, value) => (byte)(sum ^ value))]);
        await terminal.SendRawAsync(encrypted.WrittenMemory);
        Assert.Equal(Jt808Result.Unsupported, (await terminal.ReceiveReplyAsync()).Result);

        await terminal.SendRawAsync(Wire.Write(new Kept(Jt808MessageId.LocationBatch, Jt808Form.V2013, Harness.Phone, 5, 60_000, 1, [1], false)));
        Assert.Equal(Jt808Result.Failure, (await terminal.ReceiveReplyAsync()).Result);
    }

    [Fact(DisplayName = "A terminal that logs out is no longer connected")]
    public async Task Logging_out()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Heartbeat, []));
        Assert.Equal(1, harness.Gateway.Sessions.Count);
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Deregister, []));
        Assert.Equal(0, harness.Gateway.Sessions.Count);
    }

    [Fact(DisplayName = "A batch is one commit and one answer; its catch-up fixes are marked")]
    public async Task Batches()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        var body = new byte[1000];
        var length = Jt808Batch.WriteHeader(body, 5, isCatchUp: true);
        for (var i = 0; i < 5; i++)
        {
            length += Jt808Batch.Append(body.AsSpan(length), Harness.Location(secondsAgo: 3600 + i));
        }

        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.LocationBatch, body[..length]));

        Assert.Equal([5], harness.Ingest.Commits);
        Assert.All(harness.Ingest.Durable, stored => Assert.Equal(FixFlags.BackFilled | FixFlags.IgnitionOn, stored.Fix.Flags));
    }

    [Fact(DisplayName = "A batch in parts with one missing is asked for again, completed, and every part answered once durable")]
    public async Task Missing_parts_are_requested()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        var body = new byte[4000];
        var length = Jt808Batch.WriteHeader(body, 60, isCatchUp: false);
        for (var i = 0; i < 60; i++)
        {
            length += Jt808Batch.Append(body.AsSpan(length), Harness.Location(secondsAgo: i));
        }

        var parts = Wire.ReadAll(terminal.Frame(Jt808MessageId.LocationBatch, body.AsSpan(0, length))).Packets;
        Assert.Equal(3, parts.Count);
        await terminal.SendRawAsync(Wire.Write(parts[0]));
        await terminal.SendRawAsync(Wire.Write(parts[2]));

        var request = await terminal.ReceiveAsync();
        Assert.Equal(Jt808MessageId.ResendRequest, request!.Id);
        Assert.True(Jt808ResendRequest.TryRead(request.Body, request.Form, out var missing));
        Assert.Equal(parts[0].Serial, missing!.FirstSerial);
        Assert.Equal([2], missing.Missing);
        Assert.Empty(harness.Ingest.Durable);

        await terminal.SendRawAsync(Wire.Write(parts[1]));
        var answered = new List<ushort>();
        for (var i = 0; i < 3; i++)
        {
            answered.Add((await terminal.ReceiveReplyAsync()).ReplySerial);
        }

        Assert.Equal(parts.Select(part => part.Serial), answered);
        Assert.Equal(60, harness.Ingest.Durable.Length);

        await terminal.SendRawAsync(Wire.Write(parts[1])); // The terminal missed an answer: it is answered again, nothing is stored.
        Assert.Equal(parts[1].Serial, (await terminal.ReceiveReplyAsync()).ReplySerial);
        Assert.Equal(60, harness.Ingest.Durable.Length);
    }

    [Fact(DisplayName = "An SOS is raised once while it lasts, with or without a position, and again when it begins again")]
    public async Task Sos_is_edge_triggered()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync();
        var pressed = Harness.Location(alarms: Jt808Alarms.Sos);
        await terminal.AskAsync(Jt808MessageId.Location, pressed);
        await terminal.AskAsync(Jt808MessageId.Location, pressed);
        var first = Assert.Single(harness.Alarms.Raised);
        Assert.Equal((7, 31.22, 121.42), (first.Unit, first.Latitude, first.Longitude));

        await terminal.AskAsync(Jt808MessageId.Location, Harness.Location());
        harness.Alarms.IsBroken = true;
        var withoutPosition = Harness.Location(alarms: Jt808Alarms.Sos, latitude: 95);
        Assert.Equal(Jt808Result.Failure, await terminal.AskAsync(Jt808MessageId.Location, withoutPosition));
        harness.Alarms.IsBroken = false;
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Location, withoutPosition));

        Assert.Equal(2, harness.Alarms.Raised.Count);
        Assert.Null(harness.Alarms.Raised.Last().Latitude);
    }

    [Fact(DisplayName = "A time query is answered in UTC, to strangers too; what is unknown is answered as unsupported")]
    public async Task Time_and_the_unknown()
    {
        await using var harness = new Harness();
        using var terminal = await harness.DialAsync(phone: Jt808Phone.Parse("13800000000"));
        await terminal.SendAsync(Jt808MessageId.TimeQuery, []);
        var reply = await terminal.ReceiveAsync();
        Assert.Equal(Jt808MessageId.TimeReply, reply!.Id);
        Assert.True(Jt808Time.TryReadUtc(reply.Body, out var time));
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - time, 0, 60_000);

        using var known = await harness.DialAsync();
        Assert.Equal(Jt808Result.Unsupported, await known.AskAsync(0x0702, [1]));
        Assert.Equal(Jt808Result.BadMessage, await known.AskAsync(Jt808MessageId.Location, [1, 2, 3]));
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Simulator.Scenes;

namespace Vantage.Simulator.Terminals;

/// <summary>A vehicle's terminal: registers, authenticates, reports, beats, answers, and fills in what it could not send.</summary>
/// <remarks>
/// Off duty → (duty begins) → connecting → signing in → reporting → (duty ends) → off duty. Whenever the network goes,
/// by the scene's will or by itself, it is back at connecting; what fell due meanwhile goes out in batches afterwards.
/// </remarks>
internal sealed class Jt808Terminal(
    Scene scene, UnitPlan unit, ReportSpacing spacing, EndPoint platform, Jt808TerminalOptions options, TimeProvider clock, TerminalCounters counters)
{
    private const int BatchSize = 24; // 24 locations of 36 bytes fit in one packet.
    private const int BatchFrom = 3;
    private const int LocationLength = Jt808Fix.Length + 6;

    // What other platforms may ask and ours does not: a terminal agrees to it all the same.
    private const ushort SetParameters = 0x8103;
    private const ushort LinkCheck = 0x8204;
    private const ushort SetCircles = 0x8600;
    private const ushort DeletePolygons = 0x8605;

    private readonly Jt808Form _form = unit.Is2019 ? Jt808Form.V2019 : Jt808Form.V2013;
    private readonly Jt808Phone _phone = Jt808Phone.Parse(unit.DeviceKey);
    private readonly BackOff _backOff = new(clock, unit.Index);
    private readonly SimFix[] _due = new SimFix[BatchSize];
    private string? _authCode;
    private long _lastSentMs;

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task RunAsync(long fromMs, CancellationToken cancellationToken)
    {
        var queue = new ReportQueue(scene, unit, spacing, fromMs);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (queue.Peek(NowMs, _due) == 0)
            {
                await SleepUntilAsync(queue.NextMs, cancellationToken);
                continue;
            }

            if (!scene.HasNetwork(unit, NowMs))
            {
                await SleepUntilAsync(NowMs + spacing.Of(unit) * 1000L, cancellationToken);
                continue;
            }

            try
            {
                await ConnectedAsync(queue, cancellationToken);
            }
            catch (Exception exception) when (exception is SocketException or IOException or TimeoutException or ObjectDisposedException)
            {
                counters.OnDisconnected();
                await _backOff.WaitAsync(cancellationToken);
            }
        }
    }

    private async Task ConnectedAsync(ReportQueue queue, CancellationToken cancellationToken)
    {
        using var socket = await Jt808Link.ConnectAsync(platform, cancellationToken);
        using var link = new Jt808Link(socket, _form, _phone, options.ReplyTimeout, clock, ObeyAsync);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = link.ReceiveAsync(ending.Token);
        var reporting = SignInAndReportAsync(link, queue, ending.Token);
        var first = await Task.WhenAny(receiving, reporting);
        await ending.CancelAsync();
        try
        {
            await Task.WhenAll(receiving, reporting);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The one that goes on after the other has ended is told to stop; that is no error.
        }

        if (first == receiving)
        {
            throw new IOException("The platform closed the connection.");
        }
    }

    private async Task SignInAndReportAsync(Jt808Link link, ReportQueue queue, CancellationToken cancellationToken)
    {
        await SignInAsync(link, cancellationToken);
        _backOff.Reset();
        while (scene.HasNetwork(unit, NowMs))
        {
            var count = queue.Peek(NowMs, _due);
            if (count > 0)
            {
                await SendAsync(link, count, cancellationToken);
                queue.Advance(_due[count - 1]);
            }
            else if (!scene.IsOnDuty(unit, NowMs))
            {
                return;
            }
            else if (NowMs - _lastSentMs >= options.Heartbeat.TotalMilliseconds)
            {
                await AskAsync(link, Jt808MessageId.Heartbeat, default, cancellationToken);
            }
            else
            {
                await SleepUntilAsync(Math.Min(queue.NextMs, _lastSentMs + (long)options.Heartbeat.TotalMilliseconds), cancellationToken);
            }
        }
    }

    private async Task SignInAsync(Jt808Link link, CancellationToken cancellationToken)
    {
        _lastSentMs = NowMs;
        _authCode ??= await Jt808SignIn.RegisterAsync(link, unit.DeviceKey, unit.Plate ?? unit.Key, cancellationToken);
        try
        {
            await Jt808SignIn.AuthenticateAsync(link, unit.DeviceKey, _authCode, cancellationToken);
        }
        catch (Jt808RefusedException)
        {
            _authCode = null; // The next connection registers anew.
            throw;
        }
    }

    private async Task SendAsync(Jt808Link link, int count, CancellationToken cancellationToken)
    {
        counters.OnSent(count);
        var isBatch = count >= BatchFrom;
        var body = new byte[isBatch ? 3 + count * (LocationLength + 2) : LocationLength];
        if (!isBatch)
        {
            for (var i = 0; i < count; i++)
            {
                WriteLocation(_due[i], body);
                var answer = await AskAsync(link, Jt808MessageId.Location, body, cancellationToken);
                counters.OnAnswered(1, answer.Result == Jt808Result.Ok);
            }

            return;
        }

        var location = new byte[LocationLength];
        var length = Jt808Batch.WriteHeader(body, (ushort)count, isCatchUp: true);
        for (var i = 0; i < count; i++)
        {
            WriteLocation(_due[i], location);
            length += Jt808Batch.Append(body.AsSpan(length), location);
        }

        var batchAnswer = await AskAsync(link, Jt808MessageId.LocationBatch, body.AsMemory(0, length), cancellationToken);
        counters.OnAnswered(count, batchAnswer.Result == Jt808Result.Ok);
    }

    private async Task<Jt808Answer> AskAsync(Jt808Link link, ushort messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        _lastSentMs = NowMs;
        return await link.AskAsync(messageId, body, cancellationToken);
    }

    private static void WriteLocation(SimFix fix, Span<byte> body)
    {
        var status = Jt808Status.Positioned | Jt808Status.AccOn | Jt808Status.Gps | Jt808Status.BeiDou;
        var writer = new Jt808LocationWriter(body, Jt808Fix.At(
            fix.Latitude, fix.Longitude, fix.TimeMs, fix.IsMoving ? status | Jt808Status.Moving : status, speed: fix.Speed, course: fix.Heading,
            altitude: 4));
        writer.Item(Jt808ItemId.RadioSignal, (byte)28);
        writer.Item(Jt808ItemId.Satellites, (byte)(fix.Accuracy < 6 ? 14 : 9));
    }

    private async ValueTask ObeyAsync(Jt808Link link, Jt808Command command)
    {
        switch (command.MessageId)
        {
            case Jt808MessageId.Text:
                counters.OnText();
                await ReplyAsync(link, command, Jt808Result.Ok);
                break;
            case Jt808MessageId.LocationQuery when scene.StateAt(unit, NowMs) is { } fix:
                var body = new byte[2 + LocationLength];
                BinaryPrimitives.WriteUInt16BigEndian(body, command.Serial);
                WriteLocation(fix, body.AsSpan(2));
                await link.TellAsync(Jt808MessageId.LocationReply, body, CancellationToken.None);
                break;
            case SetParameters or LinkCheck or (>= SetCircles and <= DeletePolygons) or Jt808MessageId.Tracking or Jt808MessageId.ConfirmAlarm:
                await ReplyAsync(link, command, Jt808Result.Ok);
                break;
            case Jt808MessageId.TimeReply:
                break;
            default:
                await ReplyAsync(link, command, Jt808Result.Unsupported);
                break;
        }
    }

    private static Task ReplyAsync(Jt808Link link, Jt808Command command, Jt808Result result)
    {
        var body = new byte[Jt808GeneralReply.Length];
        new Jt808GeneralReply(command.Serial, command.MessageId, result).Write(body);
        return link.TellAsync(Jt808MessageId.TerminalReply, body, CancellationToken.None);
    }

    private async Task SleepUntilAsync(long timeMs, CancellationToken cancellationToken)
    {
        const long LongestMs = 600_000;
        var waitMs = Math.Clamp(timeMs - NowMs, 1, LongestMs);
        await Task.Delay(TimeSpan.FromMilliseconds(waitMs), clock, cancellationToken);
    }
}

/// <summary>How a terminal keeps its connection.</summary>
/// <param name="ReplyTimeout">First wait for an answer; the second is twice, the third six times as long.</param>
/// <param name="Heartbeat">Silence after which it says that it is there.</param>
internal sealed record Jt808TerminalOptions(TimeSpan ReplyTimeout, TimeSpan Heartbeat)
{
    public static readonly Jt808TerminalOptions Default = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
}

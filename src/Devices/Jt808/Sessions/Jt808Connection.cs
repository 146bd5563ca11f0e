using System.IO.Pipelines;
using System.Threading.Channels;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>Runs one connection: reads turns, has each made durable, and only then answers it.</summary>
/// <remarks>
/// Reading goes on while earlier turns wait for storage, up to <see cref="Jt808Options.MaxTurns"/>; then it stops, the
/// transport's buffer fills, and the terminal waits. Turns are answered in the order in which they were read.
/// </remarks>
#pragma warning disable CA1001 // The source has no timer and no handle, and a newer connection may cancel it after the end.
public sealed class Jt808Connection
#pragma warning restore CA1001
{
    private readonly Jt808Gateway _gateway;
    private readonly IDuplexPipe _transport;
    private readonly string _peer;
    private readonly Jt808Outbox _outbox;
    private readonly Jt808Dialogue _dialogue;
    private readonly Channel<Jt808Turn> _free;
    private readonly Channel<Jt808Turn> _read;
    private readonly CancellationTokenSource _stop = new();
    private int _cut;

    /// <param name="peer">The other side's address, for the log.</param>
    public Jt808Connection(Jt808Gateway gateway, IDuplexPipe transport, string peer)
    {
        (_gateway, _transport, _peer) = (gateway, transport, peer);
        _outbox = new(transport.Output, gateway, Cut, () => _dialogue!.TerminalCount <= 1);
        _dialogue = new(gateway, _outbox);
        _free = Channel.CreateBounded<Jt808Turn>(gateway.Options.MaxTurns);
        _read = Channel.CreateBounded<Jt808Turn>(gateway.Options.MaxTurns);
        for (var i = 0; i < gateway.Options.MaxTurns; i++)
        {
            _free.Writer.TryWrite(new());
        }
    }

    /// <summary>Runs until either side ends it. What was read is made durable and answered first.</summary>
    /// <param name="stopping">Ends the connection in good order, when it is its turn.</param>
    /// <returns>Why the gateway ended it; none, when the peer did.</returns>
    public async Task<Jt808Cut> RunAsync(CancellationToken stopping = default)
    {
        _gateway.Metrics.ConnectionOpened(Jt808Gateway.Protocol);
        _gateway.Log.Opened(_peer);
        await using var stop = stopping.Register(() => _ = StopInTurnAsync()).ConfigureAwait(false);
        var every = _gateway.Options.CheckEvery;
        var answering = AnswerUntilEndAsync();
        try
        {
            // Wakes the reading, which then looks at the clock on its own thread.
            await using var timer = _gateway.Time.CreateTimer(_ => _transport.Input.CancelPendingRead(), null, every, every)
                .ConfigureAwait(false);
            await ReadTurnsAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Cut: by whom, and why, is counted already.
        }
        catch (IOException error)
        {
            _gateway.Log.Broke(_peer, error);
        }
        finally
        {
            _read.Writer.TryComplete();
            await answering.ConfigureAwait(false);
            await LeaveAsync().ConfigureAwait(false);
        }

        return (Jt808Cut)_cut;
    }

    private async Task ReadTurnsAsync(CancellationToken stop)
    {
        var input = _transport.Input;
        var isOpen = true;
        while (isOpen)
        {
            var turn = await _free.Reader.ReadAsync(stop).ConfigureAwait(false);
            while (turn.IsEmpty && isOpen)
            {
                var read = await input.ReadAsync(stop).ConfigureAwait(false);
                var consumed = _dialogue.Consume(read.Buffer, turn);
                var isAllConsumed = read.Buffer.Slice(consumed).IsEmpty;
                input.AdvanceTo(consumed);
                if (read.IsCanceled)
                {
                    _dialogue.Check(turn);
                }

                turn.Messages = turn.IsEmpty ? 0 : turn.Messages;
                isOpen = turn.Cut == Jt808Cut.None && !(read.IsCompleted && isAllConsumed);
            }

            _read.Writer.TryWrite(turn); // There is room for every turn there is.
        }
    }

    private async Task AnswerUntilEndAsync()
    {
        try
        {
            await AnswerTurnsAsync().ConfigureAwait(false);
        }
        finally
        {
            await _stop.CancelAsync().ConfigureAwait(false); // Without answers, reading would wait for a free turn for ever.
        }
    }

    private async Task AnswerTurnsAsync()
    {
        await foreach (var turn in _read.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var isDurable = await CommitAsync(turn).ConfigureAwait(false) && await RaiseAsync(turn).ConfigureAwait(false);
            await _outbox.AnswerAsync(turn.Answers, isDurable).ConfigureAwait(false);
            if (turn.Cut != Jt808Cut.None)
            {
                Cut(turn.Cut);
            }

            turn.Clear();
            _free.Writer.TryWrite(turn);
        }
    }

    // Never cancelled: a terminal that sends and hangs up at once has still sent.
    private async ValueTask<bool> CommitAsync(Jt808Turn turn)
    {
        if (turn.Batch.Count == 0)
        {
            return true;
        }

        try
        {
            await _gateway.Ingest.CommitAsync(turn.Batch, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // Whatever went wrong, the positions are not known to be durable, and the terminal must hear so.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _gateway.Metrics.CommitFailed(Jt808Gateway.Protocol);
            _gateway.Log.CommitFailed(_peer, turn.Batch.Count, error);
            return false;
        }
    }

    private async ValueTask<bool> RaiseAsync(Jt808Turn turn)
    {
        var areAllRaised = true;
        foreach (var (phone, sos) in turn.Alarms)
        {
            try
            {
                await _gateway.Alarms.RaiseSosAsync(sos, CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever went wrong, the terminal must not hear that its SOS was taken.
            catch (Exception error)
#pragma warning restore CA1031
            {
                areAllRaised = false;
                _gateway.Sessions.ForgetSos(phone);
                _gateway.Log.SosFailed(sos.Unit, error);
            }
        }

        return areAllRaised;
    }

    private async Task StopInTurnAsync()
    {
        await Task.Delay(_gateway.NextLeave(), _gateway.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stop.IsCancellationRequested)
        {
            Cut(Jt808Cut.Stopping);
        }
    }

    private void Cut(Jt808Cut reason)
    {
        if (Interlocked.CompareExchange(ref _cut, (int)reason, (int)Jt808Cut.None) == (int)Jt808Cut.None)
        {
            _gateway.Metrics.ConnectionCut(Jt808Gateway.Protocol, reason.ToString());
            _gateway.Log.Cut(_peer, reason);
            _stop.Cancel();
        }
    }

    private async ValueTask LeaveAsync()
    {
        await _outbox.CloseAsync().ConfigureAwait(false);
        foreach (var terminal in _dialogue.Terminals)
        {
            _gateway.Sessions.Leave(terminal);
        }

        _gateway.Metrics.ConnectionClosed(Jt808Gateway.Protocol);
    }
}

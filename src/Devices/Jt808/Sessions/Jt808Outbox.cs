using System.IO.Pipelines;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>Writes frames to one peer, one writer at a time, and gives up on a peer that does not read.</summary>
#pragma warning disable CA1001 // The semaphore holds no handle, and a command may still ask it after the connection's end.
internal sealed class Jt808Outbox(PipeWriter output, Jt808Gateway gateway, Action<Jt808Cut> cut, Func<bool> isAlone) : IJt808Outbox
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private int _serial = -1;
    private volatile bool _isClosed;

    /// <summary>Waits for a write that is under way; after it nothing is written any more.</summary>
    public async ValueTask CloseAsync()
    {
        if (await EnterAsync().ConfigureAwait(false))
        {
            _isClosed = true;
            _writing.Release();
        }

        _isClosed = true;
    }

    public ushort TakeSerials(int count) => unchecked((ushort)(Interlocked.Add(ref _serial, count) - count + 1));

    public void Replaced(Jt808Terminal terminal)
    {
        // Behind a relay the others stay; a terminal of its own has left this connection for dead.
        if (isAlone())
        {
            cut(Jt808Cut.Replaced);
        }
    }

    public async ValueTask<bool> SendAsync(
        Jt808Form form, Jt808Phone phone, ushort messageId, ushort serial, ReadOnlyMemory<byte> body)
    {
        if (!await EnterAsync().ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            Jt808FrameWriter.Write(output, form, phone, messageId, ref serial, body.Span);
            return await FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes the answers of a turn in one go.</summary>
    /// <param name="isDurable">What needed storage has it; otherwise those messages are answered with a failure.</param>
    public async ValueTask<bool> AnswerAsync(IReadOnlyList<Jt808Answer> answers, bool isDurable)
    {
        if (answers.Count == 0 || !await EnterAsync().ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            for (var i = 0; i < answers.Count; i++)
            {
                Write(answers[i], isDurable);
            }

            return await FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask<bool> EnterAsync()
    {
        if (_isClosed || !await _writing.WaitAsync(gateway.Options.WriteTimeout).ConfigureAwait(false))
        {
            return false;
        }

        if (_isClosed)
        {
            _writing.Release();
            return false;
        }

        return true;
    }

    private void Write(in Jt808Answer answer, bool isDurable)
    {
        if (answer.Body is { } own)
        {
            var serial = TakeSerials(1);
            Jt808FrameWriter.Write(output, answer.Form, answer.Phone, answer.MessageId, ref serial, own);
            return;
        }

        Span<byte> body = stackalloc byte[Jt808GeneralReply.Length];
        var result = answer.NeedsDurability && !isDurable ? Jt808Result.Failure : answer.Result;
        for (var part = 0; part < answer.Parts; part++)
        {
            var serial = TakeSerials(1);
            new Jt808GeneralReply(unchecked((ushort)(answer.ReplySerial + part)), answer.ReplyId, result).Write(body);
            Jt808FrameWriter.Write(output, answer.Form, answer.Phone, Jt808MessageId.PlatformReply, ref serial, body);
        }
    }

    private async ValueTask<bool> FlushAsync()
    {
        var flush = output.FlushAsync(CancellationToken.None);
        if (flush.IsCompletedSuccessfully)
        {
            return !flush.Result.IsCompleted;
        }

        using var late = new CancellationTokenSource(gateway.Options.WriteTimeout, gateway.Time);
        await using var _ = late.Token.Register(static writer => ((PipeWriter)writer!).CancelPendingFlush(), output).ConfigureAwait(false);
        try
        {
            var result = await flush.ConfigureAwait(false);
            if (result.IsCanceled)
            {
                _isClosed = true;
                cut(Jt808Cut.NotReading);
            }

            return !result.IsCanceled && !result.IsCompleted;
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            return false; // The peer is gone; the reading side sees it too, and ends the connection.
        }
    }
}

using System.Collections.Concurrent;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>One terminal on one connection.</summary>
internal sealed class Jt808Terminal(Jt808Phone phone, Jt808Form form, IJt808Outbox outbox)
{
    private readonly ConcurrentDictionary<(ushort Serial, ushort Id), TaskCompletionSource<Jt808Result>> _pending = new();

    public Jt808Phone Phone { get; } = phone;

    /// <summary>How the terminal wrote its last header; commands are written the same way.</summary>
    public Jt808Form Form { get; set; } = form;

    public IJt808Outbox Outbox { get; } = outbox;

    public Task<Jt808Result> Expect(ushort serial, ushort messageId)
    {
        var answer = new TaskCompletionSource<Jt808Result>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[(serial, messageId)] = answer;
        return answer.Task;
    }

    public void Forget(ushort serial, ushort messageId) => _pending.TryRemove((serial, messageId), out _);

    /// <summary>The terminal answered a command; an answer to nothing is ignored.</summary>
    public void Answered(ushort serial, ushort messageId, Jt808Result result)
    {
        if (_pending.TryRemove((serial, messageId), out var answer))
        {
            answer.TrySetResult(result);
        }
    }

    /// <summary>The connection is gone, and with it every answer.</summary>
    public void Abandon()
    {
        foreach (var (key, answer) in _pending)
        {
            _pending.TryRemove(key, out _);
            answer.TrySetCanceled();
        }
    }
}

/// <summary>The sending side of a connection, and its end. Thread-safe.</summary>
internal interface IJt808Outbox
{
    /// <summary>Reserves serials for packets to come.</summary>
    ushort TakeSerials(int count);

    /// <returns><see langword="false"/> when the connection is gone or the peer does not read.</returns>
    ValueTask<bool> SendAsync(Jt808Form form, Jt808Phone phone, ushort messageId, ushort serial, ReadOnlyMemory<byte> body);

    /// <summary>A newer connection has taken over a terminal of this one.</summary>
    void Replaced(Jt808Terminal terminal);
}

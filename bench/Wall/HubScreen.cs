using System.Buffers;
using System.Buffers.Text;
using System.Net.WebSockets;
using System.Text;

namespace Vantage.Bench.Wall;

/// <summary>A screen that looks at all units and acknowledges what it gets, as a wall does, but draws nothing.</summary>
internal sealed class HubScreen : IAsyncDisposable
{
    private const byte End = 0x1E;

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<int, double> _seenAt = [];
    private Task _reading = Task.CompletedTask;
    private long _bytes;

    public static async Task<HubScreen> ConnectAsync(Uri host, string token)
    {
        var screen = new HubScreen();
        screen._socket.Options.Proxy = null;
        await screen._socket.ConnectAsync(new UriBuilder(host) { Scheme = "ws", Path = "/hubs/wall", Query = $"access_token={token}" }.Uri, default);
        await screen.SendAsync("""{"protocol":"json","version":1}""");
        screen._reading = screen.ReadAsync();
        await screen.SendAsync("""{"type":1,"invocationId":"1","target":"Hello","arguments":[{"protocol":1}]}""");
        await Task.Delay(500);
        await screen.SendAsync("""{"type":1,"invocationId":"2","target":"SetViewport","arguments":[{"west":121.3,"south":31.15,"east":121.5,"north":31.3,"zoom":12}]}""");
        return screen;
    }

    public double BytesASecond(TimeSpan over) => Interlocked.Read(ref _bytes) / over.TotalSeconds;

    /// <summary>What came before does not count.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _seenAt.Clear();
        }

        Interlocked.Exchange(ref _bytes, 0);
    }

    /// <summary>Milliseconds from the socket of its device for each fix of a probe that came first in the time since <see cref="Forget"/>.</summary>
    public IReadOnlyList<double> Latencies(ProbeFleet probes)
    {
        lock (_gate)
        {
            return [.. _seenAt.Select(seen => seen.Value - probes.SentAt(seen.Key)).OfType<double>().Where(taken => taken < 60_000)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var message = new ArrayBufferWriter<byte>(1 << 20);
        while (!_stop.IsCancellationRequested)
        {
            var read = await _socket.ReceiveAsync(message.GetMemory(1 << 16), _stop.Token);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            message.Advance(read.Count);
            Interlocked.Add(ref _bytes, read.Count);
            if (read.EndOfMessage)
            {
                await TakeAsync(message.WrittenMemory);
                message.ResetWrittenCount();
            }
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> messages)
    {
        var now = ProbeFleet.Now;
        while (messages.Span.IndexOf(End) is var end and >= 0)
        {
            if (SequenceOf(messages.Span[..end], now) is { } seq)
            {
                await SendAsync($$"""{"type":1,"target":"Ack","arguments":[{{seq}}]}""");
            }

            messages = messages[(end + 1)..];
        }
    }

    /// <summary>A frame's number; fixes of probes in it are noted. Null: it is no frame.</summary>
    private long? SequenceOf(ReadOnlySpan<byte> message, double now)
    {
        if (message.IndexOf("\"target\":\"frame\""u8) < 0)
        {
            return null;
        }

        var latitudes = message[(message.IndexOf("\"lat\":["u8) + 7)..];
        latitudes = latitudes[..latitudes.IndexOf((byte)']')];
        lock (_gate)
        {
            foreach (var range in latitudes.Split((byte)','))
            {
                // Degrees × 1e7; a probe's are × 1e6 to the last digit.
                if (Utf8Parser.TryParse(latitudes[range], out long latitude, out _)
                    && (latitude / 10) - ProbeFleet.FirstLatitude is >= 0 and < ProbeFleet.MostFixes and var fix)
                {
                    _seenAt.TryAdd((int)fix, now);
                }
            }
        }

        var number = message[(message.IndexOf("\"seq\":"u8) + 6)..];
        return Utf8Parser.TryParse(number, out long seq, out _) ? seq : null;
    }

    private async Task SendAsync(string json)
        => await _socket.SendAsync(Encoding.UTF8.GetBytes(json + (char)End), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);
}

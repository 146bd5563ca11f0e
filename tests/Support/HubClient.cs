using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vantage.Support;

/// <summary>Speaks SignalR's JSON protocol over a WebSocket: a handshake, then JSON messages, each ended by 0x1E.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private const char End = '\x1e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonNode> _received = new();
    private readonly StringBuilder _partial = new();
    private int _invocation;

    /// <summary>Opens a connection with a token, or with what is configured instead, and shakes hands.</summary>
    public static async Task<HubClient> ConnectAsync(Uri host, string? token, Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new HubClient();
        client._socket.Options.Proxy = null;
        configure?.Invoke(client._socket.Options);
        var address = new UriBuilder(host) { Scheme = "ws", Path = "/hubs/wall", Query = token is null ? "" : $"access_token={token}" }.Uri;
        using var timeout = new CancellationTokenSource(Patience);
        await client._socket.ConnectAsync(address, timeout.Token);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        Assert.Equal("{}", (await client.NextAsync()).ToJsonString());
        return client;
    }

    /// <summary>Calls a method and gives its result; messages that come meanwhile are kept.</summary>
    /// <exception cref="HubFailure">The method failed.</exception>
    public async Task<JsonNode?> InvokeAsync(string method, params object?[] arguments)
    {
        var id = (++_invocation).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments }));
        var answer = await UntilAsync(message => (int?)message["type"] == 3 && (string?)message["invocationId"] == id);
        return answer["error"] is { } error ? throw new HubFailure((string)error!) : answer["result"];
    }

    /// <summary>The completion of a call that was sent as text.</summary>
    public Task<JsonNode> ResultOfAsync(string invocation)
        => UntilAsync(message => (int?)message["type"] == 3 && (string?)message["invocationId"] == invocation);

    public Task<JsonNode?> HelloAsync() => InvokeAsync("Hello", new { protocol = 1 });

    /// <summary>The next message of a kind; others that came before it are dropped.</summary>
    public async Task<JsonNode> NextAsync(string target)
        => (await UntilAsync(message => (string?)message["target"] == target))["arguments"]![0]!;

    public async Task<JsonNode> NextAsync(string target, Func<JsonNode, bool> which)
        => (await UntilAsync(message => (string?)message["target"] == target && which(message["arguments"]![0]!)))["arguments"]![0]!;

    /// <summary>The next frame, acknowledged.</summary>
    public async Task<JsonNode> FrameAsync(Func<JsonNode, bool>? which = null)
    {
        while (true)
        {
            var frame = await NextAsync("frame");
            await InvokeAsync("Ack", (long)frame["seq"]!);
            if (which?.Invoke(frame) ?? true)
            {
                return frame;
            }
        }
    }

    /// <summary>Reads until the host ends the connection.</summary>
    public async Task EndAsync()
    {
        try
        {
            while (true)
            {
                await NextAsync();
            }
        }
        catch (Exception ended) when (ended is WebSocketException or EndOfStreamException)
        {
        }
    }

    /// <summary>Messages of a kind that are here already.</summary>
    public int CountReceived(string target) => _received.Count(message => (string?)message["target"] == target);

    /// <summary>Takes in whatever comes for a while.</summary>
    public async Task ListenAsync(TimeSpan time)
    {
        var until = DateTime.UtcNow + time;
        var kept = new List<JsonNode>();
        while (DateTime.UtcNow < until)
        {
            // A ping comes from us too, and SignalR answers nothing: only what the host sends by itself is counted.
            await SendAsync("""{"type":6}""");
            var id = (++_invocation).ToString(System.Globalization.CultureInfo.InvariantCulture);
            await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = "NoSuchMethod", arguments = Array.Empty<object>() }));
            while (true)
            {
                var message = await NextAsync();
                if ((int?)message["type"] == 3 && (string?)message["invocationId"] == id)
                {
                    break;
                }

                kept.Add(message);
            }

            await Task.Delay(50);
        }

        kept.ForEach(_received.Enqueue);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        await ValueTask.CompletedTask;
    }

    public async Task SendAsync(string json)
    {
        using var timeout = new CancellationTokenSource(Patience);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(json + End), WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
    }

    private async Task<JsonNode> UntilAsync(Func<JsonNode, bool> isWanted)
    {
        // What is passed over stays for later calls only when a method's answer was waited for.
        var passed = new List<JsonNode>();
        using var patience = new CancellationTokenSource(Patience); // Of all that comes: signs of life are no answer.
        while (true)
        {
            JsonNode message;
            try
            {
                message = await NextAsync(patience.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"Waited in vain; came: {string.Join(' ', passed.Select(came => came.ToJsonString()))}", late);
            }

            if (isWanted(message))
            {
                var rest = _received.ToList();
                _received.Clear();
                passed.ForEach(_received.Enqueue);
                rest.ForEach(_received.Enqueue);
                return message;
            }

            if ((int?)message["type"] == 1)
            {
                passed.Add(message);
            }
        }
    }

    private async Task<JsonNode> NextAsync(CancellationToken cancelled = default)
    {
        var buffer = new byte[64 * 1024];
        while (_received.Count == 0)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
            timeout.CancelAfter(Patience);
            var read = await _socket.ReceiveAsync(buffer, timeout.Token);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                throw new EndOfStreamException();
            }

            _partial.Append(Encoding.UTF8.GetString(buffer, 0, read.Count));
            var text = _partial.ToString();
            var end = text.LastIndexOf(End);
            if (end < 0)
            {
                continue;
            }

            _partial.Clear().Append(text[(end + 1)..]);
            foreach (var json in text[..end].Split(End))
            {
                var message = JsonNode.Parse(json)!;
                if ((int?)message["type"] == 7)
                {
                    throw new EndOfStreamException((string?)message["error"]);
                }

                if ((int?)message["type"] != 6)
                {
                    _received.Enqueue(message);
                }
            }
        }

        return _received.Dequeue();
    }
}

public sealed class HubFailure(string message) : Exception(message);

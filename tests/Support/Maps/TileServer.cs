using System.Collections.Concurrent;
using System.Net;

namespace Vantage.Support.Maps;

/// <summary>A server of tiles on loopback that does what a test says.</summary>
public sealed class TileServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private HttpListener _listener = new();

    public TileServer(Func<HttpListenerContext, CancellationToken, Task> answer)
    {
        Answer = answer;
        Start();
    }

    /// <summary>Host and port.</summary>
    public string Authority => $"127.0.0.1:{Port}";

    public int Port { get; } = FreePort.Next();

    /// <summary>What is done with a request.</summary>
    public Func<HttpListenerContext, CancellationToken, Task> Answer { get; set; }

    /// <summary>Path and query of all that was asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public void Start()
    {
        _listener = new HttpListener();
        _listener.Prefixes.Add($"http://{Authority}/");
        _listener.Start();
        _ = AnswerAllAsync(_listener);
    }

    /// <summary>Nobody listens any more.</summary>
    public void Stop() => _listener.Close();

    public static Task GiveAsync(HttpListenerContext context, byte[] bytes, string type = "image/png")
    {
        context.Response.ContentType = type;
        context.Response.ContentLength64 = bytes.Length;
        return context.Response.OutputStream.WriteAsync(bytes).AsTask();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Close();
        _stop.Dispose();
    }

    private async Task AnswerAllAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = AnswerOneAsync(context);
        }
    }

    private async Task AnswerOneAsync(HttpListenerContext context)
    {
        Asked.Enqueue(context.Request.RawUrl!);
        try
        {
            await Answer(context, _stop.Token);
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Whoever asked does not wait any more, or the test is over.
        }
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Vantage.Support.Video;

/// <summary>A server on a free port of loopback that answers as a test has it: a camera, or a gateway.</summary>
public sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app) => (_app, Address) = (app, new Uri(app.Urls.Single()));

    public Uri Address { get; }

    /// <summary>What was asked for, in order: path and query.</summary>
    public Queue<string> Asked { get; } = new();

    public required RequestDelegate Answer { get; set; }

    public static async Task<FakeServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        FakeServer? server = null;
        app.Run(context =>
        {
            lock (server!.Asked)
            {
                server.Asked.Enqueue(context.Request.Path + context.Request.QueryString);
            }

            return server.Answer(context);
        });
        await app.StartAsync();
        return server = new FakeServer(app) { Answer = answer };
    }

    public string[] TakeAsked()
    {
        lock (Asked)
        {
            var asked = Asked.ToArray();
            Asked.Clear();
            return asked;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

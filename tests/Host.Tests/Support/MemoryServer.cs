using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Vantage.Host.Tests;

/// <summary>Stands in for Kestrel: requests go into the host's own pipeline without a socket, a hundred times as fast.</summary>
internal sealed class MemoryServer : IServer
{
    private Func<IFeatureCollection, Task> _process = _ => throw new InvalidOperationException("Not started.");

    public MemoryServer()
    {
        var addresses = new ServerAddressesFeature();
        addresses.Addresses.Add("http://127.0.0.1:80");
        Features.Set<IServerAddressesFeature>(addresses);
    }

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _process = async features =>
        {
            var context = application.CreateContext(features);
            try
            {
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            }
            catch (Exception failed)
            {
                application.DisposeContext(context, failed);
                throw;
            }
        };
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }

    /// <param name="target">The path, percent signs and all, and the query.</param>
    public async Task<MemoryAnswer> SendAsync(string method, string target, byte[]? body = null, params (string Name, string Value)[] headers)
    {
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var request = new HttpRequestFeature
        {
            Method = method,
            Scheme = "http",
            Protocol = "HTTP/1.1",
            Path = Uri.UnescapeDataString(mark < 0 ? target : target[..mark]),
            QueryString = mark < 0 ? "" : target[mark..],
            RawTarget = target,
            Body = new MemoryStream(body ?? []),
        };
        request.Headers.Host = "127.0.0.1";
        request.Headers.ContentLength = body?.Length;
        foreach (var (name, value) in headers)
        {
            request.Headers[name] = value;
        }

        using var sent = new MemoryStream();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(sent));
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = IPAddress.Loopback, LocalIpAddress = IPAddress.Loopback });
        features.Set<IHttpRequestBodyDetectionFeature>(new HasBody(body is { Length: > 0 }));
        await _process(features);
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        return new MemoryAnswer(response.StatusCode, response.Headers.ContentType, response.Headers.SetCookie, Encoding.UTF8.GetString(sent.ToArray()));
    }

    private sealed record HasBody(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}

internal sealed record MemoryAnswer(int Status, StringValues ContentType, StringValues Cookies, string Body);

using System.Net.Http.Headers;

namespace Vantage.Simulator.Load;

/// <summary>Keep-alive connections, each with one request at a time and its own share of the units.</summary>
internal abstract class HttpLoad : ILoadDriver
{
    private readonly LoadUnit[][] _shares;
    private readonly LoadMeter _meter;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    protected HttpLoad(LoadOptions options, IReadOnlyList<LoadUnit> units, LoadMeter meter, TimeProvider clock)
    {
        (Options, _meter, _clock) = (options, meter, clock);
        var connections = Math.Min(options.Connections, units.Count);
        _shares = [.. Enumerable.Range(0, connections).Select(share => units.Where((_, i) => i % connections == share).ToArray())];
        _http = Client(options, connections);
    }

    /// <summary>A client for the host: no proxy, no cookies, the token in each request.</summary>
    public static HttpClient Client(LoadOptions options, int connections)
    {
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false, UseCookies = false })
        {
            BaseAddress = options.Url,
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (options.Token is { } token)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return http;
    }

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync("healthz", cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new LoadException($"Nothing answers at {Options.Url}: {exception.Message}", exception);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pace = new Pace(Options.Rate, _clock);
        await Task.WhenAll(_shares.Select(share => Task.Run(() => RunAsync(share, pace, cancellationToken), CancellationToken.None)));
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    protected LoadOptions Options { get; }

    /// <summary>Positions in one request.</summary>
    protected abstract int BatchSize { get; }

    /// <summary>A request with one batch; takes units from the share in turn, going on at <paramref name="next"/>.</summary>
    protected abstract HttpRequestMessage Request(LoadUnit[] share, ref int next);

    /// <summary>How many positions of a batch the host took.</summary>
    protected abstract ValueTask<int> AcceptedAsync(HttpResponseMessage response);

    private async Task RunAsync(LoadUnit[] share, Pace pace, CancellationToken cancellationToken)
    {
        var next = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await pace.TakeAsync(BatchSize, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            using var request = Request(share, ref next);
            var sentAt = _clock.GetTimestamp();
            _meter.OnSent(BatchSize);
            var accepted = await SendAsync(request);
            _meter.OnAnswered(accepted, BatchSize - accepted, _clock.GetElapsedTime(sentAt));
        }
    }

    // A request under way is let finish: cutting it off would leave open whether its positions were taken.
    private async Task<int> SendAsync(HttpRequestMessage request)
    {
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
            return response.IsSuccessStatusCode ? await AcceptedAsync(response) : 0;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            _meter.OnBroken();
            return 0;
        }
    }
}

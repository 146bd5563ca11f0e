using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Simulator.Terminals;

namespace Vantage.Bench.Wall;

/// <summary>Terminals whose every fix has a latitude of its own, so that it is known again wherever it is seen.</summary>
internal sealed class ProbeFleet : IAsyncDisposable
{
    /// <summary>Latitudes from here on are of probes alone: the load's units stay south of it. Degrees × 1e6.</summary>
    public const int FirstLatitude = 31_228_500;

    /// <summary>So many fixes before a latitude comes again.</summary>
    public const int MostFixes = 20_000;

    private readonly List<(Jt808Link Link, Task Receiving)> _terminals = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, double> _sentAt = new();
    private int _fixes;

    public static async Task<ProbeFleet> ConnectAsync(MeasuredHost host, string token, int count)
    {
        var fleet = new ProbeFleet();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        for (var i = 0; i < count; i++)
        {
            var phone = $"1990000{i:0000}";
            var unit = new { name = $"Probe {i}", devices = new[] { new { protocol = "jt808", key = phone } } };
            (await http.PutAsJsonAsync($"/api/units/vehicle/probe-{i}", unit)).EnsureSuccessStatusCode();
            var socket = await Jt808Link.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Jt808Port), default);
            var link = new Jt808Link(socket, Jt808Form.V2013, Jt808Phone.Parse(phone), TimeSpan.FromSeconds(20), TimeProvider.System, static (_, _) => ValueTask.CompletedTask);
            fleet._terminals.Add((link, link.ReceiveAsync(fleet._stop.Token)));
            var code = await Jt808SignIn.RegisterAsync(link, phone, $"probe-{i}", default);
            await Jt808SignIn.AuthenticateAsync(link, phone, code, default);
        }

        return fleet;
    }

    /// <summary>Milliseconds since the epoch, finer than a millisecond.</summary>
    public static double Now => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;

    /// <summary>When a fix was written to its socket; null: it is none of ours.</summary>
    public double? SentAt(int fix) => _sentAt.TryGetValue(fix, out var at) ? at : null;

    /// <summary>One fix a second and terminal, spread over the second.</summary>
    public async Task SendAsync()
    {
        var each = _terminals.Select(async (terminal, i) =>
        {
            await Task.Delay(TimeSpan.FromSeconds((double)i / _terminals.Count));
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            var body = new byte[Jt808Fix.Length];
            try
            {
                while (await timer.WaitForNextTickAsync(_stop.Token))
                {
                    var fix = Interlocked.Increment(ref _fixes) % MostFixes;
                    var now = Now;
                    Jt808Fix.At((FirstLatitude + fix + 0.2) / 1e6, 121.36 + (i * 0.002), (long)now, speed: 8).Write(body);
                    _sentAt[fix] = now;
                    await terminal.Link.AskAsync(Jt808MessageId.Location, body.ToArray(), _stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The run is over.
            }
        });
        await Task.WhenAll(each);
    }

    public Task StopAsync() => _stop.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var (link, receiving) in _terminals)
        {
            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            link.Dispose();
        }
    }
}

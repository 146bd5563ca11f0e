using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Vantage.Host.Tests.RealData;

namespace Vantage.Host.Tests.Tracks;

/// <summary>A thousand who take long answers slowly: each is served in bounded memory or told to come again, and nobody else notices.</summary>
public sealed class SlowReaderTests : IAsyncLifetime
{
    private const int Readers = 1_000;
    private const int Fixes = 86_400;
    private const string Unit = "vehicle/沪A1";

    /// <summary>The room of all answers is 400 MB, and the process itself takes some 200; the same readers without bounds would take 3.5 GB.</summary>
    private const long MostMemory = 1_200L << 20;

    private static readonly DateTimeOffset Start = new(2026, 5, 28, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Meanwhile = TimeSpan.FromSeconds(30);

    /// <summary>What others may wait for on a busy machine that also runs a thousand clients: long, and yet within the time that the readers stay.</summary>
    private static readonly TimeSpan OthersWait = TimeSpan.FromSeconds(25);

    private HostProcess _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostProcess.StartAsync();
        for (var from = 0; from < Fixes; from += 7_200)
        {
            var hour = Enumerable.Range(from, 7_200).Select(second => new
            {
                unit = Unit,
                time = Start.AddSeconds(second).UtcDateTime,
                lon = 121.4 + (0.02 * Math.Sin(second / 900d)),
                lat = 31.2 + (0.02 * Math.Cos(second / 700d)),
                speed = second % 15,
            });
            (await _host.Client.PostAsJsonAsync("/api/positions", hour)).EnsureSuccessStatusCode();
        }

        await ReportAsync("officer/short", Start);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact(DisplayName = "A thousand slow readers get their answers piece by piece or 503 with Retry-After; memory stays bounded, reports and short questions are served")]
    public async Task A_thousand()
    {
        string[] paths =
        [
            $"/api/units/vehicle/{Uri.EscapeDataString("沪A1")}/track?{Range}",
            $"/api/units/vehicle/{Uri.EscapeDataString("沪A1")}/track?{Range}&format=csv",
            $"/api/tracks?units={Uri.EscapeDataString(Unit)}&{Range}",
            $"/api/exports/tracks?units={Uri.EscapeDataString(Unit)}&{Range}",
        ];
        using var leave = new CancellationTokenSource();
        var readers = Enumerable.Range(0, Readers).Select(i => ReadSlowlyAsync(paths[i % paths.Length], leave.Token)).ToArray();

        var (memory, watch) = (0L, Stopwatch.StartNew());
        while (watch.Elapsed < Meanwhile)
        {
            memory = Math.Max(memory, _host.MemoryBytes);
            await SoonAsync(() => _host.Client.GetStringAsync("/healthz"));
            await SoonAsync(() => ReportAsync("officer/other", Start.AddSeconds(watch.Elapsed.TotalSeconds)));
            var trail = await SoonAsync(() => _host.Client.GetAsync($"/api/units/officer/short/track?{Range}"));
            Assert.Equal(HttpStatusCode.OK, trail.StatusCode);
            await Task.Delay(500);
        }

        await leave.CancelAsync();
        var answers = await Task.WhenAll(readers);
        Assert.InRange(memory, 1, MostMemory);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 503, $"{answer.Status}: {answer.Head}"));
        Assert.All(answers.Where(answer => answer.Status == 503), answer =>
        {
            Assert.Contains("Retry-After:", answer.Head, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("application/problem+json", answer.Head, StringComparison.Ordinal);
        });
        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.Contains(answers, answer => answer.Status == 503);

        // All have gone: there is room again.
        var whole = await _host.Client.GetAsync(paths[0]);
        Assert.Equal(Fixes, (await whole.JsonAsync())["time"]!.AsArray().Count);
    }

    private static string Range { get; } = string.Create(
        CultureInfo.InvariantCulture, $"from={Start.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}&to={Start.AddDays(1).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");

    private async Task<HttpResponseMessage> ReportAsync(string unit, DateTimeOffset time)
        => (await _host.Client.PostAsJsonAsync("/api/positions", new[] { new { unit, time = time.UtcDateTime, lon = 121.4, lat = 31.2 } })).EnsureSuccessStatusCode();

    private static async Task<T> SoonAsync<T>(Func<Task<T>> ask) => await ask().WaitAsync(OthersWait);

    /// <summary>Asks, and takes some bytes a second of whatever comes, until it is told to leave; gives what the answer began with.</summary>
    private async Task<(int Status, string Head)> ReadSlowlyAsync(string path, CancellationToken leave)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, _host.HttpPort, CancellationToken.None);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {_host.Client.DefaultRequestHeaders.Authorization}\r\n\r\n"), CancellationToken.None);
        var head = new StringBuilder();
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, leave) is > 0 and var got)
            {
                if (head.Length < 2_000)
                {
                    head.Append(Encoding.Latin1.GetString(buffer, 0, got));
                }

                await Task.Delay(1_000, leave);
            }
        }
        catch (OperationCanceledException)
        {
            // It has waited long enough.
        }
        catch (SocketException cut) when (cut.SocketErrorCode == SocketError.ConnectionReset && head.Length > 0)
        {
            // Too slow even for the buffers between: docs/operations.md says when the host cuts an answer that is not taken.
        }

        var text = head.ToString();
        return (text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0, text);
    }
}

using System.Globalization;
using System.Net;
using Vantage.Simulator.Scenes;

namespace Vantage.Simulator.Terminals;

/// <summary>An officer's phone: one GET a position, oldest first, kept and tried again until the host has it.</summary>
internal sealed class OsmAndTerminal(
    Scene scene, UnitPlan unit, ReportSpacing spacing, HttpClient http, Uri endpoint, TimeProvider clock, TerminalCounters counters)
{
    private const double KnotsPerMetrePerSecond = 3600 / 1852.0;
    private const long LongestSleepMs = 600_000;
    private const int MaxBurst = 32;

    private readonly BackOff _backOff = new(clock, unit.Index);

    public async Task RunAsync(long fromMs, CancellationToken cancellationToken)
    {
        var queue = new ReportQueue(scene, unit, spacing, fromMs);
        var due = new SimFix[MaxBurst];
        while (!cancellationToken.IsCancellationRequested)
        {
            var count = queue.Peek(clock.GetUtcNow().ToUnixTimeMilliseconds(), due);
            for (var i = 0; i < count && await TrySendAsync(due[i], cancellationToken); i++)
            {
                queue.Advance(due[i]);
            }

            var waitMs = queue.NextMs - clock.GetUtcNow().ToUnixTimeMilliseconds();
            if (waitMs > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(waitMs, LongestSleepMs)), clock, cancellationToken);
            }
        }
    }

    // False when it has to be tried again.
    private async Task<bool> TrySendAsync(SimFix fix, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(Request(fix), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode < HttpStatusCode.InternalServerError && response.StatusCode != HttpStatusCode.TooManyRequests)
            {
                counters.OnSent(1);
                counters.OnAnswered(1, response.IsSuccessStatusCode); // Told that it is wrong, a phone has no use for keeping it.
                _backOff.Reset();
                return true;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            counters.OnDisconnected();
        }

        await _backOff.WaitAsync(cancellationToken);
        return false;
    }

    private Uri Request(SimFix fix)
    {
        var minutes = fix.TimeMs / 60_000;
        var battery = 100 - minutes / 6 % 80; // Charged every eight hours.
        return new(endpoint, string.Create(
            CultureInfo.InvariantCulture,
            $"osmand?id={Uri.EscapeDataString(unit.DeviceKey)}&timestamp={fix.TimeMs}&lat={fix.Latitude:0.0000000}&lon={fix.Longitude:0.0000000}&speed={fix.Speed * KnotsPerMetrePerSecond:0.00}&bearing={fix.Heading:0.0}&accuracy={fix.Accuracy:0.0}&batt={battery}"));
    }
}

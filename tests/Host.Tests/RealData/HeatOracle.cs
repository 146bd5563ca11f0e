using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>Heat as h3-js has it, by a script that knows nothing of the product.</summary>
internal static class HeatOracle
{
    /// <summary>One hour of one cell of resolution 11.</summary>
    internal sealed record Heat(int Hour, string Cell11, string Cell9, long Fixes, long PresenceMs);

    /// <summary>Skips the calling test where there is no Node.js or no way to install h3-js.</summary>
    public static async Task<List<Heat>> HeatAsync(IEnumerable<CabRow> rows)
    {
        H3JsFolder.Require();
        using var script = Process.Start(Command("node", "heat.mjs"))!;
        var output = script.StandardOutput.ReadToEndAsync();
        foreach (var track in CabRows.Tracks(rows).Values)
        {
            foreach (var row in CabRows.Counting(track))
            {
                await script.StandardInput.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{row.Cab} {row.TimeMs} {row.Lat} {row.Lon}\n"));
            }
        }

        script.StandardInput.Close();
        var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await script.WaitForExitAsync();
        Assert.Equal(0, script.ExitCode);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)
            .Select(sum => new Heat(sum[0].GetInt32(), sum[1].GetString()!, sum[2].GetString()!, sum[3].GetInt64(), sum[4].GetInt64()))];
    }

    private static ProcessStartInfo Command(string program, params string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = H3JsFolder.Path,
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    };
}

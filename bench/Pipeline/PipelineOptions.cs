using System.Globalization;

namespace Vantage.Bench.Pipeline;

/// <summary>The load: units that move at 0–15 m/s with one report a second of event time, some of them late by up to ten minutes.</summary>
/// <param name="Postgres">The connection string of an empty database, in place of a folder.</param>
/// <param name="Rate">Reports a second of the clock; null: as fast as the log takes them.</param>
/// <param name="Burst">At the end, as many reports a second for a minute, and then the rate again until what is unsealed is what it was before.</param>
internal sealed record PipelineOptions(
    int Units = 10_000, int Zones = 1_000, double LateShare = 0.01, int WarmupSeconds = 20, int Seconds = 60, string? Folder = null, long? Reports = null,
    bool Allocations = false, double? Rate = null, double? Burst = null, string? Postgres = null)
{
    public static PipelineOptions Parse(string[] args)
    {
        var options = new PipelineOptions();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var value = args[i + 1];
            options = args[i] switch
            {
                "--units" => options with { Units = Whole(value) },
                "--zones" => options with { Zones = Whole(value) },
                "--late" => options with { LateShare = double.Parse(value, CultureInfo.InvariantCulture) },
                "--warmup" => options with { WarmupSeconds = Whole(value) },
                "--seconds" => options with { Seconds = Whole(value) },
                "--folder" => options with { Folder = value },
                "--postgres" => options with { Postgres = value },
                "--rate" => options with { Rate = double.Parse(value, CultureInfo.InvariantCulture) },
                "--burst" => options with { Burst = double.Parse(value, CultureInfo.InvariantCulture) },
                "--allocations" => options with { Allocations = bool.Parse(value) },
                "--reports" => options with { Reports = long.Parse(value, CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException($"{args[i]} is no option of this benchmark."),
            };
        }

        return options;
    }

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

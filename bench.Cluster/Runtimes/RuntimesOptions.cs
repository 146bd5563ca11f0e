using System.Globalization;

namespace Vantage.Bench.Cluster.Runtimes;

/// <param name="Actors">How many there are to be asked and told.</param>
/// <param name="Asks">How many are under way at any time.</param>
/// <param name="Rounds">How often every runtime has its turn; what is printed is the median.</param>
/// <param name="Only">A part of the names of those that take part; all when empty.</param>
internal sealed record RuntimesOptions(int Actors = 1_000, int Asks = 256, int Rounds = 3, int WarmupSeconds = 3, int Seconds = 5, string Only = "")
{
    public static RuntimesOptions Parse(string[] args)
    {
        var options = new RuntimesOptions();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var value = args[i + 1];
            options = args[i] switch
            {
                "--actors" => options with { Actors = Whole(value) },
                "--asks" => options with { Asks = Whole(value) },
                "--rounds" => options with { Rounds = Whole(value) },
                "--warmup" => options with { WarmupSeconds = Whole(value) },
                "--seconds" => options with { Seconds = Whole(value) },
                "--only" => options with { Only = value },
                _ => throw new ArgumentException($"{args[i]} is no option of this benchmark."),
            };
        }

        return options;
    }

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

using Vantage.Bench.Cluster.Runtimes;

return args switch
{
    ["runtimes", .. var rest] => await RuntimesBench.RunAsync(RuntimesOptions.Parse(rest)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project bench.Cluster -- runtimes [--actors 1000] [--asks 256] [--rounds 3] [--warmup 3] [--seconds 5] [--only akka]");
    return 2;
}

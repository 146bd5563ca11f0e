using Vantage.Bench.Codec;
using Vantage.Bench.Pipeline;

return args switch
{
    ["pipeline", .. var rest] => await PipelineBench.RunAsync(PipelineOptions.Parse(rest)),
    ["codec", .. var rest] => CodecBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project bench -- pipeline [--units 10000] [--zones 1000] [--late 0.01] [--warmup 20] [--seconds 60] [--reports N] [--allocations true] [--folder DIR]");
    Console.Error.WriteLine("dotnet run -c Release --project bench -- codec --data FILE.csv[.gz] [--chunk 1024]");
    return 2;
}

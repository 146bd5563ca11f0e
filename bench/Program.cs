using Vantage.Bench.Codec;
using Vantage.Bench.Geo;
using Vantage.Bench.Heat;
using Vantage.Bench.Pipeline;
using Vantage.Bench.Replay;
using Vantage.Bench.Store;
using Vantage.Bench.Wall;

return args switch
{
    ["pipeline", .. var rest] => await PipelineBench.RunAsync(PipelineOptions.Parse(rest)),
    ["codec", .. var rest] => CodecBench.Run(rest),
    ["store", .. var rest] => StoreBench.Run(rest),
    ["heat", .. var rest] => HeatBench.Run(rest),
    ["geo", .. var rest] => GeoBench.Run(rest),
    ["replay", .. var rest] => await ReplayBench.RunAsync(rest),
    ["wall", .. var rest] => await WallBench.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project bench -- pipeline [--units 10000] [--zones 1000] [--late 0.01] [--warmup 20] [--seconds 60] [--reports N] [--allocations true] [--folder DIR | --postgres CONNECTION]");
    Console.Error.WriteLine("dotnet run -c Release --project bench -- codec --data FILE.csv[.gz] [--chunk 1024]");
    Console.Error.WriteLine("dotnet run -c Release --project bench -- store --folder DIR [--postgres CONNECTION] [--units 300] [--days 2] [--year 5000000]");
    Console.Error.WriteLine("dotnet run -c Release --project bench -- heat --folder DIR [--postgres CONNECTION] [--units 300] [--every 20]");
    Console.Error.WriteLine("dotnet run -c Release --project bench -- geo [--parts h3,zones,polygon,distance,near] [--postgres CONNECTION]");
    Console.Error.WriteLine("dotnet run -c Release --project bench -- replay --url http://127.0.0.1:5080 --token TOKEN [--units 300] [--every 10] [--zones 1000] [--incidents 300] [--year 5000000]");
    Console.Error.WriteLine("dotnet run -c Release --project bench -- wall [--units 10000] [--screens 20] [--seconds 60] [--warmup 30] [--gl swiftshader|llvmpipe|none] [--most-units 12000] [--parts paint,linkage,load] [--trace FILE]");
    return 2;
}

using Microsoft.Extensions.Logging;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Orleans.Tests;

public sealed class OrleansTwoNodes : TwoNodesContract
{
    protected override TimeSpan Briefly => Patience.Limit;

    protected override async Task<HostedRuntime> JoinAsync(RuntimeSetup setup, int port, int seed, WireCatalog messages, ILoggerFactory loggers)
    {
        var runtime = await Silo.StartAsync(setup, port, seed, messages: messages, loggers: loggers);
        return new HostedRuntime(runtime, async () => await runtime.StopAsync(TimeSpan.Zero));
    }

    protected override void AssertRefused(Exception refusal)
    {
        var reason = Assert.IsType<ActorFailedException>(refusal).Reason;
        Assert.True(NamesBothVersions(reason), reason);
    }
}

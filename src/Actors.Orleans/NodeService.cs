using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace Vantage.Actors.Orleans;

/// <summary>The ear of each silo.</summary>
internal interface INodeService : IGrainService
{
    [OneWay]
    Task HearAsync(NodeSaid said);
}

/// <summary>From one silo to another: part of the live feed.</summary>
internal sealed record NodeSaid(object Message);

internal sealed class NodeService(GrainId id, Silo silo, ILoggerFactory loggers, OrleansRuntime runtime)
    : GrainService(id, silo, loggers), INodeService
{
    public Task HearAsync(NodeSaid said)
    {
        runtime.Link.OnHeard(said.Message);
        return Task.CompletedTask;
    }
}

internal sealed class NodeClient(IServiceProvider services) : GrainServiceClient<INodeService>(services)
{
    public INodeService Of(SiloAddress silo) => GetGrainService(silo);
}

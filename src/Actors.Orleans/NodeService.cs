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

    /// <summary>A silo is about to stop: position shards are placed on it no more.</summary>
    [ResponseTimeout("00:00:02")]
    Task LeavingAsync(SiloAddress silo);
}

/// <summary>From one silo to another: part of the live feed.</summary>
internal sealed record NodeSaid(object Message);

internal sealed class NodeService(GrainId id, Silo silo, ILoggerFactory loggers, OrleansRuntime runtime, PositionPlaces places)
    : GrainService(id, silo, loggers), INodeService
{
    public Task HearAsync(NodeSaid said)
    {
        runtime.Link.OnHeard(said.Message);
        return Task.CompletedTask;
    }

    public Task LeavingAsync(SiloAddress silo)
    {
        places.Leaves(silo);
        return Task.CompletedTask;
    }
}

internal sealed class NodeClient(IServiceProvider services) : GrainServiceClient<INodeService>(services)
{
    public INodeService Of(SiloAddress silo) => GetGrainService(silo);
}

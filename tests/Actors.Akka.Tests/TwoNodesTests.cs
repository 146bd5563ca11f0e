using Microsoft.Extensions.Logging;
using Vantage.Actors.Wire;
using Vantage.Runtime.Contract;

namespace Vantage.Actors.Akka.Tests;

public sealed class AkkaTwoNodes : TwoNodesContract
{
    protected override TimeSpan Briefly => TimeSpan.FromSeconds(5);

    protected override async Task<HostedRuntime> JoinAsync(RuntimeSetup setup, int port, int seed, WireCatalog messages, ILoggerFactory loggers)
        => (await OneNode.JoinAsync(setup, messages, port, seed, loggers)).Host;

    /// <summary>Akka.NET drops what does not read: the asker hears nothing.</summary>
    protected override void AssertRefused(Exception refusal)
    {
    }
}

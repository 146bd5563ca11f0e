using Vantage.Runtime.Contract;

namespace Vantage.Actors.Akka.Tests;

// On the host's own journal, Persistence.Sql in a file; what the suite holds back or refuses is held back and refused before it.
public sealed class AkkaMessaging : MessagingContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup, Folder);
}

public sealed class AkkaDurability : DurabilityContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup, Folder);
}

public sealed class AkkaTimers : TimerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup, Folder);
}

public sealed class AkkaPassivation : PassivationContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup, Folder);
}

public sealed class AkkaBackPressure : BackPressureContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup, Folder);
}

public sealed class AkkaPositions : PositionContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup, Folder);
}

public sealed class AkkaHammer : HammerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup, Folder);
}

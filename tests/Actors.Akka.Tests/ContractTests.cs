using Vantage.Runtime.Contract;

namespace Vantage.Actors.Akka.Tests;

public sealed class AkkaMessaging : MessagingContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaDurability : DurabilityContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaTimers : TimerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaPassivation : PassivationContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaBackPressure : BackPressureContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaPositions : PositionContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaHammer : HammerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

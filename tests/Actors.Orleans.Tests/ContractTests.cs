using Vantage.Runtime.Contract;

namespace Vantage.Actors.Orleans.Tests;

public sealed class OrleansMessaging : MessagingContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Silo.StartAsync(setup);
}

public sealed class OrleansDurability : DurabilityContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Silo.StartAsync(setup);
}

public sealed class OrleansTimers : TimerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Silo.StartAsync(setup);
}

public sealed class OrleansPassivation : PassivationContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Silo.StartAsync(setup);
}

public sealed class OrleansBackPressure : BackPressureContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Silo.StartAsync(setup);
}

public sealed class OrleansPositions : PositionContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Silo.StartAsync(setup);
}

public sealed class OrleansHammer : HammerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Silo.StartAsync(setup);
}

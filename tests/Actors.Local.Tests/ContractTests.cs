using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Runtime.Contract;

namespace Vantage.Actors.Local.Tests;

public sealed class LocalMessaging : MessagingContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Local.StartAsync(setup);
}

public sealed class LocalDurability : DurabilityContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Local.StartAsync(setup);
}

public sealed class LocalTimers : TimerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Local.StartAsync(setup);
}

public sealed class LocalPassivation : PassivationContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Local.StartAsync(setup);
}

public sealed class LocalBackPressure : BackPressureContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Local.StartAsync(setup);
}

public sealed class LocalPositions : PositionContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Local.StartAsync(setup);
}

public sealed class LocalHammer : HammerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => Local.StartAsync(setup);
}

internal static class Local
{
    public static ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup)
    {
        var options = new LocalRuntimeOptions
        {
            Workers = 3,
            MailboxCapacity = setup.MailboxCapacity,
            FrameCapacity = setup.FrameCapacity,
            IdleAfter = setup.IdleAfter,
        };
        var runtime = new LocalRuntime(
            options, setup.Behaviours, setup.Journal, setup.Catalog, setup.Feed, setup.Shards, setup.Time, NullLogger.Instance, setup.Meters);
        runtime.Start();
        return new(new HostedRuntime(runtime, async () =>
        {
            await runtime.StopAsync(TimeSpan.Zero);
            await runtime.DisposeAsync();
        }));
    }
}

using Microsoft.Extensions.DependencyInjection;
using Vantage.Actors.Positions;
using Vantage.Devices.Json;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Sessions;
using Vantage.Devices.OsmAnd;

namespace Vantage.Devices.Tests;

public class RegistrationTests
{
    [Fact(DisplayName = "With the host's three ports, every gateway can be made")]
    public void Everything_resolves()
    {
        using var services = new ServiceCollection().AddLogging().AddDevices(_ => new Jt808Options { AuthKey = new byte[16] })
            .AddSingleton<IDeviceDirectory>(new FakeDirectory()).AddSingleton<IPositionIngest>(new FakeIngest())
            .AddSingleton<IDeviceAlarms>(new FakeAlarms()).BuildServiceProvider(validateScopes: true);

        Assert.NotNull(ActivatorUtilities.CreateInstance<Jt808ConnectionHandler>(services));
        Assert.Same(services.GetRequiredService<Jt808Gateway>().Sessions, services.GetRequiredService<Jt808Sessions>());
        Assert.NotNull(services.GetRequiredService<JsonPositions>());
        Assert.NotNull(services.GetRequiredService<OsmAndParser>());
        Assert.NotNull(services.GetRequiredService<OsmAndIntake>());
    }

    [Fact(DisplayName = "Options out of range are refused at the start, all of them named")]
    public void Options_are_validated()
    {
        var options = new Jt808Options { AuthKey = new byte[15], MaxTurns = 0, WriteTimeout = TimeSpan.Zero };
        var error = Assert.Throws<ArgumentException>(options.Validate);
        Assert.All(["AuthKey", "MaxTurns", "WriteTimeout"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }
}

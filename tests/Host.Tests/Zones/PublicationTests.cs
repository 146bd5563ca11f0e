using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Vantage.Actors;
using Vantage.Actors.Zones;

namespace Vantage.Host.Tests.Zones;

public sealed class PublicationTests
{
    private const string Circle = """{"type":"Feature","geometry":{"type":"Point","coordinates":[121.4,31.2]},"properties":{"radius":100}}""";

    [Fact(DisplayName = "A zone that cannot be put in force is an error in the log; those put later are in force, also after a restart")]
    public async Task Failure()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-host-").FullName;
        var errors = new FakeLogCollector();
        await using (var host = await HostUnderTest.StartAsync(folder: folder, parts: services => services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(errors))))
        {
            using var admin = await host.SignedInAsync();
            var engine = host.Services.GetRequiredService<SituationEngine>();
            engine.Publish(new ActorId(ActorKinds.Zone, "bad"), new ZoneDefined("bad", 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "{}"));

            await Assert.ThrowsAsync<InvalidDataException>(engine.Zones.PublishedAsync);
            var error = Assert.Single(errors.GetSnapshot(), line => line.Level >= LogLevel.Error && line.Exception is not null);
            Assert.StartsWith("Zone bad v1 does not read", Assert.IsType<InvalidDataException>(error.Exception).Message, StringComparison.Ordinal);

            using var body = new StringContent(Circle, Encoding.UTF8, "application/geo+json");
            Assert.Equal(HttpStatusCode.Created, (await admin.PutAsync("/api/zones/good", body)).StatusCode);
            Assert.Equal("good", Assert.Single(engine.Zones.Newest).Key);
        }

        await using (var host = await HostUnderTest.StartAsync(folder: folder))
        {
            Assert.Equal("good", Assert.Single(host.Services.GetRequiredService<SituationEngine>().Zones.Newest).Key);
        }

        Directory.Delete(folder, recursive: true);
    }
}

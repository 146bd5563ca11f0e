using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
        var errors = new Errors();
        await using (var host = await HostUnderTest.StartAsync(folder: folder, parts: services => services.AddSingleton<ILoggerProvider>(errors)))
        {
            using var admin = await host.SignedInAsync();
            var engine = host.Services.GetRequiredService<SituationEngine>();
            engine.Publish(new ActorId(ActorKinds.Zone, "bad"), new ZoneDefined("bad", 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "{}"));

            await Assert.ThrowsAsync<InvalidDataException>(engine.Zones.PublishedAsync);
            Assert.StartsWith("Zone bad v1 does not read", Assert.IsType<InvalidDataException>(Assert.Single(errors.Logged)).Message, StringComparison.Ordinal);

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

    private sealed class Errors : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<Exception> Logged { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && exception is not null)
            {
                Logged.Enqueue(exception);
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}

using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Vantage.Actors.Positions;

namespace Vantage.Host.Tests.Positions;

public sealed class StorageRefusalTests
{
    [Fact(DisplayName = "While storage refuses, every sender is told so, and the log says it once")]
    public async Task Full_disk()
    {
        var log = new FakeLogCollector();
        await using var host = await HostUnderTest.StartAsync(parts: services =>
        {
            services.AddSingleton<IPositionIngest>(new FullDisk());
            services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(log));
        });
        using var gateway = await host.WithTokenAsync("positions");

        for (var i = 0; i < 50; i++)
        {
            var answer = await gateway.PostAsJsonAsync("/api/positions", new[] { new { unit = "vehicle/1", time = "2026-03-02T01:20:30Z", lon = 121.4, lat = 31.2 } });
            var problem = await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.Equal("urn:vantage:problem:storage-refused", (string)problem["type"]!);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        var failure = Assert.Single(log.GetSnapshot(), line => line.Exception is not null || line.Level >= LogLevel.Error);
        Assert.Contains("POST /api/positions", failure.Message, StringComparison.Ordinal);
    }

    private sealed class FullDisk : IPositionIngest
    {
        public ValueTask CommitAsync(PositionBatch batch, CancellationToken cancellationToken = default) => throw new IOException("database or disk is full");
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vantage.Actors.Positions;

namespace Vantage.Host.Tests.Positions;

public sealed class StorageRefusalTests
{
    [Fact(DisplayName = "While storage refuses, every sender is told so, and the log says it once")]
    public async Task Full_disk()
    {
        var log = new Lines();
        await using var host = await HostUnderTest.StartAsync(parts: services =>
        {
            services.AddSingleton<IPositionIngest>(new FullDisk());
            services.AddSingleton<ILoggerProvider>(log);
        });
        using var gateway = await host.WithTokenAsync("positions");

        for (var i = 0; i < 50; i++)
        {
            var answer = await gateway.PostAsJsonAsync("/api/positions", new[] { new { unit = "vehicle/1", time = "2026-03-02T01:20:30Z", lon = 121.4, lat = 31.2 } });
            var problem = await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.Equal("urn:vantage:problem:storage-refused", (string)problem["type"]!);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        var failure = Assert.Single(log.Failures);
        Assert.Contains("POST /api/positions", failure, StringComparison.Ordinal);
    }

    private sealed class FullDisk : IPositionIngest
    {
        public ValueTask CommitAsync(PositionBatch batch, CancellationToken cancellationToken = default) => throw new IOException("database or disk is full");
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Failures { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null || logLevel >= LogLevel.Error)
            {
                Failures.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}

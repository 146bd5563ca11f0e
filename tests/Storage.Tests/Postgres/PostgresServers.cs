[assembly: AssemblyFixture(typeof(Vantage.Storage.Tests.Postgres.PostgresServers))]

namespace Vantage.Storage.Tests.Postgres;

/// <summary>The server that the tests share, started when the first asks for it.</summary>
public sealed class PostgresServers : IDisposable
{
    private readonly Lazy<PostgresServer> _shared = new(() => new PostgresServer());

    /// <summary>Skips the calling test where PostgreSQL is not installed.</summary>
    public PostgresServer Shared
    {
        get
        {
            PostgresServer.Require();
            return _shared.Value;
        }
    }

    public void Dispose()
    {
        if (_shared.IsValueCreated)
        {
            _shared.Value.Dispose();
        }
    }
}

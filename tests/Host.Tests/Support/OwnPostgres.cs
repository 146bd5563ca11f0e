using Vantage.Support;

namespace Vantage.Host.Tests;

/// <summary>A server for the tests of one class.</summary>
public sealed class OwnPostgres : IDisposable
{
    private PostgresServer? _server;

    /// <summary>Skips the calling test where PostgreSQL is not installed.</summary>
    public PostgresServer Server
    {
        get
        {
            PostgresServer.Require();
            return _server ??= new PostgresServer();
        }
    }

    public void Dispose() => _server?.Dispose();
}

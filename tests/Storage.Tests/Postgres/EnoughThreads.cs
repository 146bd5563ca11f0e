using System.Runtime.CompilerServices;

namespace Vantage.Storage.Tests.Postgres;

/// <summary>
/// As the host does at its start: the driver's calls wait on a thread of the pool for another of it, and a server ends a transaction whose process
/// stands still for some seconds.
/// </summary>
internal static class EnoughThreads
{
    [ModuleInitializer]
    internal static void Raise() => ThreadPool.SetMinThreads(64, 64);
}

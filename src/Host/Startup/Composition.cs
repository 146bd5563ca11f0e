using Vantage.Host.Settings;

namespace Vantage.Host.Startup;

/// <summary>The one place where the parts are put together.</summary>
internal static class Composition
{
    public static void AddParts(IServiceCollection services, HostSettings settings)
    {
    }
}

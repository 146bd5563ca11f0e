using Vantage.Host.Settings;

namespace Vantage.Host.Startup;

/// <summary>What the web part stands on: storage, situation, devices. Tests stand it on parts in memory.</summary>
/// <param name="Add">Registers the parts named in <c>Engine/</c>, and <c>IAccounts</c>.</param>
internal sealed record HostParts(Action<IServiceCollection, HostSettings> Add)
{
    public static HostParts On(IRuntimeModule runtime) => new((services, settings) => Composition.AddParts(services, settings, runtime));
}

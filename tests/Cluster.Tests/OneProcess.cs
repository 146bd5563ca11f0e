using Vantage.Cluster.Tests.Fleet;

namespace Vantage.Cluster.Tests;

/// <summary>One process on the in-process runtime that is told what a cluster was told: what it derives is what a cluster has to derive.</summary>
internal sealed class OneProcess : IAsyncDisposable
{
    private readonly Node _node;
    private readonly VehicleFleet _fleet;

    private OneProcess(Node node, VehicleFleet fleet) => (_node, _fleet) = (node, fleet);

    public static async Task<OneProcess> StartAsync(int vehicles, DateTimeOffset zonesFrom)
    {
        var node = new Node("one process", "Vantage.Host.dll", node => ["--data", Path.Combine(node.Folder, "data"), .. node.Doors]);
        try
        {
            await node.StartAsync();
            await node.SignInAsync();
            var alone = new OneProcess(node, new VehicleFleet(vehicles, [node.Devices]));
            await ThreeNodes.PrepareAsync([node], alone._fleet, zonesFrom);
            alone._fleet.Start();
            return alone;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it makes of all that another fleet has reported; what it has been told before it is not told again.</summary>
    public async Task<Outcome> OutcomeOfAsync(VehicleFleet other)
    {
        _fleet.Repeat(other);
        await _fleet.DoneAsync(TimeSpan.FromMinutes(5));
        return await ThreeNodes.OutcomeOfAsync(_node, _fleet);
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _node.DisposeAsync();
    }
}

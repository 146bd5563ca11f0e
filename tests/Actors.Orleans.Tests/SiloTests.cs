using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Vantage.Actors.Runtime;
using Vantage.Runtime.Contract;

namespace Vantage.Actors.Orleans.Tests;

public sealed class SiloTests : IAsyncDisposable
{
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MemoryJournal _journal = new();
    private readonly RuntimeSetup _setup;

    public SiloTests() => _setup = new RuntimeSetup(
        new ProbeFactory(),
        _journal,
        Probe.Catalog,
        new ProbeFeed(),
        new ProbeShards().Create,
        TimeProvider.System,
        _metrics.GetRequiredService<IMeterFactory>());

    public ValueTask DisposeAsync() => _metrics.DisposeAsync();

    [Fact(DisplayName = "Messages stay the same objects within the process, and are refused on the wire by name")]
    public async Task Parcels_stay_in_the_process()
    {
        var host = await Silo.StartHostAsync(_setup, Silo.FreePort());
        var parcel = new Parcel([new Mail(new Keep(1), Origin.System)]);

        Assert.Same(parcel, host.Services.GetRequiredService<DeepCopier>().Copy(parcel));
        var refusal = Assert.Throws<NotSupportedException>(() => host.Services.GetRequiredService<Serializer>().SerializeToArray(parcel));
        Assert.Contains("single silo", refusal.Message, StringComparison.Ordinal);

        await Silo.StopAsync(host);
    }

    [Fact(DisplayName = "An ask whose actor is on another silo fails and says why; those at home are answered")]
    public async Task Other_silos_are_refused()
    {
        var port = Silo.FreePort();
        var first = await Silo.StartHostAsync(_setup, port);
        var second = await Silo.StartHostAsync(_setup, Silo.FreePort(), primary: port);
        var failures = new List<Exception>();
        var answers = 0;

        // From both: wherever an actor is, one of the two is not its home.
        for (var i = 0; i < 20; i++)
        {
            var actor = new ActorId(ActorKinds.Squad, $"s{i}");
            foreach (var host in new[] { first, second })
            {
                try
                {
                    await Silo.RuntimeOf(host).AskAsync<Seen>(actor, new Read(), TimeSpan.FromSeconds(30)).Soon();
                    answers++;
                }
                catch (ActorFailedException failure)
                {
                    failures.Add(failure);
                }
            }
        }

        Assert.NotEmpty(failures);
        Assert.All(failures, failure => Assert.Contains("single silo", failure.ToString(), StringComparison.Ordinal));
        Assert.NotEqual(0, answers);
        await Silo.StopAsync(second);
        await Silo.StopAsync(first);
    }

    [Fact(DisplayName = "A silo that stops lets its actors finish what they have, and takes nothing new")]
    public async Task Stopping_drains()
    {
        var host = await Silo.StartHostAsync(_setup, Silo.FreePort());
        var runtime = Silo.RuntimeOf(host);
        var actor = new ActorId(ActorKinds.Squad, "s1");
        var held = _journal.Hold(actor.ToString());
        var asks = Enumerable.Range(1, 100).Select(i => runtime.AskAsync<int>(actor, new Keep(i), TimeSpan.FromMinutes(1))).ToArray();
        await held.Arrived;

        var stopping = host.StopAsync();
        await Patience.UntilAsync(() => Task.FromResult(LateAskFails(runtime, actor)), "a late ask is refused");
        Assert.False(stopping.IsCompleted);
        held.Release();

        Assert.Equal(Enumerable.Range(1, 100), await Task.WhenAll(asks).Soon());
        await stopping.Soon();
        Assert.True(_journal.EventsOf(actor.ToString()).Length >= 100);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    private static bool LateAskFails(OrleansRuntime runtime, ActorId actor)
        => runtime.AskAsync<Seen>(actor, new Read(), TimeSpan.FromMinutes(1)) is { IsFaulted: true };
}

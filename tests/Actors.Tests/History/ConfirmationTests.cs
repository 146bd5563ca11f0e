using System.Collections.Concurrent;
using Vantage.Actors.History;
using Vantage.Actors.Runtime;
using Vantage.Actors.Tests.Engine;
using Vantage.Support;

namespace Vantage.Actors.Tests.History;

public class ConfirmationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact(DisplayName = "[BRE-2] [RULE-6] an absence is raised, ends and is confirmed by time alone; a restart does not forget to")]
    public async Task Confirmed_by_time()
    {
        var world = new World();
        var clock = new ManualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(World.Start));
        world.Square("z", 0, 0, 50, """[{"key":"r","type":"absence","count":1,"after":900}]""", fromSeconds: 0);
        var feed = new Feed();

        await using (var first = Start(world, clock, feed))
        {
            clock.Advance(TimeSpan.FromSeconds(950));
            var raised = feed.Next();
            Assert.Equal((BreachState.Provisional, World.Start + 900_000, null), (raised.State, raised.StartedAtMs, raised.EndedAtMs));

            // The zone's end ends it: from here on nothing but the clock speaks of it.
            var end = clock.GetUtcNow().AddSeconds(10);
            world.Change(new Actors.Zones.ZoneEnded("z", 2, end, end));
            clock.Advance(TimeSpan.FromSeconds(20));
            var ended = feed.Next();
            Assert.Equal((BreachState.Provisional, end.ToUnixTimeMilliseconds()), (ended.State, ended.EndedAtMs));
        }

        // Two days later: long past what a start looks back on by itself.
        clock.Advance(TimeSpan.FromDays(2));
        await using var second = Start(world, clock, feed);
        Assert.Equal(BreachState.Confirmed, feed.Next().State);
    }

    private static HistoryWriter Start(World world, ManualTimeProvider clock, Feed feed)
    {
        var parts = world.Parts with { Feed = feed };
        var writer = new HistoryWriter(parts, clock, feed.Failures.Add);
        writer.Start(new OneThread(parts));
        return writer;
    }

    private sealed class Feed : ILiveFeed
    {
        private readonly BlockingCollection<Breach> _breaches = [];

        public ConcurrentBag<Exception> Failures { get; } = [];

        public void Publish(ActorId from, object delta)
        {
            if (delta is Breach breach)
            {
                _breaches.Add(breach);
            }
        }

        public Breach Next()
        {
            Assert.True(_breaches.TryTake(out var breach, Patience), $"Nothing was published. {string.Join("; ", Failures)}");
            return breach;
        }
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;

namespace Vantage.Runtime.Contract;

public abstract class HammerContract : RuntimeContract
{
    private const int Senders = 8;
    private const int Squads = 25;
    private const int MessagesEach = 400;

    [Theory(DisplayName = "Under random load and failures, memory and journal agree, what was promised is there, what was refused is not")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Memory_and_journal_agree(int seed)
    {
        var storage = new Random(seed);
        Journal.Refuses = _ => storage.Next(20) == 0;
        Journal.IsSlow = true;
        var promised = new ConcurrentDictionary<int, bool>();
        var refused = new ConcurrentDictionary<int, bool>();

        var senders = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(sender, seed, promised, refused))));
        while (!senders.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(senders, Task.Delay(1));
        }

        await senders;
        Journal.Refuses = null;
        Dictionary<ActorId, IReadOnlyList<int>> remembered = [];
        for (var squad = 0; squad < Squads; squad++)
        {
            remembered[Squad(squad)] = (await PassTimeUntilAsync(ReadAsync(Squad(squad)))).Values;
        }

        Assert.All(remembered, entry => Assert.Equal(Written(entry.Key), entry.Value));
        var all = remembered.Values.SelectMany(values => values).ToArray();
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Empty(promised.Keys.Except(all));
        Assert.Empty(refused.Keys.Intersect(all));
        Assert.All(remembered.Values, values => Assert.All(values.GroupBy(value => value / MessagesEach), ofSender => Assert.Equal(ofSender.Order(), ofSender)));
        Assert.NotEmpty(refused);

        await StartAnewAsync();
        foreach (var (actor, values) in remembered)
        {
            Assert.Equal(values, (await ReadAsync(actor)).Values);
        }
    }

    private async Task SendAsync(int sender, int seed, ConcurrentDictionary<int, bool> promised, ConcurrentDictionary<int, bool> refused)
    {
        var random = new Random((seed * 100) + sender);
        for (var i = 0; i < MessagesEach; i++)
        {
            var to = Squad(random.Next(Squads));
            var value = (sender * MessagesEach) + i;
            switch (random.Next(12))
            {
                case 0:
                    await OutcomeAsync(to, new KeepAndThrow(value), value, promised, refused);
                    break;
                case 1:
                    await Actors.TellAsync(to, new Leave());
                    break;
                case 2:
                    await Actors.TellAsync(to, new Throw());
                    break;
                case < 6:
                    await Actors.TellAsync(to, new Keep(value));
                    break;
                default:
                    await OutcomeAsync(to, new Keep(value), value, promised, refused);
                    break;
            }
        }
    }

    private async Task OutcomeAsync(
        ActorId to, object message, int value, ConcurrentDictionary<int, bool> promised, ConcurrentDictionary<int, bool> refused)
    {
        try
        {
            await AskAsync<int>(to, message);
            promised[value] = true;
        }
        catch (ActorFailedException)
        {
            refused[value] = true;
        }
    }

    private int[] Written(ActorId actor) => [.. Journal.EventsOf(actor.ToString())
        .Select(envelope => JsonSerializer.Deserialize<Kept>(envelope.Body.Span, EventCatalog.Json)!.Value)];
}
